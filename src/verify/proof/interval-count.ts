import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags, radiiOf } from '../evaluate.js';
import { limitedCountsAtMost } from './limited-count.js';
import { threshold } from './setting.js';

/*
 * SM of a single neuron: does any weight vector count for more than `claim`, samples or what they cost? Depth first over boxes of weights: a
 * sample is alive while some weights of the box lift it to the threshold, each at its best for that sample alone; where
 * those alive cost no more than `claim`, or leave out more of a label than the problem allows, the box holds nothing better. Any other box is halved along the weight that moves the
 * samples most: the width of its range times the sum of its inputs' sizes.
 */

/** Nodes at most; some twenty minutes. */
export const MAX_NODES = 2 ** 31;

/** Inputs at most: far fewer are out of its reach already. */
const MAX_INPUTS = 2048;

/** `true`: none counts for more; `false`: one does; `null`: not known after `limit` nodes. */
export function countsAtMost(problem: TrainingProblem, claim: number, limit = MAX_NODES): boolean | null {
  if (problem.layers[0] > MAX_INPUTS) return null;
  if (problem.maxNonzero !== undefined) return limitedCountsAtMost(problem, claim, limit);
  return new IntervalSearch(problem, claim, limit).run();
}

/** A box that has been halved: along which input, the range before, and how many of its halves have been looked at. */
interface Halving {
  readonly input: number;
  readonly low: number;
  readonly high: number;
  seen: number;
}

/** The samples that are alive in a box, and how far the best that each can reach lies above the threshold. */
interface Level {
  readonly alive: Int32Array;
  readonly slack: Float64Array;
  count: number;
}

class IntervalSearch {
  private readonly size: number[] = [];
  // Sums are exact: a problem's `sum_i most |w_i| * (|x_i| + radius_i)` is below 2^31.
  private readonly slope: Float64Array[] = []; // [active input][sample]: label times input
  private readonly low: number[] = [];
  private readonly high: number[] = [];
  private readonly radius: number[] = [];
  private readonly costs: Float64Array;
  private readonly isPlus: Uint8Array;
  /** Of the samples of either label at least so many have to be alive. */
  private readonly leastPlus: number;
  private readonly leastMinus: number;
  private readonly levels: Level[] = [];

  constructor(
    private readonly problem: TrainingProblem,
    private readonly claim: number,
    private readonly limit: number,
  ) {
    const { sampleCount, samples, labels, weightBound, ranges, costs, atMostWrong } = problem;
    const width = problem.layers[0];
    this.costs = Float64Array.from({ length: sampleCount }, (_, k) => costs?.[k] ?? 1);
    this.isPlus = Uint8Array.from(labels, (label) => (label > 0 ? 1 : 0));
    const plus = this.isPlus.reduce((sum, one) => sum + one, 0);
    this.leastPlus = plus - (atMostWrong?.plus ?? plus);
    this.leastMinus = sampleCount - plus - (atMostWrong?.minus ?? sampleCount);
    const moves = radiiOf(problem);
    activeFlags(problem).forEach((isActive, i) => {
      if (!isActive) return;
      const slope = Float64Array.from({ length: sampleCount }, (_, k) => labels[k] * samples[k * width + i]);
      this.slope.push(slope);
      this.size.push(slope.reduce((sum, s) => sum + Math.abs(s), 0));
      const [low, high] = ranges?.[i] ?? [-weightBound, weightBound];
      this.low.push(low);
      this.high.push(high);
      this.radius.push(moves[i]);
    });
  }

  run(): boolean | null {
    const root = this.level(0);
    for (let k = 0; k < this.problem.sampleCount; k++) {
      let slack = -threshold(this.problem);
      this.slope.forEach((slope, i) => {
        slack += this.most(i, slope[k], this.low[i], this.high[i]);
      });
      if (slack < 0) continue;
      root.alive[root.count] = k;
      root.slack[root.count++] = slack;
    }
    if (!this.isEnough(root)) return true;
    const first = this.widest();
    if (first === undefined) return false;
    const path = [first];
    for (let nodes = 0; path.length > 0; ) {
      const halving = path[path.length - 1];
      this.low[halving.input] = halving.low;
      this.high[halving.input] = halving.high;
      if (halving.seen === 2) {
        path.pop();
        continue;
      }
      if (++nodes > this.limit) return null;
      if (!this.look(path.length - 1, halving)) continue;
      const next = this.widest();
      if (next === undefined) return false; // a single weight vector, with which reach the threshold what costs more than `claim`
      path.push(next);
    }
    return true;
  }

  /** What to halve: `undefined` where the box is a single weight vector. */
  private widest(): Halving | undefined {
    let input = -1;
    let most = -1;
    for (let i = 0; i < this.size.length; i++) {
      const width = this.high[i] - this.low[i];
      if (width > 0 && width * this.size[i] > most) {
        most = width * this.size[i];
        input = i;
      }
    }
    if (input < 0) return undefined;
    return { input, low: this.low[input], high: this.high[input], seen: 0 };
  }

  /** Narrows the range to its next half and fills the level below; whether more than `claim` samples are alive there. */
  private look(depth: number, halving: Halving): boolean {
    const { input, low, high } = halving;
    const middle = low < 0 && high >= 0 ? -1 : Math.floor((low + high) / 2);
    const upper = halving.seen++ === 1;
    const newLow = upper ? middle + 1 : low;
    const newHigh = upper ? high : middle;
    this.low[input] = newLow;
    this.high[input] = newHigh;
    const slope = this.slope[input];
    const from = this.level(depth);
    const to = this.level(depth + 1);
    let count = 0;
    for (let n = 0; n < from.count; n++) {
      const k = from.alive[n];
      const lost = this.most(input, slope[k], low, high) - this.most(input, slope[k], newLow, newHigh);
      const slack = from.slack[n] - lost;
      to.alive[count] = k;
      to.slack[count] = slack;
      count += slack >= 0 ? 1 : 0;
    }
    to.count = count;
    return this.isEnough(to);
  }

  /** What is alive costs more than `claim`, and no label has lost too many. */
  private isEnough({ alive, count }: Level): boolean {
    let worth = 0;
    let plus = 0;
    for (let n = 0; n < count; n++) {
      worth += this.costs[alive[n]];
      plus += this.isPlus[alive[n]];
    }
    return worth > this.claim && plus >= this.leastPlus && count - plus >= this.leastMinus;
  }

  /** The most that weight i in `low..high` lets a sample gain: `slope * v - radius * |v|` is concave in v. */
  private most(i: number, slope: number, low: number, high: number): number {
    const radius = this.radius[i];
    const v = slope > radius ? high : slope < -radius ? low : Math.max(low, Math.min(high, 0));
    return slope * v - radius * Math.abs(v);
  }

  private level(depth: number): Level {
    const { sampleCount } = this.problem;
    this.levels[depth] ??= {
      alive: new Int32Array(sampleCount),
      slack: new Float64Array(sampleCount),
      count: 0,
    };
    return this.levels[depth];
  }
}
