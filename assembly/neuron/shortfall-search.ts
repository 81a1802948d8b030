import { axpyF32, dotI16, penaltyF32 } from '../base/kernels/simd';
import { reserve, reserveRaw } from '../base/arena';
import { absSum, setWeight, weightAt } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { below } from '../base/random';
import { inputs, inputsPadded, kept, keptCount, radius, sampleRow, weightBound } from '../problem/shape';

/**
 * Tabu search for one neuron over many rows: minimises the squared shortfall from an ambitious target, the relaxation's
 * bound, by moves `w_i +- 1` of any weight, and keeps the weights of the best least margin met on the way. With tens of
 * rows the target one step above the incumbent is better (max-min-search.ts); with hundreds of nearly binding rows that
 * sees one row at a time, and what rounding has lost on all of them is only won back on all of them: 4-9 at 10 shots and
 * 30 copies, relaxation 575: 6 that way, 360 this way.
 */
let matrix: usize = 0; // f32 [inputs][rowsPadded]: side_k * x_ki
let deficit: usize = 0; // f32 [rowsPadded]: target - margin, in units of S
let tabuUntil: usize = 0; // i32 [inputs]
let moving: usize = 0; // i16 [NP]
let rowCount: i32 = 0;
let rowsPadded: i32 = 0;

const OUT: f32 = -1e18;

export function reserveShortfall(mostRows: i32): void {
  matrix = reserveRaw((<usize>inputs * <usize>((mostRows + 3) & ~3)) << 2);
  deficit = reserve(<usize>(mostRows + 4) << 2);
  tabuUntil = reserve(<usize>inputs << 2);
  moving = reserve(<usize>inputsPadded << 1);
}

/**
 * `moves` moves from `weights`, which holds the weights of the best least margin in the end. `target` in units of S.
 * Guides only: the caller recounts.
 */
export function searchShortfall(sides: usize, weights: usize, target: f32, moves: i32): void {
  pack(sides);
  memory.copy(moving, weights, <usize>inputsPadded << 1);
  measure(sides, target);
  let best = mostMissing();
  for (let move = 0; move < moves; move++) {
    if (!step(move)) return;
    const missing = mostMissing();
    if (missing >= best) continue;
    best = missing;
    memory.copy(weights, moving, <usize>inputsPadded << 1);
  }
}

function pack(sides: usize): void {
  rowCount = 0;
  for (let k = 0; k < keptCount; k++) rowCount += i32(load<i8>(sides + <usize>k) != 0);
  rowsPadded = (rowCount + 3) & ~3;
  let r = 0;
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(sides + <usize>k);
    if (side == 0) continue;
    const row = sampleRow(kept(k));
    breathe();
    spend(<f64>inputs);
    strain(<f64>(inputs * 2));
    for (let i = 0; i < inputs; i++) {
      const x = side * <i32>load<i16>(row + (<usize>i << 1));
      store<f32>(matrix + (<usize>(i * rowsPadded + r) << 2), <f32>x);
    }
    r++;
  }
  for (let i = 0; i < inputs; i++) {
    store<i32>(tabuUntil + (<usize>i << 2), 0);
    for (r = rowCount; r < rowsPadded; r++) store<f32>(matrix + (<usize>(i * rowsPadded + r) << 2), 0);
  }
}

function measure(sides: usize, target: f32): void {
  const slack = radius ? radius * absSum(moving) : 0;
  let r = 0;
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(sides + <usize>k);
    if (side == 0) continue;
    breathe();
    spend(<f64>inputsPadded / 8);
    const margin = side * dotI16(moving, sampleRow(kept(k)), inputsPadded) - slack;
    store<f32>(deficit + (<usize>r << 2), target - <f32>margin);
    r++;
  }
  for (; r < rowsPadded; r++) store<f32>(deficit + (<usize>r << 2), OUT);
}

function mostMissing(): f32 {
  let most: f32 = OUT;
  for (let r = 0; r < rowCount; r++) most = max(most, load<f32>(deficit + (<usize>r << 2)));
  spend(<f64>rowCount);
  return most;
}

/** The best move that is not tabu. */
function step(move: i32): bool {
  let least: f32 = f32.MAX_VALUE;
  let pick = -1;
  let change = 0;
  const block = perBreath(rowsPadded);
  for (let from = 0; from < inputs; from += block) {
    breathe();
    const to = min(inputs, from + block);
    for (let i = from; i < to; i++) {
      if (load<i32>(tabuUntil + (<usize>i << 2)) > move) continue;
      const w = weightAt(moving, i);
      const column = matrix + (<usize>(i * rowsPadded) << 2);
      if (w < weightBound) {
        const after = penaltyF32(deficit, column, <f32>(radius * (w >= 0 ? 1 : -1)), 1, rowsPadded);
        if (after < least) {
          least = after;
          pick = i;
          change = 1;
        }
      }
      if (w > -weightBound) {
        const after = penaltyF32(deficit, column, <f32>(radius * (w > 0 ? -1 : 1)), -1, rowsPadded);
        if (after < least) {
          least = after;
          pick = i;
          change = -1;
        }
      }
    }
    spend(<f64>((to - from) * (rowsPadded + 8)) / 2);
    strain(<f64>((to - from) * rowsPadded) / 2);
  }
  if (pick < 0) return false;
  const before = weightAt(moving, pick);
  setWeight(moving, pick, before + change);
  axpyF32(deficit, matrix + (<usize>(pick * rowsPadded) << 2), <f32>-change, rowsPadded);
  const toll = <f32>(radius * (abs(before + change) - abs(before)));
  if (toll != 0) {
    for (let r = 0; r < rowCount; r++) {
      const at = deficit + (<usize>r << 2);
      store<f32>(at, load<f32>(at) + toll);
    }
  }
  store<i32>(tabuUntil + (<usize>pick << 2), move + 7 + below(6));
  return true;
}
