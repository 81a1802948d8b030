import type { StageRecord } from '../problem/solution.js';
import type { StageProof } from './proof/types.js';

/**
 * What the block of a stage in a proof says about the stage's bound, which nothing else refutes. A weaker claim refutes
 * nothing; but a proof that is given for a bound has to show it, unless the solution says itself that it shows less.
 *
 * @param own what is known without the proof
 * @param none the claim that there is no network at all; like the claims, in the units of the solution file
 * @param unit the least difference of two claims
 * @param reasons receives why the answer is not `true`
 */
export function provedBoundHolds(
  record: StageRecord,
  proof: StageProof,
  own: boolean | null,
  none: number,
  unit: number,
  reasons: string[],
): boolean | null {
  if (!proof.holds || proof.claim === null) {
    reasons.push(`proof${proof.line === undefined ? '' : `, line ${proof.line}`}: ${proof.reason}`);
    return false;
  }
  const { claim } = proof;
  const { stage, status, bound, provedBound } = record;
  const shows = (value: number) => (stage === 'mw' ? value - claim : claim - value) <= unit * 1e-6;
  if (status === 'infeasible') {
    if (shows(none)) return true;
    reasons.push(`the proof shows ${claim} only, which is weaker than that there is no network`);
    return false;
  }
  if (bound === null) return own;
  if (shows(bound)) return true;
  if (provedBound !== undefined && shows(provedBound)) {
    if (own === null)
      reasons.push(`the proof shows ${claim} as the file says, and leaves bound ${bound} open`);
    return own;
  }
  reasons.push(`the proof shows ${claim} only, which is weaker than bound ${provedBound ?? bound}`);
  return false;
}
