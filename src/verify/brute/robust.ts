import type { Network } from '../../network/types.js';
import { CountRule } from '../count-rule.js';
import { families, thresholdsOf } from '../robust.js';
import { type DecimalUnits, decimalUnits } from '../units.js';
import { forEachVector } from '../vectors.js';
import { BestLooks, choices, forEachChoice, InputRows, type Look, refuseAbove } from './enumerate.js';
import type { BruteResult, BruteTask } from './types.js';
import { type UpperFunction, upperFunctions } from './upper-functions.js';

/*
 * Exhaustive optimum of the robust stages: every first layer with every function that some upper layers compute. What a row
 * is worth is the largest reach at which literals (a first-layer neuron with a side) force its label, so of a vector of
 * weights only the reaches of its two literals on the rows count, and of those only what the stage can tell apart: of all
 * vectors alike in that the sparsest is kept.
 */

/** Weight vectors, upper weights, and first layers times functions at most. */
export const MAX_ROBUST_COMBINATIONS = 2 ** 23;

/** Weights of a first-layer neuron and the reaches of it being + and - on every considered row. */
export interface Vector extends Look {
  readonly plus: Float64Array;
  readonly minus: Float64Array;
  readonly nonzeros: number;
}

/** The optimum of a robust stage without soft margins, or of soft margins' SM. */
export function bruteRobust(task: BruteTask): BruteResult {
  return search(new RobustStage(task));
}

/** All first layers of a stage with all functions above them. */
export function search(stage: RobustStage): BruteResult {
  const { task, inputs } = stage;
  const { problem, limit } = task;
  const { layers, weightBound } = problem;
  const width = layers[1];
  const refuse = (size: number, what: string): void =>
    refuseAbove(size, limit, `robust ${what} has up to {} combinations`);
  refuse(inputs.vectors, 'first layer');
  const uppers = upperFunctions(layers.slice(1), weightBound, (size) => refuse(size, 'upper layers'));
  const alike = Array.from({ length: width }, (_, j) => stage.held(j) === stage.held(0)).every(Boolean);
  const lists: Vector[][] = [];
  for (let j = 0; j < width; j++) lists.push(alike && j > 0 ? lists[0] : vectorsOf(stage, stage.held(j)));
  const sizes = lists.map((list) => list.length);
  refuse(choices(sizes, alike) * uppers.length, task.stage);

  let best = Number.NEGATIVE_INFINITY;
  let found: Network | null = null;
  const chosen: Vector[] = new Array(width);
  const { maxNonzero = Number.POSITIVE_INFINITY } = problem;
  const used = [0]; // weights that count towards the limit
  const enter = (j: number, vector: Vector): 'take' | 'skip' | 'stop' => {
    if (best >= stage.most) return 'stop';
    if (used[j] + vector.nonzeros > maxNonzero) return 'skip';
    used[j + 1] = used[j] + vector.nonzeros;
    chosen[j] = vector;
    return 'take';
  };
  forEachChoice(lists, alike, enter, () => {
    for (const upper of uppers) {
      const value = stage.score(chosen, upper, best);
      if (!(value > best)) continue;
      best = value;
      found = inputs.network([chosen.map((vector) => vector.weights), ...upper.layers]);
    }
  });
  const objective = found === null ? null : task.stage === 'mw' ? 0 - best : best + 0;
  return { objective, network: found, vectors: sizes.reduce((product, size) => product * size, 1) };
}

/** All vectors that the stage can tell apart; a literal that falls short of `held` is as good as none. */
function vectorsOf(stage: RobustStage, held: number): Vector[] {
  const { problem } = stage.task;
  const { inputs } = stage;
  const isAlone = problem.layers[1] === 1;
  const looks = new BestLooks<Vector>();
  let all = 0;
  const visit = (weights: readonly number[], sums: Int32Array): void => {
    if (!inputs.isAllowed(weights)) return;
    const nonzeros = inputs.nonzeros(weights);
    const isZero = weights.every((w) => w === 0);
    const [plus, minus] = stage.reaches(sums, inputs.moved(weights), isZero, held);
    // A single neuron meets nothing but itself: telling vectors apart would cost more than it saves.
    const key = isAlone ? all++ : `${plus.join()};${minus.join()}`;
    looks.offer(key, -nonzeros, () => ({ weights: [...weights], plus, minus, nonzeros, score: -nonzeros }));
  };
  // The last input turns fastest: the order in which robust networks have always been enumerated.
  forEachVector(inputs.columns, stage.rows.length, inputs.boxes, visit, true);
  return looks.all;
}

