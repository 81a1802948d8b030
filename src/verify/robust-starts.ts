import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { relaxedMargins, statedMargins } from './evaluate.js';
import { networkFault } from './fault.js';
import { allowedLoss, families, RobustEvaluation } from './robust.js';
import type { StageStart } from './starts.js';

/*
 * What each robust stage of a solution started from, derived from its networks (docs/robust.md): the samples that SM
 * certified, the thresholds that MM's network holds. The checker and the proof's verifier both ask here.
 */

/** A stage and the network it ended with; undefined: not in the file, or at fault. */
export interface RobustView {
  readonly record: StageRecord;
  readonly evaluation?: RobustEvaluation;
}

/** The stages of a solution with what their networks do; a network that does not fit the problem counts as missing. */
export function robustViews(problem: TrainingProblem, solution: SolutionRecord): RobustView[] {
  const lastFound = solution.stages.filter((record) => record.objective !== null).at(-1);
  return solution.stages.map((record) => {
    const network = record.network ?? (record === lastFound ? solution.network : null);
    const isSound = network && networkFault(problem, network) === null;
    return { record, evaluation: isSound ? new RobustEvaluation(problem, network) : undefined };
  });
}

/** The samples that MM and MW keep; undefined: not known. */
export function robustKeep(
  problem: TrainingProblem,
  views: readonly RobustView[],
): readonly number[] | undefined {
  if (problem.keep !== undefined) return problem.keep;
  const sm = views.find(({ record }) => record.stage === 'sm');
  if (sm === undefined) return families(problem).map((_, sample) => sample);
  return sm.evaluation?.certifiedSamples();
}

/** Whether MW holds the loss of soft margins that MM reached, in place of thresholds. */
export function holdsLoss(problem: TrainingProblem, views: readonly RobustView[]): boolean {
  const mm = views.find(({ record }) => record.stage === 'mm');
  return (
    problem.soft !== undefined &&
    problem.margins === undefined &&
    mm !== undefined &&
    mm.record.objective !== null
  );
}

/** What MW's loss of soft margins may be; undefined: it holds thresholds, or MM's network is not known. */
export function heldLoss(
  problem: TrainingProblem,
  solution: SolutionRecord,
  views: readonly RobustView[],
  keep: readonly number[] | undefined,
): number | undefined {
  if (!holdsLoss(problem, views) || keep === undefined) return undefined;
  const evaluation = views.find(({ record }) => record.stage === 'mm')?.evaluation;
  return evaluation && allowedLoss(evaluation.softLoss(keep), solution.tolerance ?? 0);
}

/** What MW holds; undefined: not known. Its first layer are the thresholds. */
export function robustHold(
  problem: TrainingProblem,
  solution: SolutionRecord,
  views: readonly RobustView[],
  keep: readonly number[] | undefined,
): Hold | undefined {
  const tolerance = solution.tolerance ?? 0;
  const stated = statedMargins(problem);
  if (stated !== undefined) return { kind: 'margins', margins: relaxedMargins(stated, tolerance) };
  const mm = views.find(({ record }) => record.stage === 'mm');
  if (mm === undefined || mm.record.objective === null) return { kind: 'correct' };
  if (mm.evaluation === undefined || keep === undefined) return undefined;
  const above = problem.layers.slice(2).map((size) => new Array<number>(size).fill(0));
  const margins = [mm.evaluation.neuronMargins(keep), ...above];
  return { kind: 'margins', margins: relaxedMargins(margins, tolerance) };
}

/** The thresholds of a hold, one a first-layer neuron. */
export function thresholdsOf(problem: TrainingProblem, hold: Hold): readonly number[] {
  return hold.kind === 'margins' ? hold.margins[0] : new Array<number>(problem.layers[1]).fill(0);
}

export function robustStarts(
  problem: TrainingProblem,
  solution: SolutionRecord,
): ReadonlyMap<StageName, StageStart> {
  const views = robustViews(problem, solution);
  const keep = robustKeep(problem, views);
  const sm = views.find(({ record }) => record.stage === 'sm');
  return new Map<StageName, StageStart>([
    ['sm', { keep: sm?.evaluation?.certifiedSamples() }],
    ['mm', { keep }],
    ['mw', { keep, hold: robustHold(problem, solution, views, keep) }],
  ]);
}
