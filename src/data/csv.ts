import { InputError } from '../errors.js';
import { trainingClasses } from './classes.js';
import { readRecords } from './csv-records.js';
import type { DataSet } from './types.js';

/** Sizes beyond which a table is refused instead of filling the memory. */
export interface CsvLimits {
  /** Characters in one record. */
  readonly record: number;
  /** Columns, the label included. */
  readonly columns: number;
  readonly rows: number;
  /** Numbers in the whole table. */
  readonly values: number;
}

export const CSV_LIMITS: CsvLimits = {
  record: 1_000_000,
  columns: 65_536,
  rows: 10_000_000,
  values: 2 ** 27,
};

export interface CsvOptions {
  /** What messages call the text; default `CSV`. */
  readonly where?: string;
  /** Name of the label column, wherever it stands; default `label`. */
  readonly label?: string;
  /** The training data that this is a test table for: same columns in the same order, no new labels. */
  readonly like?: Pick<DataSet, 'classes' | 'columns'>;
  readonly limits?: Partial<CsvLimits>;
}

/**
 * Reads a table: a header, numeric columns, and a label column with class names of any kind. Labels are taken as written
 * (blanks round them dropped). Nothing is guessed, repaired or skipped: a missing value, a text, a short row are refused.
 *
 * @throws InputError, one line with row (data rows counted from 1), line and column of the first fault
 */
export function parseCsv(text: string, options: CsvOptions = {}): DataSet {
  const where = options.where ?? 'CSV';
  const limits = { ...CSV_LIMITS, ...options.limits };
  const table = new Table(where, options.label ?? 'label', limits);
  // A byte order mark is no part of the first column's name.
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text;
  readRecords(body, where, limits.record, (fields, line) => table.add(fields, line));
  const data = table.finish(options.like?.classes);
  if (options.like?.columns !== undefined) checkSameColumns(data, options.like.columns, where);
  return data;
}

/** Decodes the bytes of a CSV file: UTF-8, with or without a byte order mark. */
export function decodeCsv(bytes: Uint8Array, where: string): string {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new InputError(`${where}: text in UTF-16; save it as UTF-8`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new InputError(`${where}: not text in UTF-8`);
  }
}

/** Signs for a missing number, in lower case. */
const MISSING = new Set(['', '?', 'na', 'n/a', 'nan', 'null', 'none', '-']);
/** Of a label fewer: `none` or `NA` may well be the name of a class. */
const MISSING_LABEL = new Set(['', '?']);
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A table that grows record by record: a header, numbers, and one column of texts. */
export class Table {
  private names: string[] = [];
  private labelAt = -1;
  private values = new Float64Array(1024);
  private used = 0;
  private readonly labels: string[] = [];
  private readonly known = new Map<string, string>();

  constructor(
    private readonly where: string,
    private readonly label: string,
    private readonly limits: CsvLimits,
  ) {}

  add(fields: readonly string[], line: number): void {
    if (this.labelAt < 0) this.readHeader(fields);
    else this.readRow(fields, line);
  }

  private readHeader(fields: readonly string[]): void {
    if (fields.length > this.limits.columns) {
      throw new InputError(
        `${this.where}: ${fields.length} columns; at most ${this.limits.columns} are supported`,
      );
    }
    const at = fields.indexOf(this.label);
    if (at < 0) {
      const separator = [';', '\t', '|'].find((sign) => fields.length === 1 && fields[0].includes(sign));
      const hint =
        separator === undefined ? '' : `; the columns seem to be separated by ${JSON.stringify(separator)}`;
      throw new InputError(
        `${this.where}: no column named "${this.label}" in the header (${preview(fields)})${hint}`,
      );
    }
    const seen = new Set<string>();
    for (const [column, name] of fields.entries()) {
      if (name === '') {
        throw new InputError(
          `${this.where}: column ${column + 1} has no name in the header; if it is a row number, leave it out`,
        );
      }
      if (seen.has(name)) throw new InputError(`${this.where}: two columns are named ${quote(name)}`);
      seen.add(name);
    }
    if (fields.length < 2) throw new InputError(`${this.where}: no column besides "${this.label}"`);
    this.names = fields.slice();
    this.labelAt = at;
  }