/** One stage: its rows, what a vector does on them, and what a first layer is worth with a function above it. */
export class RobustStage {
  readonly inputs: InputRows;
  /** A score that nothing beats. */
  readonly most: number;
  readonly rows: readonly number[];
  protected readonly labels: readonly number[];
  /** SM: where the rows of each sample begin and end. */
  private readonly ends: readonly number[];
  private readonly counting: CountRule;
  private readonly apart: boolean;
  private readonly units: DecimalUnits;

  constructor(readonly task: BruteTask) {
    const { problem, stage, keep } = task;
    const all = families(problem);
    const samples = stage === 'sm' ? all : keep.map((sample) => all[sample]);
    this.rows = samples.flat();
    this.inputs = new InputRows(problem, this.rows);
    this.labels = this.rows.map((k) => problem.labels[k]);
    let end = 0;
    this.ends = samples.map((family) => {
      end += family.length;
      return end;
    });
    this.apart = new Set(this.labels).size === 2;
    this.units = decimalUnits(problem.epsilon);
    this.counting = new CountRule(problem, stage === 'sm' ? samples.map(([row]) => problem.labels[row]) : []);
    this.most = stage === 'sm' ? this.counting.most : Number.POSITIVE_INFINITY;
  }

  /** What MW holds of neuron `j`, in units of 1 / D. */
  held(j: number): number {
    const { problem, stage, hold } = this.task;
    return stage === 'mw' ? thresholdsOf(problem, hold)[j] : 0;
  }

  /**
   * The reaches of a vector as + and as - on every row.
   *
   * @param radius what the box takes of its sums at most
   */
  reaches(sums: Int32Array, radius: number, isZero: boolean, held: number): [Float64Array, Float64Array] {
    const { scale, epsilon } = this.units;
    const plus = new Float64Array(sums.length);
    const minus = new Float64Array(sums.length);
    for (let r = 0; r < sums.length; r++) {
      const above = isZero ? Number.POSITIVE_INFINITY : scale * (sums[r] - radius);
      plus[r] = this.worth(above, held);
      minus[r] = this.worth(-scale * (sums[r] + radius) - epsilon, held);
    }
    return [plus, minus];
  }

  /** @param toBeat a score that is of no interest unless it is beaten */
  score(chosen: readonly Vector[], upper: UpperFunction, toBeat: number): number {
    const { stage } = this.task;
    if (stage === 'sm') return this.count(chosen, upper);
    const fewer = stage === 'mw' ? this.fewer(chosen, upper, toBeat) : 0;
    if (fewer === Number.NEGATIVE_INFINITY) return fewer;
    let least = Number.POSITIVE_INFINITY;
    for (let r = 0; r < this.rows.length; r++) {
      least = Math.min(least, this.reach(chosen, upper, r));
      if (least < 0) return Number.NEGATIVE_INFINITY;
    }
    return stage === 'mw' ? fewer : this.apart ? least : 0;
  }

  /** MW's score where it beats; else minus infinity. */
  protected fewer(chosen: readonly Vector[], upper: UpperFunction, toBeat: number): number {
    const nonzeros = chosen.reduce((sum, vector) => sum + vector.nonzeros, upper.nonzeros);
    return -nonzeros > toBeat ? -nonzeros : Number.NEGATIVE_INFINITY;
  }

  private count(chosen: readonly Vector[], upper: UpperFunction): number {
    return this.counting.value((sample) => {
      let r = sample === 0 ? 0 : this.ends[sample - 1];
      while (r < this.ends[sample] && this.reach(chosen, upper, r) >= 0) r++;
      return r === this.ends[sample];
    });
  }

  /** The largest reach at which literals force the label of row `r`; minus infinity where none do. */
  protected reach(chosen: readonly Vector[], upper: UpperFunction, r: number): number {
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

  /** MM tells distances apart; SM and MW whether there is enough of it. */
  private worth(distance: number, held: number): number {
    if (!(distance >= held)) return -1;
    return this.task.stage === 'mm' ? distance : 0;
  }
}
