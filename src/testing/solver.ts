import type { SolutionRecord, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';

/** How a problem is to be run. */
export interface SolverTask {
  /** Stages to run, in order. A solver that always runs all three is judged on what it ran. */
  readonly stages: readonly StageName[];
  /** Seconds for all stages together. */
  readonly timeLimit: number;
  readonly seed: number;
}

/** A solution, in memory or as the text of a solution file (docs/formats.md), with or without a proof of our format. */
export type Answer =
  | SolutionRecord
  | string
  | { readonly solution: SolutionRecord | string; readonly proof?: string };

/** A solver under test. To decline a problem it throws `Declined`; everything else that it throws is a fault. */
export type Solver = (problem: TrainingProblem, task: SolverTask) => Answer | Promise<Answer>;

/** Thrown by a solver that does not know a kind of problem, or is not made for its size. */
export class Declined extends Error {
  override readonly name = 'Declined';
}

/** Thrown by a solver that was stopped from outside, long after its limit. */
export class Overdue extends Error {
  override readonly name = 'Overdue';
}

/** Thrown by a solver that says it is done and left nothing that can be read. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

export type TrialFaultKind =
  /** The solver threw, or its command failed. */
  | 'crash'
  /** No answer long after the limit. */
  | 'limit'
  /** The answer is no solution file, or has none of the stages. */
  | 'file'
  /** A network is not worth what is claimed, or a bound is not one. */
  | 'claim'
  /** The proof does not show what it says. */
  | 'proof'
  /** Two answers that cannot both be true. */
  | 'relation';

/** Something that is not so. */
export interface TrialFault {
  readonly kind: TrialFaultKind;
  readonly stage?: StageName;
  readonly text: string;
}
