import type { StageName, StageStatus } from '../problem/solution.js';
import { STAGES } from '../stage-list.js';

/** What a stage claims, in whole units of its figure. */
export interface StageClaim {
  readonly stage: StageName;
  readonly status: StageStatus;
  readonly objective: number | null;
  readonly bound: number | null;
}

/**
 * What is not so of a claim where the true optimum is known.
 *
 * @param optimum in the same units; `null`: there is no network
 */
export function optimumFaults(
  { stage, status, objective, bound }: StageClaim,
  optimum: number | null,
): string[] {
  const { sense } = STAGES[stage];
  if (optimum === null) {
    return objective === null ? [] : [`objective ${objective} where nothing is feasible`];
  }
  const faults: string[] = [];
  if (status === 'infeasible') faults.push(`infeasible, but the optimum is ${optimum}`);
  if (objective !== null && sense * objective > sense * optimum) {
    faults.push(`objective ${objective} beats ${optimum}`);
  }
  if (bound !== null && sense * bound < sense * optimum) {
    faults.push(`bound ${bound}, but the optimum is ${optimum}`);
  }
  if (status === 'optimal' && objective !== optimum) {
    faults.push(`optimal at ${objective}; the optimum is ${optimum}`);
  }
  return faults;
}
