import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import type { Hold, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { decimalUnits } from './units.js';
import { both, forEachVector, isCertain, nonzeros, norm, patternKey } from './vectors.js';

/*
 * Exhaustive optimum of a stage, as an oracle. Every neuron's weight vectors are all enumerated; what the rest of the
 * network sees of a hidden neuron is only its activation pattern over the samples, and every objective is a sum (or a
 * count decided by the patterns), so of all vectors with one pattern the best is kept. Then all tuples of patterns are
 * tried, layer by layer. A tuple is passed over only where the most that the rest could still add does not beat the
 * best found. The arithmetic is this file's own: it shares no code with what it judges.
 */

/** Weight vectors of a hidden neuron at most: their best patterns are held in memory. */
export const MAX_HIDDEN_VECTORS = 2 ** 22;
/** Weight vectors of the output neuron at most: some twenty seconds where it is the only neuron. */
export const MAX_OUTPUT_VECTORS = 2 ** 26;
/** Combinations (pattern tuples of the hidden layers times weight vectors of the output) at most. */
export const MAX_COMBINATIONS = 2 ** 28;

export interface BruteResult {
  /** SM: samples; MM: sum of margins in units of `1 / D`; MW: non-zero weights. `null`: infeasible. */
  readonly objective: number | null;
  /** The first optimal network in the order of enumeration; `null`: infeasible. */
  readonly network: Network | null;
  /** Weight vectors looked at. */
  readonly vectors: number;
}

/**
 * The optimum of one stage over all networks of the problem's shape.
 *
 * @param keep the samples MM and MW keep; SM counts over all samples and ignores it
 * @param hold what MW holds; SM and MM ignore it
 * @param limit combinations at most, by the worst case before searching
 * @throws InputError when the problem is too large to enumerate
 */
export function bruteStage(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[] = indices(problem.sampleCount),
  hold: Hold = { kind: 'correct' },
  limit = MAX_COMBINATIONS,
): BruteResult {
  const task = new Enumeration(
    problem,
    stage,
    stage === 'sm' ? indices(problem.sampleCount) : keep,
    hold,
    limit,
  );
  return task.run();
}

/** The best weight vector of a hidden neuron for one activation pattern. */
interface Option {
  readonly weights: readonly number[];
  /** +1 / -1 a sample. */
  readonly signs: Int8Array;
  /** SM under an L-infinity radius: 1 where the activation cannot change inside the box. Else all 1. */
  readonly certain: Uint8Array;
  /** What the neuron adds to the score: MM its margin, MW minus its non-zero weights, SM 0. */
  readonly score: number;
}

/** One exhaustive search. The score is maximised: SM's count, MM's sum of margins, or minus MW's non-zero weights. */
class Enumeration {
  private readonly active: number[] = []; // inputs that are not 0 in every training sample
  private readonly firstColumns: Int32Array[] = []; // per active input: its value on every considered sample
  private readonly labels: number[];
  private readonly scale: number;
  private readonly epsilon: number;
  private readonly threshold: number;
  private readonly last: number;
  private readonly chosen: (readonly number[])[][]; // [layer][neuron]: weights of the tuple being tried
  private bestScore = Number.NEGATIVE_INFINITY;
  private bestWeights: (readonly number[])[][] | null = null;
  private vectors = 0;

  constructor(
    private readonly problem: TrainingProblem,
    private readonly stage: StageName,
    private readonly samples: readonly number[],
    private readonly hold: Hold,
    private readonly limit = MAX_COMBINATIONS,
  ) {
    const { layers, weightBound } = problem;
    const width = layers[0];
    ({ scale: this.scale, epsilon: this.epsilon } = decimalUnits(problem.epsilon));
    for (let i = 0; i < width; i++) {
      if (!indices(problem.sampleCount).some((k) => problem.samples[k * width + i] !== 0)) continue;
      this.active.push(i);
      this.firstColumns.push(Int32Array.from(samples, (k) => problem.samples[k * width + i]));
    }
    this.labels = samples.map((k) => problem.labels[k]);
    this.last = layers.length - 2;
    this.threshold = problem.confidence ?? Math.ceil((weightBound * (this.inputsOf(this.last) + 1)) / 4);
    this.chosen = layers.slice(1).map(() => []);
  }

  run(): BruteResult {
    if (this.stage !== 'sm' && this.samples.length === 0) return this.nothingKept();
    const certain = new Uint8Array(this.samples.length).fill(1);
    this.refuseBefore();
    this.searchLayer(0, this.firstColumns, 0, certain);
    if (this.bestWeights === null) return { objective: null, network: null, vectors: this.vectors };
    const objective = this.stage === 'mw' ? 0 - this.bestScore : this.bestScore;
    return { objective, network: this.network(this.bestWeights), vectors: this.vectors };
  }

  private nothingKept(): BruteResult {
    const { layers } = this.problem;
    const zeros = layers
      .slice(1)
      .map((size, l) => Array.from({ length: size }, () => zeroVector(this.inputsOf(l))));
    return { objective: 0, network: this.network(zeros), vectors: 1 };
  }

  /** Tries everything in `layer` and above, given the layer's inputs as one column per input. */
  private searchLayer(
    layer: number,
    columns: readonly ArrayLike<number>[],
    score: number,
    certain: Uint8Array,
  ): void {
    if (layer === this.last) {
      this.searchOutput(columns, score, certain);
      return;
    }
    const size = this.problem.layers[layer + 1];
    const alike = this.stage !== 'mw' || this.hold.kind !== 'margins'; // else every neuron holds a margin of its own
    const perNeuron: Option[][] = [];
    for (let j = 0; j < size; j++) {
      perNeuron.push(alike && j > 0 ? perNeuron[0] : this.neuronOptions(layer, j, columns));
    }
    if (layer === 0) this.refuseAfter(perNeuron);
    const above = this.mostAbove(layer);
    const signs: Int8Array[] = [];
    const choose = (j: number, first: number, sum: number, sure: Uint8Array): void => {
      if (j === size) {
        this.searchLayer(layer + 1, signs, sum, sure);
        return;
      }
      let rest = above;
      for (let later = j + 1; later < size; later++) rest += perNeuron[later][0]?.score ?? 0;
      for (let n = first; n < perNeuron[j].length; n++) {
        const option = perNeuron[j][n];
        if (this.isBeaten(sum + option.score + rest, sure)) break; // options are sorted by score
        this.chosen[layer][j] = option.weights;
        signs[j] = option.signs;
        choose(j + 1, alike ? n : 0, sum + option.score, both(sure, option.certain));
      }
    };
    choose(0, 0, score, certain);
  }

  /** All weight vectors of the output neuron: the only place where a network is complete. */
  private searchOutput(columns: readonly ArrayLike<number>[], score: number, certain: Uint8Array): void {
    forEachVector(columns, this.samples.length, this.problem.weightBound, (weights, sums) => {
      this.vectors++;
      const total = score + this.outputScore(weights, sums, certain);
      if (!(total > this.bestScore)) return;
      this.bestScore = total;
      this.chosen[this.last][0] = [...weights];
      this.bestWeights = this.chosen.map((layer) => [...layer]);
    });
  }

  /** The best vector of every activation pattern that the stage allows, best score first. */
  private neuronOptions(layer: number, neuron: number, columns: readonly ArrayLike<number>[]): Option[] {
    const byPattern = new Map<string, Option>();
    const count = this.samples.length;
    forEachVector(columns, count, this.problem.weightBound, (weights, sums) => {
      this.vectors++;
      const radius = layer === 0 ? this.problem.linf * norm(weights) : 0;
      const score = this.hiddenScore(layer, neuron, weights, sums, radius);
      if (score === Number.NEGATIVE_INFINITY) return;
      const key = patternKey(sums, count, this.stage === 'sm' ? radius : 0);
      const known = byPattern.get(key);
      if (known !== undefined && known.score >= score) return;
      byPattern.set(key, {
        weights: [...weights],
        signs: Int8Array.from(sums.subarray(0, count), (sum) => (sum >= 0 ? 1 : -1)),
        certain: Uint8Array.from(sums.subarray(0, count), (sum) => (isCertain(sum, radius) ? 1 : 0)),
        score,
      });
    });
    return [...byPattern.values()].sort((a, b) => b.score - a.score);
  }

  private hiddenScore(
    l: number,
    j: number,
    weights: readonly number[],
    sums: Int32Array,
    radius: number,
  ): number {
    if (this.stage === 'sm') return 0;
    const margin = this.margin(sums, radius, false);
    if (margin < this.heldMargin(l, j)) return Number.NEGATIVE_INFINITY;
    return this.stage === 'mm' ? margin : -nonzeros(weights);
  }

  private outputScore(weights: readonly number[], sums: Int32Array, certain: Uint8Array): number {
    const radius = this.last === 0 ? this.problem.linf * norm(weights) : 0;
    if (this.stage === 'sm') {
      let count = 0;
      for (let k = 0; k < this.samples.length; k++) {
        if (certain[k] === 1 && this.labels[k] * sums[k] - radius >= this.threshold) count++;
      }
      return count;
    }
    if (this.stage === 'mw' && this.hold.kind === 'confident') {
      for (let k = 0; k < this.samples.length; k++) {
        if (this.labels[k] * sums[k] - radius < this.threshold) return Number.NEGATIVE_INFINITY;
      }
      return -nonzeros(weights);
    }
    const margin = this.margin(sums, radius, true);
    if (margin < this.heldMargin(this.last, 0)) return Number.NEGATIVE_INFINITY;
    return this.stage === 'mm' ? margin : -nonzeros(weights);
  }

  /** Least distance to the other side over the considered samples; the output's side is the label. */
  private margin(sums: Int32Array, radius: number, isOutput: boolean): number {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k < this.samples.length; k++) {
      const positive = isOutput ? this.labels[k] === 1 : sums[k] >= 0;
      const margin = positive
        ? this.scale * (sums[k] - radius)
        : this.scale * (-sums[k] - radius) - this.epsilon;
      if (margin < least) least = margin;
    }
    return least;
  }

  /** The least margin a neuron may have: MM needs 0, MW what it holds. */
  private heldMargin(layer: number, neuron: number): number {
    return this.stage === 'mw' && this.hold.kind === 'margins' ? this.hold.margins[layer][neuron] : 0;
  }

  private isBeaten(mostScore: number, certain: Uint8Array): boolean {
    if (this.stage !== 'sm') return mostScore <= this.bestScore;
    let countable = 0;
    for (const sure of certain) countable += sure;
    return countable <= this.bestScore;
  }

  /** The most that the layers above `layer` can add to MM's score; the other stages add nothing positive. */
  private mostAbove(layer: number): number {
    if (this.stage !== 'mm') return 0;
    const { layers, weightBound } = this.problem;
    let most = 0;
    for (let l = layer + 1; l <= this.last; l++) most += layers[l + 1] * weightBound * layers[l] * this.scale;
    return most;
  }

  private inputsOf(layer: number): number {
    return layer === 0 ? this.active.length : this.problem.layers[layer];
  }

  private vectorsOf(layer: number): number {
    return (2 * this.problem.weightBound + 1) ** this.inputsOf(layer);
  }

  private refuseBefore(): void {
    for (let layer = 0; layer <= this.last; layer++) {
      const most = Math.min(this.limit, layer === this.last ? MAX_OUTPUT_VECTORS : MAX_HIDDEN_VECTORS);
      this.refuseAbove(this.vectorsOf(layer), most, `weight vectors of a neuron of layer ${layer + 1}`);
    }
  }

  /** Once the first layer's patterns are known: the worst case of the whole search. */
  private refuseAfter(first: readonly (readonly Option[])[]): void {
    let combinations = this.vectorsOf(this.last);
    for (let layer = 0; layer < this.last; layer++) {
      const patterns =
        layer === 0
          ? Math.max(...first.map((options) => options.length))
          : Math.min(this.vectorsOf(layer), 2 ** this.samples.length);
      combinations *= multisets(patterns, this.problem.layers[layer + 1]);
    }
    this.refuseAbove(combinations, this.limit, 'combinations of activation patterns and output weights');
  }

  private refuseAbove(size: number, most: number, what: string): void {
    if (size <= most) return;
    throw new InputError(
      `engine brute: stage ${this.stage} has up to ${size.toPrecision(3)} ${what}, more than the ${most} it enumerates; ` +
        'use the default engine',
    );
  }

  private network(weights: readonly (readonly (readonly number[])[])[]): Network {
    const { layers, weightBound } = this.problem;
    const full = weights.map((layer, l) =>
      layer.map((vector) => {
        if (l > 0) return [...vector];
        const row = zeroVector(layers[0]);
        for (let a = 0; a < vector.length; a++) row[this.active[a]] = vector[a];
        return row;
      }),
    );
    return { layers: [...layers], weightBound, weights: full };
  }
}

/** Ways to choose `size` of `kinds` with repetition. */
function multisets(kinds: number, size: number): number {
  let ways = 1;
  for (let n = 1; n <= size; n++) ways = (ways * (kinds + n - 1)) / n;
  return ways;
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}

function zeroVector(size: number): number[] {
  return new Array<number>(size).fill(0);
}
