import { setWeight, weightAt } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe } from '../base/pause';
import { below, swapRandom } from '../base/random';
import { columnAt, FEW_VALUES } from './count-search';
import { sizeOf } from './count-steps';
import { Boxes, isWeight, leastWeight, mostWeight, radiusOf } from '../problem/boxes';
import { confidence, inputs, inputsPadded, sampleCount, sampleRow } from '../problem/shape';
import { CHANGES, CountColumns, PAIRED, pairBest, pairHome, pairInputs, pairMoved, pairRow, Pairs, pairSteps, pairSums, pairWorths } from './state';

/**
 * Local search for SM of a single neuron whose sums fit 16 bits: descent by changes of one weight or two at once, kicks of some weights, and back
 * where that came to less (iterated local search). Where many ternary weights carry many rows single changes lose more rows than they win, whatever the
 * temperature; what one change loses another one makes up for. Two things make that cheap and the way downhill long:
 *
 *     worth = ramp * (rows confident) + sum over the rows of  min(max(y * S - (confidence - ramp), 0), ramp)
 *
 * counts a row that is lost by a little for most of one (a count alone is flat, a sum of all lacks cannot give a row up), and pairs are those of the
 * `PAIRED` best single changes, once no single one helps. 16 bits, eight rows at a time.
 */
/** Kicks in a row that came to nothing, after which a new home is drawn. */
const KICKS = 400;
const KICKED = 3; // weights
const WIDTH: f64 = 3; // of the ramp, in mean sizes of an input that is not 0
const MOST_RAMP = 8000; // two ramps and a sum stay within 16 bits
const MOST_SUM: i64 = 15000;
const MOST_ROWS = 1 << 16; // of two ramps each: 32 bits
const NOWHERE: i16 = -32000;

/** From these weights; the columns must stand. */
export function beginPairs(row: usize): void {
  Pairs.fits = sampleCount <= MOST_ROWS && measure();
  Pairs.best = 0;
  Pairs.idle = 0;
  Pairs.falls = false;
  if (!Pairs.fits) return;
  memory.copy(pairRow, row, <usize>inputsPadded << 1);
  Pairs.homeWorth = -1;
  layOut();
  Pairs.falls = true;
}

/** The width of the ramp. False where a sum, with what is asked of it, may leave 16 bits. */
function measure(): bool {
  let sum: f64 = 0;
  let some: f64 = 1;
  for (let k = 0; k < sampleCount; k++) {
    breathe();
    strain(<f64>inputs);
    let most: i64 = abs(confidence) + Boxes.widest;
    for (let i = 0; i < inputs; i++) {
      const x = abs(<i32>load<i16>(sampleRow(k) + (<usize>i << 1)));
      sum += <f64>x;
      some += <f64>i32(x != 0);
      most += <i64>(x + radiusOf(i)) * <i64>max(abs(leastWeight(i)), abs(mostWeight(i)));
    }
    if (most >= MOST_SUM) return false;
  }
  Pairs.ramp = max(1, <i32>min<f64>(MOST_RAMP, (WIDTH * sum) / some));
  return true;
}

/** About `effort` more units of work, a step at least. With random numbers of its own: annealing goes where it would without it. */
export function searchPairs(effort: f64): void {
  swapRandom();
  const one = <f64>CountColumns.padded / 2 + 10;
  for (let left = effort; left > 0; ) {
    if (!Pairs.falls) kick();
    const looks = max(1, step()); // where every weight is fixed there is none
    left -= <f64>looks * one;
    spend(<f64>looks * one);
  }
  swapRandom();
}

/** From the home with some weights drawn anew, or from a new one. */
function kick(): void {
  const anew = Pairs.idle >= KICKS;
  if (anew) {
    Pairs.idle = 0;
    Pairs.homeWorth = -1;
    for (let i = 0; i < inputs; i++) draw(pairRow, i);
  } else {
    memory.copy(pairRow, pairHome, <usize>inputsPadded << 1);
    for (let turn = 0; turn < KICKED; turn++) draw(pairRow, below(inputs));
  }
  layOut();
  Pairs.falls = true;
}

function draw(row: usize, i: i32): void {
  setWeight(row, i, leastWeight(i) + below(mostWeight(i) - leastWeight(i) + 1));
}

/** The sums of the weights at hand, and what they come to. */
function layOut(): void {
  for (let k = 0; k < CountColumns.padded; k++) store<i16>(pairSums + (<usize>k << 1), k < sampleCount ? 0 : NOWHERE);
  for (let i = 0; i < inputs; i++) {
    breathe();
    const w = weightAt(pairRow, i);
    if (w) move(pairSums, pairSums, i, w, radiusOf(i) * abs(w));
  }
  spend((<f64>CountColumns.padded * <f64>inputs) / 4);
  Pairs.worth = worthOf(pairSums, columnAt(0), 0, 0);
  keepCount();
}

/** The weights at hand are looked at. */
function keepCount(): void {
  Pairs.count = counted();
  if (Pairs.count <= Pairs.best) return;
  Pairs.best = Pairs.count;
  memory.copy(pairBest, pairRow, <usize>inputsPadded << 1);
}

/** The best single change, or else the best of two; where there is none the weights are at rest. Returns how many were looked at. */
function step(): i32 {
  let looks = listChanges();
  const listed = Pairs.listed;
  let top = Pairs.worth;
  let first = -1;
  let second = -1;
  if (listed > 0 && load<i32>(pairWorths) > top) first = 0;
  else {
    for (let p = 0; p + 1 < listed; p++) {
      change(p, pairMoved);
      const i = load<i32>(pairInputs + (<usize>p << 2));
      for (let q = p + 1; q < listed; q++) {
        const at = <usize>q << 2;
        const j = load<i32>(pairInputs + at);
        if (j == i) continue;
        breathe();
        const by = load<i32>(pairSteps + at);
        const worth = worthOf(pairMoved, columnAt(j), by, tollOf(j, by));
        if (worth <= top) continue;
        top = worth;
        first = p;
        second = q;
      }
      looks += listed - p;
    }
  }
  if (first < 0) {
    settle();
    return looks;
  }
  take(first);
  if (second >= 0) take(second);
  Pairs.worth = worthOf(pairSums, columnAt(0), 0, 0);
  keepCount();
  return looks + 2;
}

