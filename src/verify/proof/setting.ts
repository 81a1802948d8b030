import type { Hold } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { activeFlags, radiiOf } from '../evaluate.js';
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
  /** Per active input: the least and the largest weight, how far it may move, and whether its weights are counted. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly radius: Float64Array;
  readonly counted: readonly boolean[];
  /** Of the first layer so many counted weights may be other than 0; infinite: any number. */
  readonly limit: number;
  /** A neuron turned round is one of the problem, too. */
  readonly mirrors: boolean;
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
  /** At least `sum_i most |w_i| * (|x_ki| + radius_i)` of every row: what a row times weights can sum to, before rounding. */
  readonly magnitude: number;
}

export function settingOf(
  problem: TrainingProblem,
  stage: 'mm' | 'mw',
  keep: readonly number[],
  hold: Hold,
): Setting {
  const { layers, weightBound, ranges, free = [], maxNonzero = Number.POSITIVE_INFINITY } = problem;
  const { scale, epsilon } = decimalUnits(problem.epsilon);
  const active = activeFlags(problem).flatMap((isActive, i) => (isActive ? [i] : []));
  const boxes = active.map((i) => ranges?.[i] ?? [-weightBound, weightBound]);
  const moves = radiiOf(problem);
  const radius = Float64Array.from(active, (i) => moves[i]);
  const widest = boxes.map(([low, high]) => Math.max(Math.abs(low), Math.abs(high)));
  const position = new Int32Array(layers[0]).fill(-1);
  for (const [a, i] of active.entries()) position[i] = a;
  const rows = keep.map((k) => Float64Array.from(active, (i) => problem.samples[k * layers[0] + i]));
  const labels = keep.map((k) => problem.labels[k]);
  let magnitude = 1;
  for (const row of rows) {
    let most = 0;
    for (const [a, x] of row.entries()) most += widest[a] * (Math.abs(x) + radius[a]);
    magnitude = Math.max(magnitude, most);
  }
  return {
    stage,
    problem,
    hold,
    scale,
    epsilon,
    low: Int32Array.from(boxes, ([low]) => low),
    high: Int32Array.from(boxes, ([, high]) => high),
    radius,
    counted: active.map((i) => !free.includes(i)),
    limit: maxNonzero,
    mirrors: boxes.every(([low, high]) => low === -high),
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

/** MW: the least `side * S - sum_i radius_i |w_i|` of first-layer neuron j on a sample that it has on this side. */
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
