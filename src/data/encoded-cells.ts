import { quoted, quotedList } from '../printable.js';
import { type Cells, isMissingNumber, isMissingText, largeFault, missingFault, numberOf } from './cells.js';
import { type Encoding, levelsOf, UNKNOWN_LEVEL } from './encoding.js';
import { ExactDigits } from './exact-digits.js';

/** Unknown levels of a column that are named. */
const NAMED = 4;

interface Column {
  /** Of a column of levels their places. */
  readonly levels: ReadonlyMap<string, number> | undefined;
  readonly isRead: boolean;
  /** Whether the training had missing values. */
  readonly hasMissing: boolean;
  readonly fill: number;
  readonly unknown: Set<string>;
  unknownRows: number;
  missingRows: number;
}

/** Reads the fields of a table as the encoding of a model takes them. */
export class EncodedCells implements Cells {
  private readonly digits: ExactDigits;
  private readonly columns: readonly Column[];
  private readonly complete: boolean;

  constructor(encoding: Encoding, rounded = false) {
    this.digits = new ExactDigits(rounded);
    this.complete = encoding.complete ?? false;
    this.columns = encoding.columns.map((column) => {
      const levels = levelsOf(column);
      return {
        levels: levels === undefined ? undefined : new Map(levels.map((level, place) => [level, place])),
        isRead: column.kind !== 'none',
        hasMissing: column.kind !== 'none' && column.missing === true,
        fill: 'fill' in column ? column.fill : 0,
        unknown: new Set<string>(),
        unknownRows: 0,
        missingRows: 0,
      };
    });
  }

  read(field: string, place: number): number | string {
    const column = this.columns[place];
    const { levels } = column;
    if (!column.isRead) return 0;
    const value = numberOf(field);
    if (levels !== undefined) {
      const level = levels.get(Number.isFinite(value) ? String(value) : field);
      if (level !== undefined) return level;
      if (isMissingText(field) || isMissingNumber(field)) return this.missing(field, column);
      column.unknownRows++;
      if (column.unknown.size < NAMED) column.unknown.add(field);
      return UNKNOWN_LEVEL;
    }
    if (isMissingNumber(field)) return this.missing(field, column);
    if (Number.isNaN(value)) {
      return `${quoted(field)} is not a number, and the column had nothing else in training`;
    }
    if (!Number.isFinite(value)) return largeFault(field);
    return this.digits.look(field, value, place) ?? value;
  }

  private missing(field: string, column: Column): number | string {
    if (this.complete) return missingFault(field);
    column.missingRows++;
    return Number.NaN;
  }

  counted(names: readonly string[]): string[] {
    return this.columns.flatMap((column, c) => {
      const name = `column ${quoted(names[c])}`;
      const { unknownRows, unknown, missingRows, hasMissing, levels, fill } = column;
      const lines: string[] = [];
      if (unknownRows > 0) {
        lines.push(
          `${name}: ${rowsOf(unknownRows)} of levels that the training had not (${quotedList([...unknown], NAMED)}): none of its inputs is on`,
        );
      }
      if (missingRows > 0 && !hasMissing) {
        const instead =
          levels === undefined
            ? `the median of the training, ${fill}, stands in`
            : 'none of its inputs is on';
        lines.push(`${name}: ${rowsOf(missingRows)} without a value, and the training had none: ${instead}`);
      }
      return lines;
    });
  }

  notes(values: ArrayLike<number>, names: readonly string[]): string[] {
    return this.digits.notes(values, names);
  }
}

function rowsOf(count: number): string {
  return `${count} ${count === 1 ? 'row' : 'rows'}`;
}
