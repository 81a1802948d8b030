import { spend } from '../base/clock';
import { breathe } from '../base/pause';
import { leastWeight, mostWeight } from '../problem/boxes';
import { inputs, inputsPadded } from '../problem/shape';
import { closeLacks, OUT, packColumn, packRows, sumAt, tollOf } from './packing';
import { Move, Packing, Packings } from './state';
import { chooseStep, makeMove } from './tabu';

/**
 * Tabu search for one neuron over many rows: minimises the squared shortfall from an ambitious target, the relaxation's
 * bound, by moves `w_i +- 1` of any weight, and keeps the weights of the best least margin met on the way. With tens of
 * rows the target one step above the incumbent is better (max-min-search.ts); with hundreds of nearly binding rows that
 * sees one row at a time, and what rounding has lost on all of them is only won back on all of them: 4-9 at 10 shots and
 * 30 copies, relaxation 575: 6 that way, 360 this way.
 */

/**
 * `moves` moves from `weights`, which holds the weights of the best least margin in the end. `target` in units of S.
 * Guides only: the caller recounts.
 */
export function searchShortfall(sides: usize, weights: usize, target: f32, moves: i32): void {
  const packing = Packings.shortfall;
  pack(packing, sides);
  memory.copy(packing.moving, weights, <usize>inputsPadded << 1);
  measure(packing, sides, target);
  let best = mostMissing(packing);
  for (let move = 0; move < moves; move++) {
    packing.turn++;
    chooseStep(packing, false, 8);
    if (Move.column < 0) return;
    makeMove(packing, Move.column, 7, 6);
    const missing = mostMissing(packing);
    if (missing >= best) continue;
    best = missing;
    memory.copy(weights, packing.moving, <usize>inputsPadded << 1);
  }
}

/** Every input may move, anywhere. */
function pack(packing: Packing, sides: usize): void {
  packRows(packing, sides);
  packing.columns = inputs;
  for (let i = 0; i < inputs; i++) {
    store<i32>(packing.inputOf + (<usize>i << 2), i);
    store<i16>(packing.lows + (<usize>i << 1), <i16>leastWeight(i));
    store<i16>(packing.highs + (<usize>i << 1), <i16>mostWeight(i));
    packColumn(packing, sides, i, i);
  }
}

function measure(packing: Packing, sides: usize, target: f32): void {
  const toll = tollOf(packing);
  for (let r = 0; r < packing.rows; r++) {
    breathe();
    spend(<f64>inputsPadded / 8);
    store<f32>(packing.lacks + (<usize>r << 2), target - <f32>(sumAt(packing, sides, r) - toll));
  }
  closeLacks(packing);
}

function mostMissing(packing: Packing): f32 {
  let most: f32 = OUT;
  for (let r = 0; r < packing.rows; r++) most = max(most, load<f32>(packing.lacks + (<usize>r << 2)));
  spend(<f64>packing.rows);
  return most;
}
