import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import type { SolveOptions } from '../stages/types.js';
import { bruteStage } from '../verify/brute.js';
import {
  evaluate,
  everySample,
  marginsOf,
  relaxedMargins,
  statedMargins,
  sumOf,
} from '../verify/evaluate.js';
import { networkFault } from '../verify/fault.js';
import { allowedLoss, families, RobustEvaluation } from '../verify/robust.js';
import { robustBrute } from '../verify/robust-brute.js';
import { decimalUnits } from '../verify/units.js';

/*
 * What one stage of a run was about, and what a network and the best network are worth there, for all three objectives.
 * Everything is re-derived by the judges' own arithmetic; the engine's word is taken for nothing but its networks.
 */

/** What a stage is about: the samples it keeps and what it holds. */
export interface StageTask {
  readonly stage: StageName;
  readonly keep: readonly number[];
  readonly hold: Hold;
}

export interface StageCase extends StageTask {
  readonly record: StageRecord;
}

/** The stages of a run with what each had to keep and to hold. */
export function stageCases(
  problem: TrainingProblem,
  solution: SolutionRecord,
  { tolerance = 0 }: Pick<SolveOptions, 'tolerance' | 'stages' | 'workLimit'>,
): StageCase[] {
  const isRobust = problem.objective === 'robust';
  const stated = statedMargins(problem);
  let keep: readonly number[] = problem.keep ?? allSamples(problem);
  let hold: Hold =
    stated === undefined
      ? { kind: 'correct' }
      : { kind: 'margins', margins: relaxedMargins(stated, tolerance) };
  return solution.stages.map((record) => {
    const before: StageCase = { stage: record.stage, record, keep, hold };
    const { network } = record;
    if (!network || networkFault(problem, network) !== null) return before;
    if (record.stage === 'sm') {
      if (problem.keep === undefined) keep = countedSamples(problem, network);
      if (stated === undefined && !isRobust) hold = { kind: 'confident' };
    }
    if (record.stage === 'mm' && stated === undefined) hold = heldAfter(problem, network, keep, tolerance);
    return before;
  });
}

/** MM's figures are decimals in a record: an integer times one over this. */
export function unitOf(problem: TrainingProblem, stage: StageName): number {
  return stage === 'mm' && problem.soft === undefined ? decimalUnits(problem.epsilon).scale : 1;
}

/** The value of a network at a stage in integer units; `null` where it is not feasible there. */
export function exactValue(problem: TrainingProblem, task: StageTask, network: Network): number | null {
  return problem.objective === 'robust'
    ? robustValue(problem, task, network)
    : paperValue(problem, task, network);
}

/**
 * The optimum by enumeration in integer units; `null`: infeasible; undefined: more than `limit` combinations.
 */
export function bruteOptimum(
  problem: TrainingProblem,
  { stage, keep, hold }: StageTask,
  limit: number,
): number | null | undefined {
  try {
    if (problem.objective !== 'robust') return bruteStage(problem, stage, keep, hold, limit).objective;
    const most = hold.kind === 'loss' ? hold.most : undefined;
    return robustBrute(problem, stage, keep, thresholdsOf(problem, hold), limit, most).objective;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

function paperValue(
  problem: TrainingProblem,
  { stage, keep, hold }: StageTask,
  network: Network,
): number | null {
  const evaluation = evaluate(problem, network);
  if (stage === 'sm') return evaluation.counted.length;
  const margins = marginsOf(problem, evaluation, keep);
  if (stage === 'mm') return margins.flat().every((margin) => margin >= 0) ? sumOf(margins) : null;
  if (keep.length === 0) return evaluation.nonzeros;
  if (hold.kind === 'confident') {
    const counted = new Set(evaluation.counted);
    return keep.every((k) => counted.has(k)) ? evaluation.nonzeros : null;
  }
  const holds = margins.every((layer, l) =>
    layer.every((margin, j) => margin >= (hold.kind === 'margins' ? hold.margins[l][j] : 0)),
  );
  return holds ? evaluation.nonzeros : null;
}

function robustValue(
  problem: TrainingProblem,
  { stage, keep, hold }: StageTask,
  network: Network,
): number | null {
  const evaluation = new RobustEvaluation(problem, network);
  if (stage === 'sm') return evaluation.certifiedSamples().length;
  if (stage === 'mm' && problem.soft !== undefined) {
    const loss = evaluation.softLoss(keep);
    return Number.isFinite(loss) ? 0 - loss : null;
  }
  if (stage === 'mm') return evaluation.certifiedMargin(keep) ?? null;
  const holds =
    hold.kind === 'loss'
      ? evaluation.softLoss(keep) <= hold.most
      : evaluation.holds(keep, thresholdsOf(problem, hold));
  return holds ? evaluation.nonzeros : null;
}

function heldAfter(
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
  tolerance: number,
): Hold {
  if (problem.objective !== 'robust') {
    const margins = marginsOf(problem, evaluate(problem, network), keep);
    return { kind: 'margins', margins: relaxedMargins(margins, tolerance) };
  }
  const evaluation = new RobustEvaluation(problem, network);
  if (problem.soft !== undefined) {
    return { kind: 'loss', most: allowedLoss(evaluation.softLoss(keep), tolerance) };
  }
  const above = problem.layers.slice(2).map((size) => new Array<number>(size).fill(0));
  return {
    kind: 'margins',
    margins: relaxedMargins([evaluation.neuronMargins(keep), ...above], tolerance),
  };
}

/** Under the robust objective only the first layer holds anything. */
function thresholdsOf(problem: TrainingProblem, hold: Hold): readonly number[] {
  return hold.kind === 'margins' ? hold.margins[0] : new Array<number>(problem.layers[1]).fill(0);
}

function countedSamples(problem: TrainingProblem, network: Network): readonly number[] {
  return problem.objective === 'robust'
    ? new RobustEvaluation(problem, network).certifiedSamples()
    : evaluate(problem, network).counted;
}

function allSamples(problem: TrainingProblem): readonly number[] {
  return problem.objective === 'robust' ? families(problem).map((_, sample) => sample) : everySample(problem);
}
