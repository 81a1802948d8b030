import type { Setting } from './setting.js';
import { firstAtLeastOne, leastAbove, leastNonzeros, mostAbove, mostMargin } from './trivial.js';

/*
 * The state of the node that is being replayed, and how to get back to the state of a node above it. Every change
 * goes through a method here, which first writes what was there onto the trail; `undoTo` takes changes back in reverse.
 * So memory is that of one path of the tree.
 *
 * Invariant: the networks that the state describes are those with these sides of the kept samples, these boxes of the
 * first-layer weights, and any weights above; `bound[j]` and `upper` bound them all.
 */

const SIDE = 0;
const LOW = 1;
const HIGH = 2;
const BOUND = 3;
const UPPER = 4;
const IMPOSSIBLE = 5;
const FUNCTION = 6;
/** Kinds of changes from here on belong to subclasses. */
export const OWN = 7;

export class State {
  /** `[j * rows + k]`: +1, -1, or 0 where undecided. */
  readonly sides: Int8Array;
  /** Decided sides of each neuron: how many are + and how many -. */
  readonly plus: Int32Array;
  readonly minus: Int32Array;
  /** `[j * inputs + a]`: the box of every weight. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** MM: the margin is at most this; MW: the non-zero weights are at least this. */
  readonly bound: Float64Array;
  /** The same of all layers above the first together. */
  upper: number;
  impossible = false;
  /** MM: which of the upper layers' functions the node is about; -1: any. */
  function = -1;
  readonly rows: number;
  protected readonly trail: number[] = []; // triples: what changed, where, what was there

  constructor(readonly setting: Setting) {
    const { neurons, inputs, labels, stage } = setting;
    this.rows = setting.rows.length;
    this.sides = new Int8Array(neurons * this.rows);
    this.plus = new Int32Array(neurons);
    this.minus = new Int32Array(neurons);
    this.low = new Int32Array(neurons * inputs);
    this.high = new Int32Array(neurons * inputs);
    for (let j = 0; j < neurons; j++) {
      this.low.set(setting.low, j * inputs);
      this.high.set(setting.high, j * inputs);
    }
    this.bound = new Float64Array(neurons);
    for (let j = 0; j < neurons; j++) {
      this.bound[j] = stage === 'mm' ? mostMargin(setting) : leastNonzeros(setting, j);
    }
    this.upper = stage === 'mm' ? mostAbove(setting) : leastAbove(setting);
    if (setting.single) for (let k = 0; k < this.rows; k++) this.decide(0, k, labels[k]);
  }

  side(j: number, k: number): number {
    return this.sides[j * this.rows + k];
  }

  touched(j: number): boolean {
    return this.plus[j] + this.minus[j] > 0;
  }

  decided(j: number): boolean {
    return this.plus[j] + this.minus[j] === this.rows;
  }

  /** Some neuron has the two samples on different sides. */
  separated(a: number, b: number): boolean {
    for (let j = 0; j < this.setting.neurons; j++) if (this.side(j, a) * this.side(j, b) < 0) return true;
    return false;
  }

  /** What the whole network can reach: MM at most, MW at least, in the unit of the claim. */
  total(): number {
    return this.firstLayer(this.bound.reduce((sum, bound) => sum + bound, 0)) + this.upper;
  }

  /** What the first layer counts, given the sum of its neurons' bounds. */
  firstLayer(sum: number): number {
    return this.setting.stage === 'mm' ? sum : firstAtLeastOne(this.setting, sum);
  }

  /** How many weights more, of those that are counted and may be 0, may be other than 0, all of them one neuron's: below 0 where no network is in the node. */
  room(): number {
    const { limit, inputs, counted, neurons } = this.setting;
    let left = limit;
    if (left === Number.POSITIVE_INFINITY) return left;
    for (let at = 0; at < neurons * inputs; at++)
      if (counted[at % inputs] && (this.low[at] > 0 || this.high[at] < 0)) left--;
    return left;
  }

  /** MW: more weights are other than 0 than the problem allows. */
  get isOverLimit(): boolean {
    const { limit, stage } = this.setting;
    return stage === 'mw' && this.bound.reduce((sum, bound) => sum + bound, 0) > limit;
  }

  /** The bounds of all first-layer neurons but one. */
  others(j: number): number {
    let sum = 0;
    for (let other = 0; other < this.bound.length; other++) if (other !== j) sum += this.bound[other];
    return sum;
  }

  /** A side that is decided stays as it is. */
  decide(j: number, k: number, side: number): void {
    const at = j * this.rows + k;
    if (this.sides[at] !== 0) return;
    this.trail.push(SIDE, at, 0);
    this.sides[at] = side;
    if (side > 0) this.plus[j]++;
    else this.minus[j]++;
  }

  setLow(at: number, value: number): void {
    this.trail.push(LOW, at, this.low[at]);
    this.low[at] = value;
  }

  setHigh(at: number, value: number): void {
    this.trail.push(HIGH, at, this.high[at]);
    this.high[at] = value;
  }

  setBound(j: number, value: number): void {
    this.trail.push(BOUND, j, this.bound[j]);
    this.bound[j] = value;
  }

  setUpper(value: number): void {
    this.trail.push(UPPER, 0, this.upper);
    this.upper = value;
  }

  setFunction(index: number): void {
    this.trail.push(FUNCTION, 0, this.function);
    this.function = index;
  }

  setImpossible(): void {
    if (this.impossible) return;
    this.trail.push(IMPOSSIBLE, 0, 0);
    this.impossible = true;
  }

  mark(): number {
    return this.trail.length;
  }

  undoTo(mark: number): void {
    const { trail } = this;
    while (trail.length > mark) {
      const value = trail.pop() as number;
      const at = trail.pop() as number;
      this.restore(trail.pop() as number, at, value);
    }
  }

  protected restore(kind: number, at: number, value: number): void {
    switch (kind) {
      case SIDE: {
        const j = Math.floor(at / this.rows);
        if (this.sides[at] > 0) this.plus[j]--;
        else this.minus[j]--;
        this.sides[at] = value;
        break;
      }
      case LOW:
        this.low[at] = value;
        break;
      case HIGH:
        this.high[at] = value;
        break;
      case BOUND:
        this.bound[at] = value;
        break;
      case UPPER:
        this.upper = value;
        break;
      case FUNCTION:
        this.function = value;
        break;
      case IMPOSSIBLE:
        this.impossible = value === 1;
        break;
      default:
        throw new RangeError(`no change of kind ${kind}`);
    }
  }
}
