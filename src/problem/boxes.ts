import { activeInputs } from './active.js';
import type { TrainingProblem } from './types.js';

/*
 * What a problem allows a first-layer weight to be, and how far an input may move: alike for all inputs in the paper, one by one
 * where the problem has `ranges` and `radii` (docs/formats.md). Whoever reads `weightBound` or `linf` for the first layer asks here.
 */

type Boxed = Pick<TrainingProblem, 'weightBound' | 'ranges'>;
type Moved = Pick<TrainingProblem, 'linf' | 'radii'>;

/** The least and the largest weight of a first-layer neuron on input `i`. */
export function rangeOf({ weightBound, ranges }: Boxed, i: number): readonly [number, number] {
  return ranges === undefined ? [-weightBound, weightBound] : ranges[i];
}

/** The largest |w| that a first-layer weight on input `i` may have. */
export function boundOf(problem: Boxed, i: number): number {
  const [low, high] = rangeOf(problem, i);
  return Math.max(Math.abs(low), Math.abs(high));
}

/** The largest |w| of any weight: what a network of the problem may state as its own bound. */
export function largestWeight({ weightBound, ranges }: Boxed): number {
  let most = weightBound;
  for (const [low, high] of ranges ?? []) most = Math.max(most, Math.abs(low), Math.abs(high));
  return most;
}

/** How far input `i` may move. */
export function radiusOf({ linf, radii }: Moved, i: number): number {
  return radii === undefined ? linf : radii[i];
}

/** How many weight vectors a first-layer neuron may have. */
export function weightVectors(problem: TrainingProblem): number {
  return activeInputs(problem).reduce((vectors, i) => {
    const [low, high] = rangeOf(problem, i);
    return vectors * (high - low + 1);
  }, 1);
}
