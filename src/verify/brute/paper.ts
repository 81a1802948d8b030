import type { Network } from '../../network/types.js';
import { CountRule } from '../count-rule.js';
import { decimalUnits } from '../units.js';
import { type Box, both, forEachVector, isCertain, nonzeros, patternKey } from '../vectors.js';
import { BestLooks, choices, forEachChoice, InputRows, type Look, refuseAbove } from './enumerate.js';
import type { BruteResult, BruteTask } from './types.js';

/*
 * Exhaustive optimum of the paper's stages. Every neuron's weight vectors are all enumerated; what the rest of the
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

/** The optimum of one stage over all networks of the problem's shape. */
export function brutePaper(task: BruteTask): BruteResult {
  return new Enumeration(task).run();
}

/** The best weight vector of a hidden neuron for one activation pattern. */
interface Option extends Look {
  /** +1 / -1 a sample. */
  readonly signs: Int8Array;
  /** SM under an L-infinity radius: 1 where the activation cannot change inside the box. Else all 1. */
  readonly certain: Uint8Array;
  readonly nonzeros: number;
  /** MM its margin, MW minus its non-zero weights, SM 0. */
  readonly score: number;
}

/** One exhaustive search. The score is maximised: SM's count, MM's sum of margins, or minus MW's non-zero weights. */
class Enumeration {
  private readonly samples: readonly number[];
  private readonly inputs: InputRows;
  private readonly labels: readonly number[];
  private readonly count: CountRule;
  private readonly maxNonzero: number;
  private readonly scale: number;
  private readonly epsilon: number;
  private readonly threshold: number;
  private readonly last: number;
  private readonly chosen: (readonly number[])[][]; // [layer][neuron]: weights of the tuple being tried
  private bestScore = Number.NEGATIVE_INFINITY;
  private best: Network | null = null;
  private vectors = 0;

  constructor(private readonly task: BruteTask) {
    const { problem, stage, keep } = task;
    const { layers, weightBound } = problem;
    ({ scale: this.scale, epsilon: this.epsilon } = decimalUnits(problem.epsilon));
    this.samples = stage === 'sm' ? Array.from({ length: problem.sampleCount }, (_, k) => k) : keep;
    this.inputs = new InputRows(problem, this.samples);
    this.labels = this.samples.map((k) => problem.labels[k]);
    this.count = new CountRule(problem, this.labels);
    this.maxNonzero = problem.maxNonzero ?? Number.POSITIVE_INFINITY;
    this.last = layers.length - 2;
    this.threshold = problem.confidence ?? Math.ceil((weightBound * (this.inputsOf(this.last) + 1)) / 4);
    this.chosen = layers.slice(1).map(() => []);
  }

  run(): BruteResult {
    if (this.task.stage !== 'sm' && this.samples.length === 0) return this.nothingKept();
    const certain = new Uint8Array(this.samples.length).fill(1);
    this.refuseBefore();
    this.searchLayer(0, this.inputs.columns, 0, certain);
    if (this.best === null) return { objective: null, network: null, vectors: this.vectors };
    const objective = this.task.stage === 'mw' ? 0 - this.bestScore : this.bestScore;
    return { objective, network: this.best, vectors: this.vectors };
  }

  /** Nothing is asked for: the weights nearest to 0, which MW has to count all the same. */
  private nothingKept(): BruteResult {
    const { layers } = this.task.problem;
    const nearest = this.fewestWeights();
    const weights = layers
      .slice(1)
      .map((size, l) =>
        Array.from({ length: size }, () => (l === 0 ? nearest : new Array<number>(this.inputsOf(l)).fill(0))),
      );
    const least = layers[1] * this.inputs.nonzeros(nearest);
    const objective = this.task.stage === 'mw' ? least : 0;
    return { objective, network: this.inputs.network(weights), vectors: this.vectors + 1 };
  }

