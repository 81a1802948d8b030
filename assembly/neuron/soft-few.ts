import { penaltyF32 } from '../base/kernels/simd';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { isCounted, leastWeight, mostWeight, radiusOf, restWeight } from '../problem/boxes';
import { inputs } from '../problem/shape';
import { column, move, penaltyNow, softLacks, softRows } from './soft-neuron';

/**
 * Soft margins of one neuron of which few weights may be other than 0: which of real weights stay, and exchanges of one for another.
 * Weights f64 [NP], the rows packed.
 */

/** What limits weight `i`: it is counted, and may be 0. */
// @ts-ignore: decorator
@inline
function isOptional(i: i32): bool {
  return isCounted(i) && restWeight(i) == 0;
}

/** A weight's share of the way to the end of its range; 0: it is 0. */
function shareOf(weights: usize, i: i32): f64 {
  const w = load<f64>(weights + (<usize>i << 3));
  if (w == 0 || !isOptional(i)) return 0;
  return w / <f64>(w > 0 ? mostWeight(i) : leastWeight(i));
}

/** Rounds to whole numbers, `budget` counted ones not 0: those that have gone the longest way. */
export function roundToFew(weights: usize, budget: i32): void {
  let forced = 0;
  for (let i = 0; i < inputs; i++) forced += i32(isCounted(i) && restWeight(i) != 0);
  // The bar above which as many are left as may stay, by bisection; those at the bar itself go in order.
  let low: f64 = 0;
  let high: f64 = 1;
  const room = max(0, budget - forced);
  for (let turn = 0; turn < 40; turn++) {
    const bar = (low + high) / 2;
    let above = 0;
    for (let i = 0; i < inputs; i++) above += i32(shareOf(weights, i) > bar);
    if (above > room) low = bar;
    else high = bar;
  }
  spend(<f64>inputs * 40);
  let left = room;
  for (let i = 0; i < inputs; i++) if (shareOf(weights, i) > high) left--;
  for (let i = 0; i < inputs; i++) {
    const at = weights + (<usize>i << 3);
    const w = load<f64>(at);
    if (!isOptional(i)) {
      store<f64>(at, nearest(w));
      continue;
    }
    const share = shareOf(weights, i);
    const stays = share > high || (share > 0 && share >= low && left > 0);
    if (stays && share <= high) left--;
    store<f64>(at, stays ? (w > 0 ? max<f64>(1, nearest(w)) : min<f64>(-1, nearest(w))) : 0);
  }
}

/** Exchanges one weight for the best other one while that helps, at most so often; the number of counted weights stays. */
export function exchangeSoft(weights: usize, turns: i32): void {
  for (let turn = 0; turn < turns; turn++) {
    let moved = false;
    for (let out = 0; out < inputs; out++) {
      const at = weights + (<usize>out << 3);
      const before = load<f64>(at);
      if (before == 0 || !isOptional(out)) continue;
      const least = penaltyNow();
      move(weights, out, before, 0);
      let best = out;
      let value = before;
      let penalty = least;
      for (let i = 0; i < inputs; i++) {
        if (load<f64>(weights + (<usize>i << 3)) != 0 || !isOptional(i)) continue;
        breathe();
        strain(<f64>softRows() / 4);
        for (let v = leastWeight(i); v <= mostWeight(i); v += max(1, (mostWeight(i) - leastWeight(i)) / 16)) {
          if (v == 0) continue;
          const after = penaltyF32(softLacks(), column(i), <f32>(radiusOf(i) * abs(v)), <f32>v, softRows());
          if (after >= penalty * <f32>0.999999) continue;
          penalty = after;
          best = i;
          value = <f64>v;
        }
        spend(<f64>softRows());
      }
      move(weights, best, 0, value);
      if (best != out || value != before) moved = true;
    }
    if (!moved) return;
  }
}
