/** One in fixed point: coordinates and weights have 16 binary digits after the point. */
export const ONE = 2 ** 16;

/**
 * A linear map from the output picture back into the input picture, about the centres of both, in fixed point:
 * `source = [xx xy; yx yy] * (target - centre) + centre + (shiftX, shiftY)`.
 */
export interface FixedMap {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
  readonly shiftX: number;
  readonly shiftY: number;
}

/** Where each pixel of the output looks beyond what the map says: one offset a pixel and axis, in fixed point. */
export interface Displacement {
  readonly x: Int32Array;
  readonly y: Int32Array;
}

/** The map that leaves a picture as it is. */
export const IDENTITY: FixedMap = { xx: ONE, xy: 0, yx: 0, yy: ONE, shiftX: 0, shiftY: 0 };

/**
 * Bilinear resampling in integers: every weight and sum is a whole number below 2^53, so the result is the same on every
 * platform. Outside the picture the value is 0. Results are rounded to nearest, halves up.
 *
 * @param image `width * height` integers, row by row, magnitudes up to 32767
 */
export function resample(
  image: ArrayLike<number>,
  width: number,
  height: number,
  map: FixedMap,
  displacement?: Displacement,
): Int32Array {
  const out = new Int32Array(width * height);
  for (let y = 0; y < height; y++) {
    // Twice the distance from the centre is whole also where the centre lies between two pixels.
    const v = 2 * y - (height - 1);
    for (let x = 0; x < width; x++) {
      const u = 2 * x - (width - 1);
      const at = y * width + x;
      let sourceX = Math.floor((map.xx * u + map.xy * v + ONE * (width - 1)) / 2) + map.shiftX;
      let sourceY = Math.floor((map.yx * u + map.yy * v + ONE * (height - 1)) / 2) + map.shiftY;
      if (displacement !== undefined) {
        sourceX += displacement.x[at];
        sourceY += displacement.y[at];
      }
      out[at] = sampleAt(image, width, height, sourceX, sourceY);
    }
  }
  return out;
}

function sampleAt(image: ArrayLike<number>, width: number, height: number, x: number, y: number): number {
  const left = Math.floor(x / ONE);
  const top = Math.floor(y / ONE);
  if (left < -1 || top < -1 || left >= width || top >= height) return 0;
  const right = x - left * ONE;
  const below = y - top * ONE;
  const at = (column: number, row: number): number =>
    column < 0 || row < 0 || column >= width || row >= height ? 0 : image[row * width + column];
  const upper = at(left, top) * (ONE - right) + at(left + 1, top) * right;
  const lower = at(left, top + 1) * (ONE - right) + at(left + 1, top + 1) * right;
  return Math.floor((upper * (ONE - below) + lower * below) / (ONE * ONE) + 0.5);
}

/**
 * Sine and cosine of an angle in degrees, in fixed point. Engines may differ in the last bit of `Math.sin`; this reduces
 * to at most 45 degrees and sums the series with plain arithmetic. Multiples of 90 degrees are exact.
 */
export function fixedSinCos(degrees: number): { sin: number; cos: number } {
  const quarter = Math.round(degrees / 90);
  const x = ((degrees - 90 * quarter) * Math.PI) / 180;
  const square = x * x;
  let sin = 0;
  let cos = 0;
  for (let n = 9; n >= 0; n--) {
    sin = 1 - (square / ((2 * n + 2) * (2 * n + 3))) * sin;
    cos = 1 - (square / ((2 * n + 1) * (2 * n + 2))) * cos;
  }
  sin = Math.round(x * sin * ONE) + 0;
  cos = Math.round(cos * ONE) + 0;
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return { sin, cos };
    case 1:
      return { sin: cos, cos: -sin + 0 };
    case 2:
      return { sin: -sin + 0, cos: -cos };
    default:
      return { sin: -cos, cos: sin };
  }
}
