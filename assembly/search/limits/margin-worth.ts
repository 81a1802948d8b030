import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { isCounted, mostOf, radiusOf } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { epsilon, inputs, inputsPadded, kept, keptCount, label, marginScale, sampleRow } from '../../problem/shape';
import { boxedHighs, boxedLows, MarginWorth, marginGains, marginHeap, marginShares, marginSums, marginTimes } from './state';

/**
 * MM of a single neuron under a limit of non-zeros: for any whole u_k >= 0, U their sum, and M the least of y_k * S_k - radius * |w|_1,
 *
 *     U * M <= sum_k u_k (y_k S_k - radius |w|_1) = sum_i (d_i w_i - U radius_i |w_i|)            d_i = sum_k u_k y_k x_ki
 *
 * which under the limit is at most what the weights give that cannot be 0 and the free ones, and the largest of what the others give, as many as may
 * still be other than 0: the sum of the largest is exact, where the relaxation sum |w_i| <= k P is what a linear program would know of it. So
 * any u is a bound, in integers; good ones come by multiplicative steps: rows that the best weights for u leave low weigh more (Arora, Hazan,
 * Kale 2012). Those of one node serve the next.
 */
const WHOLE: f64 = 65536; // of all multipliers together

export function beginMarginWorth(): void {
  for (let index = 0; index < keptCount; index++) store<f64>(marginShares + (<usize>index << 3), 1 / <f64>keptCount);
}

/**
 * What no weights in the boxes at hand exceed, in units of 1/D, after at most so many steps of so much; they end where it is no more than `cut`.
 * `forced`: weights in there that are counted and cannot be 0.
 */
export function marginCeiling(rounds: i32, pace: f64, cut: i64, forced: i32): i64 {
  let ceiling = i64.MAX_VALUE;
  const left = isUnsparing() ? inputs : Limits.nonzeros - forced;
  let hasPlus = false;
  for (let index = 0; index < keptCount; index++) if (label(kept(index)) > 0) hasPlus = true;
  for (let round = 0; round < rounds; round++) {
    breathe();
    const all = multiply();
    const total = totalOf(all, left);
    let least = total / all;
    if (total % all < 0) least--;
    ceiling = min(ceiling, <i64>marginScale * least - (hasPlus ? 0 : <i64>epsilon));
    if (ceiling <= cut || round + 1 == rounds) break;
    raise(pace / Math.sqrt(1 + <f64>round / 4));
  }
  return ceiling;
}

/** Whole multipliers of the shares, and `marginGains` with d_i; returns their sum. */
function multiply(): i64 {
  let all: i64 = 0;
  memory.fill(marginGains, 0, <usize>inputsPadded << 3);
  for (let index = 0; index < keptCount; index++) {
    const times = <i32>Math.floor(WHOLE * load<f64>(marginShares + (<usize>index << 3)) + 0.5);
    store<i32>(marginTimes + (<usize>index << 2), times);
    if (times == 0) continue;
    all += <i64>times;
    const k = kept(index);
    const row = sampleRow(k);
    const factor = i32x4.splat(times * label(k));
    breathe();
    for (let i = 0; i < inputsPadded; i += 4) {
      const x = v128.load_ext<i16>(row + (<usize>i << 1));
      const at = marginGains + (<usize>i << 3);
      v128.store(at, i64x2.add(v128.load(at), i64x2.extmul_low_i32x4_s(x, factor)));
      v128.store(at, i64x2.add(v128.load(at, 16), i64x2.extmul_high_i32x4_s(x, factor)), 16);
    }
    spend(<f64>inputsPadded / 2);
  }
  return max<i64>(all, 1);
}

// @ts-ignore: decorator
@inline
function lowOf(i: i32): i64 {
  return <i64>load<i16>(boxedLows + (<usize>i << 1));
}
// @ts-ignore: decorator
@inline
function highOf(i: i32): i64 {
  return <i64>load<i16>(boxedHighs + (<usize>i << 1));
}

/** Whether weight `i` is one of those of which only `left` may be other than 0. */
// @ts-ignore: decorator
@inline
function isOptional(i: i32): bool {
  return isCounted(i) && lowOf(i) <= 0 && highOf(i) >= 0;
}

/** The most of the weighted sum; the weights that give it come into `MarginWorth.pick` and, as what rows have with them, into `marginSums`. */
function totalOf(all: i64, left: i32): i64 {
  let total: i64 = 0;
  let size = 0;
  let widest: i64 = -1;
  MarginWorth.pick = -1;
  for (let index = 0; index < keptCount; index++) store<f64>(marginSums + (<usize>index << 3), 0);
  for (let i = 0; i < inputs; i++) {
    const low = lowOf(i);
    const high = highOf(i);
    if (low == 0 && high == 0) continue;
    const d = load<i64>(marginGains + (<usize>i << 3));
    const gain = mostOf(d, low, high, all * <i64>radiusOf(i));
    if (!isOptional(i)) {
      total += gain;
      take(i, low, high, d, all);
      const width = (high - low) * (abs<i64>(d) + 1);
      if (high > low && width > widest) {
        widest = width;
        MarginWorth.pick = i;
      }
    } else if (left > 0 && (size < left || gain > heapAt(0))) {
      if (size == left) dropLeast(size--);
      push(size++, gain, i);
    }
    spend(2);
  }
  let most: i64 = -1;
  for (let n = 0; n < size; n++) {
    const i = load<i32>(marginHeap + (<usize>n << 4), 8);
    const gain = heapAt(n);
    if (gain > most) {
      most = gain;
      MarginWorth.pick = i; // an optional one goes before those that are only wide
    }
    if (gain <= 0) continue;
    total += gain;
    take(i, lowOf(i), highOf(i), load<i64>(marginGains + (<usize>i << 3)), all);
  }
  MarginWorth.total = total;
  MarginWorth.all = all;
  MarginWorth.leaving = size == left && size > 0 ? heapAt(0) : 0;
  MarginWorth.full = size == left;
  return total;
}

