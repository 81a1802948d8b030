import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags, radiiOf } from '../evaluate.js';
import { threshold } from './setting.js';
import { SweptWeight } from './swept-weight.js';

/*
 * SM of a single neuron under `maxNonzero`: does any weight vector count for more than `claim`? The weights are decided one after the other,
 * in one order for the whole search: first 0, above 0 or below 0, then halves. With the first d decided and room for r more that are other
 * than 0, a sample reaches at most its sum + the best of the box of weight d + the sum of the r largest of what the weights behind it can add,
 * which a table knows. Where it would be too large it is that of any number.
 *
 * Of the free weights that do not move the widest is not decided: with ceilings of the sums of the others given, a sample is within reach from
 * one value of it on or up to one, and a run over its values says what each is worth (`swept-weight.ts`).
 */

/** Entries of the table at most. */
const MAX_TABLE = 2 ** 25;

/** `true`: none counts for more; `false`: one does; `null`: not known after `limit` nodes. */
export function limitedCountsAtMost(problem: TrainingProblem, claim: number, limit: number): boolean | null {
  return new LimitedSearch(problem, claim, limit).run();
}

class LimitedSearch {
  private readonly samples: number;
  private readonly costs: Float64Array;
  private readonly isPlus: Uint8Array;
  private readonly leastPlus: number;
  private readonly leastMinus: number;
  /** By place in the order: label times input, the box, the radius, and whether the weight takes of the room. */
  private readonly slope: Float64Array[] = [];
  private readonly low: number[] = [];
  private readonly high: number[] = [];
  private readonly radius: number[] = [];
  private readonly isOptional: boolean[] = [];
  private readonly room: number;
  /** `[place][room]`: what the weights from there on can add, a sample each; one room alone where that is any number. */
  private readonly behind: Float64Array[][] = [];
  private readonly sums: Float64Array[];
  private readonly least: number;
  private readonly swept: SweptWeight | undefined;
  private readonly tops: Float64Array;
  private nodes = 0;

  constructor(
    problem: TrainingProblem,
    private readonly claim: number,
    private readonly limit: number,
  ) {
    const {
      sampleCount,
      samples,
      labels,
      weightBound,
      ranges,
      free = [],
      costs,
      atMostWrong,
      maxNonzero,
    } = problem;
    const width = problem.layers[0];
    this.samples = sampleCount;
    this.least = threshold(problem);
    this.costs = Float64Array.from({ length: sampleCount }, (_, k) => costs?.[k] ?? 1);
    this.isPlus = Uint8Array.from(labels, (label) => (label > 0 ? 1 : 0));
    const plus = this.isPlus.reduce((sum, one) => sum + one, 0);
    this.leastPlus = plus - (atMostWrong?.plus ?? plus);
    this.leastMinus = sampleCount - plus - (atMostWrong?.minus ?? sampleCount);
    const moves = radiiOf(problem);
    const inputs = activeFlags(problem).flatMap((isActive, i) => {
      if (!isActive) return [];
      const slope = Float64Array.from({ length: sampleCount }, (_, k) => labels[k] * samples[k * width + i]);
      const [low, high] = ranges?.[i] ?? [-weightBound, weightBound];
      const isCounted = !free.includes(i);
      const kind = !isCounted ? 2 : low <= 0 && high >= 0 ? 1 : 0;
      const size = slope.reduce((sum, s) => sum + Math.abs(s), 0) * Math.max(Math.abs(low), Math.abs(high));
      return [{ slope, low, high, radius: moves[i], kind, size }];
    });
    const swept = inputs
      .filter((input) => input.kind === 2 && input.radius === 0 && input.low < input.high)
      .sort((a, b) => b.size - a.size)
      .at(0);
    this.tops = new Float64Array(sampleCount);
    if (swept !== undefined) {
      inputs.splice(inputs.indexOf(swept), 1);
      const { costs, isPlus, least, leastPlus, leastMinus } = this;
      this.swept = new SweptWeight({ ...swept, costs, isPlus, least, leastPlus, leastMinus });
    }
    // What cannot be 0 comes first, what no limit counts last: the room is the same for all behind it.
    inputs.sort((a, b) => a.kind - b.kind || b.size - a.size);
    for (const input of inputs) {
      this.slope.push(input.slope);
      this.low.push(input.low);
      this.high.push(input.high);
      this.radius.push(input.radius);
      this.isOptional.push(input.kind === 1);
    }
    const optional = this.isOptional.filter(Boolean).length;
    const forced = inputs.filter(({ kind }) => kind === 0).length;
    this.room = Math.min(optional, (maxNonzero ?? optional + forced) - forced);
    this.fillTable(inputs.length);
    this.sums = Array.from({ length: inputs.length + 1 }, () => new Float64Array(sampleCount));
  }

