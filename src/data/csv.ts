import { withoutMark } from '../decode-text.js';
import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { checkOptionNames } from '../option-names.js';
import { quoted, quotedList } from '../printable.js';
import { trainingClasses } from './classes.js';
import { columnPlaces } from './columns.js';
import { readRecords } from './csv-records.js';
import { ExactDigits } from './exact-digits.js';
import type { DataSet } from './types.js';

/** Sizes beyond which a table is refused instead of filling the memory. */
export interface CsvLimits {
  /** Characters in one record. */
  readonly record: number;
  /** Columns, the label not counted. */
  readonly columns: number;
  readonly rows: number;
  /** Numbers in the whole table. */
  readonly values: number;
}

export const CSV_LIMITS: CsvLimits = {
  record: LIMITS.record,
  columns: LIMITS.columns,
  rows: LIMITS.rows,
  values: LIMITS.values,
};

export interface CsvOptions {
  /** What messages call the text; default `CSV`. */
  readonly where?: string;
  /** Name of the label column, wherever it stands; default `label`. */
  readonly label?: string;
  /**
   * The training data or the model that this table is to be judged by. Its columns are found by name and come out in this
   * order; its classes are the data's, and labels may be missing, or be others, which an evaluation counts.
   */
  readonly like?: Pick<DataSet, 'classes' | 'columns'>;
  /** What messages call that; default `the training data`. */
  readonly whose?: string;
  /** Whole numbers that no double holds (beyond 2^53) are rounded to the nearest one, and said; default: refused. */
  readonly rounded?: boolean;
  readonly limits?: Partial<CsvLimits>;
}

/**
 * Reads a table: a header, numeric columns, and a label column with class names of any kind. Labels are taken as written
 * (blanks round them dropped). Nothing is guessed, repaired or skipped: a missing value, a text, a short row are refused.
 *
 * @throws InputError, one line with row (data rows counted from 1), line and column of the first fault
 */
export function parseCsv(text: string, options: CsvOptions = {}): DataSet {
  checkOptionNames(options, OPTION_NAMES, 'parseCsv');
  if (typeof text !== 'string') throw new InputError(`parseCsv: expected a text, got ${typeof text}`);
  const where = options.where ?? 'CSV';
  const limits = { ...CSV_LIMITS, ...options.limits };
  const { like, whose = 'the training data', rounded = false } = options;
  const table = new Table(where, options.label ?? 'label', limits, like?.columns, whose, rounded);
  // A byte order mark is no part of the first column's name.
  readRecords(withoutMark(text), where, limits.record, (fields, line) => table.add(fields, line));
  return table.finish(like?.classes);
}

const OPTION_NAMES = {
  where: true,
  label: true,
  like: true,
  whose: true,
  rounded: true,
  limits: true,
} as const;

/** Signs for a missing number, in lower case. */
const MISSING = new Set(['', '?', 'na', 'n/a', 'nan', 'null', 'none', '-']);
/** Of a label fewer: `none` or `NA` may well be the name of a class. */
const MISSING_LABEL = new Set(['', '?']);
/** No digit can be read in two ways, or a long field of digits that ends in a letter would take forever. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/** A table that grows record by record: a header, numbers, and one column of texts. */
export class Table {
  private names: string[] = [];
  private labelAt = -1;
  private values = new Float64Array(1024);
  private used = 0;
  private readonly labels: string[] = [];
  private readonly known = new Map<string, string>();
  /** Of every column of values, where in a row it belongs; `undefined`: as it stands. */
  private places: Int32Array | undefined;
  private readonly digits: ExactDigits;

  /** @param expected columns to find by name, in the order in which they are wanted; `undefined`: any */
  constructor(
    private readonly where: string,
    private readonly label: string,
    private readonly limits: CsvLimits,
    private readonly expected?: readonly string[],
    private readonly whose = 'the training data',
    rounded = false,
  ) {
    this.digits = new ExactDigits(rounded);
  }

  add(fields: readonly string[], line: number): void {
    if (this.labelAt < 0) this.readHeader(fields);
    else this.readRow(fields, line);
  }

