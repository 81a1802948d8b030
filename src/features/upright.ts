import type { ImageSize } from './types.js';

/** Positions in the image have 8 binary digits after the point, slopes 16. */
const PART = 256;
const SLOPE = 65536;

/** Where an image's grey is, and how it leans. */
export interface Stance {
  /** Centre of mass in 1/256 pixels from the middle of the first pixel. */
  readonly x: number;
  readonly y: number;
  /** Columns to the right a row down, times 65536; -65536..65536. */
  readonly slope: number;
}

/** The stance of a picture that is left as it stands. */
export function standing({ width, height }: ImageSize): Stance {
  return { x: (width - 1) * (PART / 2), y: (height - 1) * (PART / 2), slope: 0 };
}

/**
 * From the moments of the grey levels: the slope of the line of least squares through the rows' centres, which is what a shear has to
 * take away. Whole numbers; the products of moments are beyond a double for large images, hence `BigInt`.
 */
export function stanceOf(grey: Int32Array, image: ImageSize): Stance {
  const { width, height } = image;
  let [s, sx, sy, sxy, syy] = [0, 0, 0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    let row = 0;
    let rowX = 0;
    for (let x = 0; x < width; x++, at++) {
      row += grey[at];
      rowX += grey[at] * x;
    }
    s += row;
    sx += rowX;
    sy += row * y;
    sxy += rowX * y;
    syy += row * y * y;
  }
  if (s === 0) return standing(image);
  return { x: nearest(PART * sx, s), y: nearest(PART * sy, s), slope: slopeOf(s, sx, sy, sxy, syy) };
}

function slopeOf(s: number, sx: number, sy: number, sxy: number, syy: number): number {
  const total = BigInt(s);
  const lean = total * BigInt(sxy) - BigInt(sx) * BigInt(sy);
  const spread = total * BigInt(syy) - BigInt(sy) * BigInt(sy);
  if (spread === 0n) return 0;
  // Steeper than 45 degrees is no handwriting: a stroke that lies down.
  if (lean >= spread) return SLOPE;
  if (lean <= -spread) return -SLOPE;
  const twice = 2n * spread;
  const top = 2n * BigInt(SLOPE) * lean + spread;
  const floor = top >= 0n ? top / twice : -((-top + twice - 1n) / twice);
  return Number(floor);
}

/** a / b to nearest, halves up; b > 0, and the quotient far enough from the end of the doubles to be floored exactly. */
function nearest(a: number, b: number): number {
  return Math.floor((2 * a + b) / (2 * b));
}

/**
 * The picture made upright about its centre of mass, which comes to the middle of a canvas of `zoom` times its size. Bilinear in
 * whole numbers; beyond the picture is black.
 *
 * @param out `zoom * width * zoom * height` grey levels, row by row
 */
export function drawUpright(
  grey: Int32Array,
  { width, height }: ImageSize,
  { x, y, slope }: Stance,
  zoom: number,
  out: Int32Array,
): void {
  const [across, down] = [zoom * width, zoom * height];
  const offsets = new Int32Array(across);
  for (let column = 0; column < across; column++) {
    offsets[column] = nearest((PART / 2) * (2 * column - (across - 1)), zoom);
  }
  for (let row = 0, at = 0; row < down; row++) {
    const v = 2 * row - (down - 1);
    const sourceY = y + nearest((PART / 2) * v, zoom);
    const lean = x + nearest(slope * v, 512 * zoom);
    const top = sourceY >> 8;
    const below = sourceY & 255;
    for (let column = 0; column < across; column++, at++) {
      const sourceX = lean + offsets[column];
      const left = sourceX >> 8;
      if (left < -1 || left >= width || top < -1 || top >= height) {
        out[at] = 0;
        continue;
      }
      const right = sourceX & 255;
      const from = top * width + left;
      const [inLeft, inRight] = [left >= 0, left + 1 < width];
      const upper =
        top < 0 ? 0 : (inLeft ? grey[from] * (PART - right) : 0) + (inRight ? grey[from + 1] * right : 0);
      const lower =
        top + 1 >= height
          ? 0
          : (inLeft ? grey[from + width] * (PART - right) : 0) +
            (inRight ? grey[from + width + 1] * right : 0);
      out[at] = (upper * (PART - below) + lower * below + 32768) >> 16;
    }
  }
}
