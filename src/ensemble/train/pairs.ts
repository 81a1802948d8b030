import type { Objective } from '../../problem/objective.js';
import { softTargets } from '../../problem/soft-targets.js';
import type { TrainingProblem } from '../../problem/types.js';
import { EPSILON, type TrainingConfig } from '../options.js';
import { allPairs } from '../pair-order.js';
import { withConstants } from './bias.js';
import { trainingFamily } from './extra.js';
import type { TrainingSamples } from './training-samples.js';

/** A pair to train: its position in the order of pairs, and its two classes; `first` answers +1. */
export interface Pair {
  readonly index: number;
  readonly first: number;
  readonly second: number;
  readonly classes: readonly [string, string];
}

/** All pairs p < q of the classes, in the order of `pair-order.ts`. */
export function pairsOf(classes: readonly string[]): Pair[] {
  return allPairs(classes.length).map(([first, second], index) => ({
    index,
    first,
    second,
    classes: [classes[first], classes[second]],
  }));
}

/**
 * The training problem of one pair: the samples of the first class as +1, of the second as -1, in the data's order, each
 * followed by the rest of its family. For `bemi` a copy counts as a sample of its own; for `robust` sample and copies are
 * one, right together or not at all. The L-infinity radius is a field of the problem and needs no rows.
 *
 * Built when the pair's turn comes, not before: all pairs together hold every sample K - 1 times.
 */
export function pairProblem(pair: Pair, samples: TrainingSamples, config: TrainingConfig): TrainingProblem {
  const { inputs, labels } = samples;
  const chosen: Int32Array[] = [];
  const signs: (1 | -1)[] = [];
  const groups: number[] = [];
  let group = 0;
  for (let sample = 0; sample < labels.length; sample++) {
    const label = labels[sample];
    if (label !== pair.first && label !== pair.second) continue;
    for (const member of trainingFamily(samples, sample, config)) {
      chosen.push(member);
      signs.push(label === pair.first ? 1 : -1);
      groups.push(group);
    }
    group++;
  }
  const problem: TrainingProblem = {
    ...(config.bias === true ? withConstants(chosen, inputs, config) : packed(chosen, inputs, config)),
    weightBound: config.weightBound,
    epsilon: EPSILON,
    sampleCount: chosen.length,
    labels: Int8Array.from(signs),
    ...(config.confidence === undefined ? {} : { confidence: config.confidence }),
  };
  if (config.objective === 'bemi') return problem;
  const objective: Objective = { kind: 'robust', groups: Int32Array.from(groups) };
  if (config.soft === undefined) return { ...problem, objective };
  return {
    ...problem,
    objective: { ...objective, kind: 'soft', targets: softTargets(problem, config.soft) },
  };
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
