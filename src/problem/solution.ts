import type { Network } from '../network/types.js';
import type { StageName, StageStatus, StopReason } from '../stage-list.js';

export type { StageName, StageStatus, StopReason } from '../stage-list.js';

/** How often what was done in a stage: group, name, number; what was never done is left out. */
export type Counters = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Incumbent and bound of a stage after so much of its work; `null`: none yet. */
export type HistoryPoint = readonly [work: number, objective: number | null, bound: number | null];

/** One entry of a solution file's `stages` (contract, `fewbit solve`), and what makes it checkable on its own. */
export interface StageRecord {
  readonly stage: StageName;
  readonly status: StageStatus;
  readonly stopReason: StopReason;
  /** SM: samples; MM: sum of margins; MW: non-zero weights. */
  readonly objective: number | null;
  readonly bound: number | null;
  readonly gap: number | null;
  readonly nodes: number;
  readonly work: number;
  readonly seconds: number;
  /** Of a run that wrote a proof: the bound that the proof shows, where it shows a weaker one than `bound`. */
  readonly provedBound?: number;
  /**
   * MM under a robust objective, with hidden layers: no network exceeds this whose rows rely on what they rely on in this stage's network
   * (docs/robust.md). It says less than `bound`, which is about all networks.
   */
  readonly boundGivenReliance?: number;
  /** MM with soft margins: the sum of the squared targets over the rows it is about, to see its loss beside. */
  readonly wanted?: number;
  /** Robust objective: rows that the search had to look at (cuts), out of all rows the result holds for. */
  readonly rows?: { readonly used: number; readonly total: number };
  /** How often what was done: nodes by tree, the work of the relaxation, why nodes were closed, searches and what they found. */
  readonly counters?: Counters;
  /** Where incumbent or bound changed, by work, and the end. A solution file has it not, the file of a pair has. */
  readonly history?: readonly HistoryPoint[];
  /** The network this stage ended with; a file may leave it out, the last one is the solution's own. */
  readonly network?: Network;
  /** SM: the samples its network counts. MM and MW: the samples they keep. Ascending. */
  readonly keep?: readonly number[];
}

/** The best networks of the last stage of a run, single neurons (docs/formats.md, "Pool"). */
export interface NetworkPool {
  readonly stage: StageName;
  /** Every network within the tolerance is listed. */
  readonly complete: boolean;
  /** `proved`: nothing that is asked for is left to be found. */
  readonly stopReason: StopReason;
  /** Networks at most, as asked. */
  readonly size: number;
  /** As asked. */
  readonly within: { readonly share: number } | { readonly amount: number };
  /** The worst objective within the tolerance; `null`: there is no network. */
  readonly least: number | null;
  /** No network that is not listed has a better objective; `null`: all are listed. */
  readonly outside: number | null;
  readonly work: number;
  readonly seconds: number;
  /** Best first, of equal ones by their weights. */
  readonly networks: readonly PoolMember[];
}

export interface PoolMember {
  /** In the units of the stage's objective. */
  readonly objective: number;
  /** One integer an input. */
  readonly weights: readonly number[];
}

/** A solution file in memory: what a run of stages ended with. */
export interface SolutionRecord {
  readonly stages: readonly StageRecord[];
  readonly network: Network | null;
  /** Samples that MM and MW kept. */
  readonly keep?: readonly number[];
  /** MW held `(1 - tolerance) * m`; left out: 0, the paper. */
  readonly tolerance?: number;
  /** Of a run that was asked for one. */
  readonly pool?: NetworkPool;
}

/**
 * What MW holds on the kept samples (docs/architecture.md, "MW's hold"): a lower bound for every neuron's margin, in
 * integer units of `1 / D`; or that SM counts every kept sample; or that every kept sample is answered rightly, with
 * certain first-layer activations where there is an L-infinity radius.
 */
export type Hold =
  | { readonly kind: 'margins'; readonly margins: readonly (readonly number[])[] }
  /** Soft margins: a loss of at most `most`. */
  | { readonly kind: 'loss'; readonly most: number }
  | { readonly kind: 'confident' }
  | { readonly kind: 'correct' };