  private readHeader(fields: readonly string[]): void {
    if (fields.length - 1 > this.limits.columns) {
      throw new InputError(
        `${this.where}: ${fields.length - 1} columns besides the label; at most ${this.limits.columns} are supported`,
      );
    }
    const at = fields.indexOf(this.label);
    if (at < 0) {
      const separator = [';', '\t', '|'].find((sign) => fields.length === 1 && fields[0].includes(sign));
      const hint =
        separator === undefined ? '' : `; the columns seem to be separated by ${JSON.stringify(separator)}`;
      throw new InputError(
        `${this.where}: no column named ${quoted(this.label)} in the header (${quotedList(fields, 4)})${hint}`,
      );
    }
    const seen = new Set<string>();
    for (const [column, name] of fields.entries()) {
      if (name === '') {
        throw new InputError(
          `${this.where}: column ${column + 1} has no name in the header; if it is a row number, leave it out`,
        );
      }
      if (seen.has(name)) throw new InputError(`${this.where}: two columns are named ${quoted(name)}`);
      checkNameLength(name, `${this.where}: column ${column + 1}`);
      seen.add(name);
    }
    if (fields.length < 2) throw new InputError(`${this.where}: no column besides ${quoted(this.label)}`);
    this.names = fields.slice();
    this.labelAt = at;
    if (this.expected !== undefined) {
      this.places = columnPlaces(this.valueNames(), this.expected, this.where, this.whose);
    }
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
      const most = Math.max(this.limits.values, this.used + fields.length);
      const larger = new Float64Array(Math.min(most, 2 * this.values.length + fields.length));
      larger.set(this.values);
      this.values = larger;
    }
    for (let column = 0; column < fields.length; column++) {
      const field = fields[column];
      const isLabel = column === this.labelAt;
      if (isLabel ? MISSING_LABEL.has(field) : MISSING.has(field.toLowerCase())) {
        throw new InputError(
          `${this.at(row, line, column)}: missing value ${quoted(field)}; fill it in or leave the row out`,
        );
      }
      if (isLabel) this.labels.push(this.shared(field, row, line));
      else {
        const found = column < this.labelAt ? column : column - 1;
        const place = this.places?.[found] ?? found;
        const value = this.readNumber(field, row, line, column);
        const fault = this.digits.look(field, value, place);
        if (fault !== undefined) throw new InputError(`${this.at(row, line, column)}: ${fault}`);
        this.values[this.used + place] = value;
      }
    }
    this.used += fields.length - 1;
  }

  private readNumber(field: string, row: number, line: number, column: number): number {
    if (!NUMBER.test(field)) {
      throw new InputError(
        `${this.at(row, line, column)}: ${quoted(field)} is not a number; turn texts into numbers ` +
          '(for instance one 0/1 column for each) or leave the column out',
      );
    }
    const value = Number(field);
    if (!Number.isFinite(value)) {
      throw new InputError(`${this.at(row, line, column)}: ${quoted(field)} is too large a number`);
    }
    return value;
  }

  finish(classes: readonly string[] | undefined): DataSet {
    if (this.labelAt < 0) throw new InputError(`${this.where}: empty, not even a header`);
    const rows = this.labels.length;
    if (rows === 0) throw new InputError(`${this.where}: a header and no rows`);
    const values = this.values.slice(0, this.used);
    const columns = this.places === undefined ? this.valueNames() : [...(this.expected ?? [])];
    const notes = this.digits.notes(values, columns).map((note) => `${this.where}: ${note}`);
    return {
      samples: { values, rows, columns: columns.length },
      labels: this.labels,
      classes: classes ?? trainingClasses(this.labels, this.where),
      columns,
      ...(notes.length === 0 ? {} : { notes }),
    };
  }

  private valueNames(): string[] {
    return this.names.filter((_, column) => column !== this.labelAt);
  }

  private at(row: number, line: number, column: number): string {
    return `${this.where}: row ${row} (line ${line}), column ${quoted(this.names[column])}`;
  }

  /** One string for equal labels, however many rows. */
  private shared(label: string, row: number, line: number): string {
    const known = this.known.get(label);
    if (known !== undefined) return known;
    checkNameLength(label, this.at(row, line, this.labelAt));
    this.known.set(label, label);
    return label;
  }
}

/** Names end up in models, which have to be readable. */
function checkNameLength(name: string, where: string): void {
  if (name.length <= LIMITS.name) return;
  throw new InputError(
    `${where}: ${quoted(name)} has ${name.length} characters; at most ${LIMITS.name} are supported`,
  );
}