  /** The weights of a first-layer neuron that is asked for nothing, of the active inputs. */
  private fewestWeights(): readonly number[] {
    const { inputs } = this;
    const nearest = inputs.boxes.map(([low, high]) => Math.max(low, Math.min(high, 0)));
    if (inputs.isAllowed(nearest)) return nearest;
    // What has to be used brings other columns with it, a weight on one of their inputs each.
    this.refuseBefore();
    let best: { readonly weights: readonly number[]; readonly used: number } | undefined;
    forEachVector(inputs.columns, 0, inputs.boxes, (weights) => {
      this.vectors++;
      const used = inputs.nonzeros(weights);
      if (used >= (best?.used ?? this.maxNonzero + 1) || !inputs.isAllowed(weights)) return;
      best = { weights: [...weights], used };
    });
    return best?.weights ?? nearest;
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
    const size = this.task.problem.layers[layer + 1];
    const alike = this.task.stage !== 'mw' || this.task.hold.kind !== 'margins'; // else every neuron holds a margin of its own
    const perNeuron: Option[][] = [];
    for (let j = 0; j < size; j++) {
      perNeuron.push(alike && j > 0 ? perNeuron[0] : this.neuronOptions(layer, j, columns));
    }
    if (layer === 0) this.refuseAfter(perNeuron);
    const above = this.mostAbove(layer);
    const signs: Int8Array[] = [];
    const sums = [score]; // of the neurons chosen so far
    const sures = [certain];
    const used = [0]; // weights that count towards the limit
    const enter = (j: number, option: Option): 'take' | 'skip' | 'stop' => {
      let rest = above;
      for (let later = j + 1; later < size; later++) rest += perNeuron[later][0]?.score ?? 0;
      if (this.isBeaten(sums[j] + option.score + rest, sures[j])) return 'stop'; // options are sorted by score
      if (layer === 0 && used[j] + option.nonzeros > this.maxNonzero) return 'skip';
      used[j + 1] = used[j] + option.nonzeros;
      this.chosen[layer][j] = option.weights;
      signs[j] = option.signs;
      sums[j + 1] = sums[j] + option.score;
      sures[j + 1] = both(sures[j], option.certain);
      return 'take';
    };
    forEachChoice(perNeuron, alike, enter, () => this.searchLayer(layer + 1, signs, sums[size], sures[size]));
  }

  /** All weight vectors of the output neuron: the only place where a network is complete. */
  private searchOutput(columns: readonly ArrayLike<number>[], score: number, certain: Uint8Array): void {
    forEachVector(columns, this.samples.length, this.boxesOf(this.last), (weights, sums) => {
      this.vectors++;
      if (this.last === 0 && this.inputs.nonzeros(weights) > this.maxNonzero) return;
      if (this.last === 0 && !this.inputs.isAllowed(weights)) return;
      const total = score + this.outputScore(weights, sums, certain);
      if (!(total > this.bestScore)) return;
      this.bestScore = total;
      this.chosen[this.last][0] = [...weights];
      this.best = this.inputs.network(this.chosen.map((layer) => [...layer]));
    });
  }

  /** The best vector of every activation pattern that the stage allows, best score first. */
  private neuronOptions(layer: number, neuron: number, columns: readonly ArrayLike<number>[]): Option[] {
    const byPattern = new BestLooks<Option>();
    const count = this.samples.length;
    forEachVector(columns, count, this.boxesOf(layer), (weights, sums) => {
      this.vectors++;
      const radius = layer === 0 ? this.inputs.moved(weights) : 0;
      const used = this.countOf(layer, weights);
      const score = this.hiddenScore(layer, neuron, weights, sums, radius);
      if (score === Number.NEGATIVE_INFINITY) return;
      // Under a limit of non-zero weights a vector with fewer of them is not the same.
      const limited = layer === 0 && this.maxNonzero < Number.POSITIVE_INFINITY ? `${used};` : '';
      const key = limited + patternKey(sums, count, this.task.stage === 'sm' ? radius : 0);
      byPattern.offer(key, score, () => ({
        weights: [...weights],
        signs: Int8Array.from(sums, (sum) => (sum >= 0 ? 1 : -1)),
        certain: Uint8Array.from(sums, (sum) => (isCertain(sum, radius) ? 1 : 0)),
        score,
        nonzeros: used,
      }));
    });
    return byPattern.all.sort((a, b) => b.score - a.score);
  }

