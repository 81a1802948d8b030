import { axpyF32, dotI16, penaltyF32 } from '../base/kernels/simd';
import { reserve, reserveRaw } from '../base/arena';
import { absSum, setWeight, weightAt } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { below } from '../base/random';
import { inputs, inputsPadded, kept, keptCount, radius, sampleRow, weightBound } from '../problem/shape';

/**
 * Local search for MW: one neuron with decided sides reaches `required_k` on every row with as few non-zero weights as
 * possible. Works like the local searches for set covering (Caprara, Toth, Fischetti 2000, survey): from a feasible row
 * with N non-zeros drop one, then swap (one in, one out, tabu) at N - 1 until the rows are covered again or patience
 * ends. The squared shortfall in f32 guides; a row is accepted only after an exact recount.
 */
let matrix: usize = 0; // f32 [inputs][rowsPadded]: side_k * x_ki
let shortfall: usize = 0; // f32 [rowsPadded]: required - what the moving weights reach
let rowOf: usize = 0; // i32 [K]
let tabuUntil: usize = 0; // i32 [inputs]
let moving: usize = 0; // i16 [NP]
let rowCount: i32 = 0;
let rowsPadded: i32 = 0;
let iteration: i32 = 0;
let limit: i32 = 0; // non-zeros allowed to the moving weights
let count: i32 = 0; // non-zeros of the moving weights
let stale: i32 = 0;
let least: f32 = 0; // least shortfall since the last improvement

let pickInput: i32 = -1;
let pickValue: i32 = 0;
let pickPenalty: f32 = 0;

/** Changes with every `beginCover`: tells an owner whether the search that stands is still its own. */
export let coverSession: i32 = 0;

const OUT: f32 = -1e18;

export function reserveCoverSearch(mostRows: i32): void {
  matrix = reserveRaw((<usize>inputs * <usize>((mostRows + 3) & ~3)) << 2);
  shortfall = reserve(<usize>(mostRows + 4) << 2);
  rowOf = reserve(<usize>mostRows << 2);
  tabuUntil = reserve(<usize>inputs << 2);
  moving = reserve(<usize>inputsPadded << 1);
}

/** Whether a row reaches every requirement, exactly. */
export function covers(weights: usize, sides: usize, required: usize): bool {
  const toll = radius ? radius * absSum(weights) : 0;
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(sides + <usize>k);
    if (side == 0) continue;
    breathe();
    strain(<f64>inputsPadded / 8);
    const s = side * dotI16(weights, sampleRow(kept(k)), inputsPadded) - toll;
    if (s < load<i32>(required + (<usize>k << 2))) return false;
  }
  return true;
}

export function nonzerosOf(weights: usize): i32 {
  let n = 0;
  for (let i = 0; i < inputs; i++) n += i32(weightAt(weights, i) != 0);
  return n;
}

/** Prepares a search from a feasible row. */
export function beginCover(sides: usize, weights: usize, required: usize): void {
  coverSession++;
  rowCount = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(sides + <usize>k) == 0) continue;
    store<i32>(rowOf + (<usize>rowCount << 2), k);
    rowCount++;
  }
  rowsPadded = (rowCount + 3) & ~3;
  for (let i = 0; i < inputs; i++) {
    const column = matrix + (<usize>(i * rowsPadded) << 2);
    breathe();
    spend(<f64>rowCount);
    strain(<f64>rowCount);
    for (let r = 0; r < rowCount; r++) {
      const k = load<i32>(rowOf + (<usize>r << 2));
      const x = <i32>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
      store<f32>(column + (<usize>r << 2), <f32>(<i32>load<i8>(sides + <usize>k) * x));
    }
    for (let r = rowCount; r < rowsPadded; r++) store<f32>(column + (<usize>r << 2), 0);
    store<i32>(tabuUntil + (<usize>i << 2), 0);
  }
  iteration = 0;
  startFrom(sides, weights, required);
}

/** The next goal: one non-zero fewer than the feasible `weights`. */
function startFrom(sides: usize, weights: usize, required: usize): void {
  memory.copy(moving, weights, <usize>inputsPadded << 1);
  count = nonzerosOf(moving);
  limit = count - 1;
  stale = 0;
  recount(sides, required);
  least = f32.MAX_VALUE;
}

