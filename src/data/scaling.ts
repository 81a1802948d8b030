import { InputError } from '../errors.js';

/**
 * How raw values become the integers that networks read. It is fitted on the training samples, stored in the model as
 * plain JSON and applied again at prediction; only additions, multiplications, divisions and roundings of doubles are
 * used, so the same row gives the same integers everywhere.
 *
 * - `identity`: whole numbers stay as they are (images, counts).
 * - `factor`: one factor for all columns, zero stays zero.
 * - `centred`: each column on its own: the middle of its training range becomes 0, its ends -127 and 127; a column that
 *   was constant in training becomes 0.
 *
 * Why three: a network has no bias, so where the zero lies matters. Measured with a ternary neuron a pair, no bias, test
 * accuracy (10 of each class for training on iris and optdigits, 20 on heart): iris in one common unit 94 %, centred 85 %
 * (contrasts between its lengths and widths do without a bias); optdigits 75 % and 66 %; heart, whose columns are years,
 * codes and mmHg, 68 % in raw units, 77 % stretched to 0..255, 80 % centred. Hence one common unit where the columns are
 * comparable, and centred columns where they are not.
 *
 * - `contrast`: for images, where it is asked for (docs/robust.md). Square roots of the values, 255 at the brightest of the
 *   training, less half the mean root of each column: dark greys tell as much as bright ones, and the half mean stands in for
 *   the bias that a neuron does not have. Never chosen here by itself.
 */
export type Scaling =
  | { readonly kind: 'identity' }
  | { readonly kind: 'factor'; readonly factor: number }
  | { readonly kind: 'centred'; readonly middle: readonly number[]; readonly half: readonly number[] }
  | { readonly kind: 'contrast'; readonly white: number; readonly middle: readonly number[] };

export interface ScalingOptions {
  /** Rows are images: their columns share one unit whatever they look like. */
  readonly image?: boolean;
  /** Scaling `contrast`; only for images. */
  readonly contrast?: boolean;
  /** Names of the columns, quoted in messages. */
  readonly columnNames?: readonly string[];
}

/** Whole numbers up to this magnitude are left as they are. */
export const MAX_IDENTITY_VALUE = 1023;
/** Scaled values lie in -MAX_SCALED_VALUE..MAX_SCALED_VALUE, whatever is predicted. */
export const MAX_SCALED_VALUE = 32767;
/** Ends of a centred column's training range. */
const CENTRED_END = 127;
/** At prediction a centred value may leave the training range by its half width on either side. */
const CENTRED_LIMIT = 2 * CENTRED_END + 1;
/** Largest magnitude of training values under a common factor that is no power of ten. */
const COMMON_END = 255;
/** What `contrast` takes off a column: this share of its mean root. A third and two thirds are a little worse. */
const MIDDLE_SHARE = 0.5;
/** Columns are comparable when the widest range is at most this many times the median range. */
const MAX_RANGE_RATIO = 8;
/** ... and when no value is farther from zero than this many times the widest range. */
const MAX_OFFSET_RATIO = 4;
/** With fewer columns than this, all of one sign, contrasts between columns cannot stand in for a bias. */
const MIN_CONTRAST_COLUMNS = 4;
const MAX_DECIMALS = 3;
const MAX_SCALING_COLUMNS = 1_000_000;

/**
 * Chooses the scaling for training samples.
 *
 * @param values `rows * columns` numbers, row by row
 * @throws InputError naming row and column (`samples[3][5]`, counted from 0) of a value that is no finite number
 */
export function fitScaling(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  options: ScalingOptions = {},
): Scaling {
  if (rows < 1 || columns < 1 || values.length !== rows * columns) {
    throw new InputError(`samples: ${rows} x ${columns} values expected, got ${values.length}`);
  }
  const { low, high, largest } = measure(values, columns, options.columnNames);
  if (options.contrast === true && largest > 0) return fitContrast(values, rows, columns, largest);
  if (options.image === true || areComparable(low, high, largest)) {
    if (largest === 0) return { kind: 'identity' };
    const factor = decimalFactor(values, largest) ?? COMMON_END / largest;
    if (factor === 1) return { kind: 'identity' };
    // Beyond this the quotient is no number to multiply with; such columns are centred, which divides instead.
    if (Number.isFinite(factor) && factor > 0) return { kind: 'factor', factor };
  }
  return {
    kind: 'centred',
    // Halves first: the sum of two large numbers may be no number.
    middle: low.map((value, column) => value / 2 + high[column] / 2),
    half: low.map((value, column) => high[column] / 2 - value / 2),
  };
}

