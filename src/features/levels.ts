import type { GreyRange } from './types.js';

/** What white becomes. */
export const WHITE_LEVEL = 255;

/**
 * Black and white of training images: the least value and 0, whichever is less, and the largest. Images without a value above
 * their black are taken to have one. `ends` of 255 levels at either end are black and white too: no change among them is seen.
 */
export function greyRange(rows: ArrayLike<number>, ends = 0): GreyRange {
  let black = 0;
  let white = Number.NEGATIVE_INFINITY;
  for (let at = 0; at < rows.length; at++) {
    if (rows[at] < black) black = rows[at];
    if (rows[at] > white) white = rows[at];
  }
  white = Math.max(white, black + 1);
  const part = Math.floor((2 * ends * (white - black) + WHITE_LEVEL) / (2 * WHITE_LEVEL));
  return { black: black + part, white: white - part };
}

/** Grey levels 0..255: black and everything below it 0, white and above 255, between them to nearest, halves up. */
export function greyLevels(row: ArrayLike<number>, { black, white }: GreyRange, out: Int32Array): void {
  const range = white - black;
  for (let at = 0; at < out.length; at++) {
    const over = row[at] - black;
    out[at] =
      over <= 0
        ? 0
        : over >= range
          ? WHITE_LEVEL
          : Math.floor((2 * WHITE_LEVEL * over + range) / (2 * range));
  }
}
