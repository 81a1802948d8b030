import { activeInputs } from '../problem/active.js';
import { boundOf, radiusOf, rangeOf } from '../problem/boxes.js';
import type { TrainingProblem } from '../problem/types.js';
import { scaledRow } from './row-scale.js';
import type { Column, Row, Terms } from './types.js';

/**
 * What every stage's model has in common: the network on the considered samples. Weights `w`, with a radius their
 * absolute values `t`, activations `a` of the hidden layers, and, made when a pre-activation is asked for, the
 * linearised products `c`. Rows that tie activations to pre-activations are the stage's own business.
 */
export class NetworkPart {
  readonly columns: Column[] = [];
  readonly rows: Row[] = [];
  /** `[layer][neuron][input]`: column of the weight, -1 for an inactive input. */
  readonly weights: Int32Array[][] = [];
  /** Per first-layer neuron: an upper bound of how far it can move, tight where it matters; empty without a radius. */
  readonly norms: Terms[] = [];
  /** `[hidden layer][neuron][n-th considered sample]`: column of the activation, 1 is +1 and 0 is -1. */
  readonly activations: number[][][] = [];
  /** Index of the output layer, from 0. */
  readonly last: number;
  private readonly active: Int32Array;

  constructor(
    readonly problem: TrainingProblem,
    readonly samples: readonly number[],
  ) {
    this.active = activeInputs(problem);
    this.last = problem.layers.length - 2;
    this.addWeights();
    this.addNorms();
    for (let l = 0; l < this.last; l++) {
      const names = this.weights[l].map((_, j) => samples.map((k) => `a_${l + 1}_${j}_${k}`));
      this.activations.push(names.map((row) => row.map((name) => this.column(name, 0, 1, true))));
    }
  }

  column(name: string, lower: number, upper: number, integer: boolean, cost = 0): number {
    this.columns.push({ name, lower, upper, integer, cost });
    return this.columns.length - 1;
  }

  row(name: string, terms: Terms, sense: Row['sense'], rhs: number): void {
    const used = terms.values.flatMap((value, n) => (value === 0 ? [] : [n]));
    if (used.length === 0 && (sense === '>=' ? rhs <= 0 : rhs >= 0)) return; // an all-zero sample: 0 >= 0
    const columns = used.map((n) => terms.columns[n]);
    const values = used.map((n) => terms.values[n]);
    this.rows.push(scaledRow({ name, sense, rhs, columns, values }));
  }

  /** Visits every neuron on every considered sample, each pair once. */
  forEachSum(visit: (l: number, j: number, n: number, sum: Terms) => void): void {
    for (let l = 0; l <= this.last; l++) {
      for (let j = 0; j < this.weights[l].length; j++) {
        for (let n = 0; n < this.samples.length; n++) visit(l, j, n, this.sum(l, j, n));
      }
    }
  }

  /** The largest |S| of a neuron of layer `l` on sample `k`. */
  reach(l: number, k: number): number {
    const { layers, weightBound } = this.problem;
    return l > 0 ? weightBound * layers[l] : this.largest(k, () => 0);
  }

  /** How far a neuron of layer `l` can move at most; 0 above the first. */
  largestRadius(l: number): number {
    if (l > 0) return 0;
    return this.active.reduce((sum, i) => sum + radiusOf(this.problem, i) * boundOf(this.problem, i), 0);
  }

  /** The largest margin of a neuron: in the first layer the least that a sample allows beyond the radius, above P * inputs. */
  largestMargin(l: number): number {
    const { layers, weightBound } = this.problem;
    if (this.samples.length === 0) return 0;
    if (l > 0) return weightBound * layers[l];
    return Math.min(...this.samples.map((k) => this.largest(k, (i) => radiusOf(this.problem, i))));
  }

  private addWeights(): void {
    const { layers, weightBound } = this.problem;
    for (let l = 0; l <= this.last; l++) {
      const inputs = l === 0 ? this.active : Int32Array.from({ length: layers[l] }, (_, i) => i);
      this.weights.push([]);
      for (let j = 0; j < layers[l + 1]; j++) {
        const own = new Int32Array(layers[l]).fill(-1);
        for (const i of inputs) {
          const [low, high] = l === 0 ? rangeOf(this.problem, i) : [-weightBound, weightBound];
          own[i] = this.column(`w_${l + 1}_${j}_${i}`, low, high, true);
        }
        this.weights[l].push(own);
      }
    }
  }

  /** `t >= |w|` is enough: every row has `radius * t` on the side where more of it only restricts. */
  private addNorms(): void {
    const moving = [...this.active].filter((i) => radiusOf(this.problem, i) > 0);
    this.weights[0].forEach((weights, j) => {
      const absolutes = moving.map((i) => {
        const t = this.column(`t_1_${j}_${i}`, 0, boundOf(this.problem, i), false);
        const columns = [t, weights[i]];
        this.row(`norm_plus_${j}_${i}`, { columns, values: [1, -1] }, '>=', 0);
        this.row(`norm_minus_${j}_${i}`, { columns, values: [1, 1] }, '>=', 0);
        return t;
      });
      this.norms.push({ columns: absolutes, values: moving.map((i) => radiusOf(this.problem, i)) });
    });
  }

  /** Pre-activation of a neuron on the n-th considered sample: inputs times weights, or the linearised products. */
  private sum(l: number, j: number, n: number): Terms {
    const weights = this.weights[l][j];
    const k = this.samples[n];
    if (l === 0) {
      const columns = Array.from(this.active, (i) => weights[i]);
      return { columns, values: Array.from(this.active, (i) => this.input(k, i)) };
    }
    const products = Array.from(weights, (w, i) =>
      this.product(w, this.activations[l - 1][i][n], `${l + 1}_${j}_${i}_${k}`),
    );
    return { columns: products, values: products.map(() => 1) };
  }

  /** `c = w` where `a = 1` (rows on_*), `c = -w` where `a = 0` (rows off_*); the slack 2P is the exact range. */
  private product(w: number, a: number, at: string): number {
    const { weightBound } = this.problem;
    const slack = 2 * weightBound;
    const c = this.column(`c_${at}`, -weightBound, weightBound, false);
    const columns = [c, w, a];
    this.row(`on_above_${at}`, { columns, values: [1, -1, slack] }, '<=', slack);
    this.row(`on_below_${at}`, { columns, values: [1, -1, -slack] }, '>=', -slack);
    this.row(`off_above_${at}`, { columns, values: [1, 1, -slack] }, '<=', 0);
    this.row(`off_below_${at}`, { columns, values: [1, 1, slack] }, '>=', 0);
    return c;
  }

  /** Sum over the inputs of the largest weight times what is left of `|x|` beyond a radius. */
  private largest(k: number, radius: (i: number) => number): number {
    let sum = 0;
    for (const i of this.active) {
      sum += boundOf(this.problem, i) * Math.max(0, Math.abs(this.input(k, i)) - radius(i));
    }
    return sum;
  }

  private input(k: number, i: number): number {
    return this.problem.samples[k * this.problem.layers[0] + i];
  }
}
