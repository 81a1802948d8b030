import { InputError } from '../errors.js';
import { quoted } from '../printable.js';
import { classOrder } from './classes.js';
import { ExactDigits } from './exact-digits.js';

/*
 * What the fields of a table become before anything is scaled or encoded: a number; of a column of texts the place of the text among
 * its levels; NaN where there is none. A number among texts is a text, in the shortest form of its value, so that `1`, `1.0` and `01`
 * are one level.
 */

/** Reads the fields of a table. */
export interface Cells {
  /** The value of a field of column `place`, NaN for a missing one; or what is wrong with it, a text. */
  read(field: string, place: number, row: number): number | string;
  /** What was met so often that it is said at the end, a line each. */
  counted(names: readonly string[]): string[];
  /** Notes about what reading has changed. @param values row by row */
  notes(values: ArrayLike<number>, names: readonly string[]): string[];
}

/** Signs for a missing number, in lower case. */
const MISSING = new Set(['', '?', 'na', 'n/a', 'nan', 'null', 'none', '-']);
/** Of a text fewer: `none` or `NA` may well be the name of a class or a category. */
const MISSING_TEXT = new Set(['', '?']);
/** No digit can be read in two ways, or a long field of digits that ends in a letter would take forever. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

export function isMissingText(field: string): boolean {
  return MISSING_TEXT.has(field);
}

export function isMissingNumber(field: string): boolean {
  return field.length <= 4 && MISSING.has(field.toLowerCase());
}

/** A number as it is written where a comma stands before the decimals. */
const DECIMAL_COMMA = /^[+-]?\d*,\d+(?:[eE][+-]?\d+)?$/;

/** The number that a field is; NaN for what is none. May be infinite. */
export function numberOf(field: string): number {
  return NUMBER.test(field) ? Number(field) : Number.NaN;
}

export function missingFault(field: string): string {
  return `missing value ${quoted(field)}; fill it in or leave the row out`;
}

/** A comma may also group thousands, so nothing is guessed: what to do is said. */
const COMMA_FAULT = 'has a comma where a number has a point; write points (and no signs between thousands)';

export function largeFault(field: string): string {
  return `${quoted(field)} is too large a number`;
}

/** Numbers and nothing else: nothing is guessed, repaired or skipped. */
export class NumberCells implements Cells {
  private readonly digits: ExactDigits;

  /** @param rounded whole numbers that no double holds are rounded, and said; else refused */
  constructor(rounded = false) {
    this.digits = new ExactDigits(rounded);
  }

  read(field: string, place: number): number | string {
    if (isMissingNumber(field)) return missingFault(field);
    const value = numberOf(field);
    if (Number.isNaN(value)) {
      if (DECIMAL_COMMA.test(field)) return `${quoted(field)} ${COMMA_FAULT}`;
      return `${quoted(field)} is not a number; turn texts into numbers (for instance one 0/1 column for each) or leave the column out`;
    }
    if (!Number.isFinite(value)) return largeFault(field);
    return this.digits.look(field, value, place) ?? value;
  }

  counted(): string[] {
    return [];
  }

  notes(values: ArrayLike<number>, names: readonly string[]): string[] {
    return this.digits.notes(values, names);
  }
}

/** Different texts of one column that are kept. */
const MOST_TEXTS = 10_000;

/** The texts of a column in which some were found, by row; rows of numbers and of missing values have none. */
class Texts {
  readonly known = new Map<string, number>();
  codes = new Int32Array(0);
  /** The first text that is more than a sign for a missing number, and its row. */
  first: { readonly text: string; readonly row: number } | undefined;

  set(row: number, text: string): void {
    if (row >= this.codes.length) {
      const larger = new Int32Array(2 * row + 64).fill(-1);
      larger.set(this.codes);
      this.codes = larger;
    }
    let code = this.known.get(text);
    if (code === undefined) {
      code = this.known.size;
      this.known.set(text, code);
    }
    this.codes[row] = code;
  }
}

export interface AnyCellsOptions {
  readonly rounded?: boolean;
  /** Missing values are refused. */
  readonly complete?: boolean;
  /** Columns that are no numbers, however many of their values look like some. */
  readonly texts?: ReadonlySet<string>;
}

