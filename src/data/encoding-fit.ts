import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { quoted } from '../printable.js';
import { classOrder } from './classes.js';
import type { ColumnAsked, EncodeAsked } from './encode-spec.js';
import { type ColumnEncoding, type Encoding, inputNames, inputsOf, inputsOfColumn } from './encoding.js';
import { COLUMN_END } from './scaling.js';
import { between, type ScalingMode } from './scaling-fit.js';

/** A table to be encoded: raw values as a data set has them. */
export interface EncodingData {
  /** Row by row; NaN for missing ones. */
  readonly values: ArrayLike<number>;
  readonly rows: number;
  readonly columns: number;
  readonly levels: readonly (readonly string[] | null)[];
  readonly names: readonly string[];
}

export interface EncodingOptions {
  readonly asked: EncodeAsked;
  /** What columns of numbers become unless asked otherwise: `none` whole, `range` range, `quantile` rank, `auto` steps. */
  readonly scaling: ScalingMode;
  /** Missing values are refused. */
  readonly complete: boolean;
}

/** What became of a column; plain JSON (contract, `train --json`, `columns`). */
export interface ColumnSummary {
  readonly name: string;
  readonly kind: ColumnEncoding['kind'] | 'identity' | 'factor' | 'centred' | 'quantile' | 'contrast';
  /** Different values in training, missing ones not among them. */
  readonly distinct: number;
  /** Missing values in training. */
  readonly missing: number;
  /** What networks read of it. */
  readonly inputs: readonly string[];
  /** How far it may be off, in its own units, where a training has radii in units of columns. */
  readonly radius?: number;
}

/** `auto`: a thermometer of so many parts at most. */
const AUTO_PARTS = 10;
/** `auto` refuses texts of more levels: names and dates are no categories. */
const MOST_LEVELS = 1000;

/**
 * Fits an encoding on training rows, column by column.
 *
 * @throws InputError naming the column that cannot be encoded as it is asked, or the column that does not exist
 */
export function fitEncoding(data: EncodingData, options: EncodingOptions): Encoding {
  for (const name of options.asked.named.keys()) {
    if (!data.names.includes(name)) throw new InputError(`encode: there is no column ${quoted(name)}`);
  }
  const columns = data.names.map((name, c) =>
    fitColumn(seen(data, c), askedOf(options, name, data.levels[c]), name),
  );
  // A weight of an input that is on must be worth as much as one of a number at the end of its range.
  const isWide = columns.some(({ kind }) => kind === 'range' || kind === 'rank');
  const encoding: Encoding = {
    one: isWide ? COLUMN_END : 1,
    ...(options.complete ? { complete: true } : {}),
    columns,
  };
  const inputs = inputsOf(encoding);
  if (inputs === 0)
    throw new InputError('columns: every one of them is constant: there is nothing to learn from');
  if (inputs > LIMITS.columns) {
    throw new InputError(`columns: they become ${inputs} inputs; at most ${LIMITS.columns} are supported`);
  }
  return encoding;
}

function askedOf(
  { asked, scaling }: EncodingOptions,
  name: string,
  levels: readonly string[] | null,
): ColumnAsked {
  const named = asked.named.get(name);
  if (named !== undefined && named.kind !== 'auto') return named;
  if (levels !== null) return { kind: 'category' };
  if (asked.numbers.kind !== 'auto') return asked.numbers;
  if (scaling === 'none') return { kind: 'whole' };
  if (scaling === 'range') return { kind: 'range' };
  return scaling === 'quantile' ? { kind: 'rank' } : { kind: 'auto' };
}

/** What training has of a column. */
interface Seen {
  /** Values ascending, missing ones not among them. */
  readonly sorted: Float64Array;
  readonly missing: number;
  readonly levels: readonly string[] | null;
}

function seen({ values, rows, columns, levels }: EncodingData, column: number): Seen {
  const sorted = new Float64Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const value = values[row * columns + column];
    if (!Number.isNaN(value)) sorted[count++] = value + 0;
  }
  return { sorted: sorted.subarray(0, count).sort(), missing: rows - count, levels: levels[column] };
}

