import { InputError } from '../errors.js';
import * as check from '../json-check.js';
import { LIMITS } from '../limits.js';
import { quoted } from '../printable.js';
import { levelOf, MAX_COLUMN_END, MAX_SCALED_VALUE, MAX_THRESHOLDS, roundInto } from './scaling.js';

/*
 * How the columns of a table become the whole numbers that networks read, where a scaling is not enough: texts, missing values,
 * thresholds. One column may become several inputs, which belong together. Fitted on the training rows alone (encoding-fit.ts), stored in
 * the model, and applied by the operations of docs/formats.md ("Encoding"), so that the same row gives the same integers everywhere.
 *
 * A row is one double a column: a number, or of a column with levels the place of its level; NaN is a missing value, any other place an
 * unknown level.
 */

/** Of a column of numbers: what stands in for a missing value (the median of the training), and whether it has an input of its own. */
interface Filled {
  readonly fill: number;
  /** One more input, which is on where the value is missing; absent: the training had none. */
  readonly missing?: true;
}

export type ColumnEncoding =
  /** The same in all training rows: no input. */
  | { readonly kind: 'none' }
  /** The number itself, rounded. */
  | ({ readonly kind: 'whole' } & Filled)
  /** The ends of the training range become -`end` and `end`. */
  | ({
      readonly kind: 'range';
      readonly middle: number;
      readonly half: number;
      readonly end: number;
    } & Filled)
  /** How many thresholds a number reaches, spread evenly over -127..127. */
  | ({ readonly kind: 'rank'; readonly thresholds: readonly number[] } & Filled)
  /** An input a threshold, on from there up: a thermometer. No threshold: a column of one number and missing values. */
  | ({ readonly kind: 'steps'; readonly thresholds: readonly number[] } & Filled)
  /** An input a level, on where the value is that one. Unknown levels: all off. */
  | { readonly kind: 'category'; readonly levels: readonly string[]; readonly missing?: true }
  /** Levels in an order: an input for every level but the first, on from there up. Unknown and missing ones: all off. */
  | { readonly kind: 'order'; readonly levels: readonly string[]; readonly missing?: true };

export interface Encoding {
  /** What an input is that is on; off is 0. Comparable with the other inputs, or a weight of theirs would drown it. */
  readonly one: number;
  /** Missing values are refused, also where the training had none. */
  readonly complete?: true;
  readonly columns: readonly ColumnEncoding[];
}

/** Inputs of a column, its indicator included. */
export function inputsOfColumn(column: ColumnEncoding): number {
  const indicator = column.kind !== 'none' && column.missing ? 1 : 0;
  switch (column.kind) {
    case 'none':
      return 0;
    case 'steps':
      return column.thresholds.length + indicator;
    case 'category':
      return column.levels.length + indicator;
    case 'order':
      return column.levels.length - 1 + indicator;
    default:
      return 1 + indicator;
  }
}

export function inputsOf({ columns }: Encoding): number {
  return columns.reduce((sum, column) => sum + inputsOfColumn(column), 0);
}

export function levelsOf(column: ColumnEncoding): readonly string[] | undefined {
  return column.kind === 'category' || column.kind === 'order' ? column.levels : undefined;
}

/** What the inputs are called: `age`, `age >= 30`, `work = Private`, `work missing`. */
export function inputNames(encoding: Encoding, names: readonly string[]): string[] {
  return encoding.columns.flatMap((column, c) => [
    ...namesOfColumn(column, names[c]),
    ...(column.kind !== 'none' && column.missing ? [`${names[c]} missing`] : []),
  ]);
}

function namesOfColumn(column: ColumnEncoding, name: string): string[] {
  switch (column.kind) {
    case 'none':
      return [];
    case 'steps':
      return column.thresholds.map((threshold) => `${name} >= ${threshold}`);
    case 'category':
      return column.levels.map((level) => `${name} = ${level}`);
    case 'order':
      return column.levels.slice(1).map((level) => `${name} >= ${level}`);
    default:
      return [name];
  }
}

/**
 * Encodes a row.
 *
 * @param row one double a column, from `offset` on
 * @param out as many integers as `inputsOf` says, written
 * @throws InputError for an infinite number, and for a missing value where these are refused
 */
