import { InputError } from '../errors.js';
import { isGeometric } from '../perturb/index.js';
import { marginScale } from '../problem/scale.js';
import { MAX_MARGIN_UNITS } from '../problem/validate.js';
import { EPSILON, type TrainingConfig } from './options.js';
import type { TrainingSamples } from './training-samples.js';

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

/**
 * Refuses values too large for rows as long as these, before anything is trained.
 *
 * @throws InputError naming the sample
 */
export function checkRowSums(
  config: TrainingConfig,
  { rows, columns, labels, extra }: TrainingSamples,
): void {
  const most = mostRowSum({ ...config, soft: undefined }, columns, labels.length);
  const check = (list: Int32Array, name: string): void => {
    for (let at = 0, sum = 0; at < list.length; at++) {
      sum = (at % columns === 0 ? 0 : sum) + Math.abs(list[at]);
      if (sum <= most) continue;
      throw new InputError(
        `${name}[${Math.floor(at / columns)}]: its values add up to more than ${most}, the most for ${columns} inputs and ` +
          `weights up to ${config.weightBound}; choose another scaling (option scaling)`,
      );
    }
  };
  check(rows, 'samples');
  if (extra !== undefined) check(extra.rows, 'extra.samples');
  if (!isGeometric(config.perturb)) return;
  let largest = 0;
  for (const value of rows) largest = Math.max(largest, Math.abs(value));
  if (largest * columns > most) {
    throw new InputError(
      `samples: copies of images with values up to ${largest} can add up to more than ${most}, the most for ${columns} inputs ` +
        `and weights up to ${config.weightBound}; choose another scaling (option scaling)`,
    );
  }
}
