import type { Hold, SolutionRecord, StageName, StageRecord } from '../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { type StageProof, verifyProof } from '../../../src/verify/proof/index.js';
import { decimalUnits } from '../../../src/verify/units.js';

export const HEADER = 'fewbit-proof 1';

/** A record of a solution file that says as little as it may. */
export function bareStage(stage: StageName): StageRecord {
  return {
    stage,
    status: 'unknown',
    stopReason: 'work-limit',
    objective: null,
    bound: null,
    gap: null,
    nodes: 0,
    work: 0,
    seconds: 0,
  };
}

/** A solution in which the stage keeps and holds what the problem says: no network is needed to derive either. */
export function bareSolution(...stages: StageName[]): SolutionRecord {
  return { stages: stages.map(bareStage), network: null };
}

/** A problem and a solution from which the verifier derives this keep and this hold. */
export function posed(
  problem: TrainingProblem,
  stage: 'mm' | 'mw',
  keep: readonly number[],
  hold: Hold,
): { problem: TrainingProblem; solution: SolutionRecord } {
  const { scale } = decimalUnits(problem.epsilon);
  const margins =
    hold.kind === 'margins' ? hold.margins.map((layer) => layer.map((m) => m / scale)) : undefined;
  const stages: StageName[] = stage === 'mw' && hold.kind === 'confident' ? ['sm', 'mw'] : [stage];
  return { problem: { ...problem, keep, margins }, solution: bareSolution(...stages) };
}

/** The verdict on the last block of a proof. */
export function verdictOn(
  problem: TrainingProblem,
  solution: SolutionRecord,
  block: readonly string[],
): StageProof | string {
  const { stages, fault } = verifyProof(problem, solution, [HEADER, ...block]);
  return fault ?? stages.at(-1) ?? 'no block';
}

/** Park-Miller: the choices of a test, the same in every run of it. */
export function randomOf(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
}