/**
 * Whether no weights in the boxes exceed `cut` of which weight `i`, that may be 0, is not, by the multipliers of the last bound: it would come in for the
 * least of those that the bound takes.
 */
export function isOutOfMargin(i: i32, cut: i64): bool {
  const low = lowOf(i);
  const high = highOf(i);
  if (!MarginWorth.full || (low == 0 && high == 0) || !isOptional(i)) return false;
  const d = load<i64>(marginGains + (<usize>i << 3));
  const toll = MarginWorth.all * <i64>radiusOf(i);
  const gain = max(high > 0 ? mostOf(d, 1, high, toll) : i64.MIN_VALUE, low < 0 ? mostOf(d, low, -1, toll) : i64.MIN_VALUE);
  if (gain >= MarginWorth.leaving) return false;
  const total = MarginWorth.total - MarginWorth.leaving + gain;
  let least = total / MarginWorth.all;
  if (total % MarginWorth.all < 0) least--;
  return <i64>marginScale * least <= cut;
}

/** Adds the best value of weight `i` to what the rows have. */
function take(i: i32, low: i64, high: i64, d: i64, all: i64): void {
  const toll = all * <i64>radiusOf(i);
  const v = d * high - toll * abs<i64>(high) >= d * low - toll * abs<i64>(low) ? high : low;
  if (low <= 0 && high >= 0 && d * v - toll * abs<i64>(v) < 0) return; // 0 is better
  const moves = <f64>radiusOf(i) * <f64>abs<i64>(v);
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    const x = <f64>(label(k) * <i32>load<i16>(sampleRow(k) + (<usize>i << 1)));
    const at = marginSums + (<usize>index << 3);
    store<f64>(at, load<f64>(at) + x * <f64>v - moves);
  }
  spend(<f64>keptCount * 2);
}

/** Shares of the rows after what the best weights leave them: less for those that have more. */
function raise(pace: f64): void {
  let mean: f64 = 0;
  let least: f64 = Infinity;
  let most: f64 = -Infinity;
  for (let index = 0; index < keptCount; index++) {
    const sum = load<f64>(marginSums + (<usize>index << 3));
    mean += sum / <f64>keptCount;
    least = min(least, sum);
    most = max(most, sum);
  }
  const scale = pace / max(1, most - least);
  let all: f64 = 0;
  for (let index = 0; index < keptCount; index++) {
    const at = marginShares + (<usize>index << 3);
    const share = max(1e-7, load<f64>(at)) * Math.exp(scale * (mean - load<f64>(marginSums + (<usize>index << 3))));
    store<f64>(at, share);
    all += share;
  }
  for (let index = 0; index < keptCount; index++) {
    const at = marginShares + (<usize>index << 3);
    store<f64>(at, load<f64>(at) / all);
  }
  spend(<f64>keptCount * 20);
}

// The largest gains: a heap of (gain, weight), the least on top.

// @ts-ignore: decorator
@inline
function heapAt(n: i32): i64 {
  return load<i64>(marginHeap + (<usize>n << 4));
}

// @ts-ignore: decorator
@inline
function put(n: i32, gain: i64, i: i32): void {
  store<i64>(marginHeap + (<usize>n << 4), gain);
  store<i32>(marginHeap + (<usize>n << 4), i, 8);
}

// @ts-ignore: decorator
@inline
function inputAt(n: i32): i32 {
  return load<i32>(marginHeap + (<usize>n << 4), 8);
}

/** A gain joins a heap of `size`. */
function push(size: i32, gain: i64, i: i32): void {
  let n = size;
  while (n > 0 && heapAt((n - 1) >> 1) > gain) {
    put(n, heapAt((n - 1) >> 1), inputAt((n - 1) >> 1));
    n = (n - 1) >> 1;
  }
  put(n, gain, i);
}

/** The least leaves a heap of `size`. */
function dropLeast(size: i32): void {
  const last = size - 1;
  const gain = heapAt(last);
  const i = inputAt(last);
  let n = 0;
  for (;;) {
    let child = 2 * n + 1;
    if (child >= last) break;
    if (child + 1 < last && heapAt(child + 1) < heapAt(child)) child++;
    if (heapAt(child) >= gain) break;
    put(n, heapAt(child), inputAt(child));
    n = child;
  }
  put(n, gain, i);
}
