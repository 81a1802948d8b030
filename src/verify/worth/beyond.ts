import type { StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { radiiOf, variableWeights } from '../evaluate.js';
import { families } from '../robust.js';
import { decimalUnits } from '../units.js';

/*
 * What can be said without a search of problems with boxes of their own, limits of non-zero weights, or costs. The bounds of the
 * proofs (proof/trivial.ts) are about the paper's problems; these are looser, and hold for all.
 */

export function isBeyond(problem: TrainingProblem): boolean {
  const { ranges, radii, free, maxNonzero, costs, atMostWrong } = problem;
  return [ranges, radii, free, maxNonzero, costs, atMostWrong].some((field) => field !== undefined);
}

/** Whether all weights may be 0. */
export function allowsZeros({ ranges }: TrainingProblem): boolean {
  return ranges === undefined || ranges.every(([low, high]) => low <= 0 && high >= 0);
}

/** MW: no network that the problem allows has more weights that count. */
export function mostWeights(problem: TrainingProblem): number {
  const { layers, maxNonzero } = problem;
  if (maxNonzero === undefined) return variableWeights(problem);
  const above = layers.slice(2).reduce((sum, size, l) => sum + size * layers[l + 1], 0);
  return Math.min(variableWeights(problem), maxNonzero + above);
}

/** @param mostCost SM: what all samples cost */
export function looseBound(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  mostCost: number,
): number {
  if (stage === 'sm') return mostCost;
  if (stage === 'mw' || keep.length === 0) return 0;
  return mostMargin(problem, keep);
}

/**
 * MM: every input adds to |S| less what its box takes at most its largest weight times what the radius leaves of it. Of a robust
 * problem the margin of a single neuron is a bound, so that of all is one too.
 */
function mostMargin(problem: TrainingProblem, keep: readonly number[]): number {
  const { layers, weightBound, ranges, samples, objective } = problem;
  const radii = radiiOf(problem);
  const sets = families(problem);
  const rows = objective === undefined ? keep : keep.flatMap((sample) => sets[sample]);
  const { scale } = decimalUnits(problem.epsilon);
  const largest = rows.map((k) =>
    radii.reduce((sum, radius, i) => {
      const most = ranges === undefined ? weightBound : Math.max(...ranges[i].map(Math.abs));
      return sum + most * Math.max(0, Math.abs(samples[k * layers[0] + i]) - radius);
    }, 0),
  );
  const above = layers.slice(2).reduce((sum, size, l) => sum + size * layers[l + 1], 0) * weightBound;
  return scale * (layers[1] * Math.min(...largest) + above);
}
