import { spend } from '../base/clock';
import { groupCount, inputs, label, sampleCount, size } from '../problem/shape';
import { costOf, Limits, signOf } from '../problem/limits';
import { certifiedFlags, confidentFlags } from './state';
import { nonzerosOf, weightRow } from './weights';

/** The limits of a problem (problem/limits.ts), exactly: what a network has to keep to be offered at all, and what it gains in SM. */

/** More samples of a label are left out than the problem allows. */
export const TOO_MANY_WRONG: i64 = -1;

/** What the samples cost that `confidentFlags`, or, robust, `certifiedFlags` has; `TOO_MANY_WRONG`. */
export function countedCost(): i64 {
  const isRobust = groupCount != 0;
  const flags = isRobust ? certifiedFlags : confidentFlags;
  const count = isRobust ? groupCount : sampleCount;
  let sum: i64 = 0;
  let wrongPlus = 0;
  let wrongMinus = 0;
  spend(<f64>count);
  for (let k = 0; k < count; k++) {
    if (load<u8>(flags + <usize>k)) sum += <i64>costOf(k);
    else if ((isRobust ? signOf(k) : label(k)) > 0) wrongPlus++;
    else wrongMinus++;
  }
  return wrongPlus > Limits.wrongPlus || wrongMinus > Limits.wrongMinus ? TOO_MANY_WRONG : sum;
}

/** Weights of the first layer that are counted and other than 0. */
export function firstNonzeros(network: usize): i32 {
  let count = 0;
  for (let j = 0; j < size(1); j++) count += nonzerosOf(weightRow(network, 0, j));
  spend(<f64>(inputs * size(1)) / 4);
  return count;
}
