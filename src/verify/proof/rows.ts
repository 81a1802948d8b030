import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags, radiiOf } from '../evaluate.js';
import { floorOfQuotient } from './neuron-bound.js';
import { type Fields, Multipliers } from './parse.js';
import type { Records } from './records.js';
import { takeLargest } from './room.js';
import { threshold } from './setting.js';
import { reject } from './types.js';

/*
 * SM of a single neuron by its rows (docs/proof.md, "Rows"). A conflict is a set of rows of which no weights make all confident,
 * shown by whole multipliers once, when it is named. The tree says of rows that they are held (confident) or given up; a node in
 * which as many are lost as the claim says is closed.
 *
 * Sums are doubles and exact: every multiplier is a whole number, and what adds up to 2^52 or more is refused before it is used.
 */

/** Conflicts in a block at most. */
const MOST_CONFLICTS = 2 ** 16;
const EXACT = 2 ** 52;

const FREE = 0;
const HELD = 1;
const GIVEN = 2;

export class RowReplay implements Records {
  private readonly rows: Float64Array[] = []; // label times input, by row
  private readonly largest: number; // of the inputs' sizes and radii
  private readonly low: readonly number[];
  private readonly high: readonly number[];
  private readonly radius: readonly number[];
  private readonly isCounted: readonly boolean[];
  private readonly costs: readonly number[];
  /** Samples of either label that may be given up still. */
  private readonly spare: { plus: number; minus: number };
  private readonly confident: number;
  /** What has to be lost in every node: samples, or what they cost. */
  private readonly losses: number;
  private readonly conflicts: Int32Array[] = [];
  private readonly named: Multipliers;
  private readonly packed = new Multipliers(MOST_CONFLICTS, 'conflict');
  private readonly state: Uint8Array;
  private readonly loads: Float64Array;
  private readonly path: number[] = [];
  private given = 0; // what the rows cost that are given up
  private open = true;

  /** @param claim no weights count more samples */
  constructor(
    private readonly problem: TrainingProblem,
    claim: number,
  ) {
    if (problem.layers.length > 2) reject('rows is a method for a single neuron');
    const { sampleCount, samples, labels } = problem;
    const width = problem.layers[0];
    const active = activeFlags(problem).flatMap((isActive, i) => (isActive ? [i] : []));
    let largest = 1;
    for (let k = 0; k < sampleCount; k++) {
      const row = Float64Array.from(active, (i) => labels[k] * samples[k * width + i]);
      for (const x of row) largest = Math.max(largest, Math.abs(x));
      this.rows.push(row);
    }
    const { weightBound, ranges, free = [], atMostWrong } = problem;
    const moves = radiiOf(problem);
    this.radius = active.map((i) => moves[i]);
    this.low = active.map((i) => ranges?.[i][0] ?? -weightBound);
    this.high = active.map((i) => ranges?.[i][1] ?? weightBound);
    this.isCounted = active.map((i) => !free.includes(i));
    this.costs = Array.from({ length: sampleCount }, (_, k) => problem.costs?.[k] ?? 1);
    this.spare = {
      plus: atMostWrong?.plus ?? Number.POSITIVE_INFINITY,
      minus: atMostWrong?.minus ?? Number.POSITIVE_INFINITY,
    };
    this.largest = Math.max(largest, ...this.radius);
    this.confident = threshold(problem);
    this.losses = this.costs.reduce((sum, cost) => sum + cost, 0) - claim;
    this.named = new Multipliers(sampleCount);
    this.state = new Uint8Array(sampleCount);
    this.loads = new Float64Array(sampleCount);
  }

  get done(): boolean {
    return !this.open;
  }

  record(letter: string, fields: Fields): void {
    if (!this.open) reject('a record after the last node was closed');
    if (letter === 'k') this.name(fields);
    else if (letter === 'r') this.branch(fields);
    else if (letter === 'd') this.close(fields);
    else reject(`'${letter.slice(0, 20)}' is no record of rows`);
  }

  /**
   * With d_i = sum n_k y_k x_ki and N = sum n_k, all rows confident would make
   * `N * threshold <= sum n_k (y_k S_k - sum_i r_i |w_i|) <= sum_i max over w_i's box of (d_i v - r_i N |v|)`, of which a limit of the
   * weights other than 0 leaves the largest.
   */
  private name(fields: Fields): void {
    const { named } = this;
    if (this.conflicts.length === MOST_CONFLICTS) reject('too many conflicts');
    fields.multipliers(named);
    const sum = totalOf(named);
    if (sum * this.largest >= EXACT) reject('multipliers too large');
    const d = new Float64Array(this.rows[0]?.length ?? 0);
    for (let n = 0; n < named.count; n++) {
      const row = this.rows[named.rows[n]];
      const times = named.values[n];
      for (let i = 0; i < d.length; i++) d[i] += times * row[i];
    }
    if (BigInt(sum) * BigInt(this.confident) <= this.reachOf(d, sum)) reject('these rows are no conflict');
    this.conflicts.push(named.rows.slice(0, named.count));
  }

