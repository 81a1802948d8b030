import { HANDWRITING_SPREAD, NO_PERTURBATIONS, type PerturbationSet } from '../perturb/index.js';

/*
 * What `objective: 'robust'` perturbs unless told (docs/robust.md has what was measured). The amounts below are for images
 * of 28 x 28 pixels with values in 0..255, and for columns that range over -127..127; `inUnitsOfData` (train/units.ts) carries
 * them over to the data: equal pictures in other units get equal networks.
 */

/** What the radii below are for: the range of an image's values, and of a table's widest column. */
export const IMAGE_RANGE = 255;
export const TABLE_RANGE = 254;
/** What the pixels below are for: the smaller side of an image. */
export const IMAGE_SIDE = 28;
/** Values that range over 1 only are multiplied by so much, and by no more. */
export const MAX_FINENESS = IMAGE_RANGE;

/**
 * The set in its own units. Images: random affine copies as hands differ, each pair as far as it can bear them
 * (train/ladder.ts), and a small radius; fewer copies of more samples, so that the rows of a pair stay within about a thousand. Other data: a
 * small share of the range.
 */
export function defaultPerturbations(
  isImage: boolean,
  shots: number | null,
  soft: boolean,
  histograms: boolean,
): PerturbationSet {
  if (!isImage) return { ...NO_PERTURBATIONS, linf: 4 };
  if (histograms) return featureImage(shots, soft);
  return soft ? softImage(shots) : hardImage(shots);
}

/**
 * On histograms, whose units are 0..255 whatever the image: the radius is one of features, the largest of those that a pair may
 * get (train/ladder.ts). Upright and normalised images need fewer copies than pixels.
 */
function featureImage(shots: number | null, soft: boolean): PerturbationSet {
  const copies = shots === null ? 8 : Math.min(160, Math.max(8, Math.round(400 / shots)));
  const affine = { copies, rotate: 12, scale: 16, shear: 16, shift: 1.6, bend: 1 };
  // The largest margin of all has no radii to choose from: the one that clothes bear too.
  return { ...NO_PERTURBATIONS, linf: soft ? 8 : 2, affine };
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
