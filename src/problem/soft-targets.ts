import { radiusOf } from './boxes.js';
import type { TrainingProblem } from './types.js';

/**
 * The reach to want of every row (`Objective.targets`): a share of what one neuron reaches at most in the mean of all
 * rows at the worst of the L-infinity box, half of it alike for all and half in proportion to the row's Euclidean norm.
 * Sums grow with the brightness of an image and say nothing more for it; wholly in proportion, and wholly alike, are both
 * a little worse (docs/robust.md).
 *
 * @param share above 0; 1 is out of reach but for the mean
 * @param balanced the mean of the means of both labels: where there is a bias, what they differ by counts and not how many they are
 */
export function softTargets(
  problem: Pick<
    TrainingProblem,
    'layers' | 'samples' | 'sampleCount' | 'labels' | 'linf' | 'radii' | 'free' | 'weightBound'
  >,
  share: number,
  balanced = false,
): Int32Array {
  const { samples, sampleCount, labels, weightBound } = problem;
  const width = problem.layers[0];
  // A constant says nothing about a row, and its weights are others.
  const isFree = new Set(problem.free);
  const sums = new Float64Array(width);
  const norms = new Float64Array(sampleCount);
  const weights = balanced ? balancedWeights(labels) : [1, 1];
  let total = 0;
  for (let k = 0; k < sampleCount; k++) {
    let square = 0;
    for (let i = 0; i < width; i++) {
      if (isFree.has(i)) continue;
      const x = samples[k * width + i];
      sums[i] += labels[k] * x * weights[labels[k] > 0 ? 0 : 1];
      square += x * x;
    }
    norms[k] = Math.sqrt(square);
    total += norms[k];
  }
  let most = 0;
  for (let i = 0; i < width; i++) most += Math.max(0, Math.abs(sums[i]) / sampleCount - radiusOf(problem, i));
  const half = (share * weightBound * most) / 2;
  return Int32Array.from(norms, (norm) =>
    Math.max(1, Math.round(half * (1 + (total === 0 ? 1 : (norm * sampleCount) / total)))),
  );
}

/** What every row of a label counts so that both labels count half of all rows. */
function balancedWeights(labels: Int8Array): readonly [number, number] {
  const plus = labels.reduce((sum, label) => sum + (label > 0 ? 1 : 0), 0);
  const minus = labels.length - plus;
  return plus === 0 || minus === 0 ? [1, 1] : [labels.length / (2 * plus), labels.length / (2 * minus)];
}
