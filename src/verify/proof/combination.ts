import type { Multipliers } from './parse.js';
import type { State } from './state.js';

/*
 * The rows of one neuron, added up with their multipliers: `N = sum n`, `d_i = sum n * s_k * x_ki`. A weight v at input i
 * then contributes `h(v) = d_i v - linf N |v| - s [v != 0]` (s = 0 but for MW's bound), and everything that a proof says
 * about a neuron is about the sum over the inputs of the largest h in the box. h is linear on the values below 0 and on
 * those above 0.
 *
 * There are two forms of the same thing. Doubles: used where `N * magnitude + s * inputs` is below 2^51. Every d_i, every
 * h and every partial sum is an integer of at most that size (see `Setting.magnitude`), so each is exact: a double holds
 * every integer up to 2^53, and sums and products of integers that stay there are not rounded. BigInt: otherwise.
 */

export interface Combination {
  readonly neuron: number;
  /** N, and how much of it is on rows of the - side. */
  readonly sum: bigint;
  readonly minusSum: bigint;
  /** The sum over all inputs of the largest h in the box. */
  most(state: State, s: number): bigint;
  /**
   * Narrows every box of the neuron to the hull of the values that lose no more than `slack` against the best of their
   * input: `h(v) >= max h - slack`. All boxes are judged as they are before any is narrowed.
   *
   * @returns false where no value of some input remains
   */
  narrow(state: State, s: number, slack: bigint): boolean;
}

/** Below this every double of the small form is exact, and so are differences of two of them. */
const EXACT = 2 ** 51;

/** @param scratch room for one number per active input; belongs to the combination while that is in use */
export function combine(
  state: State,
  neuron: number,
  multipliers: Multipliers,
  s: number,
  scratch: Float64Array,
): Combination {
  const { magnitude, inputs } = state.setting;
  let sum = 0;
  for (let n = 0; n < multipliers.count; n++) sum += multipliers.values[n];
  // Where `sum` itself were rounded it would be far too large for the small form.
  return sum * magnitude + s * (inputs + 1) < EXACT
    ? new SmallCombination(state, neuron, multipliers, sum, scratch)
    : new BigCombination(state, neuron, multipliers);
}

class SmallCombination implements Combination {
  readonly sum: bigint;
  readonly minusSum: bigint;
  private readonly radius: number; // linf * N

  constructor(
    state: State,
    readonly neuron: number,
    multipliers: Multipliers,
    sum: number,
    private readonly d: Float64Array,
  ) {
    const { rows, linf } = state.setting;
    d.fill(0);
    let minusSum = 0;
    for (let n = 0; n < multipliers.count; n++) {
      const k = multipliers.rows[n];
      const side = state.side(neuron, k);
      const factor = side * multipliers.values[n];
      if (side < 0) minusSum += multipliers.values[n];
      const row = rows[k];
      for (let a = 0; a < d.length; a++) d[a] += factor * row[a];
    }
    this.sum = BigInt(sum);
    this.minusSum = BigInt(minusSum);
    this.radius = linf * sum;
  }

  most(state: State, s: number): bigint {
    const { low, high } = state;
    const { d } = this;
    const from = this.neuron * d.length;
    let total = 0;
    for (let a = 0; a < d.length; a++) total += this.peak(d[a], s, low[from + a], high[from + a]);
    return BigInt(total);
  }

  narrow(state: State, s: number, slack: bigint): boolean {
    if (slack < 0n) return false;
    if (slack > BigInt(EXACT) * 2n) return true; // no two values of h differ by more
    const loss = Number(slack);
    const { low, high } = state;
    const { d, radius } = this;
    const from = this.neuron * d.length;
    for (let a = 0; a < d.length; a++) {
      const lo = low[from + a];
      const up = high[from + a];
      const least = this.peak(d[a], s, lo, up) - loss;
      const remains = (v: number) => d[a] * v - radius * Math.abs(v) - (v === 0 ? 0 : s) >= least;
      narrowBox(state, from + a, lo, up, remains);
    }
    return true;
  }

