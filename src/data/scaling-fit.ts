import { InputError } from '../errors.js';
import type { OptionValues } from '../options.js';
import { mergedColumns } from './merged-columns.js';
import {
  COLUMN_END,
  COMMON_END,
  MAX_COLUMN_END,
  MAX_SCALED_VALUE,
  MAX_THRESHOLDS,
  rootOf,
  roundInto,
  type Scaling,
} from './scaling.js';

/**
 * How the scaling of a training is chosen.
 *
 * - `none`: the values are what networks read; others than whole numbers in 16 bits are refused.
 * - `range`: each column's training range becomes -127..127; images have one factor for all pixels, 255 at the brightest.
 * - `quantile`: each column's order in training, spread evenly over -127..127.
 * - `auto`: whole numbers in 16 bits are left alone. Others keep one unit where the columns are comparable, and are centred
 *   column by column where they are not.
 *
 * Why auto has two: a network has no bias, so where the zero lies matters. Measured with a ternary neuron a pair, no bias,
 * test accuracy (10 of each class for training on iris and optdigits, 20 on heart): iris in one common unit 94 %, centred
 * 85 % (contrasts between its lengths and widths do without a bias); optdigits 75 % and 66 %; heart, whose columns are
 * years, codes and mmHg, 68 % in raw units, 77 % stretched to 0..255, 80 % centred.
 */
export type ScalingMode = NonNullable<OptionValues['scaling']>;

export interface ScalingOptions {
  /** Default `auto`. */
  readonly mode?: ScalingMode;
  /** Rows are images: their columns share one unit whatever they look like. */
  readonly image?: boolean;
  /** Scaling `contrast`; only for images. */
  readonly contrast?: boolean;
  /** Names of the columns, quoted in messages. */
  readonly columnNames?: readonly string[];
  /** What the magnitudes of a row may add up to; `auto` chooses nothing beyond. Default: no limit. */
  readonly mostSum?: number;
}

/** Columns are comparable when the widest range is at most this many times the median range. */
const MAX_RANGE_RATIO = 8;
/** ... and when no value is farther from zero than this many times the widest range. */
const MAX_OFFSET_RATIO = 4;
/** With fewer columns than this, all of one sign, contrasts between columns cannot stand in for a bias. */
const MIN_CONTRAST_COLUMNS = 4;
const MAX_DECIMALS = 3;
/** What `contrast` takes off a column: this share of its mean root. A third and two thirds are a little worse. */
const MIDDLE_SHARE = 0.5;

/**
 * Chooses the scaling for training samples.
 *
 * @param values `rows * columns` numbers, row by row
 * @throws InputError naming row and column (`samples[3][5]`, counted from 0) of a value that is no finite number, or that
 *   `none` does not take
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
  const facts = measure(values, columns, options.columnNames);
  const { mode = 'auto', image = false } = options;
  if (options.contrast === true && facts.largest > 0) {
    return fitContrast(values, rows, columns, facts.largest);
  }
  if (mode === 'none') {
    if (facts.strange >= 0) refuseStrange(values, facts.strange, columns, options.columnNames);
    return { kind: 'identity' };
  }
  if (mode === 'quantile') {
    if (image) throw new InputError('scaling: quantile takes every column for itself, which pixels are not');
    return { kind: 'quantile', thresholds: quantiles(values, rows, columns) };
  }
  if (mode === 'range') return (image ? commonFactor(facts, COMMON_END) : undefined) ?? centred(facts);
  return fitAuto(values, rows, columns, facts, options);
}

function fitAuto(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  facts: Measures,
  { image = false, mostSum = Number.POSITIVE_INFINITY }: ScalingOptions,
): Scaling {
  const { largest, strange } = facts;
  // Copies of an image may be brighter than it is, all over.
  const sum = image ? largest * columns : facts.largestSum;
  if (strange < 0 && sum <= mostSum) return { kind: 'identity' };
  const merges = (scaling: Scaling): boolean => mergedColumns(scaling, values, rows, columns).length > 0;
  if (image || areComparable(facts)) {
    const decimal = decimalFactor(values, largest, Math.min(MAX_SCALED_VALUE, (largest * mostSum) / sum));
    if (decimal !== undefined)
      return decimal === 1 ? { kind: 'identity' } : { kind: 'factor', factor: decimal };
    const coarse = commonFactor(facts, COMMON_END);
    if (coarse !== undefined) {
      const finest = Math.min(MAX_SCALED_VALUE, Math.floor((largest / sum) * mostSum));
      if (finest <= COMMON_END || !merges(coarse)) return coarse;
      return commonFactor(facts, finest) ?? coarse;
    }
  }
  const coarse = centred(facts);
  const finest = Math.min(MAX_COLUMN_END, Math.floor(mostSum / columns));
  return finest <= COLUMN_END || !merges(coarse) ? coarse : centred(facts, finest);
}

/** `undefined` beyond what a quotient can be; such columns are centred, which divides instead. */
function commonFactor({ largest }: Measures, end: number): Scaling | undefined {
  if (largest === 0) return { kind: 'identity' };
  const factor = end / largest;
  if (factor === 1) return { kind: 'identity' };
  return Number.isFinite(factor) && factor > 0 ? { kind: 'factor', factor } : undefined;
}

