import type { StageName } from '../problem/solution.js';

/** What the checker of a solution file says of one stage. */
export interface StageVerdict {
  readonly stage: StageName;
  readonly objective: number | null;
  /** `null`: there is no objective, or the file lacks the network to re-derive it (see `reason`). */
  readonly objectiveHolds: boolean | null;
  /** `true`: by the proof, trivially, or by enumeration of a tiny problem; `null`: not decided by what is given. */
  readonly boundHolds: boolean | null;
  /** Why something does not hold or cannot be checked. */
  readonly reason?: string;
}

/** What it says of the file. */
export interface Verdict {
  /** Nothing that could be checked fails. */
  readonly valid: boolean;
  readonly stages: readonly StageVerdict[];
  /** Faults of the file as a whole, one line each; absent when there are none. */
  readonly faults?: readonly string[];
}
