import type { Network } from '../../network/types.js';
import type { Hold, StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';

export interface BruteResult {
  /** In whole units of the stage (claims.ts). `null`: infeasible. */
  readonly objective: number | null;
  /** The first optimal network in the order of enumeration; `null`: infeasible. */
  readonly network: Network | null;
  /** Weight vectors, or first layers, looked at. */
  readonly vectors: number;
}

/** One stage of one problem to be enumerated. */
export interface BruteTask {
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  /** The samples MM and MW keep; SM looks at all. */
  readonly keep: readonly number[];
  /** What MW holds; SM and MM ignore it. */
  readonly hold: Hold;
  /** Combinations at most, by the worst case before searching. */
  readonly limit: number;
}