export function encodeRow(encoding: Encoding, row: ArrayLike<number>, offset: number, out: Int32Array): void {
  const { columns, one, complete } = encoding;
  let at = 0;
  for (let c = 0; c < columns.length; c++) {
    const column = columns[c];
    const value = row[offset + c];
    const isMissing = Number.isNaN(value);
    if (typeof value !== 'number' || (isMissing ? complete : !Number.isFinite(value))) {
      throw new InputError(
        `column ${c}: ${isMissing ? 'missing value' : `expected a finite number, got ${String(value)}`}`,
      );
    }
    if (column.kind === 'none') continue;
    at = encodeValue(column, value, one, out, at);
    if (column.missing) out[at++] = isMissing ? one : 0;
  }
}

/** The inputs of one value of a column, its indicator included. */
export function inputsOfValue({ columns, one }: Encoding, c: number, value: number): Int32Array {
  const column = columns[c];
  const out = new Int32Array(inputsOfColumn(column));
  if (column.kind === 'none') return out;
  const at = encodeValue(column, value, one, out, 0);
  if (column.missing) out[at] = Number.isNaN(value) ? one : 0;
  return out;
}

/** Writes the inputs of one value but for the indicator; returns where the next ones belong. */
function encodeValue(
  column: Exclude<ColumnEncoding, { kind: 'none' }>,
  value: number,
  one: number,
  out: Int32Array,
  at: number,
): number {
  if (column.kind === 'category' || column.kind === 'order') {
    const count = column.levels.length;
    if (column.kind === 'category') {
      for (let level = 0; level < count; level++) out[at++] = value === level ? one : 0;
    } else {
      const isKnown = value < count;
      for (let level = 1; level < count; level++) out[at++] = isKnown && value >= level ? one : 0;
    }
    return at;
  }
  const x = Number.isNaN(value) ? column.fill : value;
  switch (column.kind) {
    case 'whole':
      out[at++] = roundInto(x, MAX_SCALED_VALUE);
      break;
    case 'range':
      out[at++] = roundInto(((x - column.middle) / column.half) * column.end, 2 * column.end + 1);
      break;
    case 'rank':
      out[at++] = levelOf(column.thresholds, x);
      break;
    case 'steps':
      for (const threshold of column.thresholds) out[at++] = x >= threshold ? one : 0;
  }
  return at;
}

/** Encodes a matrix of rows. Errors as `encodeRow`, with the row. */
export function encodeRows(encoding: Encoding, values: ArrayLike<number>, rows: number): Int32Array {
  const inputs = inputsOf(encoding);
  const columns = encoding.columns.length;
  const out = new Int32Array(rows * inputs);
  for (let row = 0; row < rows; row++) {
    try {
      encodeRow(encoding, values, row * columns, out.subarray(row * inputs, (row + 1) * inputs));
    } catch (error) {
      throw error instanceof InputError ? new InputError(`row ${row}, ${error.message}`) : error;
    }
  }
  return out;
}

/** What an unknown level is: the place of none. */
export const UNKNOWN_LEVEL = -1;

/**
 * Rows of data as an encoding takes them: levels by their names, whatever places they have in the data.
 *
 * @param levels of the data's columns; `null` or `undefined`: numbers. A number of a column with levels is the text of its shortest form
 * @returns the values themselves where nothing is to be done
 * @throws InputError naming the column: it has texts, but numbers are asked for
 */
export function recode(
  encoding: Encoding,
  values: ArrayLike<number>,
  rows: number,
  levels: readonly (readonly string[] | null)[],
  names: readonly string[] | undefined,
): Float64Array {
  const columns = encoding.columns.length;
  const out = Float64Array.from(values);
  for (const [c, column] of encoding.columns.entries()) {
    const wanted = levelsOf(column);
    const found = levels[c] ?? null;
    if (wanted === undefined) {
      if (found === null || column.kind === 'none') continue;
      throw new InputError(
        `column ${quoted(names?.[c] ?? String(c))} has texts (${quoted(found[found.length - 1])}), but numbers are asked for`,
      );
    }
    const places = new Map(wanted.map((level, place) => [level, place]));
    for (let at = c, row = 0; row < rows; row++, at += columns) {
      const value = values[at];
      if (Number.isNaN(value)) continue;
      out[at] = places.get(found === null ? String(value) : (found[value] ?? '')) ?? UNKNOWN_LEVEL;
    }
  }
  return out;
}

/** A field of a table: `null` is a missing value. */
export type Field = number | string | null;

