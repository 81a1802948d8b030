import { InputError } from '../errors.js';
import type { WholeModel } from './whole-model.js';

/*
 * The lines of a certificate of VIPR (format 1.1), as they are derived. Every line is computed here from the lines that it names, in
 * whole numbers, and what comes out is what is written: so a line is right by construction, and whoever calls looks at what came out,
 * and says so where it is not what was meant.
 *
 * All constraints are kept as `sum of values * columns >= rhs`; one that is printed with <= is kept with its signs turned.
 */

/** Index of a constraint in the file. */
export type Ref = number;

export interface Constraint {
  readonly columns: readonly number[];
  readonly values: readonly bigint[];
  readonly rhs: bigint;
  /** Printed as <=, with all signs turned. */
  readonly isUpper: boolean;
}

/** A constraint and what it is multiplied with, above 0 (what is 0 is left out). */
export type Part = readonly [ref: Ref, times: bigint];

/** Bytes of all derivations at most: they are in memory until their number is known, which stands before them. */
export const MOST_BYTES = 2 ** 28;

const FALSE: Constraint = { columns: [], values: [], rhs: 1n, isUpper: false };

export class Certificate {
  /** A piece of text for every few derivations. */
  readonly derivations: string[] = [];
  derived = 0;
  private readonly constraints: (Constraint | undefined)[] = [];
  private readonly sums: bigint[];
  private readonly lines: string[] = [];
  private bytes = 0;
  /** Bounds of column c are constraints 2c and 2c + 1; the rows stand behind them. */
  private readonly rows = new Map<string, Ref>();

  constructor(
    readonly model: WholeModel,
    private readonly mostBytes = MOST_BYTES,
  ) {
    for (const [c, { lower, upper }] of model.columns.entries()) {
      this.constraints.push({ columns: [c], values: [1n], rhs: BigInt(lower), isUpper: false });
      this.constraints.push({ columns: [c], values: [-1n], rhs: BigInt(-upper), isUpper: true });
    }
    for (const { name, columns, values, rhs, sense } of model.rows) {
      this.rows.set(name, this.constraints.length);
      const isUpper = sense === '<=';
      const turned = (value: bigint) => (isUpper ? -value : value);
      this.constraints.push({ columns, values: values.map(turned), rhs: turned(rhs), isUpper });
    }
    this.sums = new Array<bigint>(model.columns.length).fill(0n);
  }

  lower(column: number): Ref {
    return 2 * column;
  }

  upper(column: number): Ref {
    return 2 * column + 1;
  }

  /** A row of the model; `undefined`: it has none of that name. */
  row(name: string): Ref | undefined {
    return this.rows.get(name);
  }

  at(ref: Ref): Constraint {
    const found = this.constraints[ref];
    if (found === undefined) throw new RangeError(`constraint ${ref} has been given up`);
    return found;
  }

  /** No line will name it any more. */
  forget(ref: Ref): void {
    this.constraints[ref] = undefined;
  }

  isFalse(ref: Ref): boolean {
    const { columns, rhs } = this.at(ref);
    return columns.length === 0 && rhs > 0n;
  }

  /** `column >= value` or `column <= value`, assumed. */
  assume(column: number, sense: '>=' | '<=', value: number): Ref {
    const isUpper = sense === '<=';
    const sign = isUpper ? -1n : 1n;
    return this.add({ columns: [column], values: [sign], rhs: sign * BigInt(value), isUpper }, '{ asm }');
  }

  /** The objective is at most this, or at least this, assumed. */
  assumeObjective(sense: '>=' | '<=', value: bigint): Ref {
    const { columns, values } = this.model.objective;
    const isUpper = sense === '<=';
    const turned = values.map((v) => (isUpper ? -v : v));
    const rhs = isUpper ? -value : value;
    return this.add({ columns, values: turned, rhs, isUpper }, '{ asm }', 'OBJ');
  }

