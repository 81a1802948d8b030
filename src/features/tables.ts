import { WHITE_LEVEL } from './levels.js';

/** Magnitudes are in 1/16 grey levels, directions in 1/16 bins. */
export const PARTS = 16;
/** Differences of grey levels have magnitudes 0..255. */
const SIDE = WHITE_LEVEL + 1;

/** The nearest whole number to half the root of a whole number: `round(sqrt(n) / 2)`. Never a tie, and exact for n < 2^50. */
export function halfRoot(n: number): number {
  return (Math.floor(Math.sqrt(n)) + 1) >> 1;
}

/** `round(255 sqrt(grey / 255))` by grey level. */
export const ROOTS: Uint8Array = Uint8Array.from({ length: SIDE }, (_, grey) =>
  halfRoot(4 * WHITE_LEVEL * grey),
);

/** `round(16 sqrt(dx^2 + dy^2))` at `256 |dy| + |dx|`. */
export function magnitudeTable(): Uint16Array {
  const table = new Uint16Array(SIDE * SIDE);
  for (let dy = 0, at = 0; dy < SIDE; dy++) {
    for (let dx = 0; dx < SIDE; dx++) table[at++] = halfRoot(4 * PARTS * PARTS * (dx * dx + dy * dy));
  }
  return table;
}

let made: Uint16Array | undefined;

/** The table of magnitudes, made once. */
export function magnitudes(): Uint16Array {
  made ??= magnitudeTable();
  return made;
}

/**
 * The direction of (dx, dy), both >= 0, to the nearest 1/16 bin, at `256 dy + dx`; the whole turn is `16 * bins`. The
 * differences are whole and at most 255, so no direction comes within 3e-9 turns of the middle between two sixteenths
 * (a test looks at all of them): whoever computes an arc tangent to ten digits has the same table.
 */
export function directionTable(bins: number): Uint16Array {
  const table = new Uint16Array(SIDE * SIDE);
  const unit = (PARTS * bins) / (2 * Math.PI);
  for (let dy = 0, at = 0; dy < SIDE; dy++) {
    for (let dx = 0; dx < SIDE; dx++) table[at++] = Math.floor(Math.atan2(dy, dx) * unit + 0.5);
  }
  return table;
}

/** The direction of any difference but (0, 0), in 0..turn - 1; `turn` is `16 * bins` of the table. */
export function turnAt(table: Uint16Array, turn: number, dx: number, dy: number): number {
  let angle = table[((dy < 0 ? -dy : dy) << 8) | (dx < 0 ? -dx : dx)];
  if (dx < 0) angle = (turn >> 1) - angle;
  if (dy < 0) angle = turn - angle;
  return angle >= turn ? angle - turn : angle;
}

/**
 * Along one axis of the canvas, which cell of two a pixel counts to, and how much: `first` is one more than the cell to the
 * left (0: there is none, its share is lost), `share` what the cell to the right gets, of 16.
 */
export function cellShares(
  pixels: number,
  begin: number,
  cell: number,
): { readonly first: Int32Array; readonly share: Int32Array } {
  const first = new Int32Array(pixels);
  const share = new Int32Array(pixels);
  for (let x = 0; x < pixels; x++) {
    const position = Math.floor((PARTS * (2 * (x - begin) + 1 - cell) + cell) / (2 * cell));
    first[x] = Math.floor(position / PARTS) + 1;
    share[x] = position - PARTS * (first[x] - 1);
  }
  return { first, share };
}
