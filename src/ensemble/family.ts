import { type Scaling, scalingMiddle } from '../data/scaling.js';
import { type ImageShape, type PerturbationSet, perturbationFamily } from '../perturb/index.js';

/**
 * The family of a scaled row. Resampling takes what lies beyond the picture for 0, which has to be black: what the scaling
 * takes off every pixel is put back first and taken off every copy again. So copies are those of the picture itself,
 * whichever others it was trained with.
 */
export function scaledFamily(
  row: Int32Array,
  image: ImageShape | undefined,
  set: PerturbationSet,
  seed: number,
  scaling: Scaling,
): Int32Array[] {
  const middle = scalingMiddle(scaling);
  if (middle === undefined) return perturbationFamily(row, image, set, seed);
  const picture = row.map((value, i) => value + middle[i]);
  return perturbationFamily(picture, image, set, seed).map((member) =>
    member.map((value, i) => value - middle[i]),
  );
}
