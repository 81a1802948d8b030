import type { Network } from '../network/types.js';

export type StageName = 'sm' | 'mm' | 'mw';
/** `optimal` is only ever said when the incumbent meets a proved bound. */
export type StageStatus = 'optimal' | 'feasible' | 'infeasible' | 'unknown';
export type StopReason = 'proved' | 'time-limit' | 'work-limit' | 'interrupted';

/** The result block of one stage, as in the contract. Units of design section 1. */
export interface StageResult {
  readonly stage: StageName;
  readonly status: StageStatus;
  readonly stopReason: StopReason;
  /** SM: samples (max); MM: sum of margins (max); MW: non-zero weights (min). `null` without an incumbent. */
  readonly objective: number | null;
  /** A proved bound on the optimum. `null` where nothing is known. */
  readonly bound: number | null;
  /** `|bound - objective| / max(1, |objective|)`, `null` where either is missing. */
  readonly gap: number | null;
  readonly nodes: number;
  /** Deterministic work units; the same problem, seed and limit always spend the same. */
  readonly work: number;
  readonly seconds: number;
}

/** What a run of stages ends with; `network` is `null` when no stage found one. */
export interface Solution {
  readonly stages: readonly StageResult[];
  readonly network: Network | null;
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
  readonly seed?: number;
  /** MW holds `(1 - tolerance) * m`. In [0, 1]; default 0, the paper. */
  readonly tolerance?: number;
  readonly onProgress?: (progress: StageProgress) => void;
  /** Polled between slices of work; true stops with the best so far. */
  readonly shouldStop?: () => boolean;
}
