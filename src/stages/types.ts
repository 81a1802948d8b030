import type { SolutionRecord, StageName, StageRecord } from '../problem/solution.js';

export type { Counters, StageName, StageStatus, StopReason } from '../problem/solution.js';

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

export interface SolveOptions {
  /** In order; a subset of sm, mm, mw. Default: all three. */
  readonly stages?: readonly StageName[];
  /** Seconds for all stages together; unused time passes on. Default: none. */
  readonly timeLimit?: number;
  /** Deterministic work units for all stages together; unused work passes on. Default: the engine's own plan. */
  readonly workLimit?: number;
  /** MiB for the open nodes of a tree, 1..1024, default 64; beyond it the search goes on depth first. */
  readonly memoryLimit?: number;
  readonly seed?: number;
  /** MW holds `(1 - tolerance) * m`. In [0, 1]; default 0, the paper. */
  readonly tolerance?: number;
  readonly onProgress?: (progress: StageProgress) => void;
  /** Receives the proof file's text, in whole lines. */
  readonly proof?: (text: string) => void;
  /** Polled between slices of work; true stops with the best so far. */
  readonly shouldStop?: () => boolean;
}
