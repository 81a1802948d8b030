import type { Network } from '../network/types.js';
import type { TrainingProblem } from '../problem/types.js';
import { decimalUnits } from './units.js';

/*
 * The judges' own evaluation of a network, sample by sample in plain exact integers. It deliberately repeats what
 * network/ and problem/semantics say (design section 1, docs/architecture.md) and imports nothing of them.
 */

/** What one network does on all training samples. */
export interface Evaluation {
  /** `[layer][neuron][sample]`: pre-activations. */
  readonly sums: readonly (readonly Float64Array[])[];
  /** Per first-layer neuron: `linf * |w|_1`. */
  readonly radii: readonly number[];
  /** The samples SM counts, ascending. */
  readonly counted: readonly number[];
  /** Weights that are not 0, those of free inputs left out. */
  readonly nonzeros: number;
}

/** Evaluates a network whose shape is the problem's on every training sample. */
export function evaluate(problem: TrainingProblem, network: Network): Evaluation {
  const { sampleCount } = problem;
  const width = problem.layers[0];
  let inputs: Float64Array[] = Array.from({ length: width }, (_, i) =>
    Float64Array.from({ length: sampleCount }, (_, k) => problem.samples[k * width + i]),
  );
  const sums: Float64Array[][] = [];
  let nonzeros = 0;
  for (const layer of network.weights) {
    const rows: Float64Array[] = [];
    for (const weights of layer) {
      const row = new Float64Array(sampleCount);
      for (let i = 0; i < weights.length; i++) {
        const weight = weights[i];
        if (weight === 0) continue;
        nonzeros++;
        const column = inputs[i];
        for (let k = 0; k < sampleCount; k++) row[k] += weight * column[k];
      }
      rows.push(row);
    }
    sums.push(rows);
    inputs = rows.map((row) => row.map((sum) => (sum < 0 ? -1 : 1)));
  }
  const box = radiiOf(problem);
  const radii = network.weights[0].map((weights) =>
    weights.reduce((moved, w, i) => moved + box[i] * Math.abs(w), 0),
  );
  return {
    sums,
    radii,
    nonzeros: nonzeros - freeNonzeros(problem, network),
    counted: countedSamples(problem, sums, radii),
  };
}

function countedSamples(
  problem: TrainingProblem,
  sums: readonly Float64Array[][],
  radii: readonly number[],
): number[] {
  const last = sums.length - 1;
  const inputs = last === 0 ? activeFlags(problem).filter(Boolean).length : problem.layers[last];
  const quarter = problem.weightBound * (inputs + 1);
  const least = problem.confidence;
  const counted: number[] = [];
  for (let k = 0; k < problem.sampleCount; k++) {
    const output = problem.labels[k] * sums[last][0][k] - (last === 0 ? radii[0] : 0);
    if (least === undefined ? 4 * output < quarter : output < least) continue;
    const certain =
      last === 0 || sums[0].every((row, j) => (row[k] < 0 ? row[k] + radii[j] < 0 : row[k] - radii[j] >= 0));
    if (certain) counted.push(k);
  }
  return counted;
}

/** How far every input may move. */
export function radiiOf({ layers, linf, radii }: TrainingProblem): number[] {
  return Array.from({ length: layers[0] }, (_, i) => (radii === undefined ? linf : radii[i]));
}

/** Weights other than 0 that do not count: those of free inputs. */
export function freeNonzeros({ free = [] }: TrainingProblem, network: Network): number {
  return network.weights[0].reduce((sum, row) => sum + free.filter((i) => row[i] !== 0).length, 0);
}

/** Which inputs are other than 0 in at least one training sample. */
export function activeFlags(problem: TrainingProblem): boolean[] {
  const width = problem.layers[0];
  const flags = new Array<boolean>(width).fill(false);
  problem.samples.forEach((value, at) => {
    if (value !== 0) flags[at % width] = true;
  });
  return flags;
}

/**
 * The margin of every neuron on the kept samples, `[layer][neuron]` in integer units of `1 / D`; all 0 where none is
 * kept. Negative: a wrong output, or a first-layer activation that is not certain.
 */
export function marginsOf(
  problem: TrainingProblem,
  evaluation: Evaluation,
  keep: readonly number[],
): number[][] {
  const { scale, epsilon } = decimalUnits(problem.epsilon);
  const last = evaluation.sums.length - 1;
  return evaluation.sums.map((layer, l) =>
    layer.map((row, j) => {
      if (keep.length === 0) return 0;
      const radius = l === 0 ? evaluation.radii[j] : 0;
      let least = Number.POSITIVE_INFINITY;
      for (const k of keep) {
        const above = l === last ? problem.labels[k] > 0 : row[k] >= 0;
        const distance = above ? scale * (row[k] - radius) : scale * (-row[k] - radius) - epsilon;
        least = Math.min(least, distance);
      }
      return least;
    }),
  );
}

/** `ceil((1 - tolerance) * m)` of margins in integer units, the tolerance taken to six decimals. */
export function relaxedMargins(margins: readonly (readonly number[])[], tolerance: number): number[][] {
  const share = 1_000_000n - BigInt(Math.round(tolerance * 1e6));
  return margins.map((layer) => layer.map((m) => Number((share * BigInt(m) + 999_999n) / 1_000_000n)));
}

/** The problem's own margins in integer units. */
export function statedMargins(problem: TrainingProblem): number[][] | undefined {
  const { scale } = decimalUnits(problem.epsilon);
  return problem.margins?.map((layer) => layer.map((margin) => Math.round(margin * scale)));
}

/** All samples of a problem, by index. */
export function everySample(problem: TrainingProblem): number[] {
  return Array.from({ length: problem.sampleCount }, (_, k) => k);
}

export function sumOf(margins: readonly (readonly number[])[]): number {
  return margins.flat().reduce((sum, margin) => sum + margin, 0);
}

/** The weights that MW counts and that can be other than 0. */
export function variableWeights(problem: TrainingProblem): number {
  const { layers, free = [] } = problem;
  const active = activeFlags(problem).filter((isActive, i) => isActive && !free.includes(i)).length;
  return layers.slice(1).reduce((sum, size, l) => sum + size * (l === 0 ? active : layers[l]), 0);
}
