import type { Network } from '../network/types.js';
import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { bruteStage } from './brute.js';
import { evaluate, everySample, marginsOf, relaxedMargins, statedMargins } from './evaluate.js';
import { allowedLoss, families, RobustEvaluation } from './robust.js';
import { robustBrute } from './robust-brute.js';
import { decimalUnits } from './units.js';

/**
 * All stages in order, each proved optimal by enumeration: the lexicographic chain of design section 1. Among SM's
 * optimal networks the first one decides which samples are kept, and among MM's the first decides the margins; other
 * optimal networks can lead to other chains.
 *
 * @param tolerance MW holds `(1 - tolerance) * m`; in [0, 1]
 * @throws InputError when a stage is too large to enumerate
 */
export function bruteSolve(
  problem: TrainingProblem,
  stages: readonly StageName[] = ['sm', 'mm', 'mw'],
  tolerance = 0,
): SolutionRecord & { readonly keep: readonly number[] } {
  if (problem.objective === 'robust') return robustBruteSolve(problem, stages, tolerance);
  const { scale } = decimalUnits(problem.epsilon);
  const stated = statedMargins(problem);
  const records: StageRecord[] = [];
  let network: Network | null = null;
  let keep = problem.keep ?? everySample(problem);
  let hold: Hold = stated
    ? { kind: 'margins', margins: relaxedMargins(stated, tolerance) }
    : { kind: 'correct' };
  for (const stage of stages) {
    const started = performance.now();
    const found = bruteStage(problem, stage, keep, hold);
    const objective = found.objective === null ? null : found.objective / (stage === 'mm' ? scale : 1);
    let stageKeep = keep;
    if (found.network !== null) {
      network = found.network;
      const evaluation = evaluate(problem, network);
      if (stage === 'sm') {
        stageKeep = evaluation.counted;
        keep = problem.keep ?? stageKeep;
        if (stated === undefined) hold = { kind: 'confident' };
      } else if (stage === 'mm' && stated === undefined) {
        hold = { kind: 'margins', margins: relaxedMargins(marginsOf(problem, evaluation, keep), tolerance) };
      }
    }
    records.push(provedRecord(stage, objective, found, stageKeep, started));
  }
  return { stages: records, network, keep, ...(tolerance === 0 ? {} : { tolerance }) };
}

/** The same chain under the robust objective (docs/robust.md). */
function robustBruteSolve(
  problem: TrainingProblem,
  stages: readonly StageName[],
  tolerance: number,
): SolutionRecord & { readonly keep: readonly number[] } {
  const { scale } = decimalUnits(problem.epsilon);
  const stated = statedMargins(problem);
  let keep = problem.keep ?? families(problem).map((_, sample) => sample);
  let thresholds = stated
    ? relaxedMargins(stated, tolerance)[0]
    : new Array<number>(problem.layers[1]).fill(0);
  let network: Network | null = null;
  const unit = problem.soft === undefined ? scale : 1;
  let mostLoss: number | undefined;
  const records: StageRecord[] = [];
  for (const stage of stages) {
    const started = performance.now();
    const found = robustBrute(problem, stage, keep, thresholds, undefined, mostLoss);
    const objective = found.objective === null ? null : found.objective / (stage === 'mm' ? unit : 1);
    let stageKeep = keep;
    if (found.network !== null) {
      network = found.network;
      const evaluation = new RobustEvaluation(problem, network);
      if (stage === 'sm') {
        stageKeep = evaluation.certifiedSamples();
        keep = problem.keep ?? stageKeep;
      } else if (stage === 'mm' && stated === undefined && problem.soft !== undefined) {
        mostLoss = allowedLoss(evaluation.softLoss(keep), tolerance);
      } else if (stage === 'mm' && stated === undefined) {
        thresholds = relaxedMargins([evaluation.neuronMargins(keep)], tolerance)[0];
      }
    }
    records.push(provedRecord(stage, objective, found, stageKeep, started));
  }
  return { stages: records, network, keep, ...(tolerance === 0 ? {} : { tolerance }) };
}

/** What enumeration says of a stage: everything has been looked at, so the objective is the bound. */
function provedRecord(
  stage: StageName,
  objective: number | null,
  { vectors, network }: { readonly vectors: number; readonly network: Network | null },
  keep: readonly number[],
  started: number,
): StageRecord {
  return {
    stage,
    status: objective === null ? 'infeasible' : 'optimal',
    stopReason: 'proved',
    objective,
    bound: objective,
    gap: objective === null ? null : 0,
    nodes: vectors,
    work: vectors,
    seconds: (performance.now() - started) / 1000,
    keep,
    ...(network === null ? {} : { network }),
  };
}
