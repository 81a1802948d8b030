import { dotI16F64, moveF32, penaltyF32, slopesF32 } from '../base/kernels/simd';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { Boxes, isCounted, isWeight, radiusOf } from '../problem/boxes';
import { inputs, inputsPadded, kept, radius, sampleRow, targetOf } from '../problem/shape';
import { closeLacks, columnAt, packColumn, packRows, rowAt } from './packing';
import { boxHigh, boxLow } from '../relax/exact/safe-bound';
import { curvature, Few, Packings } from './state';

/**
 * Weights of one neuron that lack little to the targets on the rows with a side: minimises the sum of squared shortfalls by
 * coordinate descent, first over the box of real weights (one Newton step a weight, the squared hinge being piecewise
 * quadratic), then, from their nearest integers, over integers by moves of one and two steps until none helps. What
 * rounding loses on the rows the integer passes win back on all of them at once.
 *
 * What rows lack and columns are f32 and guide only: the caller recounts.
 */

/** A pass that moves no weight further than this share of a unit is the last one. */
const STILL: f64 = 0.01;

/** Packs the rows with a side, `weights` f64 [NP] being where the next passes go on. */
export function packSoft(sides: usize, weights: usize): void {
  const packing = Packings.soft;
  packRows(packing, sides);
  for (let i = 0; i < inputs; i++) packColumn(packing, sides, i, i);
  measureLacks(sides, weights);
}

/** As `packSoft`, where what the rows lack is known, f64 [K], and only weights whose boxes are open are going to move. */
export function packKnown(sides: usize, lacks: usize): void {
  const packing = Packings.soft;
  packRows(packing, sides);
  for (let i = 0; i < inputs; i++) if (boxLow(i) < boxHigh(i)) packColumn(packing, sides, i, i);
  for (let r = 0; r < packing.rows; r++) {
    store<f32>(packing.lacks + (<usize>r << 2), <f32>load<f64>(lacks + (<usize>rowAt(packing, r) << 3)));
  }
  closeLacks(packing);
  strain(<f64>packing.rows);
}

/** What the L-infinity box takes from a sum with real weights f64 [NP]; -1 where all of them are 0. */
export function realToll(weights: usize): f64 {
  let norm: f64 = 0;
  for (let i = 0; i < inputs; i++) norm += abs<f64>(weightOf(weights, i));
  if (norm == 0) return -1;
  if (!Boxes.varied) return <f64>radius * norm;
  let toll: f64 = 0;
  for (let i = 0; i < inputs; i++) toll += <f64>radiusOf(i) * abs<f64>(weightOf(weights, i));
  return toll;
}

/** What the packed rows lack, anew: for weights that have been set, or moved often. `sides` as they were packed. */
export function measureLacks(sides: usize, weights: usize): void {
  const packing = Packings.soft;
  const toll = max<f64>(realToll(weights), 0);
  for (let r = 0; r < packing.rows; r++) {
    const k = rowAt(packing, r);
    breathe();
    spend(<f64>inputs * 0.5);
    const sum = dotI16F64(sampleRow(kept(k)), weights, inputsPadded);
    const reached = load<i8>(sides + <usize>k) > 0 ? sum : -sum - 1;
    store<f32>(packing.lacks + (<usize>r << 2), <f32>(<f64>targetOf(kept(k)) + toll - reached));
  }
  closeLacks(packing);
}

// @ts-ignore: decorator
@inline
function weightOf(weights: usize, i: i32): f64 {
  return load<f64>(weights + (<usize>i << 3));
}

/** f32 [softRows()]: an input of the rows packed last, times their sides. */
// @ts-ignore: decorator
@inline
export function column(i: i32): usize {
  return columnAt(Packings.soft, i);
}

/** f32 [softRows()]: what each of the rows packed last lacks. */
export function softLacks(): usize {
  return Packings.soft.lacks;
}
/** Rows packed last, padded to 4 with rows that lack nothing. */
export function softRows(): i32 {
  return Packings.soft.rowsPadded;
}

/** Those that are rows, and the kept position of one. */
export function packedRows(): i32 {
  return Packings.soft.rows;
}
export function packedRow(r: i32): i32 {
  return rowAt(Packings.soft, r);
}

/** What the rows lack after a weight goes from `before` to `after`. */
export function move(weights: usize, i: i32, before: f64, after: f64): void {
  const toll = <f64>radiusOf(i) * (abs<f64>(after) - abs<f64>(before));
  moveF32(Packings.soft.lacks, column(i), <f32>toll, <f32>(after - before), Packings.soft.rowsPadded);
  store<f64>(weights + (<usize>i << 3), after);
}

