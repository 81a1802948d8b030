import { dotF32 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { radiusOf } from '../../problem/boxes';
import { inputs } from '../../problem/shape';
import { column, isPriced, move, penaltyNow, priceOf, softLacks, softRows } from '../../neuron/soft-neuron';
import { boxHigh, boxLow } from '../../relax/exact/safe-bound';
import { solveByFactor } from './factor';
import { solveByGradients } from './gradients';
import { deficitsBefore, freeColumn, freeInputs, lackingRows, lacks, MOST_FACTORED, Newton, step, weightsBefore } from './state';

/**
 * A Newton step of all weights of one neuron that are strictly inside their boxes, together: the loss is a quadratic in them as long
 * as the same rows lack something and no weight passes 0. Coordinate descent (neuron/soft-neuron.ts) finds which weights these are
 * within some passes and then takes hundreds for their values; this takes two or three steps. The step is cut back to the boxes
 * weight by weight (Bertsekas 1982) and halved until the loss falls.
 */
const HALVINGS = 5;

// @ts-ignore: decorator
@inline
function freeAt(f: i32): i32 {
  return load<i32>(freeInputs + (<usize>f << 2));
}

// @ts-ignore: decorator
@inline
function stepAt(f: i32): usize {
  return step + (<usize>f << 3);
}

// @ts-ignore: decorator
@inline
function weightAt(weights: usize, i: i32): f64 {
  return load<f64>(weights + (<usize>i << 3));
}

/** One step; whether the loss has fallen by more than a share of 1e-6. `weights` f64 [NP] are what the deficits are of. */
export function newtonStep(weights: usize): bool {
  Newton.factored = false;
  listFree(weights);
  if (Newton.free == 0) return false;
  const rows = gather(weights);
  if (rows == 0) return false;
  for (let f = 0; f < Newton.free; f++) store<f64>(stepAt(f), <f64>dotF32(freeColumn(f, rows), lacks, rows) - slopeOfPrice(weights, freeAt(f)));
  if (Newton.free > MOST_FACTORED) solveByGradients(rows);
  else if (!solveByFactor(rows)) return false;
  return walk(weights);
}

/** Half of what a unit more of the weight costs where few may be other than 0: the slopes are of half the loss. */
// @ts-ignore: decorator
@inline
function slopeOfPrice(weights: usize, i: i32): f64 {
  const w = weightAt(weights, i);
  if (w == 0 || !isPriced(i)) return 0;
  return w > 0 ? priceOf(i, 1) / 2 : -priceOf(i, -1) / 2;
}

/** What all free weights cost so. */
function pricesNow(weights: usize): f64 {
  let sum: f64 = 0;
  for (let f = 0; f < Newton.free; f++) {
    const i = freeAt(f);
    const w = weightAt(weights, i);
    if (w != 0 && isPriced(i)) sum += abs(w) * priceOf(i, w > 0 ? 1 : -1);
  }
  return sum;
}

function listFree(weights: usize): void {
  let count = 0;
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(weights, i);
    if (w <= <f64>boxLow(i) || w >= <f64>boxHigh(i) || (w == 0 && (radiusOf(i) != 0 || isPriced(i)))) continue;
    store<i32>(freeInputs + (<usize>(count++) << 2), i);
  }
  Newton.free = count;
}

/** The rows that lack something, and the free weights' entries of them; how many rows, padded to 8. */
function gather(weights: usize): i32 {
  const deficit = softLacks();
  let count = 0;
  for (let r = 0; r < softRows(); r++) {
    const lack = load<f32>(deficit + (<usize>r << 2));
    if (!(lack > 0)) continue;
    store<i32>(lackingRows + (<usize>count << 2), r);
    store<f32>(lacks + (<usize>(count++) << 2), lack);
  }
  const rows = (count + 7) & ~7;
  for (let r = count; r < rows; r++) store<f32>(lacks + (<usize>r << 2), 0);
  for (let f = 0; f < Newton.free; f++) {
    const i = freeAt(f);
    const w = weightAt(weights, i);
    const sign: i32 = i32(w > 0) - i32(w < 0);
    const toll = <f32>(radiusOf(i) * sign);
    const from = column(i);
    const to = freeColumn(f, rows);
    for (let r = 0; r < count; r++) {
      const at = <usize>load<i32>(lackingRows + (<usize>r << 2)) << 2;
      store<f32>(to + (<usize>r << 2), load<f32>(from + at) - toll);
    }
    for (let r = count; r < rows; r++) store<f32>(to + (<usize>r << 2), 0);
    breathe();
    strain(<f64>count);
  }
  return rows;
}

/** Goes the step, or a part of it; whether it helped. */
function walk(weights: usize): bool {
  const n = Newton.free;
  const bytes = <usize>softRows() << 2;
  memory.copy(deficitsBefore, softLacks(), bytes);
  for (let f = 0; f < n; f++) store<f64>(weightsBefore + (<usize>f << 3), weightAt(weights, freeAt(f)));
  const before = <f64>penaltyNow() + pricesNow(weights);
  let share: f64 = 1;
  for (let turn = 0; turn < HALVINGS; turn++) {
    for (let f = 0; f < n; f++) {
      const i = freeAt(f);
      const w = load<f64>(weightsBefore + (<usize>f << 3));
      const after = within(i, w, w + share * load<f64>(stepAt(f)));
      if (after != w) move(weights, i, w, after);
      breathe();
      spend(<f64>softRows() / 4);
    }
    if (<f64>penaltyNow() + pricesNow(weights) < before * (1 - 1e-6)) return true;
    memory.copy(softLacks(), deficitsBefore, bytes);
    for (let f = 0; f < n; f++) store<f64>(weights + (<usize>freeAt(f) << 3), load<f64>(weightsBefore + (<usize>f << 3)));
    share /= 2;
  }
  return false;
}

/** Within the box, and where there is a toll on this side of 0. */
// @ts-ignore: decorator
@inline
function within(i: i32, from: f64, to: f64): f64 {
  let low = <f64>boxLow(i);
  let high = <f64>boxHigh(i);
  if (radiusOf(i) != 0 || isPriced(i)) {
    if (from > 0) low = max<f64>(low, 0);
    else high = min<f64>(high, 0);
  }
  return min(max(to, low), high);
}
