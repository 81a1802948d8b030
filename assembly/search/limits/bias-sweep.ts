import { spend } from '../../base/clock';
import { isCounted, leastWeight, mostWeight, radiusOf } from '../../problem/boxes';
import { Limits } from '../../problem/limits';
import { confidence, inputs, sampleCount } from '../../problem/shape';
import { columnAt } from './columns';
import { BiasSweep, limitedCosts, LimitedPass, limitedTotals, LimitedTree, sweptBins, sweptCosts, sweptFactors, sweptStarts } from './state';

/**
 * A free weight that no input moves along with, as a bias is, is not branched on: what it is best set to is seen in one sweep. With sums (or ceilings
 * of sums) given for the other weights, sample k is confident for the weight v where `a_k v >= confidence - sum_k`, `a_k = y_k x_k`: from some
 * value on or up to one. One mark a sample where that is, one run over the values, and every value is known to be worth what it is worth: exactly
 * where the sums are, a ceiling where they are ceilings. A box [lo, hi] of the weight adds `max(a_k lo, a_k hi)` to every sample, whatever the others want of
 * it: on heart with a bias of -127..127 such ceilings say nothing before the bias is decided, and each of its values is a tree of its own.
 *
 * Values that are worth too little for all that is below a node stay out below it: ceilings fall on the way down.
 *
 * The quotient is one of floats and exact: (u + 1/2) / a is no nearer to a whole number than 1 / (2 a), `a` is below 2^15 and `u` below 2^31.
 */
const NEVER: f64 = 8e9; // in the place of 1 / 0

/** The free weight that moves most, or none: -1. */
export function chooseSwept(): void {
  BiasSweep.input = -1;
  let most: f64 = 0;
  for (let i = 0; i < inputs; i++) {
    if (isCounted(i) || radiusOf(i) != 0 || leastWeight(i) == mostWeight(i)) continue;
    const moves = <f64>(mostWeight(i) - leastWeight(i)) * <f64>load<i64>(limitedTotals + (<usize>i << 3));
    if (moves <= most) continue;
    most = moves;
    BiasSweep.input = i;
  }
  if (BiasSweep.input < 0) return;
  BiasSweep.low = leastWeight(BiasSweep.input);
  BiasSweep.high = mostWeight(BiasSweep.input);
}

/** Its column is laid out as the last one: what a sample's quotient is made with. */
export function readySwept(): void {
  const column = columnAt(inputs - 1);
  BiasSweep.plusFirst = 0;
  BiasSweep.minusFirst = 0;
  BiasSweep.costFirst = 0;
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    const a = <i32>load<i16>(column + (<usize>lane << 1));
    store<f64>(sweptFactors + (<usize>lane << 3), a == 0 ? NEVER : 1 / <f64>abs(a));
    if (a >= 0) continue;
    if (lane < LimitedTree.plusLanes) BiasSweep.plusFirst++;
    else BiasSweep.minusFirst++;
    BiasSweep.costFirst += <i64>load<i32>(limitedCosts + (<usize>lane << 2));
  }
  spend(<f64>LimitedTree.lanes * 4);
}

/**
 * The most that the samples cost which are within reach with one value of the swept weight, the first of `low..high` that comes to it in
 * `BiasSweep.pick`; -1 where each loses too many of a label. Their sums so far are `sums`, weight `d` is in the box `boxLow..boxHigh`, all of one sign, at a toll of
 * `toll` a unit; `reach`: what those behind it can add, 0: nothing. `BiasSweep.first..last`: the values that are worth more than `cut`.
 */
