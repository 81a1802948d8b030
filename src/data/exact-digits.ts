import { quoted } from '../printable.js';

/** Significant digits that every double keeps: two numbers of no more are two doubles, in the range of normal numbers. */
const SAFE_DIGITS = 15;
/** Fewer digits do for smaller numbers than this one. */
const LEAST_NORMAL = 2.2250738585072014e-308;
/** Numbers remembered; tables with more of them are not looked through to the end, and that is said. */
const MOST_REMEMBERED = 2 ** 20;

/** A double that is not what was written. */
interface Taken {
  readonly written: string;
  /** Rows that were written otherwise than the double is. */
  rows: number;
  /** Whether they were written in different ways, themselves unlike one another. */
  several: boolean;
}

/**
 * Watches that reading numbers does not silently merge what a table tells apart. A double holds whole numbers up to 2^53
 * and some 16 significant digits; beyond, the nearest one is taken, and two numbers may become one.
 */
export class ExactDigits {
  private readonly columns = new Map<number, Map<number, Taken>>();
  private remembered = 0;
  private readonly rounded = new Map<number, number>();

  /** @param takesRounded whole numbers that no double holds are taken to the nearest one, and said; else refused */
  constructor(private readonly takesRounded: boolean) {}

  /**
   * Looks at a field that has been read.
   *
   * @param field the text of a number
   * @param column where its value belongs
   * @returns why the number is refused; `undefined`: it is not
   */
  look(field: string, value: number, column: number): string | undefined {
    // Signs, points and exponents only make a text longer than its digits.
    if (field.length <= SAFE_DIGITS && (value === 0 || Math.abs(value) >= LEAST_NORMAL)) {
      if (value !== 0 || !/[1-9]/.test(mantissaOf(field))) return undefined;
    }
    const written = significant(field);
    if (written === significant(String(value))) return undefined;
    const whole = wholeDigits(field);
    if (whole !== undefined) {
      const nearest = BigInt(Math.abs(value)).toString();
      if (whole === nearest) return undefined;
      if (!this.takesRounded) {
        return (
          `${quoted(field)} is a whole number that the nearest double changes, to ${value < 0 ? '-' : ''}${nearest}; ` +
          'subtract a common offset, or ask for a scaling that rounds (--scaling range or quantile)'
        );
      }
      this.rounded.set(column, (this.rounded.get(column) ?? 0) + 1);
    }
    this.remember(written, value, column);
    return undefined;
  }

  private remember(written: string, value: number, column: number): void {
    let known = this.columns.get(column);
    if (known === undefined) {
      known = new Map();
      this.columns.set(column, known);
    }
    const taken = known.get(value);
    if (taken !== undefined) {
      taken.rows++;
      taken.several ||= taken.written !== written;
    } else if (this.remembered < MOST_REMEMBERED) {
      known.set(value, { written, rows: 1, several: false });
      this.remembered++;
    }
  }

  /**
   * What there is to say of the whole table, one line each.
   *
   * @param values row by row
   */
  notes(values: ArrayLike<number>, names: readonly string[]): string[] {
    const notes: string[] = [];
    for (const [column, known] of this.columns) {
      const name = `column ${quoted(names[column])}`;
      const rounded = this.rounded.get(column);
      if (rounded !== undefined) {
        notes.push(`${name}: ${rounded} whole numbers beyond 2^53 are rounded to the nearest double`);
      }
      const rows = new Map<number, number>();
      for (let at = column; at < values.length; at += names.length) {
        if (known.has(values[at])) rows.set(values[at], (rows.get(values[at]) ?? 0) + 1);
      }
      const merged = [...known].filter(([value, taken]) => taken.several || rows.get(value) !== taken.rows);
      if (merged.length > 0) {
        notes.push(
          `${name}: numbers with more digits than a double holds are read as equal, such as those near ${merged[0][0]}`,
        );
      }
    }
    if (this.remembered === MOST_REMEMBERED) {
      notes.push(
        'more than a million numbers have more digits than a double holds; whether all stay different was not looked at',
      );
    }
    return notes;
  }
}

function mantissaOf(field: string): string {
  return field.split(/[eE]/, 1)[0];
}

/** The significant digits of a number and the power of ten of the last of them: equal texts, equal numbers. */
function significant(field: string): string {
  const [mantissa, power = '0'] = field.split(/[eE]/);
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole, fraction = ''] = mantissa.replace(/^[+-]/, '').split('.');
  const digits = (whole + fraction).replace(/^0+/, '');
  const end = trailingZeros(digits);
  if (end === digits.length) return '0';
  return `${sign}${digits.slice(0, digits.length - end)}e${Number(power) - fraction.length + end}`;
}

/** Counted by hand: a pattern for zeros at the end would look at every run of zeros before. */
function trailingZeros(digits: string): number {
  let count = 0;
  while (count < digits.length && digits[digits.length - 1 - count] === '0') count++;
  return count;
}

/** The digits of a number written as a whole one, without leading zeros; `undefined` for others. */
function wholeDigits(field: string): string | undefined {
  const match = /^[+-]?0*(\d+)(?:\.0*)?$/.exec(field);
  return match?.[1];
}