function recount(sides: usize, required: usize): void {
  const toll = radius ? radius * absSum(moving) : 0;
  for (let r = 0; r < rowCount; r++) {
    breathe();
    spend(<f64>inputsPadded / 8);
    const k = load<i32>(rowOf + (<usize>r << 2));
    const s = <i32>load<i8>(sides + <usize>k) * dotI16(moving, sampleRow(kept(k)), inputsPadded) - toll;
    store<f32>(shortfall + (<usize>r << 2), <f32>(load<i32>(required + (<usize>k << 2)) - s));
  }
  for (let r = rowCount; r < rowsPadded; r++) store<f32>(shortfall + (<usize>r << 2), OUT);
}

/**
 * Up to `iterations` more moves; `weights` always holds the sparsest feasible row found, whose non-zeros are returned.
 * Stops at `goal` (a bound).
 */
export function searchCover(sides: usize, weights: usize, required: usize, iterations: i32, goal: i32): i32 {
  let best = limit + 1;
  const patience = 40 + inputs;
  const end = iteration + iterations;
  while (iteration < end && best > goal && limit >= 0) {
    iteration++;
    if (count > limit) pickDrop();
    else pickAdd();
    if (pickInput < 0) {
      stale++;
    } else {
      move();
      if (count <= limit && pickPenalty == 0 && covers(moving, sides, required)) {
        memory.copy(weights, moving, <usize>inputsPadded << 1);
        best = count;
        startFrom(sides, weights, required);
        continue;
      }
      if (count <= limit) {
        if (pickPenalty < least) {
          least = pickPenalty;
          stale = 0;
        } else stale++;
      }
    }
    if (stale > patience) {
      memory.copy(moving, weights, <usize>inputsPadded << 1);
      for (let kick = 4 + below(8); kick > 0; kick--) setWeight(moving, below(inputs), 0);
      count = nonzerosOf(moving);
      recount(sides, required);
      stale = 0;
      least = f32.MAX_VALUE;
    }
  }
  return best;
}

/** The non-zero weight whose removal costs least. */
function pickDrop(): void {
  pickInput = -1;
  pickPenalty = f32.MAX_VALUE;
  const block = perBreath(rowsPadded);
  for (let from = 0; from < inputs; from += block) {
    breathe();
    const to = min(inputs, from + block);
    let tried = 0;
    for (let i = from; i < to; i++) {
      const w = weightAt(moving, i);
      if (w == 0 || load<i32>(tabuUntil + (<usize>i << 2)) > iteration) continue;
      consider(i, w, 0);
      tried++;
    }
    spend(<f64>(tried * (rowsPadded + 4)) / 4);
  }
}

/** The best way to bring a weight in, or to strengthen or turn one that is in. */
function pickAdd(): void {
  pickInput = -1;
  pickPenalty = f32.MAX_VALUE;
  const block = perBreath(rowsPadded);
  for (let from = 0; from < inputs; from += block) {
    breathe();
    const to = min(inputs, from + block);
    for (let i = from; i < to; i++) {
      const w = weightAt(moving, i);
      if (w == 0 && count == limit) continue;
      const tabu = load<i32>(tabuUntil + (<usize>i << 2)) > iteration;
      if (tabu) continue;
      if (w != weightBound) consider(i, w, weightBound);
      if (w != -weightBound) consider(i, w, -weightBound);
    }
    spend(<f64>((to - from) * (rowsPadded + 4)) / 2);
  }
  // At the limit with nothing to turn: drop one, the next add refills it.
  if (count == limit) pickDropOrTurn();
}

function pickDropOrTurn(): void {
  const turned = pickInput;
  const value = pickValue;
  const penalty = pickPenalty;
  pickDrop();
  if (turned >= 0 && penalty == 0) {
    pickInput = turned;
    pickValue = value;
    pickPenalty = penalty;
  }
}

function consider(i: i32, from: i32, to: i32): void {
  const column = matrix + (<usize>(i * rowsPadded) << 2);
  const toll = <f32>(radius * (abs(to) - abs(from)));
  const after = penaltyF32(shortfall, column, toll, <f32>(to - from), rowsPadded);
  if (after < pickPenalty) {
    pickPenalty = after;
    pickInput = i;
    pickValue = to;
  }
}

function move(): void {
  const before = weightAt(moving, pickInput);
  setWeight(moving, pickInput, pickValue);
  count += i32(pickValue != 0) - i32(before != 0);
  axpyF32(shortfall, matrix + (<usize>(pickInput * rowsPadded) << 2), <f32>(before - pickValue), rowsPadded);
  const toll = radius * (abs(pickValue) - abs(before));
  if (toll) {
    for (let r = 0; r < rowCount; r++) {
      const at = shortfall + (<usize>r << 2);
      store<f32>(at, load<f32>(at) + <f32>toll);
    }
  }
  store<i32>(tabuUntil + (<usize>pickInput << 2), iteration + 4 + below(8));
}
