import { fixedSinCos, resample } from './resample.js';

/**
 * The image turned about its centre, bilinear, zero outside; positive angles turn counter-clockwise as seen on the
 * screen (y down). Same bytes on every platform.
 */
export function rotated(
  image: ArrayLike<number>,
  width: number,
  height: number,
  degrees: number,
): Int32Array {
  const { sin, cos } = fixedSinCos(degrees);
  return resample(image, width, height, { xx: cos, xy: -sin + 0, yx: sin, yy: cos, shiftX: 0, shiftY: 0 });
}
