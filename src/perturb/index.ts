import { InputError } from '../errors.js';
import { rotated } from './rotate.js';
import { allShifts } from './shift.js';

export { type AffineSpread, HANDWRITING_SPREAD, randomAffine } from './affine.js';
export { rotated } from './rotate.js';
export { allShifts, shifted } from './shift.js';

/** Which copies of an image count as "the same thing". */
export interface ImagePerturbations {
  /** All moves by up to this many whole pixels in each direction, 0..8. */
  readonly shift?: number;
  /** Turns by plus and by minus this many degrees, 0..180. */
  readonly rotate?: number;
}

/** (2 * 8 + 1)^2 - 1 = 288 copies: beyond that the rows of one image outnumber any few-shot training set. */
export const MAX_SHIFT = 8;

/**
 * The perturbed copies of an image, each once, without the image itself: shifts row by row, then the turn by plus and
 * by minus `rotate`. Integers only; the same bytes on every platform.
 *
 * @param image `width * height` integers, row by row from the top
 * @throws InputError when the image has another size or an amount is out of its range
 */
export function perturbedCopies(
  image: ArrayLike<number>,
  width: number,
  height: number,
  { shift = 0, rotate = 0 }: ImagePerturbations,
): Int32Array[] {
  if (!Number.isInteger(width) || !Number.isInteger(height) || image.length !== width * height) {
    throw new InputError(`perturb: ${width} x ${height} pixels expected, got ${image.length}`);
  }
  if (!Number.isInteger(shift) || shift < 0 || shift > MAX_SHIFT) {
    throw new InputError(`perturb: shift must be a whole number of pixels in 0..${MAX_SHIFT}, got ${shift}`);
  }
  if (!(rotate >= 0 && rotate <= 180)) {
    throw new InputError(`perturb: rotate must be in 0..180 degrees, got ${rotate}`);
  }
  const copies = allShifts(image, width, height, shift);
  if (rotate > 0) {
    copies.push(rotated(image, width, height, rotate), rotated(image, width, height, -rotate));
  }
  return distinct(copies, image);
}

/** The copies that differ from the image and from every copy before them, in their order. */
function distinct(copies: readonly Int32Array[], image: ArrayLike<number>): Int32Array[] {
  const buckets = new Map<number, ArrayLike<number>[]>([[hash(image), [image]]]);
  return copies.filter((copy) => {
    const key = hash(copy);
    const bucket = buckets.get(key);
    if (bucket === undefined) buckets.set(key, [copy]);
    else if (bucket.some((other) => equal(other, copy))) return false;
    else bucket.push(copy);
    return true;
  });
}

function hash(values: ArrayLike<number>): number {
  let key = 0;
  for (let at = 0; at < values.length; at++) key = (Math.imul(key, 0x01000193) + values[at]) | 0;
  return key;
}

function equal(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}
