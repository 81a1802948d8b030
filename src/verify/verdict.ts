import type { StageName } from '../problem/solution.js';
import type { PoolVerdict } from './network-pool.js';

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

/** What it says of the file: refuted (not valid), all shown (proved), or neither. */
export interface Verdict {
  /** Nothing that could be checked fails. */
  readonly valid: boolean;
  /** Valid, and everything that the file claims is shown: every objective, every bound, that there is no network. */
  readonly proved: boolean;
  readonly stages: readonly StageVerdict[];
  /** Of a file with a pool. */
  readonly pool?: PoolVerdict;
  /** What a valid file claims and nothing shows, a few words each; absent when there is none. */
  readonly unproved?: readonly string[];
  /** Faults of the file as a whole, one line each; absent when there are none. */
  readonly faults?: readonly string[];
  /** The checking ended before its time; what was not decided by then is `null`. */
  readonly stopped?: 'time-limit';
}
