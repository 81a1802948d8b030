import { STAGES } from '../stage-list.js';
import { objectiveOf } from './objective.js';
import { marginScale } from './scale.js';
import type { HistoryPoint, StageName, StageRecord } from './solution.js';
import type { TrainingProblem } from './types.js';

/** What the whole figures of a stage count, and how many of them are 1 in a file. */
export interface FigureUnit {
  readonly figure: 'samples' | 'margin' | 'loss' | 'weights';
  /** Margins: D, as they are counted in `1 / D`; else 1. */
  readonly scale: number;
}

/** The unit of a stage's objective and bound. With soft margins MM's is minus a loss, which is whole. */
export function unitOf(
  problem: Pick<TrainingProblem, 'epsilon' | 'objective'>,
  stage: StageName,
): FigureUnit {
  const figure = STAGES[stage].unit;
  if (figure !== 'margin') return { figure, scale: 1 };
  if (objectiveOf(problem) === 'soft') return { figure: 'loss', scale: 1 };
  return { figure, scale: marginScale(problem.epsilon) as number };
}

/** What a stage came to, in whole numbers of its unit: nothing inside is compared or computed in any other form. */
export interface Figures {
  readonly objective: number | null;
  readonly bound: number | null;
  readonly provedBound?: number;
  readonly boundGivenReliance?: number;
}

/** A stage's result before anybody outside sees it. */
export type WholeResult = Omit<StageRecord, keyof Figures | 'gap'> & Figures;

/**
 * The figures as files, reports and callers have them: the one place where whole numbers become decimals. The quotient is the double
 * nearest to the decimal, as a reader would write it.
 */
export function figuresOutside(
  { scale }: FigureUnit,
  { objective, bound, provedBound, boundGivenReliance }: Figures,
): Pick<StageRecord, keyof Figures | 'gap'> {
  const [value, limit] = [objective, bound].map((whole) => (whole === null ? null : whole / scale));
  const isOpen = value === null || limit === null;
  return {
    objective: value,
    bound: limit,
    gap: isOpen ? null : Math.abs(limit - value) / Math.max(1, Math.abs(value)),
    ...(provedBound === undefined ? {} : { provedBound: provedBound / scale }),
    ...(boundGivenReliance === undefined ? {} : { boundGivenReliance: boundGivenReliance / scale }),
  };
}

/** The result as files, reports and callers have it. */
export function recordOf(problem: TrainingProblem, outcome: WholeResult): StageRecord {
  const unit = unitOf(problem, outcome.stage);
  const history = outcome.history?.map(([work, ...whole]): HistoryPoint => {
    const { objective, bound } = figuresOutside(unit, { objective: whole[0], bound: whole[1] });
    return [work, objective, bound];
  });
  return { ...outcome, ...figuresOutside(unit, outcome), ...(history === undefined ? {} : { history }) };
}
