import type { TrainingProblem } from '../../problem/types.js';
import { everySample } from '../evaluate.js';
import { type Answer, confidentAnswers } from './functions.js';
import { type Pattern, patternsOf } from './patterns.js';
import { reject } from './types.js';

/*
 * SM with hidden layers: does any network count more than `claim` samples? For every answer that the layers above can give
 * (functions.ts), the first layer's patterns are chosen neuron by neuron. A sample is alive while some choice of the
 * remaining neurons would still lead the answer to its label, confidently; where those alive cost no more than `claim`, or a label has lost
 * too many, the branch ends.
 */

/** Patterns tried at most, times samples; a few minutes. */
const MAX_STEPS = 2 ** 37;

export function someNetworkCounts(problem: TrainingProblem, claim: number): boolean {
  const patterns = patternsOf(problem, 'sm', everySample(problem), 0);
  const answers = patterns === null ? null : confidentAnswers(problem);
  if (patterns === null || answers === null) return reject('too large to enumerate');
  const search = new CountSearch(problem, patterns, claim);
  return answers.some((answer) => search.finds(answer));
}

class CountSearch {
  private readonly neurons: number;
  private readonly samples: number;
  private readonly labels: Int8Array;
  /** Per depth the samples that are alive and what their first neurons are: bit j, as in an activation vector. */
  private readonly alive: Int32Array[];
  private readonly prefix: Int32Array[];
  /** `[depth][prefix * 2 + (label is +1)]`: whether the answer can still be the label. */
  private reachable: Uint8Array[] = [];
  /** Whether the answer is the same with neurons j - 1 and j exchanged. */
  private likeBefore: boolean[] = [];
  private steps = 0;
  private readonly costs: Float64Array;
  private readonly limit: number; // of weights other than 0
  private readonly most: number;
  /** Of the samples of either label at least so many have to be alive. */
  private readonly leastPlus: number;
  private readonly leastMinus: number;

  constructor(
    problem: TrainingProblem,
    private readonly patterns: readonly Pattern[],
    private readonly claim: number,
  ) {
    this.neurons = problem.layers[1];
    this.samples = problem.sampleCount;
    this.labels = problem.labels;
    this.alive = Array.from({ length: this.neurons + 1 }, () => new Int32Array(this.samples));
    this.prefix = Array.from({ length: this.neurons + 1 }, () => new Int32Array(this.samples));
    for (let k = 0; k < this.samples; k++) this.alive[0][k] = k;
    this.limit = problem.maxNonzero ?? Number.POSITIVE_INFINITY;
    this.costs = Float64Array.from({ length: this.samples }, (_, k) => problem.costs?.[k] ?? 1);
    this.most = this.costs.reduce((sum, cost) => sum + cost, 0);
    const plus = this.labels.reduce((count, label) => (label > 0 ? count + 1 : count), 0);
    this.leastPlus = plus - (problem.atMostWrong?.plus ?? plus);
    this.leastMinus = this.samples - plus - (problem.atMostWrong?.minus ?? this.samples);
  }

  finds(answer: Answer): boolean {
    const { neurons } = this;
    this.reachable = [];
    this.reachable[neurons] = new Uint8Array(2 ** (neurons + 1));
    for (let c = 0; c < 2 ** neurons; c++) {
      this.reachable[neurons][2 * c] = (answer.minus >> c) & 1;
      this.reachable[neurons][2 * c + 1] = (answer.plus >> c) & 1;
    }
    for (let j = neurons - 1; j >= 0; j--) {
      this.reachable[j] = this.reachable[j + 1].slice(0, 2 ** (j + 1));
      for (let at = 0; at < 2 ** (j + 1); at++)
        this.reachable[j][at] |= this.reachable[j + 1][at + 2 ** (j + 1)];
    }
    this.likeBefore = Array.from(
      { length: neurons },
      (_, j) => j > 0 && isSymmetric(answer.plus, neurons, j) && isSymmetric(answer.minus, neurons, j),
    );
    return this.most > this.claim && this.choose(0, this.samples, this.limit, 0);
  }

  private choose(j: number, count: number, room: number, first: number): boolean {
    if (j === this.neurons) return true;
    const { patterns, labels, costs } = this;
    const alive = this.alive[j];
    const prefix = this.prefix[j];
    const nextAlive = this.alive[j + 1];
    const nextPrefix = this.prefix[j + 1];
    const reachable = this.reachable[j + 1];
    for (let n = first; n < patterns.length; n++) {
      const { signs, certain, nonzeros } = patterns[n];
      if (nonzeros > room) continue;
      this.steps += count;
      if (this.steps > MAX_STEPS) reject('too many combinations of patterns to enumerate');
      let left = 0;
      let worth = 0;
      let plus = 0;
      for (let a = 0; a < count; a++) {
        const k = alive[a];
        const bits = signs[k] > 0 ? prefix[a] | (1 << j) : prefix[a];
        nextAlive[left] = k;
        nextPrefix[left] = bits;
        const isAlive = certain[k] & reachable[2 * bits + (labels[k] > 0 ? 1 : 0)];
        left += isAlive;
        worth += isAlive * costs[k];
        if (labels[k] > 0) plus += isAlive;
      }
      if (worth <= this.claim || plus < this.leastPlus || left - plus < this.leastMinus) continue;
      // Neurons that the answer does not tell apart get their patterns in ascending order.
      const from = j + 1 < this.neurons && this.likeBefore[j + 1] ? n : 0;
      if (this.choose(j + 1, left, room - nonzeros, from)) return true;
    }
    return false;
  }
}

/** Whether a mask over activation vectors stays the same when bits j - 1 and j of the vectors are exchanged. */
function isSymmetric(mask: number, neurons: number, j: number): boolean {
  for (let c = 0; c < 2 ** neurons; c++) {
    const low = (c >> (j - 1)) & 1;
    const high = (c >> j) & 1;
    if (low === high) continue;
    const exchanged = c ^ (1 << j) ^ (1 << (j - 1));
    if (((mask >> c) & 1) !== ((mask >> exchanged) & 1)) return false;
  }
  return true;
}
