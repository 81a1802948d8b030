import { movedBy } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { groupsOf } from './groups.js';
import { marginUnits } from './scale.js';
import type { TrainingProblem } from './types.js';

/*
 * The robust objective, in exact integers (docs/robust.md). A first-layer activation is *known* on an image when its
 * distance to the other side, taken at its worst over the L-infinity box, is at least a threshold; an image is
 * *certified* when every completion of the activations that are not known gives the right output.
 */

/** What a network does on the images of a problem, as far as certificates need it. */
export interface Certificates {
  /** Per first-layer neuron and row: the distance in units of 1/D; negative: unknown. Infinite: no weights. */
  readonly distances: readonly Float64Array[];
  /** Per first-layer neuron and row: +1 or -1. */
  readonly sides: readonly Int8Array[];
  /** Output (+1 / -1) for every answer of the first layer; bit j set: neuron j answers +1. */
  readonly table: Int8Array;
}

/** Measures a network on every row. With a single layer that neuron is the output. */
export function certificates(problem: TrainingProblem, network: Network): Certificates {
  return toTheEnd(certificateSteps(problem, network));
}

/** Multiplications and answers looked up between two yields: milliseconds. */
const PRODUCTS_A_STEP = 1 << 21;

function* certificateSteps(problem: TrainingProblem, network: Network): Generator<void, Certificates> {
  const { sampleCount } = problem;
  const distances: Float64Array[] = [];
  const sides: Int8Array[] = [];
  for (const weights of network.weights[0]) {
    const distance = new Float64Array(sampleCount).fill(Number.POSITIVE_INFINITY);
    const side = new Int8Array(sampleCount).fill(1);
    distances.push(distance);
    sides.push(side);
    const support = Int32Array.from(weights.flatMap((w, i) => (w === 0 ? [] : [i])));
    if (support.length === 0) continue;
    const block = Math.max(1, Math.floor(PRODUCTS_A_STEP / support.length));
    for (let from = 0; from < sampleCount; from += block) {
      measureNeuron(problem, weights, support, distance, side, from, Math.min(sampleCount, from + block));
      yield;
    }
  }
  return { distances, sides, table: outputTable(network) };
}

/** Distance and side of a neuron on rows `from`..`to - 1`; `support`: its inputs with a weight. */
function measureNeuron(
  problem: TrainingProblem,
  weights: readonly number[],
  support: Int32Array,
  distance: Float64Array,
  side: Int8Array,
  from: number,
  to: number,
): void {
  const { scale, epsilon } = marginUnits(problem);
  const { samples, layers } = problem;
  const values = support.map((i) => weights[i]);
  const moved = movedBy(weights, problem);
  for (let k = from; k < to; k++) {
    const at = k * layers[0];
    let sum = 0;
    for (let s = 0; s < support.length; s++) sum += values[s] * samples[at + support[s]];
    side[k] = sum >= 0 ? 1 : -1;
    distance[k] = scale * (Math.abs(sum) - moved) - (sum >= 0 ? 0 : epsilon);
  }
}

function toTheEnd<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Output for every answer of the first layer; bit j set: neuron j answers +1. */
export function outputTable(network: Network): Int8Array {
  const upper = network.weights.slice(1);
  const width = network.layers[1];
  const table = new Int8Array(2 ** width);
  for (let answer = 0; answer < table.length; answer++) {
    let values = Array.from({ length: width }, (_, j) => ((answer >> j) & 1 ? 1 : -1));
    for (const layer of upper) {
      values = layer.map((weights) => {
        let sum = 0;
        for (let i = 0; i < weights.length; i++) sum += weights[i] * values[i];
        return sum >= 0 ? 1 : -1;
      });
    }
    table[answer] = values[0];
  }
  return table;
}

/** Whether all completions of the activations outside `known` give `label` on row `k`. */
function isForced(found: Certificates, k: number, known: (j: number) => boolean, label: number): boolean {
  let fixed = 0;
  let free = 0;
  for (let j = 0; j < found.sides.length; j++) {
    if (!known(j)) free |= 1 << j;
    else if (found.sides[j][k] > 0) fixed |= 1 << j;
  }
  for (let rest = free; ; rest = (rest - 1) & free) {
    if (found.table[fixed | rest] !== label) return false;
    if (rest === 0) return true;
  }
}