  /**
   * The sum of the parts, divided by a whole number and rounded up where one is given.
   *
   * @param divisor divides every coefficient that is left
   */
  sum(parts: readonly Part[], divisor = 0n): Ref {
    const { sums } = this;
    const touched: number[] = [];
    let rhs = 0n;
    let reason = divisor > 0n ? '{ rnd' : '{ lin';
    // A constraint that is named twice has one multiplier.
    const merged = new Map<Ref, bigint>();
    for (const [ref, times] of parts) {
      if (times < 0n) throw new RangeError(`multiplier ${times}`);
      if (times > 0n) merged.set(ref, (merged.get(ref) ?? 0n) + times);
    }
    reason += ` ${merged.size}`;
    for (const [ref, times] of merged) {
      const { columns, values, rhs: least, isUpper } = this.at(ref);
      for (const [n, c] of columns.entries()) {
        touched.push(c);
        sums[c] += times * values[n];
      }
      rhs += times * least;
      reason += ` ${ref} ${isUpper ? '-' : ''}${divisor > 1n ? fraction(times, divisor) : times}`;
    }
    const columns: number[] = [];
    const values: bigint[] = [];
    for (const c of touched) {
      const value = sums[c];
      if (value === 0n) continue;
      sums[c] = 0n;
      columns.push(c);
      if (divisor > 0n && value % divisor !== 0n)
        throw new RangeError(`${value} is no multiple of ${divisor}`);
      values.push(divisor > 0n ? value / divisor : value);
    }
    if (divisor > 0n) rhs = ceilOfQuotient(rhs, divisor);
    return this.add({ columns, values, rhs, isUpper: false }, `${reason} }`);
  }

  /**
   * What holds in both halves of a branching holds without it.
   *
   * @param target the constraint that both dominate; left out: nothing is in either
   */
  join(first: Ref, firstAssumed: Ref, second: Ref, secondAssumed: Ref, target: Constraint = FALSE): Ref {
    for (const ref of [first, second])
      if (!this.dominates(ref, target)) throw new RangeError(`constraint ${ref} is too weak`);
    return this.add(target, `{ uns ${first} ${firstAssumed} ${second} ${secondAssumed} }`);
  }

  /** What nothing is left of says anything; the objective's bound is the end of a file. */
  joinToObjective(never: Ref, assumed: Ref, value: bigint): Ref {
    const other = this.assumeObjective('>=', value);
    const { columns, values } = this.model.objective;
    const reason = `{ uns ${never} ${assumed} ${other} ${other} }`;
    return this.add({ columns, values, rhs: value, isUpper: false }, reason, 'OBJ');
  }

  private dominates(ref: Ref, { columns, values, rhs }: Constraint): boolean {
    const own = this.at(ref);
    if (this.isFalse(ref)) return true;
    if (own.columns.length !== columns.length || own.rhs < rhs) return false;
    const known = new Map(own.columns.map((c, n) => [c, own.values[n]]));
    return columns.every((c, n) => known.get(c) === values[n]);
  }

  private add(constraint: Constraint, reason: string, form?: string): Ref {
    const { columns, values, rhs, isUpper } = constraint;
    const sign = isUpper ? -1n : 1n;
    let text = `d${this.derived} ${isUpper ? 'L' : 'G'} ${sign * rhs} `;
    if (form !== undefined) text += form;
    else {
      text += columns.length;
      for (const [n, c] of columns.entries()) text += ` ${c} ${sign * values[n]}`;
    }
    this.lines.push(`${text} ${reason} -1\n`);
    this.bytes += text.length + reason.length + 5;
    if (this.bytes > this.mostBytes)
      throw new InputError(`it would be larger than ${this.mostBytes / 2 ** 20} MiB`);
    if (this.lines.length >= 256) this.flush();
    this.derived++;
    return this.constraints.push(constraint) - 1;
  }

  /** All derivations are in `derivations` from here on. */
  flush(): void {
    this.derivations.push(this.lines.join(''));
    this.lines.length = 0;
  }
}

export function ceilOfQuotient(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b > 0n ? quotient + 1n : quotient;
}

/** `Math.max` takes no bigint. */
export function largerOf(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}

/** In lowest terms: VIPR's checker does not reduce what it reads, and takes 4/2 for no integer. */
function fraction(top: bigint, bottom: bigint): string {
  let [a, b] = [top, bottom];
  while (b !== 0n) [a, b] = [b, a % b];
  return a === bottom ? `${top / a}` : `${top / a}/${bottom / a}`;
}
