import type { Hold } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { decimalUnits } from '../../src/verify/units.js';

/*
 * The arithmetic of a proof (docs/proof.md) for tiny problems, with plain numbers and loops over all values: what is known
 * at the root, what multipliers prove about a neuron, what closes a node, and a neuron's true optimum by trying everything.
 */

export interface Statement {
  readonly problem: TrainingProblem;
  readonly stage: 'mm' | 'mw';
  readonly keep: readonly number[];
  readonly hold: Hold;
  /** MM: units of 1/D; MW: non-zero weights. */
  readonly claim: number;
}

export interface NodeState {
  readonly sides: number[][]; // [neuron][kept sample]
  readonly boxes: [number, number][][]; // [neuron][input]
  readonly bounds: number[];
  upper: number;
  upperKnown: boolean;
}

export interface Lemma {
  readonly neuron: number;
  readonly value: number;
}

export class TinyRules {
  protected readonly scale: number;
  protected readonly epsilon: number;
  protected readonly rows: number[][];
  protected readonly labels: number[];
  protected readonly neurons: number;
  protected readonly mixed: boolean;
  protected readonly isMargin: boolean;

  constructor(protected readonly statement: Statement) {
    const { problem, keep } = statement;
    ({ scale: this.scale, epsilon: this.epsilon } = decimalUnits(problem.epsilon));
    const width = problem.layers[0];
    this.rows = keep.map((k) => [...problem.samples.subarray(k * width, (k + 1) * width)]);
    this.labels = keep.map((k) => problem.labels[k]);
    this.neurons = problem.layers[1];
    this.mixed = new Set(this.labels).size === 2;
    this.isMargin = statement.stage === 'mm';
  }

  // ---- the root ----

  protected reach(k: number): number[] {
    const { linf, weightBound } = this.statement.problem;
    return this.rows[k].map((x) => weightBound * Math.max(0, Math.abs(x) - linf));
  }

  protected rootBound(j: number): number {
    if (this.rows.length === 0) return 0;
    if (this.isMargin) {
      return this.scale * Math.min(...this.rows.map((_, k) => this.reach(k).reduce((a, b) => a + b, 0)));
    }
    const target = Math.ceil(this.held(0, j) / this.scale);
    return Math.max(
      ...this.rows.map((_, k) => {
        const sorted = this.reach(k).sort((a, b) => b - a);
        let c = 0;
        for (let sum = 0; sum < target && c < sorted.length; c++) sum += sorted[c];
        return c;
      }),
    );
  }

  protected rootUpper(): number {
    const { layers, weightBound } = this.statement.problem;
    if (this.rows.length === 0 || layers.length === 2) return 0;
    let total = 0;
    for (let l = 1; l < layers.length - 1; l++) {
      if (this.isMargin) {
        total += layers[l + 1] * this.scale * weightBound * layers[l];
        continue;
      }
      let sum = 0;
      for (let j = 0; j < layers[l + 1]; j++) {
        sum += Math.ceil(Math.ceil(this.held(l, j) / this.scale) / weightBound);
      }
      total += sum === 0 && this.mixed ? 1 : sum;
    }
    return this.isMargin && this.labels.includes(-1) ? total - this.epsilon : total;
  }

  protected threshold(): number {
    const { layers, weightBound, samples } = this.statement.problem;
    const width = layers[0];
    let inputs = layers[layers.length - 2];
    if (layers.length === 2) {
      inputs = Array.from({ length: width }, (_, i) => i).filter((i) =>
        samples.some((value, at) => at % width === i && value !== 0),
      ).length;
    }
    return this.statement.problem.confidence ?? Math.ceil((weightBound * (inputs + 1)) / 4);
  }

  protected held(l: number, j: number): number {
    const { hold, problem } = this.statement;
    if (hold.kind === 'margins') return hold.margins[l][j];
    return hold.kind === 'confident' && l === problem.layers.length - 2 ? this.scale * this.threshold() : 0;
  }

