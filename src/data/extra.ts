import { withoutMark } from '../decode-text.js';
import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import { NumberCells } from './cells.js';
import { CSV_LIMITS, Table } from './csv.js';
import { RecordCutter } from './csv-records.js';
import type { DataSet } from './types.js';

/** Further images of given samples; assignable to the training option `extra`. */
export interface ExtraRows {
  readonly samples: DataSet['samples'];
  /** The row of the training data, from 0, that each belongs to. */
  readonly of: readonly number[];
  /** As `DataSet.notes`. */
  readonly notes?: readonly string[];
}

const OWNER = 'sample';
const LABEL = 'label';

/**
 * Reads a table of extra samples: the training data's columns, and a column `sample` with the number (from 0) of the row
 * of the training data that the extra one is another picture of. A column `label` may be there too, then it must agree.
 *
 * @param like the training data
 * @param where what messages call the text
 * @param rounded as `CsvOptions.rounded`
 * @throws InputError, one line with row, line and column of the first fault
 */
export function parseExtraCsv(text: string, like: DataSet, where: string, rounded = false): ExtraRows {
  const table = new ExtraTable(like, where, rounded);
  table.push(withoutMark(text));
  return table.finish();
}

/** The same for text that comes piece by piece. */
export class ExtraTable {
  private readonly cutter: RecordCutter;
  private readonly table: Table;
  private readonly labels: string[] = [];
  private readonly owners = new Set<string>();
  private ownerAt = -1;
  private labelAt = -1;

  constructor(
    private readonly like: DataSet,
    private readonly where: string,
    rounded = false,
  ) {
    const shape = { where, label: OWNER, expected: like.columns };
    this.table = new Table(shape, new NumberCells(rounded), CSV_LIMITS);
    this.cutter = new RecordCutter(where, CSV_LIMITS.record, (fields, line) => this.add(fields, line));
  }

  push(text: string): void {
    this.cutter.push(text);
  }

  finish(): ExtraRows {
    const { like, where } = this;
    this.cutter.end();
    const read = this.table.finish([...this.owners]);
    checkColumns(read, like, where);
    const of = read.labels.map((owner, row) => ownerOf(owner, row, like, where));
    for (const [row, label] of this.labels.entries()) {
      if (label === like.labels[of[row]]) continue;
      throw new InputError(
        `${where}: row ${row + 1}: label ${quoted(label)}, but sample ${of[row]} is of class ${quoted(like.labels[of[row]])}`,
      );
    }
    return { samples: read.samples, of, ...(read.notes === undefined ? {} : { notes: read.notes }) };
  }

  private add(fields: readonly string[], line: number): void {
    const { labelAt, ownerAt } = this;
    if (ownerAt < 0) this.readHeader(fields);
    else {
      if (labelAt >= 0 && labelAt < fields.length) this.labels.push(fields[labelAt]);
      if (ownerAt < fields.length) this.owners.add(fields[ownerAt]);
    }
    const rest = this.labelAt < 0 ? fields : fields.filter((_, column) => column !== this.labelAt);
    this.table.add(rest, line);
  }

  private readHeader(fields: readonly string[]): void {
    this.ownerAt = fields.indexOf(OWNER);
    this.labelAt = fields.indexOf(LABEL);
    if (this.ownerAt >= 0) return;
    throw new InputError(
      `${this.where}: no column named "${OWNER}" in the header; it says which row of the training data (from 0) an extra ` +
        'sample belongs to. Samples of their own go into the training data',
    );
  }
}

function checkColumns(read: DataSet, like: DataSet, where: string): void {
  const { columns } = read.samples;
  if (columns !== like.samples.columns) {
    throw new InputError(
      `${where}: ${columns} columns of values, the training data has ${like.samples.columns}`,
    );
  }
}

function ownerOf(text: string, row: number, like: DataSet, where: string): number {
  const owner = Number(text);
  if (/^\d+$/.test(text) && owner < like.samples.rows) return owner;
  throw new InputError(
    `${where}: row ${row + 1}, column "${OWNER}": ${quoted(text)} is no row of the training data (0..${like.samples.rows - 1})`,
  );
}
