import type { Network } from '../network/types.js';
import type { OptionValues, SOLVE_OPTIONS } from '../options.js';
import type { StageInputs } from '../problem/chain.js';
import type { SolutionRecord, StageName, StageRecord } from '../problem/solution.js';

export type { Counters, NetworkPool, StageName, StageStatus, StopReason } from '../problem/solution.js';

/** The result block of one stage, as in the contract: the record that a solution file holds. */
export type StageResult = StageRecord;

/** What a run of stages ends with; `network` is `null` when no stage found one. */
export interface Solution extends SolutionRecord {
  /** Samples that MM and MW kept (indices into the problem's samples). */
  readonly keep: readonly number[];
}

export interface StageProgress {
  readonly stage: StageName;
  /** Position of the stage in the run and how many stages the run has. */
  readonly stageIndex: number;
  readonly stageCount: number;
  readonly objective: number | null;
  readonly bound: number | null;
  readonly nodes: number;
  readonly work: number;
  /** Seconds since the run of this problem began. */
  readonly seconds: number;
}

/** The options of the table (options.ts), for all stages together, and what only a program can give. */
export interface SolveOptions extends Pick<OptionValues, (typeof SOLVE_OPTIONS)[number]> {
  /**
   * Soft margins: go on to prove behind the engine's own plan, until a limit comes. Default: where a limit is given.
   */
  readonly thorough?: boolean;
  /**
   * A network to begin with, as that of the stage before where stages are run apart. It is a candidate and no more: what is kept
   * and held is what it would be without it.
   */
  readonly start?: Network;
  /** What the one stage of this run starts from, where the stages before it ran elsewhere. */
  readonly from?: StageInputs;
  readonly onProgress?: (progress: StageProgress) => void;
  /** Receives the proof file's text, in whole lines. */
  readonly proof?: (text: string) => void;
  /** Receives the trace (docs/formats.md): lines of JSON, one a node of a tree. */
  readonly trace?: (text: string) => void;
  /** Polled between slices of work; true stops with the best so far. */
  readonly shouldStop?: () => boolean;
}
