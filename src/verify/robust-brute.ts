import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import { targetsOf } from '../problem/objective.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { activeFlags } from './evaluate.js';
import { families } from './robust.js';
import { type DecimalUnits, decimalUnits } from './units.js';
import { type UpperFunction, upperFunctions } from './upper-functions.js';

/*
 * Exhaustive optimum of a robust stage, as an oracle: every first layer with every function that some upper layers
 * compute. What a row is worth is the largest reach at which literals (a first-layer neuron with a side) force its label,
 * so of a vector of weights only the reaches of its two literals on the rows count, and of those only what the stage can
 * tell apart: of all vectors alike in that the sparsest is kept.
 */

/** Weight vectors, upper weights, and first layers times functions at most. */
export const MAX_ROBUST_COMBINATIONS = 2 ** 23;

/** Weights of a first-layer neuron and the reaches of it being + and - on every considered row. */
interface Vector {
  readonly weights: readonly number[];
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  readonly nonzeros: number;
}

/**
 * @param keep the samples MM and MW keep; SM counts over all
 * @param thresholds what MW holds, one per first-layer neuron in units of 1 / D
 * @param mostLoss what MW may lose after soft margins, in place of thresholds
 * @throws InputError when the problem is too large to enumerate
 */
export function robustBrute(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  thresholds: readonly number[],
  limit = MAX_ROBUST_COMBINATIONS,
  mostLoss?: number,
): { readonly objective: number | null; readonly network: Network | null; readonly vectors: number } {
  const { layers, weightBound } = problem;
  const width = layers[1];
  const task = new Task(problem, stage, keep, mostLoss);
  refuse((2 * weightBound + 1) ** task.active.length, limit, 'first layer');
  const uppers = upperFunctions(layers.slice(1), weightBound, (size) => refuse(size, limit, 'upper layers'));
  const held = (j: number): number => (stage === 'mw' && mostLoss === undefined ? thresholds[j] : 0);
  const alike = Array.from({ length: width }, (_, j) => held(j) === held(0)).every(Boolean);
  const lists: Vector[][] = [];
  for (let j = 0; j < width; j++) lists.push(alike && j > 0 ? lists[0] : task.vectors(held(j)));
  refuse(combinations(lists, alike) * uppers.length, limit, stage);

  let best = Number.NEGATIVE_INFINITY;
  let found: Network | null = null;
  const chosen: Vector[] = new Array(width);
  // Permuting the neurons of the first layer, and the functions with them, changes nothing.
  const choose = (j: number, first: number): void => {
    if (j === width) {
      for (const upper of uppers) {
        const value = task.score(chosen, upper, best);
        if (!(value > best)) continue;
        best = value;
        const weights = [chosen.map((vector) => task.spread(vector.weights)), ...upper.layers];
        found = { layers: [...layers], weightBound, weights };
      }
      return;
    }
    for (let n = first; n < lists[j].length && best < task.most; n++) {
      chosen[j] = lists[j][n];
      choose(j + 1, alike ? n : 0);
    }
  };
  choose(0, 0);
  const objective = found === null ? null : stage === 'mw' ? 0 - best : best + 0;
  return { objective, network: found, vectors: lists.reduce((product, list) => product * list.length, 1) };
}

/** One search: its rows, what a vector does on them, and what a first layer is worth with a function above it. */
class Task {
  readonly active: readonly number[];
  /** A score that nothing beats. */
  readonly most: number;
  private readonly rows: readonly number[];
  private readonly labels: readonly number[];
  /** SM: where the rows of each sample begin and end. */
  private readonly ends: readonly number[];
  private readonly targets: Int32Array | undefined;
  private readonly apart: boolean;
  private readonly softly: boolean;
  private readonly units: DecimalUnits;

  constructor(
    private readonly problem: TrainingProblem,
    private readonly stage: StageName,
    keep: readonly number[],
    private readonly mostLoss: number | undefined,
  ) {
    this.active = activeFlags(problem).flatMap((isActive, i) => (isActive ? [i] : []));
    const all = families(problem);
    const samples = stage === 'sm' ? all : keep.map((sample) => all[sample]);
    this.rows = samples.flat();
    this.labels = this.rows.map((k) => problem.labels[k]);
    let end = 0;
    this.ends = samples.map((family) => {
      end += family.length;
      return end;
    });
    this.targets = targetsOf(problem);
    this.apart = new Set(this.labels).size === 2;
    this.softly = stage === 'mm' ? this.targets !== undefined : stage === 'mw' && mostLoss !== undefined;
    this.units = decimalUnits(problem.epsilon);
    this.most = stage === 'sm' ? samples.length : Number.POSITIVE_INFINITY;
  }

