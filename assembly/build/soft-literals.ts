import { dotI16F64 } from '../base/kernels/simd';
import { primeMask, primeSides, primesOf } from '../network/soft';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { packedRow, packedRows, realToll } from '../neuron/soft-neuron';
import { clearFloors, floors } from '../neuron/soft-polish';
import { inputsPadded, kept, keptCount, label, sampleRow, targetOf } from '../problem/shape';
import { owedBy } from './clusters';
import { literalCosts, literalTolls } from './state';

/**
 * Which first-layer neurons each row relies on, and on which side, by itself rather than with its sample: written where the
 * clusters write theirs (`owedBy`).
 */

/**
 * Every kept row relies on the prime implicant of its label that lacks least in sum of squares, or, `byWorst`, at its worst literal, under real or whole weights
 * f64 [n1][NP]; whether any row has chosen anew. Neurons from `n1` on are constants. Call `prepareSoft` first.
 */
export function chooseLiterals(weights: usize, n1: i32, byWorst: bool = false): bool {
  for (let j = 0; j < n1; j++) {
    const row = weights + ((<usize>j * <usize>inputsPadded) << 3);
    store<f64>(literalTolls + (<usize>j << 3), realToll(row));
  }
  let moved = false;
  const aRow = <f64>n1 * <f64>(inputsPadded + 16) / 4;
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    breathe();
    spend(aRow);
    strain(<f64>primesOf(label(k)) * 2);
    measureCosts(weights, k, n1);
    const y = label(k);
    let best = -1;
    let least = f64.MAX_VALUE;
    for (let p = 0; p < primesOf(y); p++) {
      const cost = costOf(primeMask(y, p), primeSides(y, p), n1, byWorst);
      if (cost >= least) continue;
      least = cost;
      best = p;
    }
    if (best >= 0 && rely(index, primeMask(y, best), primeSides(y, best), n1)) moved = true;
  }
  return moved;
}

function measureCosts(weights: usize, k: i32, n1: i32): void {
  const target = <f64>targetOf(k);
  for (let j = 0; j < n1; j++) {
    const known = load<f64>(literalTolls + (<usize>j << 3));
    const sum = dotI16F64(sampleRow(k), weights + ((<usize>j * <usize>inputsPadded) << 3), inputsPadded);
    const toll = max<f64>(known, 0);
    const at = literalCosts + (<usize>j << 4);
    store<f64>(at, known < 0 ? 0 : squared(target - (sum - toll)));
    store<f64>(at, squared(target - (-sum - toll - 1)), 8);
  }
}

function squared(lack: f64): f64 {
  return lack > 0 ? lack * lack : 0;
}

/** Neurons beyond the clusters are constants: sure to be +, never -. */
function costOf(mask: u32, sides: u32, n1: i32, byWorst: bool): f64 {
  let cost: f64 = 0;
  for (let rest = mask; rest != 0; rest &= rest - 1) {
    const j = <i32>ctz(rest);
    const plus = (sides >>> j) & 1;
    if (j < n1) {
      const lost = load<f64>(literalCosts + (<usize>j << 4) + (plus ? 0 : 8));
      cost = byWorst ? max(cost, lost) : cost + lost;
    } else if (!plus) return f64.MAX_VALUE;
  }
  return cost;
}

function rely(index: i32, mask: u32, sides: u32, n1: i32): bool {
  let changed = false;
  for (let j = 0; j < n1; j++) {
    const side: i32 = (mask >>> j) & 1 ? ((sides >>> j) & 1 ? 1 : -1) : 0;
    const at = owedBy(j) + <usize>index;
    if (<i32>load<i8>(at) == side) continue;
    store<i8>(at, <i8>side);
    changed = true;
  }
  return changed;
}

/**
 * The rows that rely on neuron `j` have been packed last: what each loses at the other neurons that it relies on, whatever this one comes to. `weights` as
 * for `chooseLiterals`.
 */
export function writeFloors(weights: usize, j: i32, n1: i32): void {
  clearFloors();
  if (n1 == 1) return;
  const rows = packedRows();
  for (let other = 0; other < n1; other++) {
    if (other == j) continue;
    const row = weights + ((<usize>other * <usize>inputsPadded) << 3);
    const known = realToll(row);
    for (let r = 0; r < rows; r++) {
      const k = packedRow(r);
      const side = <i32>load<i8>(owedBy(other) + <usize>k);
      if (side == 0 || (side > 0 && known < 0)) continue;
      breathe();
      spend(<f64>inputsPadded / 4);
      const sum = dotI16F64(sampleRow(kept(k)), row, inputsPadded);
      const lack = <f64>targetOf(kept(k)) + max<f64>(known, 0) - (side > 0 ? sum : -sum - 1);
      const at = floors() + (<usize>r << 2);
      store<f32>(at, max(load<f32>(at), <f32>lack));
    }
  }
}