/** Up to `passes` passes over all real weights within their boxes (relax/exact); true once they stand still. */
export function relaxSoft(weights: usize, passes: i32): bool {
  for (let pass = 0; pass < passes; pass++) {
    let most: f64 = 0;
    for (let i = 0; i < inputs; i++) {
      const low = <f64>boxLow(i);
      const high = <f64>boxHigh(i);
      if (low == high) continue;
      breathe();
      spend(<f64>Packings.soft.rowsPadded / 2);
      strain(<f64>Packings.soft.rowsPadded / 2);
      const before = weightOf(weights, i);
      const after = min(max(newton(i, before), low), high);
      if (after == before) continue;
      move(weights, i, before, after);
      most = max(most, abs<f64>(after - before));
    }
    if (most < STILL) return true;
  }
  return false;
}

/** One Newton step of a weight, no further than 0 where it changes sign: the toll of the box has its kink there. */
function newton(i: i32, w: f64): f64 {
  if (w != 0) {
    const after = w + step(i, w > 0 ? 1 : -1);
    return (w > 0 && after < 0) || (w < 0 && after > 0) ? 0 : after;
  }
  const up = step(i, 1);
  if (up > 0) return up;
  return min(step(i, -1), 0.0);
}

/** Whether the relaxation pays for weight `i` by its size: it has a kink at 0 then. */
// @ts-ignore: decorator
@inline
export function isPriced(i: i32): bool {
  return Few.price > 0 && isCounted(i) && boxLow(i) <= 0 && boxHigh(i) >= 0;
}

/** What a unit of weight `i` on that side costs the relaxation (search/soft/few.ts), in units of the loss. */
export function priceOf(i: i32, sign: i32): f64 {
  if (!isPriced(i)) return 0;
  const end = sign > 0 ? boxHigh(i) : -boxLow(i);
  return end > 0 ? Few.price / <f64>end : 0;
}

function step(i: i32, sign: i32): f64 {
  const slope = <f64>slopesF32(Packings.soft.lacks, column(i), <f32>(radiusOf(i) * sign), curvature, Packings.soft.rowsPadded) - <f64>sign * priceOf(i, sign) / 2;
  return slope == 0 ? 0 : slope / max(<f64>load<f32>(curvature), 1e-3);
}

/** Nearest integers. Pack again before the integer passes. */
export function roundSoft(weights: usize): void {
  for (let i = 0; i < inputs; i++) store<f64>(weights + (<usize>i << 3), nearest(weightOf(weights, i)));
}

/**
 * Up to `passes` passes over all integer weights, each to the best of two steps down to two steps up; true where no weight
 * moves. `thinned`: a weight at 0 stays there.
 */
export function settleSoft(weights: usize, passes: i32, thinned: bool): bool {
  let left = Few.budget;
  if (left < i32.MAX_VALUE) for (let i = 0; i < inputs; i++) left -= i32(isCounted(i) && weightOf(weights, i) != 0);
  for (let pass = 0; pass < passes; pass++) {
    let moved = false;
    let least = penaltyNow();
    for (let i = 0; i < inputs; i++) {
      breathe();
      spend(<f64>Packings.soft.rowsPadded * 0.75);
      strain(<f64>Packings.soft.rowsPadded);
      const before = weightOf(weights, i);
      if (before == 0 && (thinned || (left <= 0 && isCounted(i)))) continue;
      let best = before;
      for (let change = -2; change <= 2; change++) {
        const after = before + <f64>change;
        if (change == 0 || !isWeight(i, <i32>after)) continue;
        const toll = <f32>(<f64>radiusOf(i) * (abs<f64>(after) - abs<f64>(before)));
        const penalty = penaltyF32(Packings.soft.lacks, column(i), toll, <f32>change, Packings.soft.rowsPadded);
        if (penalty >= least) continue;
        least = penalty;
        best = after;
      }
      if (best == before) continue;
      if (left < i32.MAX_VALUE && isCounted(i)) left += i32(best == 0) - i32(before == 0);
      move(weights, i, before, best);
      moved = true;
    }
    if (!moved) return true;
  }
  return false;
}

/** The penalty as it stands: no weight moves, so any finite column will do, and there may be none. */
export function penaltyNow(): f32 {
  const lacks = Packings.soft.lacks;
  return penaltyF32(lacks, lacks, 0, 0, Packings.soft.rowsPadded);
}

/** The penalty where weight `i` is set to 0. */
export function penaltyWithout(weights: usize, i: i32): f32 {
  const w = weightOf(weights, i);
  return penaltyF32(Packings.soft.lacks, column(i), <f32>(-<f64>radiusOf(i) * abs<f64>(w)), <f32>-w, Packings.soft.rowsPadded);
}
