import { withoutMark } from '../decode-text.js';
import { InputError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { checkOptionNames } from '../option-names.js';
import { AnyCells, type Cells, NumberCells } from './cells.js';
import { trainingClasses } from './classes.js';
import { type Delimiter, RecordCutter } from './csv-records.js';
import { TableRows, type TableShape } from './table-rows.js';
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
  /** What separates the fields: `,`, tab, `;` or `|`; default: found in the header. */
  readonly delimiter?: Delimiter;
  /** Name of the label column, wherever it stands; default `label`. */
  readonly label?: string;
  /** Name of a column that names the rows, and is no value. */
  readonly id?: string;
  /** Names of columns to leave out. */
  readonly drop?: readonly string[];
  /**
   * The training data or the model that this table is to be judged by. Its columns are found by name and come out in this
   * order; its classes are the data's, and labels may be missing, or be others, which an evaluation counts.
   */
  readonly like?: Pick<DataSet, 'classes' | 'columns' | 'labelColumn' | 'dropped'>;
  /** What messages call that; default `the training data`. */
  readonly whose?: string;
  /** Whole numbers that no double holds (beyond 2^53) are rounded to the nearest one, and said; default: refused. */
  readonly rounded?: boolean;
  /** How fields become values; default: numbers, and everything else is refused. */
  readonly cells?: Cells;
  readonly limits?: Partial<CsvLimits>;
}

/**
 * Reads a table: a header, columns of numbers (or what `cells` takes), and a label column with class names of any kind. Labels are taken
 * as written (blanks round them dropped). Nothing is guessed, repaired or skipped: a missing value, a text, a short row are refused.
 *
 * @throws InputError, one line with row (data rows counted from 1), line and column of the first fault
 */
export function parseCsv(text: string, options: CsvOptions = {}): DataSet {
  checkOptionNames(options, OPTION_NAMES, 'parseCsv');
  if (typeof text !== 'string') throw new InputError(`parseCsv: expected a text, got ${typeof text}`);
  const table = new CsvTable(options);
  // A byte order mark is no part of the first column's name.
  table.push(withoutMark(text));
  return table.finish();
}

const OPTION_NAMES = {
  where: true,
  delimiter: true,
  label: true,
  id: true,
  drop: true,
  like: true,
  whose: true,
  rounded: true,
  cells: true,
  limits: true,
} as const;

/** A table whose text comes piece by piece. */
export class CsvTable {
  private readonly cutter: RecordCutter;
  private readonly table: Table;

  constructor(private readonly options: CsvOptions = {}) {
    const { where = 'CSV', like, rounded, whose, id, drop } = options;
    const limits = { ...CSV_LIMITS, ...options.limits };
    const label = options.label ?? like?.labelColumn;
    const shape = { where, label, id, drop, dropped: like?.dropped, whose, expected: like?.columns };
    this.table = new Table(shape, options.cells ?? new NumberCells(rounded), limits);
    const add = (fields: readonly string[], line: number): void => this.table.add(fields, line);
    this.cutter = new RecordCutter(where, limits.record, add, options.delimiter);
  }

  push(text: string): void {
    this.cutter.push(text);
  }

  finish(): DataSet {
    this.cutter.end();
    return this.table.finish(this.options.like?.classes);
  }
}

/** A table that grows record by record: a header, values, and one column of labels. */
export class Table {
  private readonly reader: TableRows;
  private values = new Float64Array(1024);
  private used = 0;
  private readonly labels: string[] = [];

  constructor(
    private readonly shape: TableShape,
    private readonly cells: Cells,
    private readonly limits: CsvLimits,
  ) {
    this.reader = new TableRows({ ...shape, mostColumns: limits.columns }, cells);
  }

  add(fields: readonly string[], line: number): void {
    const { reader } = this;
    if (!reader.hasHeader) reader.readHeader(fields);
    else {
      const width = reader.values.length;
      if (reader.rows >= this.limits.rows || this.used + width > this.limits.values) {
        throw new InputError(
          `${this.shape.where}: line ${line}: too large: at most ${this.limits.rows} rows and ` +
            `${this.limits.values} values are supported`,
        );
      }
      reader.readRow(fields, line);
      this.append(reader.values);
      this.labels.push(reader.label as string);
    }
  }

  private append(row: Float64Array): void {
    const end = this.used + row.length;
    if (end > this.values.length) {
      const most = Math.max(this.limits.values, end);
      const larger = new Float64Array(Math.min(most, 2 * this.values.length + row.length));
      larger.set(this.values);
      this.values = larger;
    }
    this.values.set(row, this.used);
    this.used = end;
  }

  finish(classes: readonly string[] | undefined): DataSet {
    const { where, id, drop, label } = this.shape;
    const { reader, cells } = this;
    if (!reader.hasHeader) throw new InputError(`${where}: empty, not even a header`);
    const { rows } = reader;
    if (rows === 0) throw new InputError(`${where}: a header and no rows`);
    const values = this.values.slice(0, this.used);
    const columns = [...reader.columns];
    const notes = [...cells.counted(columns), ...cells.notes(values, columns)].map(
      (note) => `${where}: ${note}`,
    );
    const levels = cells instanceof AnyCells ? finished(cells, values, rows, columns, where) : undefined;
    const dropped = [...(drop ?? []), ...(id === undefined ? [] : [id])];
    return {
      samples: { values, rows, columns: columns.length },
      labels: this.labels,
      classes: classes ?? trainingClasses(this.labels, where),
      columns,
      ...(levels === undefined ? {} : { levels }),
      ...(label === undefined || label === 'label' ? {} : { labelColumn: label }),
      ...(dropped.length === 0 ? {} : { dropped }),
      ...(notes.length === 0 ? {} : { notes }),
    };
  }
}

function finished(
  cells: AnyCells,
  values: Float64Array,
  rows: number,
  columns: readonly string[],
  where: string,
): DataSet['levels'] {
  try {
    return cells.finish(values, rows, columns);
  } catch (error) {
    throw error instanceof InputError ? new InputError(`${where}: ${error.message}`) : error;
  }
}
