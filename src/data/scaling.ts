import { InputError } from '../errors.js';

/**
 * How raw values become the integers that networks read. It is fitted on the training samples (scaling-fit.ts), stored in
 * the model as plain JSON and applied again at prediction; only additions, subtractions, multiplications, divisions, square
 * roots, comparisons and roundings of doubles are used, so the same row gives the same integers everywhere. docs/formats.md
 * says each of them in the order in which they are done.
 *
 * - `identity`: whole numbers stay as they are (images, counts).
 * - `factor`: one factor for all columns, zero stays zero.
 * - `centred`: each column on its own: the middle of its training range becomes 0, its ends `-end` and `end`; a column that
 *   was constant in training becomes 0.
 * - `quantile`: each column on its own: how many of its thresholds a value reaches, spread evenly over -127..127.
 * - `contrast`: for images, where it is asked for (docs/robust.md). Square roots of the values, 255 at the brightest of the
 *   training, less half the mean root of each column: dark greys tell as much as bright ones, and the half mean stands in for
 *   the bias that a neuron does not have.
 */
export type Scaling =
  | { readonly kind: 'identity' }
  | { readonly kind: 'factor'; readonly factor: number }
  | {
      readonly kind: 'centred';
      readonly middle: readonly number[];
      readonly half: readonly number[];
      /** What the ends of the training range become; absent: 127. */
      readonly end?: number;
    }
  | { readonly kind: 'quantile'; readonly thresholds: readonly (readonly number[])[] }
  | { readonly kind: 'contrast'; readonly white: number; readonly middle: readonly number[] };

/** Scaled values lie in -MAX_SCALED_VALUE..MAX_SCALED_VALUE, whatever is predicted. */
export const MAX_SCALED_VALUE = 32767;
/** Ends of a column's training range, `centred` (unless the scaling says another) and `quantile`. */
export const COLUMN_END = 127;
/** The largest `end` of `centred`: twice as far, and one more, is still a scaled value. */
export const MAX_COLUMN_END = 16383;
/** A column has so many thresholds at most: one less than whole numbers in -COLUMN_END..COLUMN_END. */
export const MAX_THRESHOLDS = 2 * COLUMN_END;
/** `contrast`: the root of the brightest value in training. */
export const COMMON_END = 255;
const MAX_SCALING_COLUMNS = 1_000_000;

/** The root of a value, its sign kept, in whole numbers; 255 for `white`. Square roots of doubles are the same everywhere. */
export function rootOf(value: number, white: number): number {
  const root = Math.sqrt(Math.abs(value) / white) * COMMON_END;
  return roundInto(value < 0 ? -root : root, MAX_SCALED_VALUE - COMMON_END);
}

/**
 * What a scaling takes off every column after everything else, or `undefined`: to resample an image, which has 0 beyond its
 * border, these have to be put back first.
 */
export function scalingMiddle(scaling: Scaling): readonly number[] | undefined {
  return scaling.kind === 'contrast' ? scaling.middle : undefined;
}

/**
 * Scales one row.
 *
 * @param row raw values, as many as `out` has
 * @param out receives integers in -32767..32767
 * @throws InputError naming the column of a value that is no finite number
 */
export function applyScaling(
  scaling: Scaling,
  row: ArrayLike<number>,
  out: { [index: number]: number; readonly length: number },
): void {
  for (let column = 0; column < row.length; column++) {
    const value = row[column];
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new InputError(`column ${column}: expected a finite number, got ${String(value)}`);
    }
    out[column] = scaledValue(scaling, value, column);
  }
}

/** One finite value of one column, scaled. */
export function scaledValue(scaling: Scaling, value: number, column: number): number {
  switch (scaling.kind) {
    case 'identity':
      return roundInto(value, MAX_SCALED_VALUE);
    case 'factor':
      return roundInto(value * scaling.factor, MAX_SCALED_VALUE);
    case 'centred': {
      const half = scaling.half[column];
      const end = scaling.end ?? COLUMN_END;
      // At prediction a value may leave the training range by its half width on either side.
      return half === 0 ? 0 : roundInto(((value - scaling.middle[column]) / half) * end, 2 * end + 1);
    }
    case 'quantile':
      return levelOf(scaling.thresholds[column], value);
    case 'contrast':
      return rootOf(value, scaling.white) - scaling.middle[column];
  }
}

/** 0 without thresholds; else -127 below the first and 127 from the last on, in even steps between, halves up. */
export function levelOf(thresholds: readonly number[], value: number): number {
  const most = thresholds.length;
  if (most === 0) return 0;
  let reached = 0;
  for (let above = most; reached < above; ) {
    const middle = (reached + above) >> 1;
    if (value >= thresholds[middle]) reached = middle + 1;
    else above = middle;
  }
  return Math.floor((4 * COLUMN_END * reached + most) / (2 * most)) - COLUMN_END;
}

