import type { Network } from '../network/types.js';
import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { bruteOptimum } from '../verify/brute/index.js';
import { scaleOf } from '../verify/claims.js';
import { networkFault } from '../verify/fault.js';
import { isBarred, measuredStages, scoreAt, stageStarts } from '../verify/starts.js';
import { worthOf } from '../verify/worth/index.js';
import { bareStage } from './records.js';

/*
 * What one stage of a run was about, and what a network and the best network are worth there, for all three objectives.
 * Everything is re-derived by the judges' own arithmetic; the engine's word is taken for nothing but its networks.
 */

/** What a stage is about: the samples it keeps and what it holds. */
export interface StageTask {
  readonly stage: StageName;
  readonly keep: readonly number[];
  readonly hold: Hold;
  /** An SM before it has no network, so this stage has none either, whatever it keeps and holds (`isBarred`). */
  readonly barred?: true;
}

export interface StageCase extends StageTask {
  readonly record: StageRecord;
}

/** Of the options of a run; only the tolerance says what its stages were about. */
export interface HowRun {
  readonly tolerance?: number;
  readonly stages?: readonly StageName[];
  readonly workLimit?: number;
  readonly timeLimit?: number;
}

/** The stages of a run with what each had to keep and to hold, by the judges' derivation. */
export function stageCases(
  problem: TrainingProblem,
  solution: SolutionRecord,
  { tolerance = 0 }: HowRun,
): StageCase[] {
  const worth = worthOf(problem);
  const measured = measuredStages(problem, solution, worth);
  const starts = stageStarts(problem, { ...solution, tolerance }, measured, worth);
  const all = Array.from({ length: worth.samples }, (_, sample) => sample);
  return solution.stages.map((record) => {
    const { keep, hold } = starts.get(record.stage) ?? {};
    // Where SM was cut off before it had a network, the run went on with nothing or not at all.
    const kept = record.stage === 'sm' ? undefined : keep;
    return {
      stage: record.stage,
      record,
      keep: kept ?? problem.keep ?? all,
      hold: hold ?? worth.plainHold(false),
      ...(isBarred(problem, record.stage, solution.stages) ? { barred: true } : {}),
    };
  });
}

/** The value of a network at a stage in integer units; `null` where it is not feasible there. */
export function exactValue(problem: TrainingProblem, task: StageTask, network: Network): number | null {
  if (task.barred) return null;
  return scoreAt(task.stage, task, worthOf(problem).measure(network)) ?? null;
}

/** What a network is worth at a stage that ran alone, in the units of solution files; `null` where it is not feasible there. */
export function attained(problem: TrainingProblem, stage: StageName, network: Network): number | null {
  if (networkFault(problem, network) !== null) return null;
  const [task] = stageCases(problem, { stages: [bareStage(stage)], network: null }, {});
  const value = exactValue(problem, task, network);
  return value === null ? null : value / scaleOf(problem, stage);
}

/** The optimum by enumeration in integer units; `null`: infeasible; undefined: more than `limit` combinations. */
export function optimumOf(
  problem: TrainingProblem,
  { stage, keep, hold, barred }: StageTask,
  limit: number,
): number | null | undefined {
  return barred ? null : bruteOptimum(problem, stage, keep, hold, limit);
}