/** A row as a table has it: levels by their names. An unknown level is a text that is none. */
export function fieldsOf({ columns }: Encoding, row: ArrayLike<number>): Field[] {
  return columns.map((column, c) => {
    const value = row[c];
    const levels = levelsOf(column);
    if (Number.isNaN(value)) return null;
    return levels === undefined ? value : (levels[value] ?? `no ${levels.join(' nor ')}`);
  });
}

/** The other way round. Throws `InputError` for a text in a column of numbers. */
export function rowOfFields({ columns }: Encoding, fields: ArrayLike<Field>): Float64Array {
  return Float64Array.from(columns, (column, c) => {
    const field = fields[c];
    const levels = levelsOf(column);
    if (field === null) return Number.NaN;
    if (levels !== undefined) return levels.indexOf(String(field));
    if (typeof field === 'number' || column.kind === 'none') return Number(field) || 0;
    throw new InputError(`column ${c}: ${quoted(field)} is not a number`);
  });
}

/** Checks an encoding from a model file and copies its fields. Throws `InputError` naming the field. */
export function validateEncoding(raw: unknown, where: string): Encoding {
  const fields = check.object(raw, where);
  const list = check.array(fields.columns, `${where}.columns`);
  if (list.length === 0 || list.length > LIMITS.columns) {
    throw new InputError(`${where}.columns: ${list.length} columns; 1 to ${LIMITS.columns} are supported`);
  }
  const columns = list.map((column, c) => readColumn(column, `${where}.columns[${c}]`));
  const encoding: Encoding = {
    one: check.integer(fields.one, `${where}.one`, 1, MAX_SCALED_VALUE),
    ...(isTrue(fields.complete, `${where}.complete`) ? { complete: true } : {}),
    columns,
  };
  const inputs = inputsOf(encoding);
  if (inputs === 0 || inputs > LIMITS.columns) {
    throw new InputError(`${where}: ${inputs} inputs; 1 to ${LIMITS.columns} are supported`);
  }
  return encoding;
}

function isTrue(raw: unknown, where: string): boolean {
  if (raw === undefined) return false;
  if (raw !== true) throw new InputError(`${where}: expected true`);
  return true;
}

function readColumn(raw: unknown, where: string): ColumnEncoding {
  const fields = check.object(raw, where);
  const kind = check.oneOf(
    fields.kind,
    ['none', 'whole', 'range', 'rank', 'steps', 'category', 'order'] as const,
    `${where}.kind`,
  );
  if (kind === 'none') return { kind };
  const missing = isTrue(fields.missing, `${where}.missing`) ? { missing: true as const } : {};
  if (kind === 'category' || kind === 'order') {
    const list = check.array(fields.levels, `${where}.levels`);
    if (list.length === 0 || list.length > LIMITS.columns) {
      throw new InputError(`${where}.levels: ${list.length} levels; 1 to ${LIMITS.columns} are supported`);
    }
    const levels = list.map((level, l) => check.text(level, `${where}.levels[${l}]`, LIMITS.name));
    check.eachOnce(levels, `${where}.levels`);
    return { kind, levels, ...missing };
  }
  const fill = finite(fields.fill, `${where}.fill`);
  if (kind === 'whole') return { kind, fill, ...missing };
  if (kind === 'range') {
    const half = finite(fields.half, `${where}.half`);
    if (half <= 0) throw new InputError(`${where}.half: must be above 0`);
    const middle = finite(fields.middle, `${where}.middle`);
    const end = check.integer(fields.end, `${where}.end`, 1, MAX_COLUMN_END);
    return { kind, middle, half, end, fill, ...missing };
  }
  const list = check.array(fields.thresholds, `${where}.thresholds`);
  const least = kind === 'steps' && missing.missing ? 0 : 1;
  if (list.length < least || list.length > MAX_THRESHOLDS) {
    throw new InputError(`${where}.thresholds: ${list.length}; ${least} to ${MAX_THRESHOLDS} are supported`);
  }
  const thresholds = list.map((threshold, t) => finite(threshold, `${where}.thresholds[${t}]`));
  const fault = thresholds.findIndex((value, t) => t > 0 && !(value > thresholds[t - 1]));
  if (fault >= 0) throw new InputError(`${where}.thresholds[${fault}]: must be larger than the one before`);
  return { kind, thresholds, fill, ...missing };
}

function finite(raw: unknown, where: string): number {
  if (typeof raw === 'number' && Number.isFinite(raw)) return raw;
  throw new InputError(`${where}: must be a finite number`);
}