  protected need(j: number, side: number): number {
    const { hold, problem } = this.statement;
    if (problem.layers.length === 2 && hold.kind === 'confident') return this.threshold();
    return Math.ceil((this.held(0, j) + (side < 0 ? this.epsilon : 0)) / this.scale);
  }

  // ---- bounds ----

  protected total({ bounds, upper }: NodeState): number {
    const first = bounds.reduce((a, b) => a + b, 0);
    return (first === 0 && this.mixed && !this.isMargin ? 1 : first) + upper;
  }

  protected closes(state: NodeState, lemma: Lemma | undefined): boolean {
    const reached = lemma ? state.bounds[lemma.neuron] : this.total(state);
    const target = lemma ? lemma.value : this.statement.claim;
    return this.isMargin ? reached <= target : reached >= target;
  }

  /** Sum over the inputs of the largest h, looked for among all values. */
  protected most(state: NodeState, j: number, rows: ReadonlyMap<number, number>, s: number): number {
    const { linf } = this.statement.problem;
    let total = 0;
    for (const [i, [lo, up]] of state.boxes[j].entries()) {
      let d = 0;
      let sum = 0;
      for (const [k, n] of rows) {
        d += n * state.sides[j][k] * this.rows[k][i];
        sum += n;
      }
      let best = Number.NEGATIVE_INFINITY;
      for (let v = lo; v <= up; v++)
        best = Math.max(best, d * v - linf * sum * Math.abs(v) - (v === 0 ? 0 : s));
      total += best;
    }
    return total;
  }

  /** What `m` computes, before it is lowered to an attainable margin; MW: without the maximum with what was known. */
  protected boundOf(state: NodeState, j: number, rows: ReadonlyMap<number, number>, s: number): number {
    let sum = 0;
    let minus = 0;
    let needed = 0;
    for (const [k, n] of rows) {
      sum += n;
      if (state.sides[j][k] < 0) minus += n;
      needed += n * this.need(j, state.sides[j][k]);
    }
    const most = this.most(state, j, rows, this.isMargin ? 0 : s);
    return this.isMargin
      ? Math.floor((this.scale * most - this.epsilon * minus) / sum)
      : Math.ceil((needed - most) / s);
  }

  protected attainable(state: NodeState, j: number, bound: number): number {
    if (bound < 0) return bound;
    let best = Number.NEGATIVE_INFINITY;
    for (let m = bound; m > bound - 2 * this.scale && best < m; m--) {
      const onPlus = state.sides[j].includes(1) && m % this.scale === 0;
      const onMinus = state.sides[j].includes(-1) && (m + this.epsilon) % this.scale === 0;
      if (onPlus || onMinus) best = m;
    }
    return best;
  }

  /** The best that neuron j can do with its sides and boxes, by trying everything; `undefined`: nothing is allowed. */
  protected alone(state: NodeState, j: number): number | undefined {
    const { linf } = this.statement.problem;
    let best: number | undefined;
    const weights = state.boxes[j].map(([lo]) => lo);
    const look = (i: number): void => {
      if (i < weights.length) {
        for (let v = state.boxes[j][i][0]; v <= state.boxes[j][i][1]; v++) {
          weights[i] = v;
          look(i + 1);
        }
        return;
      }
      const radius = linf * weights.reduce((sum, w) => sum + Math.abs(w), 0);
      let margin = Number.POSITIVE_INFINITY;
      let fits = true;
      for (const [k, row] of this.rows.entries()) {
        const side = state.sides[j][k];
        if (side === 0) return;
        const reached = side * row.reduce((sum, x, n) => sum + x * weights[n], 0) - radius;
        margin = Math.min(margin, this.scale * reached - (side < 0 ? this.epsilon : 0));
        fits &&= reached >= this.need(j, side);
      }
      if (this.isMargin) best = Math.max(best ?? margin, margin);
      else if (fits) best = Math.min(best ?? weights.length, weights.filter((w) => w !== 0).length);
    };
    look(0);
    return best;
  }
}
