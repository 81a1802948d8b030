import type { Network } from '../network/types.js';
import type { Hold, SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGE_NAMES } from '../stage-list.js';
import { scaleOf } from './claims.js';
import { relaxedMargins, statedMargins } from './evaluate.js';
import { worthOf } from './worth/index.js';

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
  stages: readonly StageName[] = STAGE_NAMES,
  tolerance = 0,
): SolutionRecord & { readonly keep: readonly number[] } {
  const worth = worthOf(problem);
  const stated = statedMargins(problem);
  const records: StageRecord[] = [];
  let network: Network | null = null;
  let keep = problem.keep ?? Array.from({ length: worth.samples }, (_, k) => k);
  let hold: Hold = stated
    ? { kind: 'margins', margins: relaxedMargins(stated, tolerance) }
    : worth.plainHold(false);
  for (const stage of stages) {
    const started = performance.now();
    const found = worth.brute(stage, keep, hold);
    const objective = found.objective === null ? null : found.objective / scaleOf(problem, stage);
    let stageKeep = keep;
    if (found.network !== null) {
      network = found.network;
      const measured = worth.measure(network);
      if (stage === 'sm') {
        stageKeep = measured.counted;
        keep = problem.keep ?? stageKeep;
        if (stated === undefined) hold = worth.plainHold(true);
      } else if (stage === 'mm' && stated === undefined) hold = measured.held(keep, tolerance);
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
