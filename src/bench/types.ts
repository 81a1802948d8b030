import type { SolutionRecord, StageName, StageStatus } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Known, RulingVerdict } from '../testing/referee.js';

/** One problem and the stage that is raced. */
export interface Instance {
  readonly name: string;
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  /** What is known of its optimum, in the units of solution files. */
  readonly known?: Known;
  /** What somebody has reached, not known to be the best. */
  readonly reached?: number;
}

/** A figure and when it came, in seconds from the start of the solve. */
export type Moment = readonly [seconds: number, value: number];

/** What one solver made of one instance, before anybody has judged it. */
export interface RawRun {
  /** `killed`: no end long after the limit. `failed`: an error. */
  readonly status: StageStatus | 'killed' | 'failed';
  readonly objective: number | null;
  readonly bound: number | null;
  /** From the start of the solve to its end; of executables, reading the model included. */
  readonly seconds: number;
  readonly nodes: number | null;
  readonly incumbents: readonly Moment[];
  readonly bounds: readonly Moment[];
  /** What can be judged: the claim and the network behind it. */
  readonly solution?: SolutionRecord;
  /** Why it failed. */
  readonly said?: string;
}

export interface Run {
  readonly instance: string;
  /** Of the problem and of what is known of it; what is resumed was of the same. */
  readonly digest?: string;
  readonly stage: StageName;
  readonly solver: string;
  readonly version: string;
  readonly permutation: number;
  readonly limit: number;
  readonly status: RawRun['status'];
  readonly objective: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly seconds: number;
  readonly nodes: number | null;
  /** Peak of the process, in bytes, where the system tells. */
  readonly memory: number | null;
  readonly incumbents: readonly Moment[];
  readonly bounds: readonly Moment[];
  readonly verdict: RulingVerdict;
  /** What is wrong, or why there is no answer. */
  readonly said?: string;
}

/** Whether a run ended with a proof, whenever that was. */
export function isClosed({ status }: Pick<Run, 'status'>): boolean {
  return status === 'optimal' || status === 'infeasible';
}

/** Whether its process fell or was killed: it left no answer. */
export function isLost({ status }: Pick<Run, 'status'>): boolean {
  return status === 'killed' || status === 'failed';
}

/** Whether a run counts as solved: it says so within its limit, and nothing is wrong with it. */
export function isProved(run: Pick<Run, 'status' | 'verdict' | 'seconds' | 'limit'>): boolean {
  return isClosed(run) && run.verdict !== 'wrong' && run.seconds <= run.limit;
}
