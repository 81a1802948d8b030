import { withoutMark } from '../decode-text.js';
import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import { NumberCells } from './cells.js';
import { CSV_LIMITS, Table } from './csv.js';
import { readRecords } from './csv-records.js';
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
  const shape = { where, label: OWNER, expected: like.columns };
  const table = new Table(shape, new NumberCells(rounded), CSV_LIMITS);
  const labels: string[] = [];
  const owners = new Set<string>();
  let ownerAt = -1;
  let labelAt = -1;
  readRecords(withoutMark(text), where, CSV_LIMITS.record, (fields, line) => {
    if (ownerAt < 0) {
      ownerAt = fields.indexOf(OWNER);
      labelAt = fields.indexOf(LABEL);
      if (ownerAt < 0) {
        throw new InputError(
          `${where}: no column named "${OWNER}" in the header; it says which row of the training data (from 0) an extra ` +
            'sample belongs to. Samples of their own go into the training data',
        );
      }
    } else {
      if (labelAt >= 0 && labelAt < fields.length) labels.push(fields[labelAt]);
      if (ownerAt < fields.length) owners.add(fields[ownerAt]);
    }
    table.add(labelAt < 0 ? fields : fields.filter((_, column) => column !== labelAt), line);
  });
  const read = table.finish([...owners]);
  checkColumns(read, like, where);
  const of = read.labels.map((owner, row) => ownerOf(owner, row, like, where));
  for (const [row, label] of labels.entries()) {
    if (label === like.labels[of[row]]) continue;
    throw new InputError(
      `${where}: row ${row + 1}: label ${quoted(label)}, but sample ${of[row]} is of class ${quoted(like.labels[of[row]])}`,
    );
  }
  return { samples: read.samples, of, ...(read.notes === undefined ? {} : { notes: read.notes }) };
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