  private reachOf(d: Float64Array, sum: number): bigint {
    const { low, high, radius, isCounted, problem } = this;
    let reach = 0n;
    const gains: (bigint | undefined)[] = [];
    let room = problem.maxNonzero ?? Number.POSITIVE_INFINITY;
    for (let i = 0; i < d.length; i++) {
      const at = (v: number) =>
        BigInt(d[i]) * BigInt(v) - BigInt(radius[i]) * BigInt(sum) * BigInt(Math.abs(v));
      const mayBeZero = low[i] <= 0 && high[i] >= 0;
      let gain = mayBeZero ? 0n : at(low[i]);
      for (const value of [at(low[i]), at(high[i])]) if (value > gain) gain = value;
      const isOptional = isCounted[i] && mayBeZero;
      gains.push(isOptional ? gain : undefined);
      if (!isOptional) reach += gain;
      if (isCounted[i] && !mayBeZero) room--;
    }
    return reach + takeLargest(gains, Math.max(0, Math.min(room, d.length)), 0n, (a, b) => a + b).sum;
  }

  private branch(fields: Fields): void {
    if (fields.natural() !== 0) reject('r of a neuron that there is not');
    const k = fields.natural();
    fields.end();
    if (k >= this.state.length) reject(`row ${k} is not one of the ${this.state.length} samples`);
    if (this.state[k] !== FREE) reject('r of a row of which it is said already');
    this.state[k] = HELD;
    this.path.push(k);
  }

  /**
   * The rows that are given up are lost, and so is one of every conflict of which none is given up: of its free rows, for the others
   * are held. A row that is lost of a load l and a cost c pays for at most l of the multipliers, which is l / c for each unit that it costs:
   * so the multipliers together are at most what is lost beside the rows given up times the largest l / c.
   */
  private close(fields: Fields): void {
    const { packed } = this;
    fields.multipliers(packed);
    const total = totalOf(packed);
    if (total >= EXACT) reject('multipliers too large');
    this.loads.fill(0);
    let isVoid = false;
    for (let n = 0; n < packed.count; n++) if (!this.weigh(packed.rows[n], packed.values[n])) isVoid = true;
    const lost = BigInt(this.given) + this.lostBy(total);
    if (!isVoid && !this.isSpent && lost < BigInt(this.losses))
      reject(`${lost} samples are lost in this node, not ${this.losses}`);
    this.next();
  }

  /** What is lost beside the rows given up by conflicts whose multipliers add up to `total`. */
  private lostBy(total: number): bigint {
    let least: bigint | undefined;
    for (const [k, load] of this.loads.entries()) {
      if (load === 0) continue;
      const lost = -floorOfQuotient(-BigInt(total) * BigInt(this.costs[k]), BigInt(load));
      if (least === undefined || lost < least) least = lost;
    }
    return least ?? 0n;
  }

  /** More samples of a label are given up than may be. */
  private get isSpent(): boolean {
    return this.spare.plus < 0 || this.spare.minus < 0;
  }

  /** Gives a row up, or takes that back. */
  private give(k: number, times: 1 | -1): void {
    this.given += times * this.costs[k];
    if (this.problem.labels[k] > 0) this.spare.plus -= times;
    else this.spare.minus -= times;
  }

  /** Puts a conflict's multiplier on its free rows; false where it has none: nothing is in the node. */
  private weigh(conflict: number, times: number): boolean {
    if (conflict >= this.conflicts.length) reject(`conflict ${conflict} has no name yet`);
    let isMet = false;
    for (const k of this.conflicts[conflict]) {
      if (this.state[k] === GIVEN) reject(`row ${k} of conflict ${conflict} is given up here`);
      if (this.state[k] === HELD) continue;
      this.loads[k] += times;
      isMet = true;
    }
    return isMet;
  }

  /** The other child of the last row that is held. */
  private next(): void {
    for (;;) {
      const k = this.path.at(-1);
      if (k === undefined) {
        this.open = false;
        return;
      }
      if (this.state[k] === HELD) {
        this.state[k] = GIVEN;
        this.give(k, 1);
        return;
      }
      this.state[k] = FREE;
      this.give(k, -1);
      this.path.pop();
    }
  }
}

/** What is rounded here is far too large to be used. */
function totalOf({ count, values }: Multipliers): number {
  let sum = 0;
  for (let n = 0; n < count; n++) sum += values[n];
  return sum;
}
