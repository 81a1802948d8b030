import type { Hold } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags } from '../evaluate.js';
import { decimalUnits } from '../units.js';

/*
 * What a block of MM or MW is about, in the form in which it is replayed: the kept samples on the active inputs, the
 * units, and what each first-layer neuron has to reach on each side (docs/proof.md, "The tree").
 */

export interface Setting {
  readonly stage: 'mm' | 'mw';
  readonly problem: TrainingProblem;
  readonly hold: Hold;
  /** D, and epsilon in units of 1/D. */
  readonly scale: number;
  readonly epsilon: number;
  readonly linf: number;
  readonly weightBound: number;
  /** Neurons of the first layer, and whether it is the only one. */
  readonly neurons: number;
  readonly single: boolean;
  /** The kept samples, restricted to the active inputs. */
  readonly rows: readonly Float64Array[];
  readonly labels: readonly number[];
  /** Samples of both labels are kept. */
  readonly mixed: boolean;
  /** How many inputs are active, and where among them an input stands (-1: nowhere). */
  readonly inputs: number;
  readonly position: Int32Array;
  /** At least `P * (|x_k|_1 + linf * inputs)` of every row: what a row times weights can sum to, before rounding. */
  readonly magnitude: number;
}

export function settingOf(
  problem: TrainingProblem,
  stage: 'mm' | 'mw',
  keep: readonly number[],
  hold: Hold,
): Setting {
  const { layers, linf, weightBound } = problem;
  const { scale, epsilon } = decimalUnits(problem.epsilon);
  const active = activeFlags(problem).flatMap((isActive, i) => (isActive ? [i] : []));
  const position = new Int32Array(layers[0]).fill(-1);
  for (const [a, i] of active.entries()) position[i] = a;
  const rows = keep.map((k) => Float64Array.from(active, (i) => problem.samples[k * layers[0] + i]));
  const labels = keep.map((k) => problem.labels[k]);
  let magnitude = 1;
  for (const row of rows) {
    let norm = linf * active.length;
    for (const x of row) norm += Math.abs(x);
    magnitude = Math.max(magnitude, weightBound * norm);
  }
  return {
    stage,
    problem,
    hold,
    scale,
    epsilon,
    linf,
    weightBound,
    neurons: layers[1],
    single: layers.length === 2,
    rows,
    labels,
    mixed: labels.includes(1) && labels.includes(-1),
    inputs: active.length,
    position,
    magnitude,
  };
}

/** MW: the margin that a neuron has to keep, in units of 1/D; what `confident` asks of the last layer is of that kind. */
export function heldMargin(setting: Setting, layer: number, neuron: number): number {
  const { hold, problem, scale } = setting;
  if (hold.kind === 'margins') return hold.margins[layer][neuron];
  return hold.kind === 'confident' && layer === problem.layers.length - 2 ? scale * threshold(problem) : 0;
}

/** MW: the least `side * S - linf * |w|_1` of first-layer neuron j on a sample that it has on this side. */
export function need(setting: Setting, j: number, side: number): number {
  const { hold, scale, epsilon, single, problem } = setting;
  if (single && hold.kind === 'confident') return threshold(problem);
  return ceilOfQuotient(heldMargin(setting, 0, j) + (side < 0 ? epsilon : 0), scale);
}

/** What the problem asks, or `ceil(P * (n + 1) / 4)`, n the inputs of the last layer, which for a single neuron are the active ones. */
export function threshold(problem: TrainingProblem): number {
  const { layers, weightBound } = problem;
  if (problem.confidence !== undefined) return problem.confidence;
  const inputs =
    layers.length === 2 ? activeFlags(problem).filter(Boolean).length : layers[layers.length - 2];
  return ceilOfQuotient(weightBound * (inputs + 1), 4);
}

/** Of integers, `a >= 0 < b`, both below 2^52: the remainder is exact, and so is a quotient without one. */
export function ceilOfQuotient(a: number, b: number): number {
  const rest = a % b;
  return (a - rest) / b + (rest > 0 ? 1 : 0);
}
