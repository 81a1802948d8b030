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
  /** What all samples cost in sum: SM's figure where none is left out. */
  readonly most: number;
  /** Per sample of the problem what SM counts it for, and whether its label is +. */
  readonly costs: readonly number[];
  readonly isPlus: readonly boolean[];
  /** SM: of the samples of a label at most so many are left out. */
  readonly spare: { readonly plus: number; readonly minus: number };
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
  const costs = sets.map((_, sample) => problem.costs?.[sample] ?? 1);
  const { plus = Number.POSITIVE_INFINITY, minus = Number.POSITIVE_INFINITY } = problem.atMostWrong ?? {};
  return {
    ...base,
    // No side is decided by the shape alone, and nothing is held in the layers above.
    single: false,
    goal,
    most: costs.reduce((sum, cost) => sum + cost, 0),
    costs,
    isPlus: sets.map(([row]) => problem.labels[row] > 0),
    spare: { plus, minus },
    sampleOf: rows.map(({ sample }) => sample),
    alone: problem.layers.length === 2,
  };
}

/** What needs no search. SM: all samples. MM: the least that a row allows a neuron; MW: a weight in every layer. */
export function plainBound(setting: RobustSetting): number {
  if (setting.goal === 'sm') return setting.most;
  if (setting.goal === 'mw') return leastWeights(setting);
  return setting.mixed ? mostMargin(setting) : 0;
}

/** Both labels: every layer has to tell them apart. Without weights the answer is +. A weight of the first layer may be a free one. */
function leastWeights(setting: RobustSetting): number {
  const { mixed, labels, problem, counted, alone } = setting;
  const isFree = !counted.every(Boolean);
  if (mixed) return problem.layers.length - 1 - (isFree ? 1 : 0);
  return labels.includes(-1) && !(alone && isFree) ? 1 : 0;
}
