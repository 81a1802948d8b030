import { reserve } from '../base/arena';
import { label, layerCount, sampleCount, size } from './shape';

/**
 * What a problem limits beyond the boxes of its weights: how many first-layer weights may be other than 0, how many samples of a label SM may leave
 * out, and what every sample costs there. Where the host says nothing, nothing is limited and every sample costs 1.
 *
 *     array     shape     what, unit                      writer
 *     costs     i32 [T]   what SM gains by a sample       the host, before `prepare`; where `Limits.costed`
 *
 * A search that has not been taught a limit does not run on a problem that has it: whoever begins one asks `countsPlainly` (SM) or `isUnsparing`.
 */
export let costs: usize = 0;

/** Set by `loadLimits`; back to the paper's by `forgetLimits`, with every problem. */
export class Limits {
  /** Weights of the first layer that are counted and other than 0, at most; i32.MAX_VALUE: any number. */
  static nonzeros: i32 = i32.MAX_VALUE;
  /** Samples of label + that SM may leave out, and of label -; i32.MAX_VALUE: any number. */
  static wrongPlus: i32 = i32.MAX_VALUE;
  static wrongMinus: i32 = i32.MAX_VALUE;
  /** Samples have costs of their own. */
  static costed: bool = false;
}

export function forgetLimits(): void {
  Limits.nonzeros = i32.MAX_VALUE;
  Limits.wrongPlus = i32.MAX_VALUE;
  Limits.wrongMinus = i32.MAX_VALUE;
  Limits.costed = false;
  costs = 0;
}

/** The host writes `costs` next, where it says that there are some. */
export function loadLimits(nonzeros: i32, wrongPlus: i32, wrongMinus: i32, costed: bool): void {
  Limits.nonzeros = nonzeros;
  Limits.wrongPlus = wrongPlus;
  Limits.wrongMinus = wrongMinus;
  Limits.costed = costed;
  if (costed) costs = reserve(<usize>sampleCount << 2);
}

// @ts-ignore: decorator
@inline
export function costOf(k: i32): i32 {
  assert(<u32>k < <u32>sampleCount);
  return Limits.costed ? load<i32>(costs + (<usize>k << 2)) : 1;
}

/** What SM would gain by all samples. */
export function totalCost(): i64 {
  if (!Limits.costed) return <i64>sampleCount;
  let sum: i64 = 0;
  for (let k = 0; k < sampleCount; k++) sum += <i64>costOf(k);
  return sum;
}

/** Samples of the label of sample `k` that SM may leave out. */
// @ts-ignore: decorator
@inline
export function spareOf(k: i32): i32 {
  return label(k) > 0 ? Limits.wrongPlus : Limits.wrongMinus;
}

/** Any number of samples of either label may be left out. */
export function isUncapped(): bool {
  return Limits.wrongPlus == i32.MAX_VALUE && Limits.wrongMinus == i32.MAX_VALUE;
}

/** Whether any number of weights may be other than 0. */
export function isUnsparing(): bool {
  return Limits.nonzeros == i32.MAX_VALUE;
}

/** Whether SM is the paper's: a search that counts samples, and no more, may run. */
export function countsPlainly(): bool {
  return isUnsparing() && isUncapped() && !Limits.costed;
}

/** The weights above the first layer: those that no limit is about. */
export function upperWeights(): i64 {
  let count: i64 = 0;
  for (let l = 1; l < layerCount; l++) count += <i64>size(l) * <i64>size(l + 1);
  return count;
}