/** Where it has come to rest is the home from now on, if that is no worse. */
function settle(): void {
  Pairs.falls = false;
  Pairs.idle = Pairs.worth > Pairs.homeWorth ? 0 : Pairs.idle + 1;
  if (Pairs.worth < Pairs.homeWorth) return;
  Pairs.homeWorth = Pairs.worth;
  memory.copy(pairHome, pairRow, <usize>inputsPadded << 1);
}

/** The best single changes, best first: to any value, or by some sizes where there are many. Returns how many were looked at. */
function listChanges(): i32 {
  Pairs.listed = 0;
  let looks = 0;
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(pairRow, i);
    const low = leastWeight(i);
    const few = mostWeight(i) - low <= 2 * FEW_VALUES;
    const changes = few ? mostWeight(i) - low + 1 : CHANGES;
    for (let c = 0; c < changes; c++) {
      const by = few ? low + c - w : c & 1 ? -sizeOf(c >> 1) : sizeOf(c >> 1);
      if (by == 0 || !isWeight(i, w + by)) continue;
      breathe();
      looks++;
      const worth = worthOf(pairSums, columnAt(i), by, tollOf(i, by));
      if (Pairs.listed < PAIRED) Pairs.listed++;
      else if (load<i32>(pairWorths + ((PAIRED - 1) << 2)) >= worth) continue;
      insert(worth, i, by);
    }
  }
  return looks;
}

/** Into its place of the list, whose last one is overwritten. */
function insert(worth: i32, input: i32, by: i32): void {
  let at = <usize>(Pairs.listed - 1) << 2;
  while (at > 0 && load<i32>(pairWorths + at - 4) < worth) {
    store<i32>(pairWorths + at, load<i32>(pairWorths + at - 4));
    store<i32>(pairInputs + at, load<i32>(pairInputs + at - 4));
    store<i32>(pairSteps + at, load<i32>(pairSteps + at - 4));
    at -= 4;
  }
  store<i32>(pairWorths + at, worth);
  store<i32>(pairInputs + at, input);
  store<i32>(pairSteps + at, by);
}

/** What the L-infinity box takes more of every row once weight `i` has changed by so much. */
// @ts-ignore: decorator
@inline
function tollOf(i: i32, by: i32): i32 {
  const w = weightAt(pairRow, i);
  return radiusOf(i) * (abs(w + by) - abs(w));
}

/** The sums after change `p` of the list. */
function change(p: i32, to: usize): void {
  const i = load<i32>(pairInputs + (<usize>p << 2));
  const by = load<i32>(pairSteps + (<usize>p << 2));
  move(to, pairSums, i, by, tollOf(i, by));
}

function take(p: i32): void {
  change(p, pairSums);
  const i = load<i32>(pairInputs + (<usize>p << 2));
  setWeight(pairRow, i, weightAt(pairRow, i) + load<i32>(pairSteps + (<usize>p << 2)));
}

/** `to = from + by * column - toll`; the padding does not leave where it is for good. */
function move(to: usize, from: usize, i: i32, by: i32, toll: i32): void {
  const column = columnAt(i);
  const factor = i16x8.splat(<i16>by);
  const less = i16x8.splat(<i16>toll);
  const bytes = <usize>CountColumns.padded << 1;
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = i16x8.add_sat_s(v128.load(from + at), i16x8.mul(factor, v128.load(column + at)));
    v128.store(to + at, i16x8.sub_sat_s(s, less));
  }
  for (let k = sampleCount; k < CountColumns.padded; k++) store<i16>(to + (<usize>k << 1), NOWHERE);
}

/** What the weights would come to, if all sums changed by `by * column - toll`. Lanes are added up in 16 bits as long as they fit. */
function worthOf(sums: usize, column: usize, by: i32, toll: i32): i32 {
  const factor = i16x8.splat(<i16>by);
  const less = i16x8.splat(<i16>(confidence - Pairs.ramp + toll));
  const most = i16x8.splat(<i16>Pairs.ramp);
  const none = i16x8.splat(0);
  let total = i32x4.splat(0);
  const bytes = <usize>CountColumns.padded << 1;
  const block = <usize>max(1, 32767 / (2 * Pairs.ramp)) << 4;
  for (let at: usize = 0; at < bytes; ) {
    const end = min(bytes, at + block);
    let lanes = i16x8.splat(0);
    for (; at < end; at += 16) {
      const s = i16x8.sub_sat_s(i16x8.add(v128.load(sums + at), i16x8.mul(factor, v128.load(column + at))), less);
      const part = i16x8.min_s(i16x8.max_s(s, none), most);
      lanes = i16x8.add(lanes, i16x8.add(part, v128.and(part, i16x8.eq(part, most))));
    }
    total = i32x4.add(total, i32x4.extadd_pairwise_i16x8_s(lanes));
  }
  return i32x4.extract_lane(total, 0) + i32x4.extract_lane(total, 1) + i32x4.extract_lane(total, 2) + i32x4.extract_lane(total, 3);
}

function counted(): i32 {
  let count = 0;
  for (let k = 0; k < sampleCount; k++) count += i32(<i32>load<i16>(pairSums + (<usize>k << 1)) >= confidence);
  spend(<f64>sampleCount);
  return count;
}