  /** All vectors that the stage can tell apart; a literal that falls short of `held` is as good as none. */
  vectors(held: number): Vector[] {
    const bound = this.problem.weightBound;
    const sums = new Float64Array(this.rows.length);
    const weights = new Array<number>(this.active.length).fill(0);
    const width = this.problem.layers[0];
    const known = new Map<string | number, Vector>();
    let all = 0;
    const walk = (at: number, norm: number, nonzeros: number): void => {
      if (at === weights.length) {
        const vector = this.vector([...weights], sums, norm, nonzeros, held);
        // A single neuron meets nothing but itself: telling vectors apart would cost more than it saves.
        const key = this.problem.layers[1] === 1 ? all++ : `${vector.plus.join()};${vector.minus.join()}`;
        const other = known.get(key);
        if (other === undefined || other.nonzeros > nonzeros) known.set(key, vector);
        return;
      }
      for (let w = -bound; w <= bound; w++) {
        const step = w === -bound ? w : 1;
        for (let r = 0; r < this.rows.length; r++) {
          sums[r] += step * this.problem.samples[this.rows[r] * width + this.active[at]];
        }
        weights[at] = w;
        walk(at + 1, norm + Math.abs(w), nonzeros + (w === 0 ? 0 : 1));
      }
      for (let r = 0; r < this.rows.length; r++) {
        sums[r] -= bound * this.problem.samples[this.rows[r] * width + this.active[at]];
      }
    };
    walk(0, 0, 0);
    return [...known.values()];
  }

  /** Weights of the active inputs among zeros. */
  spread(weights: readonly number[]): number[] {
    const full = new Array<number>(this.problem.layers[0]).fill(0);
    this.active.forEach((i, at) => {
      full[i] = weights[at];
    });
    return full;
  }

  /** @param toBeat a score that is of no interest unless it is beaten */
  score(chosen: readonly Vector[], upper: UpperFunction, toBeat: number): number {
    const { stage } = this;
    if (stage === 'sm') return this.count(chosen, upper);
    let nonzeros = 0;
    if (stage === 'mw') {
      nonzeros = chosen.reduce((sum, vector) => sum + vector.nonzeros, upper.nonzeros);
      if (-nonzeros <= toBeat) return Number.NEGATIVE_INFINITY;
    }
    if (this.softly) {
      let loss = 0;
      const most = stage === 'mw' ? (this.mostLoss as number) : 0 - toBeat;
      for (let r = 0; r < this.rows.length; r++) {
        const target = this.targets?.[this.rows[r]] ?? 0;
        loss += Math.max(0, target - this.reach(chosen, upper, r)) ** 2;
        if (loss > most) return Number.NEGATIVE_INFINITY;
      }
      return stage === 'mw' ? -nonzeros : Number.isFinite(loss) ? 0 - loss : Number.NEGATIVE_INFINITY;
    }
    let least = Number.POSITIVE_INFINITY;
    for (let r = 0; r < this.rows.length; r++) {
      least = Math.min(least, this.reach(chosen, upper, r));
      if (least < 0) return Number.NEGATIVE_INFINITY;
    }
    return stage === 'mw' ? -nonzeros : this.apart ? least : 0;
  }

  private count(chosen: readonly Vector[], upper: UpperFunction): number {
    let count = 0;
    let r = 0;
    for (const end of this.ends) {
      while (r < end && this.reach(chosen, upper, r) >= 0) r++;
      if (r === end) count++;
      r = end;
    }
    return count;
  }

  /** The largest reach at which literals force the label of row `r`; minus infinity where none do. */
  private reach(chosen: readonly Vector[], upper: UpperFunction, r: number): number {
    let most = Number.NEGATIVE_INFINITY;
    for (const literals of this.labels[r] > 0 ? upper.plus : upper.minus) {
      let least = Number.POSITIVE_INFINITY;
      for (let j = 0; j < literals.length; j++) {
        if (literals[j] === 0) continue;
        const reach = literals[j] > 0 ? chosen[j].plus[r] : chosen[j].minus[r];
        if (reach < least) least = reach;
      }
      if (least > most) most = least;
    }
    return most;
  }

  private vector(
    weights: readonly number[],
    sums: Float64Array,
    norm: number,
    nonzeros: number,
    held: number,
  ): Vector {
    const { scale, epsilon } = this.units;
    const plus = new Float64Array(sums.length);
    const minus = new Float64Array(sums.length);
    for (let r = 0; r < sums.length; r++) {
      const low = sums[r] - this.problem.linf * norm;
      const high = sums[r] + this.problem.linf * norm;
      if (this.softly) {
        const target = this.targets?.[this.rows[r]] ?? 0; // more than the target is as good as the target
        plus[r] = norm === 0 ? Number.POSITIVE_INFINITY : Math.min(low, target);
        minus[r] = Math.min(-high - 1, target);
        continue;
      }
      const above = norm === 0 ? Number.POSITIVE_INFINITY : scale * low;
      plus[r] = this.worth(above, held);
      minus[r] = this.worth(-scale * high - epsilon, held);
    }
    return { weights, plus, minus, nonzeros };
  }

  /** MM tells distances apart; SM and MW whether there is enough of it. */
  private worth(distance: number, held: number): number {
    if (!(distance >= held)) return -1;
    return this.stage === 'mm' ? distance : 0;
  }
}

/** First layers, where those that differ in the order of their neurons count once. */
function combinations(lists: readonly (readonly Vector[])[], alike: boolean): number {
  return lists.reduce(
    (ways, list, j) => (alike ? (ways * (list.length + j)) / (j + 1) : ways * list.length),
    1,
  );
}

function refuse(size: number, limit: number, what: string): void {
  if (size <= limit) return;
  throw new InputError(
    `engine brute: robust ${what} has up to ${size.toPrecision(3)} combinations, more than the ${limit} it enumerates; use the default engine`,
  );
}
