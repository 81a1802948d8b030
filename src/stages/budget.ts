import type { StageName } from './types.js';

/**
 * Work a pair gets where neither a time nor a work limit is given: the engine's own plan, a second or two on a machine
 * of 2026. Deterministic, so a training without limits is reproducible too.
 */
export const DEFAULT_WORK = 5e8;

/** The same for the robust objective: more rows, and clusters to be found. */
export const DEFAULT_ROBUST_WORK = 2e9;

/** Share of what is left (of time, of work) that a stage may use while another stage waits behind it. */
const SHARES: Readonly<Record<StageName, number>> = { sm: 0.3, mm: 0.75, mw: 1 };

/** What a stage may spend of what is left; the last stage may spend everything. Unused parts pass on by themselves. */
export function stageShare(stage: StageName, isLast: boolean, left: number): number {
  return isLast ? left : left * SHARES[stage];
}
