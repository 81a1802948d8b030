import { InputError } from '../../errors.js';
import type { Network } from '../../network/types.js';
import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags } from '../evaluate.js';
import { keepsToGroups } from '../used-columns.js';
import type { Box } from '../vectors.js';

/*
 * What every enumeration of networks needs, whatever they are worth: the vectors of a first-layer neuron over some rows, of
 * all that look alike the best one, and the ways to choose one a neuron.
 */

/** The first layer's inputs on some rows of a problem. Those that are 0 in every training sample have weight 0. */
export class InputRows {
  readonly active: readonly number[];
  /** Per active input: its value on every row. */
  readonly columns: readonly Int32Array[];
  /** Per active input: its least and largest weight. */
  readonly boxes: readonly Box[];
  private readonly radii: readonly number[];
  private readonly counts: readonly boolean[];
  private readonly grouped: boolean;

  constructor(
    private readonly problem: TrainingProblem,
    rows: readonly number[],
  ) {
    const width = problem.layers[0];
    this.active = activeFlags(problem).flatMap((isActive, i) => (isActive ? [i] : []));
    this.columns = this.active.map((i) => Int32Array.from(rows, (k) => problem.samples[k * width + i]));
    const { weightBound, ranges, linf, radii, free = [] } = problem;
    this.boxes = this.active.map((i) => ranges?.[i] ?? [-weightBound, weightBound]);
    this.radii = this.active.map((i) => (radii === undefined ? linf : radii[i]));
    this.grouped = problem.exclusive !== undefined || problem.together !== undefined;
    this.counts = this.active.map((i) => !free.includes(i));
  }

  /** How many weight vectors a first-layer neuron has. */
  get vectors(): number {
    return this.boxes.reduce((ways, [low, high]) => ways * (high - low + 1), 1);
  }

  /** How far a sum can move inside the box round a row. */
  moved(weights: readonly number[]): number {
    let sum = 0;
    for (let a = 0; a < weights.length; a++) sum += this.radii[a] * Math.abs(weights[a]);
    return sum;
  }

  /** Weights other than 0, but for the free ones. */
  nonzeros(weights: readonly number[]): number {
    let count = 0;
    for (let a = 0; a < weights.length; a++) if (weights[a] !== 0 && this.counts[a]) count++;
    return count;
  }

  /** Whether they keep to the groups of columns that the problem has, if any. */
  isAllowed(weights: readonly number[]): boolean {
    return !this.grouped || keepsToGroups(this.problem, this.spread(weights));
  }

  /** Weights of the active inputs, and zeros. */
  spread(weights: readonly number[]): number[] {
    const full = new Array<number>(this.problem.layers[0]).fill(0);
    this.active.forEach((i, at) => {
      full[i] = weights[at];
    });
    return full;
  }

  /** The network with these weights, those of the first layer for the active inputs only. */
  network([first, ...above]: readonly (readonly (readonly number[])[])[]): Network {
    const { layers, ranges = [] } = this.problem;
    const weightBound = Math.max(this.problem.weightBound, ...ranges.flat().map(Math.abs));
    const weights = [first.map((vector) => this.spread(vector)), ...above];
    return { layers: [...layers], weightBound, weights };
  }
}

/** What a weight vector is to the rest of its network. */
export interface Look {
  readonly weights: readonly number[];
  /** What it adds: of vectors that look alike the one with more is kept, the first one where they add the same. */
  readonly score: number;
}

/** Of everything that looks alike, the best. */
export class BestLooks<T extends Look> {
  private readonly known = new Map<string | number, T>();

  /** @param make only called where the look is kept */
  offer(key: string | number, score: number, make: () => T): void {
    const other = this.known.get(key);
    if (other === undefined || other.score < score) this.known.set(key, make());
  }

  /** In the order in which the looks were first met. */
  get all(): T[] {
    return [...this.known.values()];
  }
}

/**
 * Every choice of one entry a list. Where the lists are one and the same, choices that differ only in their order come once:
 * permuting the neurons of a layer, and the inputs of the next with them, changes nothing.
 *
 * @param enter says what becomes of an entry before it is taken for list `j`; `stop`: neither this one nor those behind it
 */
export function forEachChoice<T>(
  lists: readonly (readonly T[])[],
  alike: boolean,
  enter: (j: number, entry: T) => 'take' | 'skip' | 'stop',
  visit: () => void,
): void {
  const choose = (j: number, first: number): void => {
    if (j === lists.length) {
      visit();
      return;
    }
    for (let n = first; n < lists[j].length; n++) {
      const step = enter(j, lists[j][n]);
      if (step === 'stop') return;
      if (step === 'take') choose(j + 1, alike ? n : 0);
    }
  };
  choose(0, 0);
}

/** How many choices that are, of lists of these sizes. */
export function choices(sizes: readonly number[], alike: boolean): number {
  return sizes.reduce((ways, size, j) => (alike ? (ways * (size + j)) / (j + 1) : ways * size), 1);
}

/** @throws InputError where there is more than is enumerated */
export function refuseAbove(size: number, most: number, what: string): void {
  if (size <= most) return;
  throw new InputError(
    `engine brute: ${what}, more than the ${most} it enumerates; use the default engine`.replace(
      '{}',
      size.toPrecision(3),
    ),
  );
}
