import { reserve } from '../base/arena';
import { groupCount, groupOf, label, layerCount, sampleCount, size } from './shape';

/**
 * What a problem limits beyond the boxes of its weights: how many first-layer weights may be other than 0, how many samples of a label SM may leave
 * out, and what every sample costs there. Where the host says nothing, nothing is limited and every sample costs 1.
 *
 *     array        shape     what, unit                      writer
 *     costs        i32 [T]   what SM gains by a sample       the host, before `prepare`; where `Limits.costed`
 *     Limits.signs i8 [G]    robust: label of a sample       `settleLimits`; where SM is not the paper's
 *
 * Under the robust objective samples are families of rows here, too.
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
  /** Labels of samples, i8 [G]; 0: none. */
  static signs: usize = 0;
}

export function forgetLimits(): void {
  Limits.nonzeros = i32.MAX_VALUE;
  Limits.wrongPlus = i32.MAX_VALUE;
  Limits.wrongMinus = i32.MAX_VALUE;
  Limits.costed = false;
  costs = 0;
  Limits.signs = 0;
}

/** The host writes `costs` next, where it says that there are some. */
export function loadLimits(nonzeros: i32, wrongPlus: i32, wrongMinus: i32, costed: bool): void {
  Limits.nonzeros = nonzeros;
  Limits.wrongPlus = wrongPlus;
  Limits.wrongMinus = wrongMinus;
  Limits.costed = costed;
  if (costed) costs = reserve(<usize>sampleCount << 2);
}

/** With `prepare`, behind all that the host writes. */
export function settleLimits(): void {
  if (groupCount == 0 || countsPlainly()) return;
  Limits.signs = reserve(<usize>groupCount + 8);
  if (Limits.signs == 0) return; // no memory: the door says so
  for (let k = 0; k < sampleCount; k++) store<i8>(Limits.signs + <usize>groupOf(k), <i8>label(k));
}

/** Robust SM: more samples of a label are left out, u8 [G], than may be. */
export function tooManyOut(out: usize): bool {
  if (isUncapped()) return false;
  let plus = 0;
  let minus = 0;
  for (let g = 0; g < groupCount; g++) {
    if (load<u8>(out + <usize>g) == 0) continue;
    if (signOf(g) > 0) plus++;
    else minus++;
  }
  return plus > Limits.wrongPlus || minus > Limits.wrongMinus;
}

/** Robust, where SM is not the paper's: the label of sample `g`. */
export function signOf(g: i32): i32 {
  assert(<u32>g < <u32>groupCount && Limits.signs != 0);
  return <i32>load<i8>(Limits.signs + <usize>g);
}

/** What the samples cost that `out`, u8 [G], has. */
export function costOut(out: usize): i64 {
  let sum: i64 = 0;
  for (let g = 0; g < groupCount; g++) if (load<u8>(out + <usize>g) != 0) sum += <i64>costOf(g);
  return sum;
}

// @ts-ignore: decorator
@inline
export function costOf(k: i32): i32 {
  assert(<u32>k < <u32>sampleCount);
  return Limits.costed ? load<i32>(costs + (<usize>k << 2)) : 1;
}

/** What SM would gain by all samples. */
export function totalCost(): i64 {
  const samples = groupCount ? groupCount : sampleCount;
  if (!Limits.costed) return <i64>samples;
  let sum: i64 = 0;
  for (let k = 0; k < samples; k++) sum += <i64>costOf(k);
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
