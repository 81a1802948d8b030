import type { ImageSize } from './types.js';

/** Positions in the image have 8 binary digits after the point, slopes 16. */
export const PART = 256;
export const SLOPE = 65536;

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
export function nearest(a: number, b: number): number {
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
  const offsets = columnOffsets(across, zoom);
  for (let row = 0, at = 0; row < down; row++) {
    const v = 2 * row - (down - 1);
    const sourceY = y + rowOffset(v, zoom);
    const lean = x + leanAt(slope, v, zoom);
    for (let column = 0; column < across; column++, at++) {
      out[at] = lookUp(grey, width, height, lean + offsets[column], sourceY);
    }
  }
}

/** How far right of the centre the columns of a canvas look, in 1/256 pixels of the image. */
export function columnOffsets(across: number, zoom: number): Int32Array {
  return Int32Array.from({ length: across }, (_, column) => rowOffset(2 * column - (across - 1), zoom));
}

/** How far below the centre a row looks that is v half pixels of the canvas below the middle; columns alike. */
export function rowOffset(v: number, zoom: number): number {
  return nearest((PART / 2) * v, zoom);
}

/** How far right such a row looks for the slope; grows with the slope where v > 0, falls where v < 0. */
export function leanAt(slope: number, v: number, zoom: number): number {
  return nearest(slope * v, 512 * zoom);
}

/** The grey level at a place in 1/256 pixels: the mean of four pixels, to nearest, halves up; black beyond the picture. */
export function lookUp(grey: Int32Array, width: number, height: number, px: number, py: number): number {
  const left = px >> 8;
  const top = py >> 8;
  if (left < -1 || left >= width || top < -1 || top >= height) return 0;
  const right = px & 255;
  const below = py & 255;
  const from = top * width + left;
  const inLeft = left >= 0;
  const inRight = left + 1 < width;
  const upper =
    top < 0 ? 0 : (inLeft ? grey[from] * (PART - right) : 0) + (inRight ? grey[from + 1] * right : 0);
  const lower =
    top + 1 >= height
      ? 0
      : (inLeft ? grey[from + width] * (PART - right) : 0) + (inRight ? grey[from + width + 1] * right : 0);
  return (upper * (PART - below) + lower * below + 32768) >> 16;
}