function fitColumn({ sorted, missing, levels }: Seen, asked: ColumnAsked, name: string): ColumnEncoding {
  const count = sorted.length;
  const isConstant = count === 0 || sorted[0] === sorted[count - 1];
  if (count === 0 || (isConstant && missing === 0)) return { kind: 'none' };
  const indicator = missing > 0 ? { missing: true as const } : {};
  if (asked.kind === 'category' || asked.kind === 'levels') {
    const there = new Set(distinct(sorted).map((value) => (levels === null ? String(value) : levels[value])));
    if (asked.kind === 'category') {
      if (there.size > MOST_LEVELS) {
        throw new InputError(
          `column ${quoted(name)}: ${there.size} different texts; ${MOST_LEVELS} at most. Leave it out (--drop), or if it names the rows, say so (--id)`,
        );
      }
      return { kind: 'category', levels: classOrder([...there]), ...indicator };
    }
    const listed = asked.levels.map(canonical);
    const other = [...there].find((level) => !listed.includes(level));
    if (other === undefined) return { kind: 'order', levels: listed, ...indicator };
    throw new InputError(
      `column ${quoted(name)}: ${quoted(other)} is none of the levels that are listed for it`,
    );
  }
  if (levels !== null) {
    throw new InputError(
      `column ${quoted(name)}: ${quoted(levels[sorted[count - 1]])} is not a number, and ${asked.kind} is for numbers; category and levels are for texts`,
    );
  }
  const filled = { fill: medianOf(sorted), ...indicator };
  if (isConstant) return { kind: 'steps', thresholds: [], ...filled };
  switch (asked.kind) {
    case 'whole':
      if (!isWhole(sorted)) {
        throw new InputError(
          `column ${quoted(name)}: not all are whole numbers in -32767..32767, which is asked for`,
        );
      }
      return { kind: 'whole', ...filled };
    case 'range': {
      const [low, high] = [sorted[0], sorted[count - 1]];
      // The least doubles have no half.
      if (!(high / 2 - low / 2 > 0)) return { kind: 'rank', thresholds: cuts(sorted, 2), ...filled };
      return {
        kind: 'range',
        middle: low / 2 + high / 2 + 0,
        half: high / 2 - low / 2,
        end: COLUMN_END,
        ...filled,
      };
    }
    case 'rank':
      return { kind: 'rank', thresholds: cuts(sorted, 2 * COLUMN_END + 1), ...filled };
    case 'at':
      return { kind: 'steps', thresholds: asked.thresholds.map((t) => t + 0), ...filled };
    case 'quantile':
      return { kind: 'steps', thresholds: cuts(sorted, asked.parts), ...filled };
    default:
      return { kind: 'steps', thresholds: cuts(sorted, AUTO_PARTS), ...filled };
  }
}

/**
 * Thresholds between neighbouring different values that cut them into parts of about as many rows, `parts` at most: all values of one part
 * where there are no more than that many. A value on more rows than a part is one by itself, and what is left is cut into the parts that are
 * left, so that beside a heap at zero the rest is cut too. In whole numbers.
 */
function cuts(sorted: Float64Array, parts: number): number[] {
  const values = distinct(sorted);
  if (values.length <= parts) return values.slice(1).map((value, n) => between(values[n], value));
  const counts = new Float64Array(values.length);
  let at = -1;
  for (let n = 0; n < sorted.length; n++) {
    if (n === 0 || sorted[n] !== sorted[n - 1]) at++;
    counts[at]++;
  }
  let rows = sorted.length;
  let left = parts;
  for (const heap of counts.slice().sort().reverse()) {
    if (left === 1 || heap * left <= rows) break;
    rows -= heap;
    left--;
  }
  // A row weighs `left`, and a part `rows`: heaps too.
  const weightOf = (n: number): number => Math.min(counts[n] * left, rows);
  const thresholds: number[] = [];
  let sum = 0;
  let cut = 1;
  for (let n = 0; n + 1 < values.length && cut < parts; n++) {
    sum += weightOf(n);
    // The border after a value is the nearest one to a cut where that is not beyond the middle of the next value.
    const reached = Math.min(parts - 1, Math.floor((2 * sum + weightOf(n + 1)) / (2 * rows)));
    if (reached < cut) continue;
    thresholds.push(between(values[n], values[n + 1]));
    cut = reached + 1;
  }
  return thresholds;
}

function distinct(sorted: Float64Array): number[] {
  const values: number[] = [];
  for (const value of sorted)
    if (values.length === 0 || value !== values[values.length - 1]) values.push(value);
  return values;
}

/** The lower one of two in the middle, which is a value that there is. */
function medianOf(sorted: Float64Array): number {
  return sorted[(sorted.length - 1) >> 1];
}

function isWhole(values: Float64Array): boolean {
  return values.every((value) => Number.isInteger(value) && Math.abs(value) <= 32767);
}

/** A level as a table has it: numbers in their shortest form. */
function canonical(level: string): string {
  const value = level.trim() === '' ? Number.NaN : Number(level);
  return Number.isFinite(value) ? String(value) : level;
}

/** What became of the columns, for people and for `--json`. */
export function encodingSummary(encoding: Encoding, data: EncodingData): ColumnSummary[] {
  const names = inputNames(encoding, data.names);
  let from = 0;
  return encoding.columns.map((column, c): ColumnSummary => {
    const { sorted, missing } = seen(data, c);
    const inputs = names.slice(from, from + inputsOfColumn(column));
    from += inputs.length;
    return { name: data.names[c], kind: column.kind, distinct: distinct(sorted).length, missing, inputs };
  });
}

/** What a scaling made of the columns, in the same form. */
export function scalingColumnsSummary(
  kind: ColumnSummary['kind'],
  data: Omit<EncodingData, 'levels'>,
): ColumnSummary[] {
  const levels = data.names.map(() => null);
  return data.names.map((name, c) => {
    const { sorted, missing } = seen({ ...data, levels }, c);
    return { name, kind, distinct: distinct(sorted).length, missing, inputs: [name] };
  });
}
