import type { Hold, StageName } from '../../../problem/solution.js';
import type { TrainingProblem } from '../../../problem/types.js';
import { families } from '../../robust.js';
import { type Setting, settingOf } from '../setting.js';
import { mostMargin } from '../trivial.js';

/*
 * What a block of a robust stage is about (docs/proof.md, "Robust objective"): the rows of the kept samples, in the
 * order of the problem. SM is about all samples; its bounds of neurons are MM's, of which the sign matters only.
 */

export interface RobustSetting extends Setting {
  readonly goal: StageName;
  readonly samples: number;
  /** Per row, its sample. */
  readonly sampleOf: readonly number[];
  /** One layer: the neuron is the output. */
  readonly alone: boolean;
}

export function robustSetting(
  problem: TrainingProblem,
  goal: StageName,
  keep: readonly number[],
  hold: Hold,
): RobustSetting {
  const sets = families(problem);
  const samples = goal === 'sm' ? sets.map((_, sample) => sample) : keep;
  const rows = samples
    .flatMap((sample) => sets[sample].map((row) => ({ row, sample })))
    .sort((a, b) => a.row - b.row);
  const stage = goal === 'mw' ? 'mw' : 'mm';
  const base = settingOf(
    problem,
    stage,
    rows.map(({ row }) => row),
    hold,
  );
  return {
    ...base,
    // No side is decided by the shape alone, and nothing is held in the layers above.
    single: false,
    goal,
    samples: samples.length,
    sampleOf: rows.map(({ sample }) => sample),
    alone: problem.layers.length === 2,
  };
}

/** What needs no search. SM: all samples. MM: the least that a row allows a neuron; MW: a weight in every layer. */
export function plainBound(setting: RobustSetting): number {
  if (setting.goal === 'sm') return setting.samples;
  if (setting.goal === 'mw') return leastWeights(setting);
  return setting.mixed ? mostMargin(setting) : 0;
}

/** Both labels: every layer has to tell them apart. Without weights the answer is +1. */
function leastWeights({ mixed, labels, problem }: RobustSetting): number {
  if (mixed) return problem.layers.length - 1;
  return labels.includes(-1) ? 1 : 0;
}
