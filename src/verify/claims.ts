import { type Objective, objectiveOf } from '../problem/objective.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { variableWeights } from './evaluate.js';
import { decimalUnits } from './units.js';

/*
 * What each stage may claim, in one table: the checker, the proofs and the tests ask here and nowhere else.
 *
 * | stage | objective | figure                        | sense | best that can be | floor             | no network at all      |
 * |-------|-----------|-------------------------------|-------|------------------|-------------------|------------------------|
 * | SM    | all       | samples, or their costs       | max   | all samples      | 0                 | of `atMostWrong` only  |
 * | MM    | paper     | sum of margins, 1/D           | max   | brightness       | 0                 | of a given `keep`, or  |
 * |       | robust    | certified margin, 1/D         | max   | brightness       | 0                 | without SM             |
 * |       | soft      | minus the loss, whole         | max   | 0                | a loss to be had  | never: all have a loss |
 * | MW    | all       | weights that are not 0, whole | min   | 0                | all weights       | of given `margins`; or |
 * |       |           |                               |       |                  |                   | as MM where MM is none |
 *
 * The floor: where a stage allows any network, it allows one that is no worse. So a figure beyond it says that there is none. That is a status of its own (`infeasible`) and a claim
 * of its own in a proof (`none`), never a number: a number that means "none" in one stage is a true bound in another.
 */

/** Whose definition of a network's worth a problem is about. */
export type WorthKind = Objective['kind'];

export type Figure = 'samples' | 'margin' | 'loss' | 'weights';

/** A row of the table. */
export interface ClaimRow {
  readonly figure: Figure;
  /** +1: larger is better, a bound is above; -1: smaller is better, a bound is below. */
  readonly sense: 1 | -1;
  /** When the status `infeasible` is possible at all. */
  readonly infeasible: 'never' | 'keep' | 'hold';
}

const COUNT: ClaimRow = { figure: 'samples', sense: 1, infeasible: 'never' };
const MARGIN: ClaimRow = { figure: 'margin', sense: 1, infeasible: 'keep' };
const LOSS: ClaimRow = { figure: 'loss', sense: 1, infeasible: 'never' };
const WEIGHTS: ClaimRow = { figure: 'weights', sense: -1, infeasible: 'hold' };

export const CLAIMS: Readonly<Record<WorthKind, Readonly<Record<StageName, ClaimRow>>>> = {
  paper: { sm: COUNT, mm: MARGIN, mw: WEIGHTS },
  robust: { sm: COUNT, mm: MARGIN, mw: WEIGHTS },
  soft: { sm: COUNT, mm: LOSS, mw: WEIGHTS },
};

export function rowOf(problem: TrainingProblem, stage: StageName): ClaimRow {
  return CLAIMS[objectiveOf(problem)][stage];
}

/** Units of a stage's figure in 1 of the solution file. */
export function scaleOf(problem: TrainingProblem, stage: StageName): number {
  return rowOf(problem, stage).figure === 'margin' ? decimalUnits(problem.epsilon).scale : 1;
}

/** What a bound is about, in whole units; or that there is no network at all, which only some stages can claim. */
export type Claim = { readonly kind: 'bound'; readonly units: number } | { readonly kind: 'none' };

export const NONE: Claim = { kind: 'none' };

/**
 * A bound as a claim. One that no network of the problem's shape could meet says that there is none: below 0 where
 * figures are not negative, above the number of weights that can be other than 0.
 */
export function claimOfUnits(problem: TrainingProblem, stage: StageName, units: number): Claim {
  const { figure } = rowOf(problem, stage);
  const isBeyond = figure === 'weights' ? units > variableWeights(problem) : figure !== 'loss' && units < 0;
  return isBeyond ? NONE : { kind: 'bound', units };
}

/** Whether claim `shown` says at least as much as claim `wanted`, both of one stage. */
export function implies(row: ClaimRow, shown: Claim, wanted: Claim): boolean {
  if (shown.kind === 'none') return true;
  return wanted.kind === 'bound' && row.sense * (wanted.units - shown.units) >= 0;
}
