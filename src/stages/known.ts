import type { WholeResult } from '../problem/figures.js';

/**
 * SM that was cut off while it had no sample leaves nothing to keep, and of nothing MM and MW are optimal at once. That says
 * nothing about the problem: such a result is feasible, without a bound, and ended with what ended SM.
 */
export function asIsKnown(
  result: WholeResult,
  keep: readonly number[],
  first: WholeResult | undefined,
): WholeResult {
  const isCutOff = first?.stage === 'sm' && first.status !== 'optimal' && keep.length === 0;
  if (!isCutOff || result.status !== 'optimal') return result;
  return { ...result, status: 'feasible', stopReason: first.stopReason, bound: null, history: undefined };
}
