import type { RandomSource } from '../random.js';
import type { AffineSpread } from './description.js';
import { type FixedMap, fixedSinCos, ONE } from './resample.js';

/** What one affine copy does to its image: it is moved, then stretched, slanted and turned about its centre. */
export interface AffineAmounts {
  /** Degrees, counter-clockwise on the screen. */
  readonly rotate: number;
  /** Factors of the size. */
  readonly scaleX: number;
  readonly scaleY: number;
  /** Pixels sideways a pixel of height. */
  readonly shear: number;
  /** Pixels from the image back to the copy: whole ones to the left and up. */
  readonly shiftX: number;
  readonly shiftY: number;
}

/**
 * The map of a copy back into its image: undo the turn, then the slant, then the stretch, then the move. One bilinear
 * resampling does all of it, so nothing is blurred twice. Products and quotients of doubles are the same on every
 * platform, and are rounded to fixed point here.
 */
export function affineMap({ rotate, scaleX, scaleY, shear, shiftX, shiftY }: AffineAmounts): FixedMap {
  const { sin, cos } = fixedSinCos(rotate);
  const rowX = [cos - shear * sin, -sin - shear * cos];
  const rowY = [sin, cos];
  return {
    xx: Math.round(rowX[0] / scaleX),
    xy: Math.round(rowX[1] / scaleX),
    yx: Math.round(rowY[0] / scaleY),
    yy: Math.round(rowY[1] / scaleY),
    shiftX: Math.round(shiftX * ONE),
    shiftY: Math.round(shiftY * ONE),
  };
}

/** Draws the amounts of a random affine copy: six numbers whatever the spread, so equal seeds stay in step. */
export function randomAffine(spread: AffineSpread, random: RandomSource): AffineAmounts {
  const rotate = spread.rotate * signed(random);
  const scaleX = 1 + (spread.scale / 100) * signed(random);
  const scaleY = 1 + (spread.scale / 100) * signed(random);
  const shear = (spread.shear / 100) * signed(random);
  const shiftX = spread.shift * signed(random);
  const shiftY = spread.shift * signed(random);
  return { rotate, scaleX, scaleY, shear, shiftX, shiftY };
}

/** A number in [-1, 1), exact. */
export function signed(random: RandomSource): number {
  return (random() >>> 0) / 2 ** 31 - 1;
}
