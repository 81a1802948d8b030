import {
  HANDWRITING_SPREAD,
  type ImageShape,
  NO_PERTURBATIONS,
  type PerturbationSet,
} from '../perturb/index.js';
import type { TrainingConfig } from './options.js';
import type { TrainingSamples } from './training-samples.js';

/*
 * What `objective: 'robust'` perturbs unless told (docs/robust.md has what was measured). The amounts below are for images
 * of 28 x 28 pixels with values in 0..255, and for columns that range over -127..127; `inUnitsOfData` carries them over to
 * the data: equal pictures in other units get equal networks.
 */

/** What the radii below are for: the range of an image's values, and of a table's widest column. */
const IMAGE_RANGE = 255;
const TABLE_RANGE = 254;
/** What the pixels below are for: the smaller side of an image. */
const IMAGE_SIDE = 28;
/** Values that range over 1 only are multiplied by so much, and by no more. */
export const MAX_FINENESS = IMAGE_RANGE;

/**
 * The set in its own units. Images: random affine copies as hands differ, each pair as far as it can bear them (ladder.ts),
 * and a small radius; fewer copies of more samples, so that the rows of a pair stay within about a thousand. Other data: a
 * small share of the range.
 */
export function defaultPerturbations(isImage: boolean, shots: number | null, soft: boolean): PerturbationSet {
  if (!isImage) return { ...NO_PERTURBATIONS, linf: 4 };
  return soft ? softImage(shots) : hardImage(shots);
}

function hardImage(shots: number | null): PerturbationSet {
  const copies = shots === null ? 12 : Math.min(40, Math.max(4, Math.round(95 / Math.sqrt(shots))));
  return { ...NO_PERTURBATIONS, linf: 3, affine: { ...HANDWRITING_SPREAD, copies } };
}

/**
 * The same with soft margins, which bear contradictions: many more copies, about 1600 rows a class, since none has to be
 * satisfied; wider in size, bent, and wider in all where there are hardly any samples to begin with.
 */
function softImage(shots: number | null): PerturbationSet {
  const copies = shots === null ? 12 : Math.min(400, Math.max(4, Math.round(1600 / shots)));
  const wide = shots !== null && shots <= 4 ? 1.25 : 1;
  const affine = { rotate: 12 * wide, scale: 16 * wide, shear: 16 * wide, shift: 1.6 * wide, bend: wide };
  return { ...NO_PERTURBATIONS, linf: 5, affine: { ...affine, copies } };
}

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