  private peak(d: number, s: number, lo: number, up: number): number {
    let most = lo <= 0 && up >= 0 ? 0 : Number.NEGATIVE_INFINITY;
    if (up > 0) {
      const slope = d - this.radius;
      most = Math.max(most, slope * (slope > 0 ? up : Math.max(lo, 1)) - s);
    }
    if (lo < 0) {
      const slope = d + this.radius;
      most = Math.max(most, slope * (slope > 0 ? Math.min(up, -1) : lo) - s);
    }
    return most;
  }
}

class BigCombination implements Combination {
  readonly sum: bigint;
  readonly minusSum: bigint;
  private readonly d: bigint[];
  private readonly radius: bigint;

  constructor(
    state: State,
    readonly neuron: number,
    multipliers: Multipliers,
  ) {
    const { rows, linf, inputs } = state.setting;
    this.d = new Array<bigint>(inputs).fill(0n);
    let sum = 0n;
    let minusSum = 0n;
    for (let n = 0; n < multipliers.count; n++) {
      const k = multipliers.rows[n];
      const side = state.side(neuron, k);
      const value = BigInt(multipliers.values[n]);
      sum += value;
      if (side < 0) minusSum += value;
      for (let a = 0; a < inputs; a++) this.d[a] += value * BigInt(side * rows[k][a]);
    }
    this.sum = sum;
    this.minusSum = minusSum;
    this.radius = BigInt(linf) * sum;
  }

  most(state: State, s: number): bigint {
    const from = this.neuron * this.d.length;
    return this.d.reduce(
      (total, d, a) => total + this.peak(d, s, state.low[from + a], state.high[from + a]),
      0n,
    );
  }

  narrow(state: State, s: number, slack: bigint): boolean {
    if (slack < 0n) return false;
    const from = this.neuron * this.d.length;
    for (const [a, d] of this.d.entries()) {
      const lo = state.low[from + a];
      const up = state.high[from + a];
      const least = this.peak(d, s, lo, up) - slack;
      narrowBox(state, from + a, lo, up, (v) => this.at(d, s, v) >= least);
    }
    return true;
  }

  /** h is linear on both sides of 0: its largest value is at an end of the box, or at -1, 0 or 1. */
  private peak(d: bigint, s: number, lo: number, up: number): bigint {
    let most = this.at(d, s, lo);
    for (const v of [-1, 0, 1, up]) {
      if (v < lo || v > up) continue;
      const value = this.at(d, s, v);
      if (value > most) most = value;
    }
    return most;
  }

  private at(d: bigint, s: number, v: number): bigint {
    return d * BigInt(v) - this.radius * BigInt(Math.abs(v)) - (v === 0 ? 0n : BigInt(s));
  }
}

/** Sets a box to the hull of the values that remain; the best value always does. */
function narrowBox(state: State, at: number, lo: number, up: number, remains: (v: number) => boolean): void {
  if (!remains(lo)) state.setLow(at, lowest(lo, up, remains));
  if (!remains(up)) state.setHigh(at, -lowest(-up, -lo, (v) => remains(-v)));
}

/** The least value of `[lo, up]` that remains, given that lo does not and some value does. */
function lowest(lo: number, up: number, remains: (v: number) => boolean): number {
  // On a piece where h is linear the values that remain reach to one of its ends: the lower end, or they are the last.
  for (const [from, to] of [
    [lo, Math.min(up, -1)],
    [0, 0],
    [Math.max(lo, 1), up],
  ]) {
    if (from > to || from < lo || to > up) continue;
    if (remains(from)) return from;
    if (!remains(to)) continue;
    let out = from;
    let inside = to;
    while (inside - out > 1) {
      const middle = Math.floor((out + inside) / 2);
      if (remains(middle)) inside = middle;
      else out = middle;
    }
    return inside;
  }
  return up;
}
