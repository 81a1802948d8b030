import type { Network } from '../../network/types.js';
import { recordOf, type WholeResult } from '../../problem/figures.js';
import type { SolutionRecord, StageName, StageRecord } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { STAGE_NAMES } from '../../stage-list.js';
import { isBarred, type MeasuredStage, stageStarts } from '../starts.js';
import { worthOf } from '../worth/index.js';
import { bruteStage } from './index.js';
import type { BruteResult } from './types.js';

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
  const records: StageRecord[] = [];
  let network: Network | null = null;
  const done: MeasuredStage[] = [];
  const startOf = (stage: StageName) =>
    stageStarts(problem, { stages: records, network, tolerance }, done, worth).get(stage);
  for (const stage of stages) {
    const started = performance.now();
    const { keep = [], hold = worth.plainHold(false) } = startOf(stage) ?? {};
    const found = isBarred(problem, stage, records) ? NOTHING : bruteStage(problem, stage, keep, hold);
    const measured = found.network === null ? undefined : worth.measure(found.network);
    network = found.network ?? network;
    const about = (stage === 'sm' && measured?.counted) || keep;
    const record = recordOf(problem, provedResult(stage, found, about, started));
    records.push(record);
    done.push({ record, measured });
  }
  const keep = startOf('mm')?.keep ?? [];
  return { stages: records, network, keep, ...(tolerance === 0 ? {} : { tolerance }) };
}

const NOTHING: BruteResult = { objective: null, network: null, vectors: 0 };

/** What enumeration says of a stage: everything has been looked at, so the objective is the bound. */
function provedResult(
  stage: StageName,
  { objective, vectors, network }: BruteResult,
  keep: readonly number[],
  started: number,
): WholeResult {
  return {
    stage,
    status: objective === null ? 'infeasible' : 'optimal',
    stopReason: 'proved',
    objective,
    bound: objective,
    nodes: vectors,
    work: vectors,
    seconds: (performance.now() - started) / 1000,
    keep,
    ...(network === null ? {} : { network }),
  };
}
