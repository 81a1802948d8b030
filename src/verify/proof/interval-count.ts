import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags } from '../evaluate.js';
import { threshold } from './setting.js';

/*
 * SM of a single neuron: does any weight vector count more than `claim` samples? Depth first over the weights, the
 * inputs with the largest values first. A sample is alive while the weights that are not yet fixed could still lift it to
 * the threshold, each at its best for that sample alone; where no more than `claim` are alive the branch ends.
 */

/** Nodes at most; some twenty minutes. */
export const MAX_NODES = 2 ** 31;

/** Inputs at most: the search is as deep, and far fewer are out of its reach already. */
const MAX_DEPTH = 2048;

/** `true`: none counts more; `false`: one does; `null`: not known after `limit` nodes. */
export function countsAtMost(problem: TrainingProblem, claim: number, limit = MAX_NODES): boolean | null {
  if (problem.layers[0] > MAX_DEPTH) return null;
  return new IntervalSearch(problem, claim, limit).run();
}

class IntervalSearch {
  private readonly depths: number; // active inputs
  private readonly best: Float64Array[] = []; // [depth][sample]: the most the input can add
  private readonly slope: Float64Array[] = []; // [depth][sample]: label times input
  // Per depth the samples that are alive, and how far the best they can reach lies above the threshold. Sums are
  // exact: a problem's `P * (|x|_1 + linf * n)` is below 2^31.
  private readonly alive: Int32Array[] = [];
  private readonly slack: Float64Array[] = [];
  private nodes = 0;

  constructor(
    private readonly problem: TrainingProblem,
    private readonly claim: number,
    private readonly limit: number,
  ) {
    const { sampleCount, samples, labels, linf, weightBound } = problem;
    const width = problem.layers[0];
    const size = (i: number) => {
      let sum = 0;
      for (let k = 0; k < sampleCount; k++) sum += Math.abs(samples[k * width + i]);
      return sum;
    };
    const order = activeFlags(problem)
      .flatMap((isActive, i) => (isActive ? [{ i, size: size(i) }] : []))
      .sort((a, b) => b.size - a.size)
      .map(({ i }) => i);
    this.depths = order.length;
    for (const i of order) {
      const slope = Float64Array.from({ length: sampleCount }, (_, k) => labels[k] * samples[k * width + i]);
      this.slope.push(slope);
      this.best.push(slope.map((s) => weightBound * Math.max(0, Math.abs(s) - linf)));
    }
    for (let d = 0; d <= this.depths; d++) {
      this.alive.push(new Int32Array(sampleCount));
      this.slack.push(new Float64Array(sampleCount));
    }
  }

  run(): boolean | null {
    let count = 0;
    for (let k = 0; k < this.problem.sampleCount; k++) {
      let slack = -threshold(this.problem);
      for (const best of this.best) slack += best[k];
      if (slack < 0) continue;
      this.alive[0][count] = k;
      this.slack[0][count++] = slack;
    }
    return count <= this.claim || this.search(0, count);
  }

  /** More than `claim` samples are alive, the weights before `depth` are fixed. */
  private search(depth: number, count: number): boolean | null {
    if (depth === this.depths) return false;
    if (++this.nodes > this.limit) return null;
    const { weightBound, linf } = this.problem;
    const { claim } = this;
    const alive = this.alive[depth];
    const slack = this.slack[depth];
    const nextAlive = this.alive[depth + 1];
    const nextSlack = this.slack[depth + 1];
    const best = this.best[depth];
    const slope = this.slope[depth];
    for (let v = -weightBound; v <= weightBound; v++) {
      const radius = linf * Math.abs(v);
      let left = 0;
      for (let n = 0; n < count; n++) {
        const k = alive[n];
        const rest = slack[n] - best[k] + slope[k] * v - radius;
        nextAlive[left] = k;
        nextSlack[left] = rest;
        left += rest >= 0 ? 1 : 0;
      }
      if (left <= claim) continue;
      const answer = this.search(depth + 1, left);
      if (answer !== true) return answer;
    }
    return true;
  }
}
