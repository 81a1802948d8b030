import { LIMITS } from '../../limits.js';
import { reject } from './types.js';

/*
 * One line of a proof file as a row of fields. Lines are read by hand, character by character: a proof has millions of
 * multipliers, and splitting and matching each would cost more than checking them. Whatever does not fit is a
 * `Rejection`; nothing a line says is used before it is known to be in range.
 */

/** Characters in a line at most: far more than a multiplier for each of the samples that a problem may have. */
export const MAX_LINE = LIMITS.proofRecord;
/** Base-36 digits of a multiplier at most: 36^10 < 2^52, so that every one is exact in a double. */
export const MAX_DIGITS = 10;

/** Multipliers of rows, as read: `count` entries of `rows` and `values`, no row twice. */
export class Multipliers {
  count = 0;
  readonly rows: Int32Array;
  readonly values: Float64Array;
  private readonly seen: Int32Array; // number of the reading in which a row was last seen
  private reading = 0;

  /** @param kind what the rows are, for messages */
  constructor(
    rowCount: number,
    private readonly kind = 'row',
  ) {
    this.rows = new Int32Array(rowCount);
    this.values = new Float64Array(rowCount);
    this.seen = new Int32Array(rowCount);
  }

  clear(): void {
    this.count = 0;
    this.reading++;
  }

  add(row: number, value: number): void {
    const { kind } = this;
    if (row >= this.seen.length) {
      const those = kind === 'row' ? 'kept samples' : `${kind}s`;
      reject(`${kind} ${row} is not one of the ${this.seen.length} ${those}`);
    }
    if (this.seen[row] === this.reading) reject(`${kind} ${row} has two multipliers`);
    if (value === 0) reject(`${kind} ${row} has a multiplier of 0`);
    this.seen[row] = this.reading;
    this.rows[this.count] = row;
    this.values[this.count] = value;
    this.count++;
  }
}

const SPACE = 32;
const COLON = 58;
const MINUS = 45;

export class Fields {
  private text = '';
  private at = 0;

  load(text: string): void {
    if (text.length > MAX_LINE) reject(`a line of ${text.length} characters`);
    this.text = text;
    this.at = 0;
  }

  get done(): boolean {
    return this.at >= this.text.length;
  }

  /** Whether the next field is this word. */
  nextIs(word: string): boolean {
    const start = this.at > 0 ? this.at + 1 : 0;
    return this.text.startsWith(word, start) && [' ', ''].includes(this.text.charAt(start + word.length));
  }

  /** The next field as it stands. */
  word(): string {
    const start = this.begin();
    let end = this.text.indexOf(' ', start);
    if (end < 0) end = this.text.length;
    this.at = end;
    return this.text.slice(start, end);
  }

  /** The next field as a decimal integer >= 0. */
  natural(): number {
    this.begin();
    const value = this.digits(10, 15);
    this.finish();
    return value;
  }

  /** The next field as a decimal integer. */
  integer(): number {
    const start = this.begin();
    if (this.text.charCodeAt(start) !== MINUS) return this.naturalAt(start);
    return 0 - this.naturalAt(start + 1);
  }

  /** The next field as a base-36 integer > 0. */
  scale(): number {
    this.begin();
    const value = this.digits(36, MAX_DIGITS);
    this.finish();
    return value > 0 ? value : reject('a scale of 0');
  }

  /** All fields that are left as `row:multiplier`. */
  multipliers(into: Multipliers): void {
    into.clear();
    while (!this.done) {
      this.begin();
      const row = this.digits(10, 15);
      if (this.text.charCodeAt(this.at) !== COLON)
        reject(`'${this.text.slice(0, 40)}': expected row:multiplier`);
      this.at++;
      const value = this.digits(36, MAX_DIGITS);
      this.finish();
      into.add(row, value);
    }
  }

  /** All fields that are left as decimal integers. */
  integers(): number[] {
    const values: number[] = [];
    while (!this.done) values.push(this.integer());
    return values;
  }

  end(): void {
    if (!this.done) reject(`'${this.text.slice(this.at, this.at + 40)}' too much on the line`);
  }

  /** Moves past the one blank between two fields. */
  private begin(): number {
    if (this.at > 0) this.at++;
    if (this.at >= this.text.length) reject('the line ends too early');
    return this.at;
  }

  private finish(): void {
    if (this.at < this.text.length && this.text.charCodeAt(this.at) !== SPACE) this.notANumber();
  }

  private naturalAt(start: number): number {
    this.at = start;
    const value = this.digits(10, 15);
    this.finish();
    return value;
  }

  private digits(base: 10 | 36, most: number): number {
    const { text } = this;
    const start = this.at;
    let value = 0;
    let at = start;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 48 && code <= 57) value = value * base + (code - 48);
      else if (base === 36 && code >= 97 && code <= 122) value = value * 36 + (code - 87);
      else break;
    }
    this.at = at;
    if (at === start || at - start > most) this.notANumber();
    return value;
  }

  private notANumber(): never {
    return reject(`'${this.text.slice(0, 40)}': a field is not a number in range`);
  }
}