/** Numbers, texts and missing values: whether a column is one of numbers is known at the end. */
export class AnyCells implements Cells {
  private readonly digits: ExactDigits;
  private readonly texts = new Map<number, Texts>();
  private readonly complete: boolean;

  constructor(private readonly options: AnyCellsOptions = {}) {
    const { rounded, complete } = options;
    this.digits = new ExactDigits(rounded ?? false);
    this.complete = complete ?? false;
  }

  read(field: string, place: number, row: number): number | string {
    const value = numberOf(field);
    if (!Number.isNaN(value)) {
      if (!Number.isFinite(value)) return largeFault(field);
      return this.digits.look(field, value, place) ?? value;
    }
    if (isMissingText(field)) return this.complete ? missingFault(field) : Number.NaN;
    let texts = this.texts.get(place);
    if (texts === undefined) {
      texts = new Texts();
      this.texts.set(place, texts);
    }
    texts.set(row, field);
    if (!isMissingNumber(field)) texts.first ??= { text: field, row };
    if (texts.known.size > MOST_TEXTS) {
      return `the column has more than ${MOST_TEXTS} different texts; leave it out (--drop), or if it names the rows, say so (--id)`;
    }
    return Number.NaN;
  }

  counted(): string[] {
    return [];
  }

  notes(values: ArrayLike<number>, names: readonly string[]): string[] {
    return this.digits.notes(values, names);
  }

  /**
   * Ends the reading: the values of columns of texts become places among their levels.
   *
   * @param values row by row, written
   * @returns of every column its levels in order, `null` for a column of numbers; `undefined`: all are
   * @throws InputError, with row and column, for a text in a column of which most are numbers, and for a sign of a missing number where missing values are refused
   */
  finish(
    values: Float64Array,
    rows: number,
    names: readonly string[],
  ): (readonly string[] | null)[] | undefined {
    const columns = names.length;
    const levels = new Array<readonly string[] | null>(columns).fill(null);
    for (const [place, { first, known, codes }] of this.texts) {
      if (first === undefined) {
        if (!this.complete) continue;
        const row = codes.findIndex((code) => code >= 0);
        const [text] = [...known].find(([, code]) => code === codes[row]) ?? [''];
        throw new InputError(`row ${row + 1}, column ${quoted(names[place])}: ${missingFault(text)}`);
      }
      const named = [...known.keys()];
      const textAt = (row: number): string | undefined => {
        const code = row < codes.length ? codes[row] : -1;
        if (code >= 0) return named[code];
        const value = values[row * columns + place];
        return Number.isNaN(value) ? undefined : String(value);
      };
      const found = new Set<string>();
      let numbers = 0;
      let commas = 0;
      let all = 0;
      for (let row = 0; row < rows; row++) {
        const text = textAt(row);
        if (text === undefined) continue;
        found.add(text);
        all++;
        if (!Number.isNaN(values[row * columns + place])) numbers++;
        else if (DECIMAL_COMMA.test(text)) commas++;
      }
      const name = names[place];
      // Else each of these numbers would become a level of its own.
      if (2 * (numbers + commas) > all && commas > 0 && !this.options.texts?.has(name)) {
        const [text, code] = [...known].find(([one]) => DECIMAL_COMMA.test(one)) as [string, number];
        const row = codes.indexOf(code);
        throw new InputError(
          `row ${row + 1}, column ${quoted(name)}: ${quoted(text)} ${COMMA_FAULT}; if these are names, say so (--encode ${name}:category)`,
        );
      }
      if (2 * numbers > all && !this.options.texts?.has(name)) {
        throw new InputError(
          `row ${first.row + 1}, column ${quoted(name)}: ${quoted(first.text)} is not a number, as most of the column are; if they are names, say so (--encode ${name}:category)`,
        );
      }
      const order = classOrder([...found]);
      const placeOf = new Map(order.map((text, level) => [text, level]));
      for (let row = 0; row < rows; row++) {
        const text = textAt(row);
        values[row * columns + place] = text === undefined ? Number.NaN : (placeOf.get(text) as number);
      }
      levels[place] = order;
    }
    return levels.some((list) => list !== null) ? levels : undefined;
  }
}
