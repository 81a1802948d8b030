import { setWeight, weightAt } from '../network/weights';
import { spend } from '../base/clock';
import { breathe } from '../base/pause';
import { below } from '../base/random';
import { columnAt } from './count-search';
import { CountColumns, SIZES, stepAsks, stepBest, stepCounts, stepLacks, stepNeeds, stepRow, stepTabu, StepWalk } from './state';
import { Boxes, isWeight, leastWeight, mostWeight, radiusOf } from '../problem/boxes';
import { confidence, inputs, inputsPadded, sampleCount } from '../problem/shape';

/**
 * Local search on the count itself, for one neuron: of all changes of one weight by 1, 2, 3, 5 or 8 the one after which most
 * rows have what they are asked for, ties at random; what was changed stays for some moves; a walk that has not gained for
 * a while is begun anew. One pass over the rows counts all changes of a weight at once.
 *
 *     row k has it where  asks_k * y_k * S_k - sum_i r_i |w_i| >= needs_k
 *
 * SM of a single neuron asks every row for +1 and `confidence`. Of a neuron under hidden layers it is asked on which side
 * the rows are right whose answer depends on it (search/tables/answer-walk.ts): +1 for the side of the label, -1 for the other one, 0 for neither.
 */
/** Moves without gain, of a neuron alone. */
export const PATIENCE = 400;
const LEAST_TENURE = 2;
const TENURES = 5;

/** How much change `s` of a weight is. */
// @ts-ignore: decorator
@inline
export function sizeOf(s: i32): i32 {
  return s < 3 ? s + 1 : s == 3 ? 5 : 8;
}

/** From these weights; the columns, asks and needs must stand. Rows of the padding are asked nothing. */
export function beginSteps(row: usize): void {
  memory.copy(stepRow, row, <usize>inputsPadded << 1);
  StepWalk.move = 0;
  memory.fill(stepTabu, 0, <usize>inputs << 2);
  for (let k = 0; k < CountColumns.padded; k++) {
    // A row that is not asked has nothing, whatever the weights: the least of its lacks cannot be made up for.
    const asked = load<i16>(stepAsks + (<usize>k << 1)) != 0;
    store<i32>(stepLacks + (<usize>k << 2), asked ? -load<i32>(stepNeeds + (<usize>k << 2)) : i32.MIN_VALUE >> 1);
  }
  StepWalk.toll = 0;
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(stepRow, i);
    StepWalk.toll += radiusOf(i) * abs(w);
    breathe();
    if (w) shift(i, w);
  }
  spend(<f64>CountColumns.padded * 2);
  StepWalk.count = counted();
  keep();
}

function keep(): void {
  StepWalk.best = StepWalk.count;
  StepWalk.idle = 0;
  memory.copy(stepBest, stepRow, <usize>inputsPadded << 1);
}

function counted(): i32 {
  let count = 0;
  const toll = StepWalk.toll;
  for (let k = 0; k < CountColumns.padded; k++) count += i32(load<i32>(stepLacks + (<usize>k << 2)) >= toll);
  return count;
}

/** `lacks += by * asks * column` */
function shift(i: i32, by: i32): void {
  const column = columnAt(i);
  const factor = i32x4.splat(by);
  for (let k = 0; k < CountColumns.padded; k += 4) {
    const at = stepLacks + (<usize>k << 2);
    const x = i32x4.mul(v128.load_ext<i16>(column + (<usize>k << 1)), v128.load_ext<i16>(stepAsks + (<usize>k << 1)));
    v128.store(at, i32x4.add(v128.load(at), i32x4.mul(factor, x)));
  }
  spend(<f64>CountColumns.padded / 2);
}

/** About `effort` more units of work, a move at least; until the walk has been idle for so many moves. */
export function walkSteps(effort: f64, idle: i32): void {
  const sizes = min(SIZES, Boxes.widest == 1 ? 2 : Boxes.widest < 4 ? 4 : SIZES);
  const one = <f64>inputs * (<f64>CountColumns.padded * (0.5 + 0.5 * <f64>sizes) + 20);
  for (let left = effort; left > 0 && StepWalk.idle < idle; left -= one) {
    spend(one);
    step(sizes);
  }
}

function step(sizes: i32): void {
  let most = -1;
  let ties = 0;
  let pick = -1;
  let by = 0;
  StepWalk.move++;
  StepWalk.idle++;
  for (let i = 0; i < inputs; i++) {
    breathe();
    const w = weightAt(stepRow, i);
    if (sizes == 2) countFew(i, w);
    else countChanges(i, w);
    const free = load<i32>(stepTabu + (<usize>i << 2)) <= StepWalk.move;
    for (let c = 0; c < 2 * sizes; c++) {
      const change = c & 1 ? -sizeOf(c >> 1) : sizeOf(c >> 1);
      if (!isWeight(i, w + change)) continue;
      const count = load<i32>(stepCounts + (<usize>c << 2));
      if (!free && count <= StepWalk.best) continue;
      if (count < most) continue;
      if (count > most) ties = 0;
      most = count;
      if (below(++ties)) continue;
      pick = i;
      by = change;
    }
  }
  if (pick < 0) return; // all of them wait
  const w = weightAt(stepRow, pick);
  setWeight(stepRow, pick, w + by);
  StepWalk.toll += radiusOf(pick) * (abs(w + by) - abs(w));
  shift(pick, by);
  StepWalk.count = most;
  store<i32>(stepTabu + (<usize>pick << 2), StepWalk.move + 1 + LEAST_TENURE + below(TENURES));
  if (most > StepWalk.best) keep();
}

/** SM of a single neuron: every row is asked for its label. From these weights. */
export function beginAloneSteps(row: usize): void {
  askAlone(confidence);
  beginSteps(row);
}