  private readRow(fields: readonly string[], line: number): void {
    const row = this.labels.length + 1;
    if (fields.length !== this.names.length) {
      throw new InputError(
        `${this.where}: line ${line} (row ${row}): ${fields.length} fields, the header has ${this.names.length}`,
      );
    }
    if (row > this.limits.rows || this.used + fields.length - 1 > this.limits.values) {
      throw new InputError(
        `${this.where}: line ${line}: too large: at most ${this.limits.rows} rows and ` +
          `${this.limits.values} values are supported`,
      );
    }
    if (this.used + fields.length > this.values.length) {
      const larger = new Float64Array(2 * this.values.length + fields.length);
      larger.set(this.values);
      this.values = larger;
    }
    for (let column = 0; column < fields.length; column++) {
      const field = fields[column];
      const isLabel = column === this.labelAt;
      if (isLabel ? MISSING_LABEL.has(field) : MISSING.has(field.toLowerCase())) {
        throw new InputError(
          `${this.at(row, line, column)}: missing value ${quote(field)}; fill it in or leave the row out`,
        );
      }
      if (isLabel) this.labels.push(this.shared(field));
      else this.values[this.used++] = this.readNumber(field, row, line, column);
    }
  }

  private readNumber(field: string, row: number, line: number, column: number): number {
    if (!NUMBER.test(field)) {
      throw new InputError(
        `${this.at(row, line, column)}: ${quote(field)} is not a number; turn texts into numbers ` +
          '(for instance one 0/1 column for each) or leave the column out',
      );
    }
    const value = Number(field);
    if (!Number.isFinite(value)) {
      throw new InputError(`${this.at(row, line, column)}: ${quote(field)} is too large a number`);
    }
    return value;
  }

  finish(classes: readonly string[] | undefined): DataSet {
    if (this.labelAt < 0) throw new InputError(`${this.where}: empty, not even a header`);
    const rows = this.labels.length;
    if (rows === 0) throw new InputError(`${this.where}: a header and no rows`);
    const order = classes ?? trainingClasses(this.labels, this.where);
    const known = new Set(order);
    const unknown = this.labels.findIndex((label) => !known.has(label));
    if (unknown >= 0) {
      throw new InputError(
        `${this.where}: row ${unknown + 1}: label ${quote(this.labels[unknown])} does not occur in the training data`,
      );
    }
    return {
      samples: { values: this.values.slice(0, this.used), rows, columns: this.names.length - 1 },
      labels: this.labels,
      classes: order,
      columns: this.names.filter((_, column) => column !== this.labelAt),
    };
  }

  private at(row: number, line: number, column: number): string {
    return `${this.where}: row ${row} (line ${line}), column ${quote(this.names[column])}`;
  }

  /** One string for equal labels, however many rows. */
  private shared(label: string): string {
    const known = this.known.get(label);
    if (known !== undefined) return known;
    this.known.set(label, label);
    return label;
  }
}

function checkSameColumns(data: DataSet, expected: readonly string[], where: string): void {
  const found = data.columns ?? [];
  const length = Math.max(found.length, expected.length);
  for (let column = 0; column < length; column++) {
    if (found[column] === expected[column]) continue;
    const has = found[column] === undefined ? 'is missing' : `is ${quote(found[column])}`;
    const wants = expected[column] === undefined ? 'has no such column' : `has ${quote(expected[column])}`;
    throw new InputError(
      `${where}: column ${column + 1} (label not counted) ${has}, the training data ${wants}`,
    );
  }
}

function preview(fields: readonly string[]): string {
  const shown = fields.slice(0, 4).map(quote).join(', ');
  return fields.length > 4 ? `${shown}, ... ${fields.length} columns` : shown;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}
