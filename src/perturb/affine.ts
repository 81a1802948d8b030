import { InputError } from '../errors.js';
import { fixedSinCos, ONE, resample } from './resample.js';

/** How far a random affine copy may be from its image; every amount is drawn uniformly from minus to plus. */
export interface AffineSpread {
  /** Degrees, 0..180. */
  readonly rotate?: number;
  /** Relative change of the size, each axis on its own, 0..0.9. */
  readonly scale?: number;
  /** Pixels sideways a pixel of height, 0..2. */
  readonly shear?: number;
  /** Pixels, each axis on its own; fractions too. */
  readonly shift?: number;
}

/** The affine set of the design's measurements: moderate differences between hands. */
export const HANDWRITING_SPREAD: Required<AffineSpread> = {
  rotate: 12,
  scale: 0.12,
  shear: 0.15,
  shift: 1.5,
};

/**
 * A random affine copy of an image: turned, stretched, slanted and moved about its centre by one bilinear resampling in
 * integers. Takes six numbers from the generator whatever the spread, so equal seeds stay in step.
 *
 * @param random uniformly distributed unsigned 32-bit integers
 * @throws InputError naming an amount out of its range
 */
export function randomAffine(
  image: ArrayLike<number>,
  width: number,
  height: number,
  spread: AffineSpread,
  random: () => number,
): Int32Array {
  const rotate = amount(spread.rotate, 'rotate', 180) * signed(random);
  const scaleX = 1 + amount(spread.scale, 'scale', 0.9) * signed(random);
  const scaleY = 1 + amount(spread.scale, 'scale', 0.9) * signed(random);
  const shear = amount(spread.shear, 'shear', 2) * signed(random);
  const shiftX = amount(spread.shift, 'shift', width) * signed(random);
  const shiftY = amount(spread.shift, 'shift', height) * signed(random);
  const { sin, cos } = fixedSinCos(rotate);
  // Back from the target: undo the turn, then the slant, then the stretch.
  const rowX = [cos - shear * sin, -sin - shear * cos];
  const rowY = [sin, cos];
  return resample(image, width, height, {
    xx: Math.round(rowX[0] / scaleX),
    xy: Math.round(rowX[1] / scaleX),
    yx: Math.round(rowY[0] / scaleY),
    yy: Math.round(rowY[1] / scaleY),
    shiftX: Math.round(shiftX * ONE),
    shiftY: Math.round(shiftY * ONE),
  });
}

/** A number in [-1, 1), exact. */
function signed(random: () => number): number {
  return (random() >>> 0) / 2 ** 31 - 1;
}

function amount(value: number | undefined, name: string, most: number): number {
  if (value === undefined) return 0;
  if (!(value >= 0 && value <= most)) {
    throw new InputError(`perturb: ${name} must be in 0..${most}, got ${value}`);
  }
  return value;
}