  /** best_r(d) = max(best_r(d + 1), best_(r - 1)(d + 1) + most of weight d), sample by sample. */
  private fillTable(inputs: number): void {
    const isFull = (inputs + 1) * (this.room + 1) * this.samples <= MAX_TABLE;
    const rooms = isFull ? Math.max(0, this.room) + 1 : 1;
    this.behind[inputs] = Array.from({ length: rooms }, () => new Float64Array(this.samples));
    for (let d = inputs - 1; d >= 0; d--) {
      const next = this.behind[d + 1];
      const isLimited = isFull && this.isOptional[d];
      this.behind[d] = next.map((without, r) =>
        without.map((most, k) => {
          const gain = this.most(d, k, this.low[d], this.high[d]);
          if (!isLimited) return most + gain;
          return r === 0 ? most : Math.max(most, next[r - 1][k] + gain);
        }),
      );
    }
  }

  run(): boolean | null {
    if (this.room < 0) return true;
    const found = this.decide(0, this.room);
    return found === null ? null : !found;
  }

  /** Whether some weights from place `d` on do: `null`: not known. */
  private decide(d: number, room: number): boolean | null {
    // The last box has been looked at with nothing behind it: what was within its reach counts.
    if (d === this.slope.length) return d > 0 || this.counts(0, 0, 0, room);
    const low = this.low[d];
    const high = this.high[d];
    if (low <= 0 && high >= 0) {
      const found = this.search(d, 0, 0, room);
      if (found !== false) return found;
    }
    if (this.isOptional[d] && room === 0) return false;
    const left = this.isOptional[d] ? room - 1 : room;
    for (const [from, to] of [
      [Math.max(low, 1), high],
      [low, Math.min(high, -1)],
    ]) {
      if (from > to) continue;
      const found = this.search(d, from, to, left);
      if (found !== false) return found;
    }
    return false;
  }

  /** A box of weight `d`, all of one sign; `room`: behind it. */
  private search(d: number, low: number, high: number, room: number): boolean | null {
    if (++this.nodes > this.limit) return null;
    if (!this.counts(d, low, high, room)) return false;
    if (low === high) {
      const from = this.sums[d];
      const to = this.sums[d + 1];
      for (let k = 0; k < to.length; k++) to[k] = from[k] + this.most(d, k, low, low);
      return this.decide(d + 1, room);
    }
    const middle = Math.floor((low + high) / 2);
    const found = this.search(d, low, middle, room);
    return found === false ? this.search(d, middle + 1, high, room) : found;
  }

  /** Whether what is within reach in a box of weight `d` costs more than the claim, and no label has lost too many. */
  private counts(d: number, low: number, high: number, room: number): boolean {
    const isEnd = d === this.slope.length;
    const sums = this.sums[d];
    const table = this.behind[isEnd ? d : d + 1];
    const behind = table[Math.min(room, table.length - 1)];
    if (this.swept !== undefined) {
      for (let k = 0; k < this.samples; k++)
        this.tops[k] = sums[k] + behind[k] + (isEnd ? 0 : this.most(d, k, low, high));
      return this.swept.most(this.tops) > this.claim;
    }
    let worth = 0;
    let plus = 0;
    let minus = 0;
    for (let k = 0; k < this.samples; k++) {
      const top = sums[k] + behind[k] + (isEnd ? 0 : this.most(d, k, low, high));
      if (top < this.least) continue;
      worth += this.costs[k];
      if (this.isPlus[k] === 1) plus++;
      else minus++;
    }
    return worth > this.claim && plus >= this.leastPlus && minus >= this.leastMinus;
  }

  /** The most that a weight in `low..high` lets sample k gain: concave in the weight. */
  private most(d: number, k: number, low: number, high: number): number {
    const slope = this.slope[d][k];
    const radius = this.radius[d];
    const v = slope > radius ? high : slope < -radius ? low : Math.max(low, Math.min(high, 0));
    return slope * v - radius * Math.abs(v);
  }
}
