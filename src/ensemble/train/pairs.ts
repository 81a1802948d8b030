import type { Objective } from '../../problem/objective.js';
import { softTargets } from '../../problem/soft-targets.js';
import type { TrainingProblem } from '../../problem/types.js';
import type { TrainingConfig } from '../config.js';
import { EPSILON } from '../options.js';
import type { Pair } from '../pair-order.js';
import { withBias } from './bias.js';
import { classWeights, constraintFields, copiesOf } from './constraints.js';
import { trainingFamily } from './extra.js';
import type { TrainingSamples } from './training-samples.js';

/**
 * The training problem of one pair: the samples of the first class as +1, of the second as -1, in the data's order, each
 * followed by the rest of its family. For `bemi` a copy counts as a sample of its own; for `robust` sample and copies are
 * one, right together or not at all. The L-infinity radius is a field of the problem and needs no rows.
 *
 * Built when the pair's turn comes, not before: all pairs together hold every sample K - 1 times.
 */
export function pairProblem(pair: Pair, samples: TrainingSamples, config: TrainingConfig): TrainingProblem {
  const { inputs, labels } = samples;
  const { weightBound, confidence, soft, classWeight } = config;
  const own: { readonly sample: number; readonly sign: 1 | -1 }[] = [];
  for (const [sample, label] of labels.entries()) {
    if (label === pair.first || label === pair.second)
      own.push({ sample, sign: label === pair.first ? 1 : -1 });
  }
  const signsOfSamples = own.map(({ sign }) => sign);
  // Soft margins know no costs: rows are there as often as they count.
  const copies =
    soft === undefined || classWeight === undefined
      ? [1, 1]
      : copiesOf(classWeights(pair, classWeight, signsOfSamples));
  const chosen: Int32Array[] = [];
  const signs: (1 | -1)[] = [];
  const weights: number[] = [];
  const groups: number[] = [];
  let group = 0;
  for (const { sample, sign } of own) {
    const often = copies[sign > 0 ? 0 : 1] * (soft === undefined ? 1 : (samples.weights?.[sample] ?? 1));
    if (often === 0) continue;
    for (const member of trainingFamily(samples, sample, config)) {
      for (let copy = often; copy > 0; copy--) {
        chosen.push(member);
        signs.push(sign);
        groups.push(group);
        if (samples.weights !== undefined) weights.push(samples.weights[sample]);
      }
    }
    group++;
  }
  const plain: TrainingProblem = {
    ...packed(chosen, inputs, config),
    ...(samples.reach === undefined ? {} : { radii: samples.reach.inputs }),
    weightBound,
    epsilon: EPSILON,
    sampleCount: chosen.length,
    labels: Int8Array.from(signs),
    ...(confidence === undefined ? {} : { confidence }),
    // Under the paper's objective every row is a sample, and under the others the engine knows no limits (it says so).
    ...constraintFields(
      pair,
      samples,
      soft === undefined ? config : { ...config, classWeight: undefined },
      signs,
      samples.weights === undefined || soft !== undefined ? undefined : weights,
    ),
  };
  const problem = { ...plain, ...objectiveOf(plain, config, groups) };
  return config.bias === true ? withBias(problem) : problem;
}

function objectiveOf(
  problem: TrainingProblem,
  { objective, soft, bias }: TrainingConfig,
  groups: readonly number[],
): { readonly objective?: Objective } {
  if (objective === 'bemi') return {};
  const robust: Objective = { kind: 'robust', groups: Int32Array.from(groups) };
  if (soft === undefined) return { objective: robust };
  return { objective: { ...robust, kind: 'soft', targets: softTargets(problem, soft, bias === true) } };
}

function packed(
  rows: readonly Int32Array[],
  inputs: number,
  { hidden, perturb }: TrainingConfig,
): Pick<TrainingProblem, 'layers' | 'samples' | 'linf'> {
  const samples = new Int32Array(rows.length * inputs);
  for (const [k, row] of rows.entries()) samples.set(row, k * inputs);
  return { layers: [inputs, ...hidden, 1], samples, linf: perturb.linf };
}

/**
 * The seed of a pair: a mix (the finaliser of MurmurHash3) of the run's seed and the pair's index, so that neither the
 * number of workers nor the order of work reaches the result. 32 bits, unsigned.
 */
export function pairSeed(seed: number, index: number): number {
  let h = (seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
