import { marginScale } from '../../problem/scale.js';
import { MAX_MARGIN_UNITS } from '../../problem/validate.js';
import type { TrainingConfig } from '../config.js';
import { EPSILON } from '../options.js';

/**
 * The engine holds pre-activations in 32 bits, and the loss of soft margins has to stay a whole number of doubles: so the
 * magnitudes of a row may add up to so much and no more. Whole numbers in 16 bits can be beyond that where rows are long.
 */
export function mostRowSum(config: TrainingConfig, columns: number, rows: number): number {
  const scale = marginScale(EPSILON) as number;
  const sums =
    Math.floor(((MAX_MARGIN_UNITS - 1) / scale - 1) / config.weightBound) - config.perturb.linf * columns;
  if (config.soft === undefined) return sums;
  // Targets are at most a share of what a neuron reaches, and a row lacks that and its own reach at most.
  const copies = rows * (1 + (config.perturb.affine?.copies ?? 0));
  const most = Math.sqrt(Number.MAX_SAFE_INTEGER / copies) / (1 + config.soft) / config.weightBound;
  return Math.min(sums, Math.floor(most) - config.perturb.linf * columns);
}