/** Whether row `k` is certified when neuron j counts as known from distance `thresholds[j]` (>= 0) on. */
export function isCertified(
  problem: TrainingProblem,
  found: Certificates,
  k: number,
  thresholds: ArrayLike<number>,
): boolean {
  return isForced(found, k, (j) => found.distances[j][k] >= thresholds[j], problem.labels[k]);
}

/** The largest threshold at which row `k` is certified: -1 where not even at 0; infinite where nothing has to be known. */
export function rowMargin(problem: TrainingProblem, found: Certificates, k: number): number {
  const label = problem.labels[k];
  const steps = new Set([Number.POSITIVE_INFINITY, 0]);
  for (const distance of found.distances) if (distance[k] >= 0) steps.add(distance[k]);
  for (const step of [...steps].sort((a, b) => b - a)) {
    const known = (j: number): boolean => found.distances[j][k] >= step;
    if (isForced(found, k, known, label)) return step;
  }
  return -1;
}

/** The samples all of whose rows are certified at 0, ascending: SM's count. */
export function certifiedSamples(problem: TrainingProblem, network: Network): number[] {
  const found = certificates(problem, network);
  const groups = groupsOf(problem);
  const kept: number[] = [];
  groups.rows.forEach((rows, group) => {
    if (rows.every((k) => rowMargin(problem, found, k) >= 0)) kept.push(group);
  });
  return kept;
}

/** The rows of the given samples, ascending. */
export function rowsOf(problem: TrainingProblem, samples: readonly number[]): number[] {
  const groups = groupsOf(problem);
  return samples.flatMap((group) => groups.rows[group]).sort((a, b) => a - b);
}

/**
 * The certified margin of a network on the kept samples, in units of 1/D: the least over their rows. `-1` where a row is
 * not certified at all; 0 where the kept samples have one label only (nothing to tell apart, docs/robust.md).
 */
export function certifiedMargin(problem: TrainingProblem, network: Network, keep: readonly number[]): number {
  return toTheEnd(certifiedSteps(problem, certificates(problem, network), rowsOf(problem, keep)));
}

function* certifiedSteps(
  problem: TrainingProblem,
  found: Certificates,
  rows: readonly number[],
): Generator<void, number> {
  let least = Number.POSITIVE_INFINITY;
  for (let at = 0; at < rows.length; at++) {
    if ((at + 1) % ROWS_A_STEP === 0) yield;
    least = Math.min(least, rowMargin(problem, found, rows[at]));
  }
  if (least < 0) return -1;
  return hasBothLabels(problem, rows) ? least : 0;
}

/** Rows whose answers are looked up between two yields; up to 2^16 lookups each, mostly a few. */
const ROWS_A_STEP = 1000;

function hasBothLabels(problem: TrainingProblem, rows: readonly number[]): boolean {
  return rows.some((k) => problem.labels[k] > 0) && rows.some((k) => problem.labels[k] < 0);
}

/**
 * Thresholds that the network holds, one per first-layer neuron in units of 1/D: the certified margin for all, then one
 * neuron after the other raised as far as every kept row stays certified. A neuron that no row needs stays at the
 * certified margin.
 */
export function neuronMargins(problem: TrainingProblem, network: Network, keep: readonly number[]): number[] {
  return toTheEnd(neuronMarginSteps(problem, network, keep));
}

/** `neuronMargins` in steps of some milliseconds. */
export function* neuronMarginSteps(
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
): Generator<void, number[]> {
  const rows = rowsOf(problem, keep);
  const found = yield* certificateSteps(problem, network);
  const margin = Math.max(0, yield* certifiedSteps(problem, found, rows));
  const thresholds = new Array<number>(network.layers[1]).fill(margin);
  if (!hasBothLabels(problem, rows)) return thresholds;
  for (let j = 0; j < thresholds.length; j++) {
    let raised = Number.POSITIVE_INFINITY;
    yield;
    for (const k of rows) {
      const known = (i: number): boolean => i !== j && found.distances[i][k] >= thresholds[i];
      if (!isForced(found, k, known, problem.labels[k])) raised = Math.min(raised, found.distances[j][k]);
    }
    if (Number.isFinite(raised)) thresholds[j] = raised;
  }
  return thresholds;
}
