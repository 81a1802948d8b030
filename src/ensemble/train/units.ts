import type { ImageShape, PerturbationSet } from '../../perturb/index.js';
import type { TrainingConfig } from '../config.js';
import { IMAGE_RANGE, IMAGE_SIDE, TABLE_RANGE } from '../robust-defaults.js';
import type { TrainingSamples } from './training-samples.js';

/**
 * Carries a default set over to the data: the radius to the range of the values, pixels to the size of the images. A radius
 * and copies in whole values are too coarse for values that range over a few units (16 grey levels, 0/1 columns): these are
 * multiplied by a whole number first (`TrainingConfig.fineness`). The networks are then trained on multiples, and answer
 * alike on the values themselves, because only signs of sums count.
 */
export function inUnitsOfData(
  config: TrainingConfig,
  samples: TrainingSamples,
): { readonly config: TrainingConfig; readonly samples: TrainingSamples } {
  if (config.objective !== 'robust') return { config, samples };
  // Features have units of their own; only the motions are those of pictures.
  if (config.features !== undefined) {
    return { config: { ...config, perturb: forSize(config.perturb, samples.image) }, samples };
  }
  const unit = samples.image === undefined ? TABLE_RANGE : IMAGE_RANGE;
  const range = rangeOf(samples);
  const fineness = range === 0 ? 1 : Math.max(1, Math.round(unit / range));
  const linf = Math.round((config.perturb.linf * range * fineness) / unit);
  const perturb = { ...forSize(config.perturb, samples.image), linf };
  if (fineness === 1) return { config: { ...config, perturb }, samples };
  const finer = (rows: Int32Array): Int32Array => rows.map((value) => value * fineness);
  const { extra } = samples;
  return {
    config: { ...config, perturb, fineness },
    samples: {
      ...samples,
      rows: finer(samples.rows),
      ...(extra === undefined ? {} : { extra: { ...extra, rows: finer(extra.rows) } }),
    },
  };
}

/** Images: from the least value to the largest, 0 among them. Roots are in units of their own. Tables: the widest column. */
function rangeOf({ rows, columns, image, scaling }: TrainingSamples): number {
  if (scaling.kind === 'contrast') return IMAGE_RANGE;
  if (image !== undefined) {
    let low = 0;
    let high = 0;
    for (const value of rows) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return high - low;
  }
  let widest = 0;
  for (let column = 0; column < columns; column++) {
    let low = rows[column];
    let high = low;
    for (let at = column; at < rows.length; at += columns) {
      low = Math.min(low, rows[at]);
      high = Math.max(high, rows[at]);
    }
    widest = Math.max(widest, high - low);
  }
  return widest;
}

function forSize(set: PerturbationSet, image: ImageShape | undefined): PerturbationSet {
  if (set.affine === undefined || image === undefined) return set;
  const size = Math.min(image.width, image.height) / IMAGE_SIDE;
  // No motion beyond what a set may say (8 pixels).
  const pixels = (amount: number): number => Math.min(8, amount * size);
  const { shift, bend } = set.affine;
  return { ...set, affine: { ...set.affine, shift: pixels(shift), bend: pixels(bend) } };
}