/** How many columns a row must have, or `undefined` where the scaling fits any number. */
export function scalingColumns(scaling: Scaling): number | undefined {
  if (scaling.kind === 'quantile') return scaling.thresholds.length;
  return scaling.kind === 'centred' || scaling.kind === 'contrast' ? scaling.middle.length : undefined;
}

/** Scales a whole matrix into a new array of `rows * columns` integers; errors as `applyScaling`, with the row. */
export function scaleRows(
  scaling: Scaling,
  values: ArrayLike<number>,
  rows: number,
  columns: number,
): Int32Array {
  const scaled = new Int32Array(rows * columns);
  const row = new Float64Array(columns);
  for (let at = 0; at < rows; at++) {
    for (let column = 0; column < columns; column++) row[column] = values[at * columns + column];
    try {
      applyScaling(scaling, row, scaled.subarray(at * columns, (at + 1) * columns));
    } catch (error) {
      throw error instanceof InputError ? new InputError(`row ${at}, ${error.message}`) : error;
    }
  }
  return scaled;
}

/** Checks a scaling from a model file and copies its fields; throws InputError naming the field. */
export function validateScaling(raw: unknown): Scaling {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new InputError('expected an object with the field kind');
  }
  const fields = raw as Record<string, unknown>;
  switch (fields.kind) {
    case 'identity':
      return { kind: 'identity' };
    case 'factor':
      return { kind: 'factor', factor: positive(fields.factor, 'factor') };
    case 'centred':
      return checkCentred(fields);
    case 'quantile':
      return { kind: 'quantile', thresholds: checkThresholds(fields.thresholds) };
    case 'contrast':
      return checkContrast(fields);
    default:
      throw new InputError('kind: must be identity, factor, centred, quantile or contrast');
  }
}

function checkCentred(fields: Record<string, unknown>): Scaling {
  const middle = numbers(fields.middle, 'middle', Number.NEGATIVE_INFINITY);
  const half = numbers(fields.half, 'half', 0);
  if (middle.length !== half.length) {
    throw new InputError(`half: ${half.length} columns, but middle has ${middle.length}`);
  }
  const { end } = fields;
  if (end === undefined) return { kind: 'centred', middle, half };
  if (typeof end !== 'number' || !Number.isInteger(end) || end < 1 || end > MAX_COLUMN_END) {
    throw new InputError(`end: must be a whole number in 1..${MAX_COLUMN_END}`);
  }
  return { kind: 'centred', middle, half, end };
}

function checkThresholds(raw: unknown): number[][] {
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > MAX_SCALING_COLUMNS) {
    throw new InputError(`thresholds: expected a list of 1..${MAX_SCALING_COLUMNS} lists`);
  }
  return raw.map((column: unknown, at) => {
    const where = `thresholds[${at}]`;
    if (!Array.isArray(column) || column.length > MAX_THRESHOLDS) {
      throw new InputError(`${where}: expected a list of at most ${MAX_THRESHOLDS} numbers`);
    }
    const list = column.length === 0 ? [] : numbers(column, where, Number.NEGATIVE_INFINITY);
    const fault = list.findIndex((value, n) => n > 0 && !(value > list[n - 1]));
    if (fault >= 0) throw new InputError(`${where}[${fault}]: must be larger than the one before`);
    return list;
  });
}

function checkContrast(fields: Record<string, unknown>): Scaling {
  const white = positive(fields.white, 'white');
  const middle = numbers(fields.middle, 'middle', Number.NEGATIVE_INFINITY);
  const fault = middle.findIndex((value) => !Number.isInteger(value) || Math.abs(value) > COMMON_END);
  if (fault >= 0) {
    throw new InputError(`middle[${fault}]: must be a whole number in -${COMMON_END}..${COMMON_END}`);
  }
  return { kind: 'contrast', white, middle };
}

function positive(raw: unknown, name: string): number {
  if (typeof raw !== 'number' || !Number.isFinite(raw) || raw <= 0) {
    throw new InputError(`${name}: must be a positive number`);
  }
  return raw;
}

function numbers(raw: unknown, name: string, least: number): number[] {
  if (!Array.isArray(raw) || raw.length === 0 || raw.length > MAX_SCALING_COLUMNS) {
    throw new InputError(`${name}: expected a list of 1..${MAX_SCALING_COLUMNS} numbers`);
  }
  return raw.map((value: unknown, column) => {
    if (typeof value !== 'number' || !Number.isFinite(value) || value < least) {
      throw new InputError(`${name}[${column}]: must be a finite number${least === 0 ? ' >= 0' : ''}`);
    }
    return value;
  });
}

/** Nearest whole number, halves towards plus infinity, cut to -limit..limit. Adding zero turns -0 into 0. */
export function roundInto(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, Math.round(value))) + 0;
}