function centred({ low, high }: Measures, end = COLUMN_END): Scaling {
  return {
    kind: 'centred',
    // Halves first: the sum of two large numbers may be no number. The last zero: half of the least number below zero is
    // -0, which JSON writes as 0.
    middle: low.map((value, column) => value / 2 + high[column] / 2 + 0),
    half: low.map((value, column) => high[column] / 2 - value / 2 + 0),
    ...(end === COLUMN_END ? {} : { end }),
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

/**
 * Thresholds midway between neighbouring values of a column: all of them while there are no more than MAX_THRESHOLDS; else
 * MAX_THRESHOLDS cuts of the sorted rows into shares of equal size, cuts within equal values moved down to the next
 * different one, and cuts that coincide taken once.
 */
function quantiles(values: ArrayLike<number>, rows: number, columns: number): number[][] {
  const sorted = new Float64Array(rows);
  return Array.from({ length: columns }, (_, column) => {
    for (let row = 0; row < rows; row++) sorted[row] = values[row * columns + column];
    sorted.sort();
    const starts: number[] = []; // where a value other than the one before begins
    for (let row = 1; row < rows; row++) if (sorted[row] > sorted[row - 1]) starts.push(row);
    if (starts.length <= MAX_THRESHOLDS) return starts.map((at) => between(sorted[at - 1], sorted[at]));
    const thresholds: number[] = [];
    let next = 0;
    for (let cut = 1; cut <= MAX_THRESHOLDS; cut++) {
      const isBefore = (start: number): boolean => start * (MAX_THRESHOLDS + 1) <= cut * rows;
      while (next + 1 < starts.length && isBefore(starts[next + 1])) next++;
      const threshold = between(sorted[starts[next] - 1], sorted[starts[next]]);
      if (threshold > (thresholds.at(-1) ?? Number.NEGATIVE_INFINITY)) thresholds.push(threshold);
    }
    return thresholds;
  });
}

/** The middle of two different numbers; the upper one where the middle rounds to the lower. */
export function between(lower: number, upper: number): number {
  const middle = lower / 2 + upper / 2 + 0; // no -0, which JSON does not keep
  return middle > lower && middle <= upper ? middle : upper + 0;
}

interface Measures {
  readonly low: number[];
  readonly high: number[];
  /** Largest magnitude of all values. */
  readonly largest: number;
  /** Largest sum of magnitudes of a row. */
  readonly largestSum: number;
  /** Position of the first value that is no whole number in 16 bits; -1: there is none. */
  readonly strange: number;
}

function measure(values: ArrayLike<number>, columns: number, names: readonly string[] | undefined): Measures {
  const low = new Array<number>(columns).fill(Number.POSITIVE_INFINITY);
  const high = new Array<number>(columns).fill(Number.NEGATIVE_INFINITY);
  let largest = 0;
  let largestSum = 0;
  let sum = 0;
  let strange = -1;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    const column = at % columns;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new InputError(`${place(at, columns, names)}: expected a finite number, got ${String(value)}`);
    }
    const size = Math.abs(value);
    if (strange < 0 && !(size <= MAX_SCALED_VALUE && Number.isInteger(value))) strange = at;
    if (value < low[column]) low[column] = value;
    if (value > high[column]) high[column] = value;
    largest = Math.max(largest, size);
    sum = (column === 0 ? 0 : sum) + size;
    largestSum = Math.max(largestSum, sum);
  }
  return { low, high, largest, largestSum, strange };
}

function refuseStrange(
  values: ArrayLike<number>,
  at: number,
  columns: number,
  names: readonly string[] | undefined,
): never {
  throw new InputError(
    `${place(at, columns, names)}: ${values[at]} is no whole number in -${MAX_SCALED_VALUE}..${MAX_SCALED_VALUE}, and ` +
      'scaling none takes nothing else',
  );
}

function place(at: number, columns: number, names: readonly string[] | undefined): string {
  const column = at % columns;
  const called = names?.[column] === undefined ? '' : ` (column "${names[column]}")`;
  return `samples[${Math.floor(at / columns)}][${column}]${called}`;
}

/** Whether the columns look like measurements in one unit, with a zero that means something. */
export function looksLikeOneUnit(values: ArrayLike<number>, columns: number): boolean {
  return areComparable(measure(values, columns, undefined));
}

function areComparable({ low, high, largest }: Measures): boolean {
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

/** The smallest power of ten that makes every value a whole number of at most `most`, if there is one. */
function decimalFactor(values: ArrayLike<number>, largest: number, most: number): number | undefined {
  for (let factor = 1, decimals = 0; decimals <= MAX_DECIMALS; factor *= 10, decimals++) {
    if (Math.round(largest * factor) > most) return undefined;
    let exact = true;
    for (let at = 0; exact && at < values.length; at++) {
      exact = Math.round(values[at] * factor) / factor === values[at];
    }
    if (exact) return factor;
  }
  return undefined;
}
