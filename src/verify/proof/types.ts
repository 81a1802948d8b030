import type { StageName } from '../../problem/solution.js';

/** What became of one stage's block in a proof file. */
export interface StageProof {
  readonly stage: StageName;
  /**
   * What the block says it proves: a bound, in whole units of the stage; that there is no network; `null`: it was refused
   * before saying so.
   */
  readonly claim: number | 'none' | null;
  /** The block proves its claim, about the very samples and margins that the solution's stage is about. */
  readonly holds: boolean;
  /** Why it does not, and the line of the file (from 1) where that shows. */
  readonly reason?: string;
  readonly line?: number;
}

export interface ProofResult {
  /** One entry per block, in the order of the file. A stage without a block is not among them. */
  readonly stages: readonly StageProof[];
  /** The file itself is not a proof file of this solution: first line, stage names, or what stands between blocks. */
  readonly fault?: string;
}

/** A line that is malformed, or says something that is not so. Never leaves this folder. */
export class Rejection extends Error {}

export function reject(reason: string): never {
  throw new Rejection(reason);
}