  private hiddenScore(
    l: number,
    j: number,
    weights: readonly number[],
    sums: Int32Array,
    radius: number,
  ): number {
    if (this.task.stage === 'sm') return 0;
    const margin = this.margin(sums, radius, false);
    if (margin < this.heldMargin(l, j)) return Number.NEGATIVE_INFINITY;
    return this.task.stage === 'mm' ? margin : -this.countOf(l, weights);
  }

  private outputScore(weights: readonly number[], sums: Int32Array, certain: Uint8Array): number {
    const radius = this.last === 0 ? this.inputs.moved(weights) : 0;
    const used = this.countOf(this.last, weights);
    if (this.task.stage === 'sm') {
      return this.count.value((k) => certain[k] === 1 && this.labels[k] * sums[k] - radius >= this.threshold);
    }
    if (this.task.stage === 'mw' && this.task.hold.kind === 'confident') {
      for (let k = 0; k < this.samples.length; k++) {
        if (this.labels[k] * sums[k] - radius < this.threshold) return Number.NEGATIVE_INFINITY;
      }
      return -used;
    }
    const margin = this.margin(sums, radius, true);
    if (margin < this.heldMargin(this.last, 0)) return Number.NEGATIVE_INFINITY;
    return this.task.stage === 'mm' ? margin : -used;
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
    return this.task.stage === 'mw' && this.task.hold.kind === 'margins'
      ? this.task.hold.margins[layer][neuron]
      : 0;
  }

  private isBeaten(mostScore: number, certain: Uint8Array): boolean {
    if (this.task.stage !== 'sm') return mostScore <= this.bestScore;
    return this.count.value((k) => certain[k] === 1) <= this.bestScore;
  }

  /** The most that the layers above `layer` can add to MM's score; the other stages add nothing positive. */
  private mostAbove(layer: number): number {
    if (this.task.stage !== 'mm') return 0;
    const { layers, weightBound } = this.task.problem;
    let most = 0;
    for (let l = layer + 1; l <= this.last; l++) most += layers[l + 1] * weightBound * layers[l] * this.scale;
    return most;
  }

  private inputsOf(layer: number): number {
    return layer === 0 ? this.inputs.active.length : this.task.problem.layers[layer];
  }

  private vectorsOf(layer: number): number {
    return layer === 0
      ? this.inputs.vectors
      : (2 * this.task.problem.weightBound + 1) ** this.inputsOf(layer);
  }

  private boxesOf(layer: number): number | readonly Box[] {
    return layer === 0 ? this.inputs.boxes : this.task.problem.weightBound;
  }

  /** Weights of a neuron that MW counts. */
  private countOf(layer: number, weights: readonly number[]): number {
    return layer === 0 ? this.inputs.nonzeros(weights) : nonzeros(weights);
  }

  private refuseBefore(): void {
    for (let layer = 0; layer <= this.last; layer++) {
      const most = Math.min(this.task.limit, layer === this.last ? MAX_OUTPUT_VECTORS : MAX_HIDDEN_VECTORS);
      this.refuse(this.vectorsOf(layer), most, `weight vectors of a neuron of layer ${layer + 1}`);
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
      combinations *= choices(new Array<number>(this.task.problem.layers[layer + 1]).fill(patterns), true);
    }
    this.refuse(combinations, this.task.limit, 'combinations of activation patterns and output weights');
  }

  private refuse(size: number, most: number, what: string): void {
    refuseAbove(size, most, `stage ${this.task.stage} has up to {} ${what}`);
  }
}
