import type { Network } from '../../network/types.js';
import type { TrainingProblem } from '../../problem/types.js';
import { MAX_RANGE } from '../../problem/validate-fields.js';
import type { TrainingConfig } from '../options.js';

/*
 * A bias as the engine knows it: two inputs that are the same in every row, behind the others. The first is as large as it must be for
 * its weight, -127..127, to move the threshold past every row; the second is 1 and its weight is 1. That one keeps the neuron from
 * having no weights at all: such a neuron is + whatever comes (docs/robust.md), which soft margins would take for reach without end,
 * and give up the smaller class for it. No perturbation moves a constant, and neither MW nor a limit of weights counts it. In the model
 * the two are one whole number, added to the sum (`Network.biases`).
 */

/** Inputs that a bias adds. */
export const BIAS_INPUTS = 2;

/** The rows of a pair with the constants behind each: `inputs` values a row, as many again and two after it. */
export function withConstants(
  rows: readonly Int32Array[],
  inputs: number,
  { weightBound, perturb, hidden }: Pick<TrainingConfig, 'weightBound' | 'perturb' | 'hidden'>,
): Pick<TrainingProblem, 'layers' | 'samples' | 'ranges' | 'radii' | 'linf' | 'free'> {
  const width = inputs + BIAS_INPUTS;
  const samples = new Int32Array(rows.length * width);
  let most = 0;
  for (const [k, row] of rows.entries()) {
    samples.set(row, k * width);
    let sum = 0;
    for (const value of row) sum += Math.abs(value);
    most = Math.max(most, sum);
  }
  const step = Math.max(1, Math.ceil((weightBound * most) / MAX_RANGE));
  for (let k = 0; k < rows.length; k++) {
    samples[k * width + inputs] = step;
    samples[k * width + inputs + 1] = 1;
  }
  const plain = [-weightBound, weightBound] as const;
  const { linf } = perturb;
  return {
    layers: [width, ...hidden, 1],
    samples,
    ranges: [...Array.from({ length: inputs }, () => plain), [-MAX_RANGE, MAX_RANGE], [1, 1]],
    free: [inputs, inputs + 1],
    linf: 0,
    ...(linf === 0 ? {} : { radii: Int32Array.from({ length: width }, (_, i) => (i < inputs ? linf : 0)) }),
  };
}

/**
 * The network of such a problem as a model has it, constants and their weights as biases. Values may have been multiplied by `fineness`:
 * `f s + B >= 0` for a whole s exactly where `s + floor(B / f) >= 0`.
 */
export function withoutConstants(network: Network, problem: TrainingProblem, fineness: number): Network {
  const width = problem.layers[0];
  const inputs = width - BIAS_INPUTS;
  const [step, one] = [problem.samples[inputs], problem.samples[inputs + 1]];
  const [first, ...upper] = network.weights;
  return {
    layers: [inputs, ...network.layers.slice(1)],
    weightBound: network.weightBound,
    weights: [first.map((row) => row.slice(0, inputs)), ...upper],
    biases: first.map((row) => Math.floor((row[inputs] * step + row[inputs + 1] * one) / fineness)),
  };
}