export function sweepBias(sums: usize, d: i32, boxLow: i32, boxHigh: i32, toll: i32, reach: usize, low: i32, high: i32, cut: i64): i64 {
  markStarts(sums, d, boxLow, boxHigh, toll, reach, low, high + 1);
  const span = high - low + 1;
  memory.fill(sweptBins, 0, <usize>(span + 1) << 3);
  if (Limits.costed) memory.fill(sweptCosts, 0, <usize>(span + 1) << 3);
  markBins(low, 0, LimitedTree.plusLanes, 0);
  markBins(low, LimitedTree.plusLanes, LimitedTree.lanes, 4);
  const fewestPlus = max<i64>(0, <i64>LimitedPass.plusCount - <i64>Limits.wrongPlus);
  const fewestMinus = max<i64>(0, <i64>(sampleCount - LimitedPass.plusCount) - <i64>Limits.wrongMinus);
  let plus = BiasSweep.plusFirst;
  let minus = BiasSweep.minusFirst;
  let cost = BiasSweep.costFirst;
  let most: i64 = -1;
  BiasSweep.first = i32.MAX_VALUE;
  for (let v = 0; v < span; v++) {
    const bin = sweptBins + (<usize>v << 3);
    plus += load<i32>(bin);
    minus += load<i32>(bin, 4);
    if (Limits.costed) cost += load<i64>(sweptCosts + (<usize>v << 3));
    if (<i64>plus < fewestPlus || <i64>minus < fewestMinus) continue;
    const worth = Limits.costed ? cost : <i64>(plus + minus);
    if (worth > most) {
      most = worth;
      BiasSweep.pick = low + v;
    }
    if (worth <= cut) continue;
    if (BiasSweep.first == i32.MAX_VALUE) BiasSweep.first = low + v;
    BiasSweep.last = low + v;
  }
  spend(<f64>LimitedTree.lanes * 2 + <f64>span);
  return most;
}

/** Where in `low..past` a sample begins to be within reach or, where its slope is below 0, ceases to be. */
function markStarts(sums: usize, d: i32, boxLow: i32, boxHigh: i32, toll: i32, reach: usize, low: i32, past: i32): void {
  const lanes = LimitedTree.lanes;
  const column = columnAt(d);
  const swept = columnAt(inputs - 1);
  const lows = i32x4.splat(boxLow);
  const highs = i32x4.splat(boxHigh);
  const tolls = i32x4.splat(toll);
  const need = f64x2.splat(0.5 - <f64>confidence);
  const least = f64x2.splat(-300);
  const most = f64x2.splat(300);
  const one = i32x4.splat(1);
  const first = i32x4.splat(low);
  const last = i32x4.splat(past);
  let behind = i32x4.splat(0);
  for (let lane = 0; lane < lanes; lane += 4) {
    const at = <usize>lane << 2;
    const half = <usize>lane << 1;
    const x = i32x4.add(v128.load_ext<i16>(column + half), tolls);
    if (reach) behind = v128.load(reach + at);
    const top = i32x4.add(v128.load(sums + at), i32x4.add(behind, i32x4.max_s(i32x4.mul(x, lows), i32x4.mul(x, highs))));
    const factors = sweptFactors + (at << 1);
    let near = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_s(top), need), v128.load(factors));
    let far = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(top, top, 2, 3, 2, 3)), need), v128.load(factors, 16));
    near = f64x2.max(least, f64x2.min(most, f64x2.floor(near)));
    far = f64x2.max(least, f64x2.min(most, f64x2.floor(far)));
    const q = v128.shuffle<i64>(i32x4.trunc_sat_f64x2_s_zero(near), i32x4.trunc_sat_f64x2_s_zero(far), 0, 2);
    // For a >= 0 from -q on, else up to q.
    const rises = i32x4.ge_s(v128.load_ext<i16>(swept + half), i32x4.splat(0));
    const start = i32x4.add(v128.xor(q, rises), one);
    v128.store(sweptStarts + at, i32x4.min_s(last, i32x4.max_s(first, start)));
  }
}

function markBins(low: i32, from: i32, to: i32, side: usize): void {
  const swept = columnAt(inputs - 1);
  for (let lane = from; lane < to; lane++) {
    const way = 1 | (<i32>load<i16>(swept + (<usize>lane << 1)) >> 31);
    const v = <usize>(load<i32>(sweptStarts + (<usize>lane << 2)) - low) << 3;
    const bin = sweptBins + v + side;
    store<i32>(bin, load<i32>(bin) + way);
    if (!Limits.costed) continue;
    const cost = sweptCosts + v;
    store<i64>(cost, load<i64>(cost) + <i64>way * <i64>load<i32>(limitedCosts + (<usize>lane << 2)));
  }
}
