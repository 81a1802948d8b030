import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Solution } from '../stages/types.js';

/** How a problem is run: everything that a caller of `solve` can choose, and what only tests can. */
export interface RunOptions {
  readonly stages: readonly StageName[];
  readonly tolerance: number;
  readonly seed: number;
  /** Work units for all stages together. */
  readonly workLimit: number;
  /** Seconds. A run with one is not the same twice, so it is compared with nothing. */
  readonly timeLimit?: number;
  /** Slices after which the run is told to stop; undefined: never. */
  readonly patience?: number;
  readonly proof: boolean;
  /** Networks that are enumerated at most. 0: relaxations and trees only; 1: tables of patterns too. */
  readonly enumeration: number;
  /** Bytes for the open nodes of a tree, far less than `memoryLimit` takes; undefined: what a user has. */
  readonly treeBytes?: number;
}

/** One problem and how it is run: what a failure is replayed from. */
export interface FuzzRun {
  readonly problem: TrainingProblem;
  readonly options: RunOptions;
}

/** What a run ended with. */
export interface Outcome {
  readonly solution: Solution;
  /** Undefined where none was asked for. */
  readonly proof?: string;
  readonly slices: number;
}

export type FaultKind =
  /** An exception where none is allowed. */
  | 'crash'
  /** A record that contradicts itself, its network, or the true optimum. */
  | 'claim'
  /** More work than its limit allows. */
  | 'limit'
  /** The checker of solution files refuses the solution. */
  | 'checker'
  /** The verifier refuses the proof, or a block of it. */
  | 'proof'
  /** The same run on a fresh engine ended otherwise: something was left behind by what ran before. */
  | 'state'
  /** The checked build ended otherwise. */
  | 'build'
  /** Another run of the same problem, or HiGHS, has a network that a bound says cannot exist. */
  | 'rival';

/** Something that is not so. */
export interface Fault {
  readonly kind: FaultKind;
  readonly stage?: StageName;
  readonly text: string;
}
