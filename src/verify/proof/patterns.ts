import type { StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags, radiiOf } from '../evaluate.js';
import { decimalUnits } from '../units.js';
import { type Box, forEachVector, isCertain, patternKey } from '../vectors.js';

/*
 * All that a first-layer neuron can be to the layers above: its activations on the samples. Of all weight vectors with the
 * same activations only the best value matters.
 */

/** Weight vectors of a neuron at most: some seconds. */
export const MAX_VECTORS = 2 ** 22;

export interface Pattern {
  /** +1 / -1 a sample. */
  readonly signs: Int8Array;
  /** SM under an L-infinity radius: 0 where the activation can change inside the box. Else all 1. */
  readonly certain: Uint8Array;
  /** MM: the largest margin; MW: minus the fewest non-zero weights; SM: 0. */
  readonly value: number;
  /** Counted weights other than 0; under `maxNonzero` every number of them has a pattern of its own. */
  readonly nonzeros: number;
}

/**
 * The patterns of a first-layer neuron on some samples, best value first; `null` where there are too many vectors.
 *
 * @param least the margin that it has to keep (MM, MW), in units of 1/D
 */
export function patternsOf(
  problem: TrainingProblem,
  stage: StageName,
  samples: readonly number[],
  least: number,
): Pattern[] | null {
  const { weightBound, free = [], maxNonzero = Number.POSITIVE_INFINITY } = problem;
  const width = problem.layers[0];
  const active = activeFlags(problem).flatMap((isActive, i) => (isActive ? [i] : []));
  const columns = active.map((i) => Int32Array.from(samples, (k) => problem.samples[k * width + i]));
  const boxes = active.map((i): Box => problem.ranges?.[i] ?? [-weightBound, weightBound]);
  const moves = radiiOf(problem);
  const radii = active.map((i) => moves[i]);
  const isCounted = active.map((i) => !free.includes(i));
  if (boxes.reduce((vectors, [low, high]) => vectors * (high - low + 1), 1) > MAX_VECTORS) return null;
  const { scale, epsilon } = decimalUnits(problem.epsilon);
  const count = samples.length;
  const best = new Map<string, Pattern>();
  forEachVector(columns, count, boxes, (weights, sums) => {
    const radius = weights.reduce((sum, w, a) => sum + radii[a] * Math.abs(w), 0);
    const nonzeros = weights.reduce((sum, w, a) => (w !== 0 && isCounted[a] ? sum + 1 : sum), 0);
    if (nonzeros > maxNonzero) return;
    let value = 0;
    if (stage !== 'sm') {
      let margin = Number.POSITIVE_INFINITY;
      for (let k = 0; k < count; k++) {
        const distance = sums[k] < 0 ? scale * (-sums[k] - radius) - epsilon : scale * (sums[k] - radius);
        if (distance < margin) margin = distance;
      }
      if (margin < least) return;
      value = stage === 'mm' ? margin : -nonzeros;
    }
    const signsKey = patternKey(sums, count, stage === 'sm' ? radius : 0);
    const key = maxNonzero < Number.POSITIVE_INFINITY ? `${nonzeros} ${signsKey}` : signsKey;
    const known = best.get(key);
    if (known !== undefined && known.value >= value) return;
    const signs = new Int8Array(count);
    const certain = new Uint8Array(count);
    for (let k = 0; k < count; k++) {
      signs[k] = sums[k] < 0 ? -1 : 1;
      certain[k] = stage !== 'sm' || isCertain(sums[k], radius) ? 1 : 0;
    }
    best.set(key, { signs, certain, value, nonzeros });
  });
  return [...best.values()].sort((a, b) => b.value - a.value);
}
