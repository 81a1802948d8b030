import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import {
  type Evaluation,
  evaluate,
  everySample,
  marginsOf,
  relaxedMargins,
  statedMargins,
} from './evaluate.js';
import { networkFault } from './fault.js';

/*
 * What each stage of a solution started from, derived from its networks by the rules of docs/architecture.md: which
 * samples are kept (SM's counted ones), which margins MW holds (those of MM's network). The checker and the proof's
 * verifier both ask here; neither believes what a file says about it.
 */

export interface StageStart {
  /** SM: the samples its network counts. MM, MW: the samples they keep. undefined: not known. */
  readonly keep?: readonly number[];
  /** MW only; undefined: not known. */
  readonly hold?: Hold;
}

/** A stage and the network it ended with; undefined: not in the file, or at fault. */
export interface EvaluatedStage {
  readonly record: StageRecord;
  readonly evaluation?: Evaluation;
}

/** The stages of a solution with what their networks do; a network that does not fit the problem counts as missing. */
export function evaluatedStages(problem: TrainingProblem, solution: SolutionRecord): EvaluatedStage[] {
  const lastFound = solution.stages.filter((record) => record.objective !== null).at(-1);
  return solution.stages.map((record) => {
    const network = record.network ?? (record === lastFound ? solution.network : null);
    const isSound = network && networkFault(problem, network) === null;
    return { record, evaluation: isSound ? evaluate(problem, network) : undefined };
  });
}

export function stageStarts(
  problem: TrainingProblem,
  solution: SolutionRecord,
  stages: readonly EvaluatedStage[],
): ReadonlyMap<StageName, StageStart> {
  const [sm, mm] = (['sm', 'mm'] as const).map((name) => stages.find(({ record }) => record.stage === name));
  const keep = keptAfter(problem, solution, sm);
  return new Map<StageName, StageStart>([
    ['sm', { keep: sm?.evaluation?.counted }],
    ['mm', { keep }],
    ['mw', { keep, hold: heldAfter(problem, solution, sm, mm, keep) }],
  ]);
}

function keptAfter(
  problem: TrainingProblem,
  solution: SolutionRecord,
  sm: EvaluatedStage | undefined,
): readonly number[] | undefined {
  if (problem.keep !== undefined) return problem.keep;
  if (sm === undefined) return everySample(problem);
  if (sm.evaluation !== undefined) return sm.evaluation.counted;
  if (sm.record.network !== undefined) return undefined; // at fault
  if (sm.record.objective === problem.sampleCount) return everySample(problem);
  const stated = solution.keep ?? solution.stages.find((record) => record.keep !== undefined)?.keep;
  const isList = stated !== undefined && stated.length === sm.record.objective;
  return isList && stated.every((k, n) => k < problem.sampleCount && (n === 0 || k > stated[n - 1]))
    ? stated
    : undefined;
}

function heldAfter(
  problem: TrainingProblem,
  solution: SolutionRecord,
  sm: EvaluatedStage | undefined,
  mm: EvaluatedStage | undefined,
  keep: readonly number[] | undefined,
): Hold | undefined {
  const tolerance = solution.tolerance ?? 0;
  const stated = statedMargins(problem);
  if (stated !== undefined) return { kind: 'margins', margins: relaxedMargins(stated, tolerance) };
  if (mm !== undefined && mm.record.objective !== null) {
    if (mm.evaluation === undefined || keep === undefined) return undefined;
    const margins = marginsOf(problem, mm.evaluation, keep);
    return { kind: 'margins', margins: relaxedMargins(margins, tolerance) };
  }
  return { kind: sm === undefined ? 'correct' : 'confident' };
}
