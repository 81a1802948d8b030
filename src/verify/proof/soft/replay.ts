import { allowsZeros } from '../../worth/beyond.js';
import { type Combination, combine } from '../combination.js';
import { floorOfQuotient } from '../neuron-bound.js';
import type { Fields } from '../parse.js';
import type { Setting } from '../setting.js';
import { State } from '../state.js';
import { TreeReplay } from '../tree-replay.js';
import { reject } from '../types.js';
import { UpperOptimum } from '../upper-optimum.js';

/** What the last `a` left for an `f`; of use at the same node only. */
interface LastLoss {
  readonly node: number;
  readonly rows: Combination;
  readonly scale: bigint;
  /** `4 s sum n T - sum n^2 - 4 s sum_i max h`: a loss of `w` times 4 s^2 is no less. */
  readonly value: bigint;
}

/**
 * Replays the tree of MM with soft margins and one layer (docs/proof.md, "Soft margins"): boxes of the one neuron's weights, every row on the
 * side of its label, and a loss that no weights in them go below, which the state holds with a minus sign as MM's bound. The
 * records speak of a neuron with weights; the one without any is looked at when the tree begins.
 */
export class SoftReplay extends TreeReplay {
  private lastLoss: LastLoss | undefined;
  /** Per row, what it wants as a sum: a unit more on the - side, where a sum of 0 does not stand. */
  private readonly wanted: readonly number[];
  private readonly room: Float64Array;

  /**
   * @param targets of the rows of the setting
   * @param claim minus the loss that is to be shown
   */
  constructor(setting: Setting, targets: readonly number[], claim: number) {
    super(setting, new State(setting), claim, new UpperOptimum(setting));
    this.state.setBound(0, 0);
    this.wanted = targets.map((target, k) => target + (setting.labels[k] < 0 ? 1 : 0));
    this.room = new Float64Array(setting.inputs);
    // Without weights the neuron is + to infinity, and lacks a unit of being -.
    const free = this.wanted.reduce((sum, want, k) => (setting.labels[k] < 0 ? sum + want ** 2 : sum), 0);
    if (allowsZeros(setting.problem) && -free > claim)
      reject(`the network without weights loses ${free} only`);
  }

  override record(letter: string, fields: Fields): void {
    if (!'afwlx'.includes(letter)) reject(`'${letter.slice(0, 20)}' is no record of a tree of soft margins`);
    super.record(letter, fields);
  }

  protected branchOn(letter: string, fields: Fields): boolean {
    if (letter !== 'a') return false;
    this.boundByLoss(fields);
    return true;
  }

  protected whyFree(): string | undefined {
    return undefined;
  }

  /** Bounds below 0 are what losses are here. */
  protected override isImpossible(): boolean {
    return this.state.impossible;
  }

  protected enumerateUpper(): void {
    reject('u with one layer');
  }

  protected branchOnPair(): void {
    reject('p with one layer');
  }

  private boundByLoss(fields: Fields): void {
    const { state } = this;
    const j = this.neuron(fields);
    const scale = BigInt(fields.scale());
    fields.multipliers(this.multipliers);
    if (state.room() < 0) state.setImpossible();
    const rows = combine(state, j, this.multipliers, 0, this.room);
    let asked = 0n;
    let squares = 0n;
    for (let n = 0; n < this.multipliers.count; n++) {
      const value = BigInt(this.multipliers.values[n]);
      asked += value * BigInt(this.wanted[this.multipliers.rows[n]]);
      squares += value * value;
    }
    const value = 4n * scale * (asked - rows.most(state, 0)) - squares;
    this.lastLoss = { node: this.nodeNumber, rows, scale, value };
    const loss = ceilOf(value, 4n * scale * scale);
    if (loss > 0n && -Number(loss) < state.bound[j]) state.setBound(j, -Number(loss));
  }

  /** The values of weights with which the loss would reach the claim's go. */
  protected override narrow(fields: Fields): void {
    this.neuron(fields);
    fields.end();
    const { state, lastLoss } = this;
    if (lastLoss === undefined || lastLoss.node !== this.nodeNumber) reject('f without an a at this node');
    const { rows, scale, value } = lastLoss;
    // A loss of at most this much beats the claim.
    const most = BigInt(-this.claim) - 1n;
    const slack = floorOfQuotient(4n * scale * scale * most - value, 4n * scale);
    if (this.isOver() || !rows.narrow(state, 0, slack)) state.setImpossible();
  }
}

function ceilOf(a: bigint, b: bigint): bigint {
  return -floorOfQuotient(-a, b);
}