function fitContrast(values: ArrayLike<number>, rows: number, columns: number, white: number): Scaling {
  const middle = new Array<number>(columns).fill(0);
  for (let at = 0; at < values.length; at++) middle[at % columns] += rootOf(values[at], white);
  for (let column = 0; column < columns; column++) {
    middle[column] = roundInto((middle[column] / rows) * MIDDLE_SHARE, COMMON_END);
  }
  return { kind: 'contrast', white, middle };
}

/** The root of a value, its sign kept, in whole numbers; 255 for `white`. Square roots of doubles are the same everywhere. */
function rootOf(value: number, white: number): number {
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
    if (scaling.kind === 'centred') {
      const half = scaling.half[column];
      const scaled = half === 0 ? 0 : ((value - scaling.middle[column]) / half) * CENTRED_END;
      out[column] = roundInto(scaled, CENTRED_LIMIT);
    } else if (scaling.kind === 'contrast') {
      out[column] = rootOf(value, scaling.white) - scaling.middle[column];
    } else {
      out[column] = roundInto(scaling.kind === 'factor' ? value * scaling.factor : value, MAX_SCALED_VALUE);
    }
  }
}

/** How many columns a row must have, or `undefined` where the scaling fits any number. */
export function scalingColumns(scaling: Scaling): number | undefined {
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
  if (fields.kind === 'identity') return { kind: 'identity' };
  if (fields.kind === 'factor') {
    const factor = fields.factor;
    if (typeof factor !== 'number' || !Number.isFinite(factor) || factor <= 0) {
      throw new InputError('factor: must be a positive number');
    }
    return { kind: 'factor', factor };
  }
  if (fields.kind === 'contrast') {
    const { white } = fields;
    if (typeof white !== 'number' || !Number.isFinite(white) || white <= 0) {
      throw new InputError('white: must be a positive number');
    }
    const middle = numbers(fields.middle, 'middle', Number.NEGATIVE_INFINITY);
    const fault = middle.findIndex((value) => !Number.isInteger(value) || Math.abs(value) > COMMON_END);
    if (fault >= 0) {
      throw new InputError(`middle[${fault}]: must be a whole number in -${COMMON_END}..${COMMON_END}`);
    }
    return { kind: 'contrast', white, middle };
  }
  if (fields.kind !== 'centred') {
    throw new InputError('kind: must be identity, factor, centred or contrast');
  }
  const middle = numbers(fields.middle, 'middle', Number.NEGATIVE_INFINITY);
  const half = numbers(fields.half, 'half', 0);
  if (middle.length !== half.length) {
    throw new InputError(`half: ${half.length} columns, but middle has ${middle.length}`);
  }
  return { kind: 'centred', middle, half };
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

function roundInto(value: number, limit: number): number {
  // Adding zero turns -0 into 0.
  return Math.max(-limit, Math.min(limit, Math.round(value))) + 0;
}

interface Measures {
  readonly low: number[];
  readonly high: number[];
  /** Largest magnitude of all values. */
  readonly largest: number;
}

function measure(values: ArrayLike<number>, columns: number, names: readonly string[] | undefined): Measures {
  const low = new Array<number>(columns).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(columns).fill(Number.NEGATIVE_INFINITY);
  let largest = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    const column = at % columns;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      const called = names?.[column] === undefined ? '' : ` (column "${names[column]}")`;
      throw new InputError(
        `samples[${Math.floor(at / columns)}][${column}]${called}: expected a finite number, got ${String(value)}`,
      );
    }
    if (value < low[column]) low[column] = value;
    if (value > high[column]) high[column] = value;
    largest = Math.max(largest, Math.abs(value));
  }
  return { low, high, largest };
}

/** Whether the columns look like measurements in one unit, with a zero that means something. */
function areComparable(low: readonly number[], high: readonly number[], largest: number): boolean {
  const ranges = low
    .map((value, column) => high[column] - value)
    .filter((range) => range > 0)
    .sort((a, b) => a - b);
  if (ranges.length === 0) return true;
  const widest = ranges[ranges.length - 1];
  const median = ranges[ranges.length >> 1];
  if (!(widest <= MAX_RANGE_RATIO * median) || !(largest <= MAX_OFFSET_RATIO * widest)) return false;
  const oneSign = low.every((value) => value >= 0) || high.every((value) => value <= 0);
  return !(oneSign && low.length < MIN_CONTRAST_COLUMNS);
}

/** The smallest power of ten that makes every value a small whole number, if there is one. */
function decimalFactor(values: ArrayLike<number>, largest: number): number | undefined {
  for (let factor = 1, decimals = 0; decimals <= MAX_DECIMALS; factor *= 10, decimals++) {
    if (largest * factor > MAX_IDENTITY_VALUE) return undefined;
    let exact = true;
    for (let at = 0; exact && at < values.length; at++) {
      exact = Math.round(values[at] * factor) / factor === values[at];
    }
    if (exact) return factor;
  }
  return undefined;
}
