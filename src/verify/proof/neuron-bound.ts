import type { Combination } from './combination.js';
import type { Multipliers } from './parse.js';
import { need } from './setting.js';
import type { State } from './state.js';

/*
 * What multipliers prove about one first-layer neuron (docs/proof.md, records m, i and f). For any n >= 0 with a positive
 * sum N, every network of the state has
 *   MM:  N * margin <= D * sum_i h(w_i) - eps * (n on the - side)   because each row alone bounds the margin;
 *   MW:  sum n r_k <= sum_i h(w_i)  without the term in s           because each row holds,
 *        so s * [non-zero weights] >= sum n r_k - sum_i h(w_i)      with it.
 * Bounds and thresholds are divided and rounded in BigInt.
 */

/** MM: the bound of the margin before it is lowered to an attainable one. */
export function marginBound(state: State, rows: Combination): number {
  const { scale, epsilon } = state.setting;
  const reach = rows.most(state, 0);
  const most = BigInt(scale) * reach - BigInt(epsilon) * rows.minusSum;
  // An average of what each row allows, so of the size of a margin: exact as a double.
  const bound = Number(floorOfQuotient(most, rows.sum));
  if (!isLimited(state)) return bound;
  // Some row reaches a whole number up to their average.
  return Math.min(bound, scale * Number(floorOfQuotient(reach, rows.sum)));
}

/**
 * MM: the largest value up to `bound` that the least distance over the decided rows can have: `D * integer` on the + side,
 * that less epsilon on the - side. The margin is at most that least distance, which in turn is at most `bound`.
 */
export function attainable(state: State, j: number, bound: number): number {
  if (bound < 0) return bound;
  const { scale, epsilon } = state.setting;
  const plus = state.plus[j] > 0 ? bound - (bound % scale) : Number.NEGATIVE_INFINITY;
  const minus =
    state.minus[j] > 0 ? bound + epsilon - ((bound + epsilon) % scale) - epsilon : Number.NEGATIVE_INFINITY;
  return Math.max(plus, minus);
}

/** MW: the bound of the non-zero weights. */
export function nonzeroBound(state: State, rows: Combination, needed: bigint, s: number): number {
  const bound = -floorOfQuotient(rows.most(state, s) - needed, BigInt(s));
  // A bound beyond every possible number of weights says the same as a smaller one that is still beyond it.
  return Number(bound < BigInt(BEYOND) ? bound : BigInt(BEYOND));
}

/** More non-zero weights than any network has, small enough that sums of it stay exact. */
export const BEYOND = 2 ** 40;

/** MW: no weights of the boxes satisfy all rows. */
export function outOfReach(state: State, rows: Combination, needed: bigint): boolean {
  return needed > rows.most(state, 0);
}

/** MW: `sum n r_k`. */
export function neededSum(state: State, j: number, multipliers: Multipliers): bigint {
  const forPlus = BigInt(need(state.setting, j, 1));
  const forMinus = BigInt(need(state.setting, j, -1));
  let sum = 0n;
  for (let n = 0; n < multipliers.count; n++) {
    const side = state.side(j, multipliers.rows[n]);
    sum += BigInt(multipliers.values[n]) * (side > 0 ? forPlus : forMinus);
  }
  return sum;
}

/**
 * MM: how much less than `rows.most` still leaves the node open. With a weight fixed to v the bound of the margin is
 * `floor((D * (most - loss) - eps * n_minus) / N)`, and the node is open while that is above `limit`.
 */
export function marginSlack(state: State, rows: Combination, limit: number): bigint {
  const { scale, epsilon } = state.setting;
  const least = BigInt(limit + 1) * rows.sum + BigInt(epsilon) * rows.minusSum;
  const most = rows.most(state, 0);
  const slack = most + floorOfQuotient(-least, BigInt(scale));
  if (!isLimited(state)) return slack;
  const whole = most - rows.sum * (floorOfQuotient(BigInt(limit), BigInt(scale)) + 1n);
  return whole < slack ? whole : slack;
}

/** Elsewhere whoever writes proofs does not round so, and would go on in boxes that were narrower here. */
function isLimited({ setting }: State): boolean {
  return setting.limit < Number.POSITIVE_INFINITY;
}

/** MW: the same. The bound is then `ceil((needed - most + loss) / s)`, and the node is open while that is below `limit`. */
export function nonzeroSlack(
  state: State,
  rows: Combination,
  needed: bigint,
  s: number,
  limit: number,
): bigint {
  return BigInt(limit - 1) * BigInt(s) - needed + rows.most(state, s);
}

export function floorOfQuotient(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}
