import type { RandomSource } from '../random.js';
import { signed } from './affine.js';
import { type Displacement, ONE } from './resample.js';

/**
 * A smooth random field of displacements, one per pixel, in fixed point: control points every `cell` pixels are displaced
 * by up to `strength` pixels in each axis, uniformly and independently, and the pixels between them by the bilinear mean
 * of the four around, rounded down. Continuous, and without an exponential or a convolution, so integers are enough; the
 * Gaussian field of Simard, Steinkraus and Platt (2003) needs both.
 */
export function elasticField(
  width: number,
  height: number,
  strength: number,
  cell: number,
  random: RandomSource,
): Displacement {
  const across = Math.ceil((width - 1) / cell) + 1;
  const down = Math.ceil((height - 1) / cell) + 1;
  const knotsX = new Int32Array(across * down);
  const knotsY = new Int32Array(across * down);
  for (let knot = 0; knot < knotsX.length; knot++) {
    knotsX[knot] = Math.round(strength * signed(random) * ONE);
    knotsY[knot] = Math.round(strength * signed(random) * ONE);
  }
  const x = new Int32Array(width * height);
  const y = new Int32Array(width * height);
  for (let row = 0; row < height; row++) {
    const top = Math.floor(row / cell);
    const below = row - top * cell;
    for (let column = 0; column < width; column++) {
      const left = Math.floor(column / cell);
      const right = column - left * cell;
      const corners: Corners = [
        top * across + left,
        (cell - below) * (cell - right),
        (cell - below) * right,
        below * (cell - right),
        below * right,
      ];
      x[row * width + column] = between(knotsX, across, corners, cell);
      y[row * width + column] = between(knotsY, across, corners, cell);
    }
  }
  return { x, y };
}

/** The knot above left, and the weights of it, its right, its lower and its diagonal neighbour. */
type Corners = readonly [at: number, a: number, b: number, c: number, d: number];

function between(knots: Int32Array, across: number, [at, a, b, c, d]: Corners, cell: number): number {
  // A neighbour beyond the last knot has weight 0, and what is read there does not matter.
  const sum =
    a * knots[at] +
    b * (knots[at + 1] ?? 0) +
    c * (knots[at + across] ?? 0) +
    d * (knots[at + across + 1] ?? 0);
  return Math.floor(sum / (cell * cell));
}