/** Every row is asked for so much on its label's side, before `beginSteps`. */
export function askAlone(needs: i32): void {
  memory.fill(stepAsks, 0, <usize>CountColumns.padded << 1);
  for (let k = 0; k < sampleCount; k++) {
    store<i16>(stepAsks + (<usize>k << 1), 1);
    store<i32>(stepNeeds + (<usize>k << 2), needs);
  }
  spend(<f64>CountColumns.padded);
}

/** What the rows that have what they are asked for have at least on top of it, under the weights at hand; one of them must. */
export function leastToSpare(): i32 {
  let least = i32.MAX_VALUE;
  for (let k = 0; k < CountColumns.padded; k++) {
    const spare = load<i32>(stepLacks + (<usize>k << 2)) - StepWalk.toll;
    if (spare >= 0) least = min(least, spare);
  }
  spend(<f64>CountColumns.padded);
  return least;
}

/** About `effort` more units of work; walks that have come to nothing start anew at random. */
export function searchSteps(effort: f64): void {
  if (StepWalk.idle >= PATIENCE) {
    for (let i = 0; i < inputs; i++) setWeight(stepRow, i, leastWeight(i) + below(mostWeight(i) - leastWeight(i) + 1));
    askAlone(confidence); // whoever raises asks for more
    beginSteps(stepRow);
  }
  walkSteps(effort, PATIENCE);
}

/** What the L-infinity box takes of a row after a change of a weight whose input moves by `moved`. */
// @ts-ignore: decorator
@inline
function tollOf(moved: i32, w: i32, change: i32): i32 {
  return StepWalk.toll + moved * (abs(w + change) - abs(w));
}

/** Counts the changes of weight `i` by +-1 and +-2. */
function countFew(i: i32, w: i32): void {
  const column = columnAt(i);
  const moved = radiusOf(i);
  const t0 = i32x4.splat(tollOf(moved, w, 1));
  const t1 = i32x4.splat(tollOf(moved, w, -1));
  const t2 = i32x4.splat(tollOf(moved, w, 2));
  const t3 = i32x4.splat(tollOf(moved, w, -2));
  let c0 = i32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  for (let k = 0; k < CountColumns.padded; k += 4) {
    const z = v128.load(stepLacks + (<usize>k << 2));
    const a = i32x4.mul(v128.load_ext<i16>(column + (<usize>k << 1)), v128.load_ext<i16>(stepAsks + (<usize>k << 1)));
    const up = i32x4.add(z, a);
    const down = i32x4.sub(z, a);
    c0 = i32x4.sub(c0, i32x4.ge_s(up, t0));
    c1 = i32x4.sub(c1, i32x4.ge_s(down, t1));
    c2 = i32x4.sub(c2, i32x4.ge_s(i32x4.add(up, a), t2));
    c3 = i32x4.sub(c3, i32x4.ge_s(i32x4.sub(down, a), t3));
  }
  store<i32>(stepCounts, sumOf(c0));
  store<i32>(stepCounts, sumOf(c1), 4);
  store<i32>(stepCounts, sumOf(c2), 8);
  store<i32>(stepCounts, sumOf(c3), 12);
}

/** Counts the changes of weight `i` by all sizes. */
function countChanges(i: i32, w: i32): void {
  countFew(i, w);
  const column = columnAt(i);
  const moved = radiusOf(i);
  const t4 = i32x4.splat(tollOf(moved, w, 3));
  const t5 = i32x4.splat(tollOf(moved, w, -3));
  const t6 = i32x4.splat(tollOf(moved, w, 5));
  const t7 = i32x4.splat(tollOf(moved, w, -5));
  const t8 = i32x4.splat(tollOf(moved, w, 8));
  const t9 = i32x4.splat(tollOf(moved, w, -8));
  let c4 = i32x4.splat(0);
  let c5 = c4;
  let c6 = c4;
  let c7 = c4;
  let c8 = c4;
  let c9 = c4;
  for (let k = 0; k < CountColumns.padded; k += 4) {
    const z = v128.load(stepLacks + (<usize>k << 2));
    const a = i32x4.mul(v128.load_ext<i16>(column + (<usize>k << 1)), v128.load_ext<i16>(stepAsks + (<usize>k << 1)));
    const two = i32x4.add(a, a);
    const three = i32x4.add(two, a);
    const five = i32x4.add(three, two);
    const eight = i32x4.add(five, three);
    c4 = i32x4.sub(c4, i32x4.ge_s(i32x4.add(z, three), t4));
    c5 = i32x4.sub(c5, i32x4.ge_s(i32x4.sub(z, three), t5));
    c6 = i32x4.sub(c6, i32x4.ge_s(i32x4.add(z, five), t6));
    c7 = i32x4.sub(c7, i32x4.ge_s(i32x4.sub(z, five), t7));
    c8 = i32x4.sub(c8, i32x4.ge_s(i32x4.add(z, eight), t8));
    c9 = i32x4.sub(c9, i32x4.ge_s(i32x4.sub(z, eight), t9));
  }
  store<i32>(stepCounts, sumOf(c4), 16);
  store<i32>(stepCounts, sumOf(c5), 20);
  store<i32>(stepCounts, sumOf(c6), 24);
  store<i32>(stepCounts, sumOf(c7), 28);
  store<i32>(stepCounts, sumOf(c8), 32);
  store<i32>(stepCounts, sumOf(c9), 36);
}

// @ts-ignore: decorator
@inline
function sumOf(lanes: v128): i32 {
  return i32x4.extract_lane(lanes, 0) + i32x4.extract_lane(lanes, 1) + i32x4.extract_lane(lanes, 2) + i32x4.extract_lane(lanes, 3);
}
