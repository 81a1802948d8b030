import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import { type ColumnEncoding, type Encoding, inputsOfColumn, inputsOfValue, levelsOf } from './encoding.js';
import { type Scaling, scaledValue } from './scaling.js';

/*
 * How far the columns of a table may be off, each in its own units, and what the inputs of the networks can become by it. Inputs of one
 * column move together: of a thermometer those between two values, of a category one level for another. Numbers only go up or down with
 * what they are made of, so the least and the largest of a column say all about it where it is one input.
 */

/** What the values of a sample are read by. */
export interface ColumnReading {
  readonly scaling: Scaling;
  readonly encoding?: Encoding;
}

/** Radii that somebody asks for (`Perturbations`). */
export interface RadiiAsked {
  readonly sd?: number;
  readonly columns?: Readonly<Record<string, number>>;
}

/**
 * The standard deviation of every column of numbers, that of a sample (divided by one row less), missing values left out; 0 of a column of
 * levels and of fewer than two values.
 *
 * @param values as the encoding takes them, row by row
 */
export function deviationsOf(
  values: ArrayLike<number>,
  rows: number,
  columns: number,
  encoding: Encoding | undefined,
): number[] {
  return Array.from({ length: columns }, (_, c) => {
    if (encoding !== undefined && levelsOf(encoding.columns[c]) !== undefined) return 0;
    return deviation(values, rows, columns, c);
  });
}

/** By the means of differences to the first value: large numbers that differ little keep their digits. */
function deviation(values: ArrayLike<number>, rows: number, columns: number, column: number): number {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row * columns + column];
    if (Number.isNaN(value)) continue;
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  const spread = count < 2 ? 0 : Math.sqrt(squares / (count - 1));
  return Number.isFinite(spread) ? spread : 0;
}

/**
 * How far every column may be off.
 *
 * @param deviations of the training rows
 * @throws InputError naming the column that does not exist, or that cannot move so
 */
export function radiiOfColumns(
  asked: RadiiAsked,
  names: readonly string[],
  deviations: readonly number[],
  encoding: Encoding | undefined,
): Float64Array {
  const { sd = 0, columns = {} } = asked;
  const unknown = Object.keys(columns).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InputError(`perturb: there is no column ${quoted(unknown)}`);
  return Float64Array.from(names, (name, c) => {
    if (!Object.hasOwn(columns, name)) return sd * deviations[c];
    const radius = columns[name];
    const kind = encoding?.columns[c].kind;
    if (kind === 'category' && radius !== 0 && radius !== 1) {
      throw new InputError(
        `perturb: column ${quoted(name)} is a category, which stays (0) or becomes any other level (1); got ${radius}`,
      );
    }
    if (kind === 'order' && !Number.isInteger(radius)) {
      throw new InputError(`perturb: column ${quoted(name)} moves by whole levels; got ${radius}`);
    }
    return radius;
  });
}

/** Inputs that a column becomes. */
export function widthOfColumn({ encoding }: ColumnReading, column: number): number {
  return encoding === undefined ? 1 : inputsOfColumn(encoding.columns[column]);
}

/**
 * What the inputs of a column are at the values within a radius: all there are for columns of several inputs, of one input the least and the
 * largest. The first is that of the value itself or, of numbers, of the least one. A missing value is known to be missing, and stays; so
 * does a level that is not known.
 */
export function inputsWithin(
  { encoding, scaling }: ColumnReading,
  column: number,
  value: number,
  radius: number,
): Int32Array[] {
  if (encoding === undefined) {
    const ends = [scaledValue(scaling, value - radius, column), scaledValue(scaling, value + radius, column)];
    return different(ends.map((end) => Int32Array.of(end)));
  }
  const fitted = encoding.columns[column];
  return different(valuesWithin(fitted, value, radius).map((each) => inputsOfValue(encoding, column, each)));
}

/** Values whose inputs are all that there are within the radius, or the ends of them. */
function valuesWithin(column: ColumnEncoding, value: number, radius: number): number[] {
  if (Number.isNaN(value) || radius === 0) return [value];
  const [low, high] = [value - radius, value + radius];
  switch (column.kind) {
    case 'none':
      return [value];
    case 'steps':
      return [low, ...column.thresholds.filter((threshold) => threshold > low && threshold <= high)];
    case 'category':
      return radius >= 1 ? [value, ...column.levels.keys()] : [value];
    case 'order': {
      const last = column.levels.length - 1;
      if (value < 0 || value > last) return [value];
      const [from, to] = [Math.max(0, Math.ceil(low)), Math.min(last, Math.floor(high))];
      return Array.from({ length: to - from + 1 }, (_, n) => from + n);
    }
    default:
      return [low, high];
  }
}

function different(lists: readonly Int32Array[]): Int32Array[] {
  const known = new Set<string>();
  return lists.filter((list) => {
    const key = list.join();
    if (known.has(key)) return false;
    known.add(key);
    return true;
  });
}
