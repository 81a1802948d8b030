/*
 * The most that samples count by one value of a weight whose input does not move, given the most that the others let each of them reach. Sample k
 * counts for the value v where `slope_k * v >= least - top_k`: from some value on where its slope is above 0, up to one where it is below, for
 * all or none where it is 0. A mark where each begins or ceases to count, and one run over the values.
 */

interface Setting {
  /** Label times input, a sample each. */
  readonly slope: Float64Array;
  readonly low: number;
  readonly high: number;
  readonly costs: Float64Array;
  readonly isPlus: Uint8Array;
  /** What a sample has to reach. */
  readonly least: number;
  /** Of the samples of either label at least so many have to count. */
  readonly leastPlus: number;
  readonly leastMinus: number;
}

export class SweptWeight {
  private readonly worth: Float64Array;
  private readonly plus: Int32Array;
  private readonly minus: Int32Array;

  constructor(private readonly setting: Setting) {
    const values = setting.high - setting.low + 1;
    this.worth = new Float64Array(values + 1);
    this.plus = new Int32Array(values + 1);
    this.minus = new Int32Array(values + 1);
  }

  /** What the samples cost that count, of the best value; -1 where every value loses too many of a label. */
  most(tops: Float64Array): number {
    const { low, high, leastPlus, leastMinus } = this.setting;
    this.mark(tops);
    let worth = 0;
    let plus = 0;
    let minus = 0;
    let most = -1;
    for (let v = 0; v <= high - low; v++) {
      worth += this.worth[v];
      plus += this.plus[v];
      minus += this.minus[v];
      if (worth > most && plus >= leastPlus && minus >= leastMinus) most = worth;
    }
    return most;
  }

  /** What begins at a value less what has ceased to count before it. */
  private mark(tops: Float64Array): void {
    const { slope, low, high, costs, isPlus, least } = this.setting;
    this.worth.fill(0);
    this.plus.fill(0);
    this.minus.fill(0);
    for (let k = 0; k < tops.length; k++) {
      const lack = least - tops[k];
      let from = low;
      let to = high;
      // A quotient of whole numbers below 2^31 and 2^15 that is not whole is far enough from any to be rounded to none.
      if (slope[k] > 0) from = Math.max(low, Math.ceil(lack / slope[k]));
      else if (slope[k] < 0) to = Math.min(high, Math.floor(lack / slope[k]));
      else if (lack > 0) continue;
      if (from > to) continue;
      const side = isPlus[k] === 1 ? this.plus : this.minus;
      this.worth[from - low] += costs[k];
      this.worth[to + 1 - low] -= costs[k];
      side[from - low]++;
      side[to + 1 - low]--;
    }
  }
}
