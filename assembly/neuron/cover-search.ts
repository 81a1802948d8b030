import { dotI16, penaltyF32 } from '../base/kernels/simd';
import { CHECKED } from '../base/check';
import { nonzerosOf, setWeight, tollOfRow, weightAt } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { below } from '../base/random';
import { countedAs, isCounted, leastWeight, mostWeight, radiusOf, restWeight } from '../problem/boxes';
import { inputs, inputsPadded, kept, keptCount, sampleRow } from '../problem/shape';
import { closeLacks, columnAt, packColumn, packRows, rowAt, sumAt, tollOf } from './packing';
import { Cover, Move, Packing, Packings } from './state';
import { beginChoice, isTabu, makeMove } from './tabu';

/**
 * Local search for MW: one neuron with decided sides reaches `required_k` on every row with as few non-zero weights as
 * possible. Works like the local searches for set covering (Caprara, Toth, Fischetti 2000, survey): from a feasible row
 * with N non-zeros drop one, then swap (one in, one out, tabu) at N - 1 until the rows are covered again or patience
 * ends. The squared shortfall in f32 guides; a row is accepted only after an exact recount.
 */

/** Of a weight that is not counted: steps of 1, 4, 16 to either side. */
const SHIFT = 16;

/** Whether a row reaches every requirement, exactly. */
export function covers(weights: usize, sides: usize, required: usize): bool {
  const toll = tollOfRow(weights);
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

/** Prepares a search from a feasible row; returns the owner's mark. */
export function beginCover(sides: usize, weights: usize, required: usize): i32 {
  if (CHECKED) assert(covers(weights, sides, required));
  const packing = Packings.cover;
  Cover.mark++;
  packRows(packing, sides);
  for (let i = 0; i < inputs; i++) packColumn(packing, sides, i, i);
  startFrom(packing, sides, weights, required);
  return Cover.mark;
}

/** Whether the search that stands is still the one that `mark` was given for. */
// @ts-ignore: decorator
@inline
export function coverIs(mark: i32): bool {
  return mark == Cover.mark;
}

/** The next goal: one non-zero fewer than the feasible `weights`. */
function startFrom(packing: Packing, sides: usize, weights: usize, required: usize): void {
  memory.copy(packing.moving, weights, <usize>inputsPadded << 1);
  Cover.count = nonzerosOf(packing.moving);
  Cover.limit = Cover.count - 1;
  Cover.stale = 0;
  recount(packing, sides, required);
  Cover.least = f32.MAX_VALUE;
}

function recount(packing: Packing, sides: usize, required: usize): void {
  const toll = tollOf(packing);
  for (let r = 0; r < packing.rows; r++) {
    breathe();
    spend(<f64>inputsPadded / 8);
    const s = sumAt(packing, sides, r) - toll;
    store<f32>(packing.lacks + (<usize>r << 2), <f32>(load<i32>(required + (<usize>rowAt(packing, r) << 2)) - s));
  }
  closeLacks(packing);
}

/**
 * Up to `iterations` more moves; `weights` always holds the sparsest feasible row found, whose non-zeros are returned.
 * Stops at `goal` (a bound). `mark`: from `beginCover` with the same sides and needs; `weights` as they were left.
 */
export function searchCover(mark: i32, sides: usize, weights: usize, required: usize, iterations: i32, goal: i32): i32 {
  assert(coverIs(mark)); // else somebody else has begun a search since
  const packing = Packings.cover;
  const moving = packing.moving;
  let best = Cover.limit + 1;
  const patience = 40 + inputs;
  const end = packing.turn + iterations;
  while (packing.turn < end && best > goal && Cover.limit >= 0) {
    packing.turn++;
    if (Cover.count > Cover.limit) chooseDrop(packing);
    else chooseAdd(packing);
    if (Move.column < 0) {
      Cover.stale++;
    } else {
      Cover.count += countedAs(Move.column, Move.after) - countedAs(Move.column, weightAt(moving, Move.column));
      makeMove(packing, Move.column, 4, 8);
      if (Cover.count <= Cover.limit && Move.penalty == 0 && covers(moving, sides, required)) {
        memory.copy(weights, moving, <usize>inputsPadded << 1);
        best = Cover.count;
        startFrom(packing, sides, weights, required);
        continue;
      }
      if (Cover.count <= Cover.limit) {
        if (Move.penalty < Cover.least) {
          Cover.least = Move.penalty;
          Cover.stale = 0;
        } else Cover.stale++;
      }
    }
    if (Cover.stale > patience) {
      memory.copy(moving, weights, <usize>inputsPadded << 1);
      for (let kick = 4 + below(8); kick > 0; kick--) {
        const i = below(inputs);
        setWeight(moving, i, restWeight(i));
      }
      Cover.count = nonzerosOf(moving);
      recount(packing, sides, required);
      Cover.stale = 0;
      Cover.least = f32.MAX_VALUE;
    }
  }
  return best;
}

/** The non-zero weight whose removal costs least. */
function chooseDrop(packing: Packing): void {
  beginChoice();
  const block = perBreath(packing.rowsPadded);
  for (let from = 0; from < inputs; from += block) {
    breathe();
    const to = min(inputs, from + block);
    let tried = 0;
    for (let i = from; i < to; i++) {
      const w = weightAt(packing.moving, i);
      if (countedAs(i, w) == 0 || restWeight(i) != 0 || isTabu(packing, i)) continue;
      consider(packing, i, w, 0);
      tried++;
    }
    spend(<f64>(tried * (packing.rowsPadded + 4)) / 4);
  }
}

/** The best way to bring a weight in, or to strengthen or turn one that is in. */
function chooseAdd(packing: Packing): void {
  beginChoice();
  const full = Cover.count == Cover.limit;
  const block = perBreath(packing.rowsPadded);
  for (let from = 0; from < inputs; from += block) {
    breathe();
    const to = min(inputs, from + block);
    for (let i = from; i < to; i++) {
      const w = weightAt(packing.moving, i);
      if ((w == 0 && full && isCounted(i)) || isTabu(packing, i)) continue;
      const least = leastWeight(i);
      const most = mostWeight(i);
      if (w != most) consider(packing, i, w, most);
      if (w != least) consider(packing, i, w, least);
      if (isCounted(i)) continue;
      // What is not counted is there to put the sums right: any value may be the one.
      for (let step = 1; step <= SHIFT; step <<= 2) {
        if (w + step < most) consider(packing, i, w, w + step);
        if (w - step > least) consider(packing, i, w, w - step);
      }
    }
    spend(<f64>((to - from) * (packing.rowsPadded + 4)) / 2);
  }
  if (!full) return;
  // At the limit: what turns a weight is good only where nothing lacks then; else drop one, the next add refills it.
  const turned = Move.column;
  const value = Move.after;
  const penalty = Move.penalty;
  chooseDrop(packing);
  if (turned < 0 || penalty != 0) return;
  Move.column = turned;
  Move.after = value;
  Move.penalty = penalty;
}

function consider(packing: Packing, i: i32, from: i32, to: i32): void {
  const toll = <f32>(radiusOf(i) * (abs(to) - abs(from)));
  const after = penaltyF32(packing.lacks, columnAt(packing, i), toll, <f32>(to - from), packing.rowsPadded);
  if (after >= Move.penalty) return;
  Move.penalty = after;
  Move.column = i;
  Move.after = to;
}
