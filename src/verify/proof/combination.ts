import type { Multipliers } from './parse.js';
import { takeLargest } from './room.js';
import type { Setting } from './setting.js';
import type { State } from './state.js';

/*
 * The rows of one neuron, added up with their multipliers: `N = sum n`, `d_i = sum n * s_k * x_ki`. A weight v at input i
 * then contributes `h(v) = d_i v - r_i N |v| - s_i [v != 0]` (r_i the radius of the input; s_i = s in MW's bound where its weights are counted,
 * else 0), and everything that a proof says about a neuron is about the largest sum over the inputs of h in the boxes; where a problem limits the
 * weights other than 0, with as many of them as there is room for. h is linear on the values below 0 and on those above 0.
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
  /** The largest sum of h over the inputs. */
  most(state: State, s: number): bigint;
  /**
   * Narrows every box of the neuron to the hull of the values with which that sum is no more than `slack` less than it is without. All
   * boxes are judged as they are before any is narrowed.
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

/** Number and bigint alike: one of the two throughout. */
abstract class OneCombination<T extends number | bigint> implements Combination {
  abstract readonly sum: bigint;
  abstract readonly minusSum: bigint;
  protected abstract readonly zero: T;

  constructor(readonly neuron: number) {}

  /** h. */
  protected abstract at(a: number, s: number, v: number): T;
  protected abstract add(a: T, b: T): T;
  protected abstract subtract(a: T, b: T): T;
  /** A number that is a whole one. */
  protected abstract from(value: bigint): T;

  most(state: State, s: number): bigint {
    const room = state.room();
    const from = this.neuron * state.setting.inputs;
    let total = this.zero;
    const gains: (T | undefined)[] = [];
    for (let a = 0; a < state.setting.inputs; a++) {
      const gain = room < Number.POSITIVE_INFINITY ? this.optionalGain(state, a, s) : undefined;
      gains.push(gain);
      if (gain === undefined)
        total = this.add(total, this.peak(a, s, state.low[from + a], state.high[from + a]));
    }
    if (room < Number.POSITIVE_INFINITY)
      total = this.add(total, takeLargest(gains, Math.max(0, room), this.zero, this.add).sum);
    return BigInt(total);
  }

  narrow(state: State, s: number, slack: bigint): boolean {
    if (slack < 0n) return false;
    if (slack > BigInt(EXACT) * 2n && typeof this.zero === 'number') return true; // no two sums differ by more
    const loss = this.from(slack);
    const room = state.room();
    const isLimited = room < Number.POSITIVE_INFINITY;
    const from = this.neuron * state.setting.inputs;
    const gains = Array.from({ length: isLimited ? state.setting.inputs : 0 }, (_, a) =>
      this.optionalGain(state, a, s),
    );
    const taken = takeLargest(gains, isLimited ? Math.max(0, room) : 0, this.zero, this.add);
    for (let a = 0; a < state.setting.inputs; a++) {
      const lo = state.low[from + a];
      const up = state.high[from + a];
      const gain = gains[a];
      let remains: (v: number) => boolean;
      if (gain === undefined) {
        const least = this.subtract(this.peak(a, s, lo, up), loss);
        remains = (v) => this.at(a, s, v) >= least;
      } else {
        // What the sum loses by this weight's being 0, and what it has to reach to be something else.
        const atZero = taken.has[a] ? this.subtract(gain, taken.entering) : this.zero;
        const least = this.subtract(taken.has[a] ? gain : taken.leaving, loss);
        remains = (v) => (v === 0 ? atZero <= loss : room > 0 && this.at(a, s, v) >= least);
      }
      narrowBox(state, from + a, lo, up, remains);
    }
    return true;
  }

  /** The most that a weight that is counted and may be 0 gains by being something else; `undefined`: it is none of those. */
  private optionalGain(state: State, a: number, s: number): T | undefined {
    const { setting } = state;
    const lo = state.low[this.neuron * setting.inputs + a];
    const up = state.high[this.neuron * setting.inputs + a];
    if (!setting.counted[a] || lo > 0 || up < 0) return undefined;
    let most: T | undefined;
    for (const v of [lo, -1, 1, up]) {
      if (v === 0 || v < lo || v > up) continue;
      const value = this.at(a, s, v);
      if (most === undefined || value > most) most = value;
    }
    return most ?? this.zero;
  }

  /** h is linear on both sides of 0: its largest value is at an end of the box, or at -1, 0 or 1. */
  protected peak(a: number, s: number, lo: number, up: number): T {
    let most = this.at(a, s, lo);
    for (const v of [-1, 0, 1, up]) {
      if (v < lo || v > up) continue;
      const value = this.at(a, s, v);
      if (value > most) most = value;
    }
    return most;
  }
}

class SmallCombination extends OneCombination<number> {
  readonly sum: bigint;
  readonly minusSum: bigint;
  protected readonly zero = 0;
  private readonly total: number; // N
  private readonly setting: Setting;

  constructor(
    state: State,
    neuron: number,
    multipliers: Multipliers,
    sum: number,
    private readonly d: Float64Array,
  ) {
    super(neuron);
    const { rows } = state.setting;
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
    this.total = sum;
    this.setting = state.setting;
  }

  protected at(a: number, s: number, v: number): number {
    if (v === 0) return 0;
    const { radius, counted } = this.setting;
    return this.d[a] * v - radius[a] * this.total * Math.abs(v) - (counted[a] ? s : 0);
  }

  /** The same, for it is what a replay spends its time on. */
  protected override peak(a: number, s: number, lo: number, up: number): number {
    const { radius, counted } = this.setting;
    const toll = radius[a] * this.total;
    const paid = counted[a] ? s : 0;
    let most = lo <= 0 && up >= 0 ? 0 : Number.NEGATIVE_INFINITY;
    if (up > 0) {
      const slope = this.d[a] - toll;
      most = Math.max(most, slope * (slope > 0 ? up : Math.max(lo, 1)) - paid);
    }
    if (lo < 0) {
      const slope = this.d[a] + toll;
      most = Math.max(most, slope * (slope > 0 ? Math.min(up, -1) : lo) - paid);
    }
    return most;
  }

  protected add(a: number, b: number): number {
    return a + b;
  }

  protected subtract(a: number, b: number): number {
    return a - b;
  }

  protected from(value: bigint): number {
    return Number(value);
  }
}

class BigCombination extends OneCombination<bigint> {
  readonly sum: bigint;
  readonly minusSum: bigint;
  protected readonly zero = 0n;
  private readonly d: bigint[];
  private readonly setting: Setting;

  constructor(state: State, neuron: number, multipliers: Multipliers) {
    super(neuron);
    const { rows, inputs } = state.setting;
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
    this.setting = state.setting;
  }

  protected at(a: number, s: number, v: number): bigint {
    if (v === 0) return 0n;
    const { radius, counted } = this.setting;
    const moved = BigInt(radius[a]) * this.sum * BigInt(Math.abs(v));
    return this.d[a] * BigInt(v) - moved - (counted[a] ? BigInt(s) : 0n);
  }

  protected add(a: bigint, b: bigint): bigint {
    return a + b;
  }

  protected subtract(a: bigint, b: bigint): bigint {
    return a - b;
  }

  protected from(value: bigint): bigint {
    return value;
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
