import { setWeight, weightAt } from '../network/weights';
import { spend, strain } from '../base/clock';
import { breathe, perBreath } from '../base/pause';
import { below, unit } from '../base/random';
import { FREE, REFINE, snapped, stepOfRound } from './weight-steps';
import { Boxes, leastWeight, mostWeight, radiusOf } from '../problem/boxes';
import { confidence, inputs, inputsPadded, label, sampleCount, sampleRow, weightBound } from '../problem/shape';
import { bestCountRow, chances, CHANCES, countColumns, CountColumns, countOf, countRow, countScores, countSteps, countSums, Heat, narrowSums, Steps, Tally } from './state';

/**
 * Heat-bath annealing for SM of a single neuron. With all other weights fixed, a sample is confident on an interval of
 * the values of one weight, so one pass over the samples gives the count for *every* value that it may have; the next value is
 * drawn with probability proportional to exp(score / temperature). Nothing is ever rejected, and what a move costs hardly
 * depends on P. That is what single steps and random values die of: of 255 values of a weight two or three may be good.
 *
 * Where P is small and sums fit 16 bits every value is counted by itself, eight rows at a time, which is thirty times faster.
 *
 * The score is the count, with a little for samples that are nearly on their side: without it everything is flat where
 * nothing is confident yet. Three such steps instead of one are no better and cost as much again each; annealing by
 * random values (network-search.ts) loses on 303 samples of 13 inputs with P = 5 (264 against 267 in two seconds, best
 * known) and with P = 127 (87 against 95 of 100).
 *
 * 32-bit sums are exact: a problem's `sum_i P_i * (|x_i| + r_i)` is below 2^31 (checked where it is read), and
 * every sum here is bounded by that.
 */

/** P, up to which all values are tried one by one. */
export const FEW_VALUES = 3;
const NOWHERE: i16 = -32000;
const ALL_STEPS = 8;
const CONFIDENT = 5; // score of a sample that counts; NEARLY more where it is nearly there
const NEARLY = 1;
const HOT: f64 = 1.2; // in samples
const COLD: f64 = 0.3;
/** With more values a weight there are more bad ones for a good one: colder, by the logarithm of their number. */
const CROWD: f64 = 0.25;
const WARM: f64 = 0.6; // where a round starts that refines the best weights of coarser steps
const FEWEST_SWEEPS = 40;
const LONGEST = 3; // doublings of that
const LONGEST_NARROW = 7;

/** Forgets the columns of the problem before. */
export function beginColumns(): void {
  CountColumns.filled = 0;
}

/** Writes one more column; false once all stand. */
export function fillColumn(): bool {
  if (CountColumns.filled == inputs) return false;
  const column = columnAt(CountColumns.filled);
  const x = sampleRow(0) + (<usize>CountColumns.filled << 1);
  const stride = <usize>inputsPadded << 1;
  breathe();
  strain(<f64>CountColumns.padded * 2);
  for (let k = 0; k < sampleCount; k++) {
    store<i16>(column + (<usize>k << 1), <i16>(label(k) * <i32>load<i16>(x + <usize>k * stride)));
  }
  for (let k = sampleCount; k < CountColumns.padded; k++) store<i16>(column + (<usize>k << 1), 0);
  spend(<f64>CountColumns.padded * 2);
  CountColumns.filled++;
  return true;
}

// @ts-ignore: decorator
@inline
export function columnAt(i: i32): usize {
  assert(<u32>i < <u32>inputs);
  return countColumns + ((<usize>i * <usize>CountColumns.padded) << 1);
}

/** Starts from a weight row; the columns must stand. */
export function beginCountSearch(row: usize): void {
  memory.copy(bestCountRow, row, <usize>inputsPadded << 1);
  memory.copy(countRow, row, <usize>inputsPadded << 1);
  Heat.near = <i64>confidence + Boxes.widest;
  Heat.narrow = isNarrow();
  Heat.bestCount = recount();
  Heat.sweeps = FEWEST_SWEEPS;
  Heat.round = 0;
  Heat.turn = 0;
}

/** i16 [NP]: the best weights so far. */
export function bestOfCounts(): usize {
  return bestCountRow;
}

function recount(): i32 {
  memory.fill(countSums, 0, <usize>CountColumns.padded << 2);
  for (let i = 0; i < inputs; i++) {
    const w = weightAt(countRow, i);
    breathe();
    if (w) shift(i, w, radiusOf(i) * abs(w));
  }
  if (Heat.narrow) narrowDown();
  return counted();
}

function narrowDown(): void {
  for (let k = 0; k < CountColumns.padded; k++) {
    store<i16>(narrowSums + (<usize>k << 1), k < sampleCount ? <i16>load<i32>(countSums + (<usize>k << 2)) : NOWHERE);
  }
}

/** Whether there are few values a weight, and every sum, with what is asked of it, stays within 16 bits. */
function isNarrow(): bool {
  if (Boxes.widest > FEW_VALUES || sampleCount > 1 << 17) return false;
  let most: i64 = 0;
  for (let k = 0; k < sampleCount; k++) {
    breathe();
    strain(<f64>inputs);
    let sum: i64 = 0;
    for (let i = 0; i < inputs; i++) sum += <i64>abs(<i32>load<i16>(sampleRow(k) + (<usize>i << 1))) + <i64>radiusOf(i);
    most = max(most, sum);
  }
  return most * <i64>Boxes.widest + <i64>abs(confidence) + <i64>Boxes.widest < 15000;
}

function counted(): i32 {
  let good = 0;
  for (let k = 0; k < sampleCount; k++) good += i32(load<i32>(countSums + (<usize>k << 2)) >= confidence);
  spend(<f64>sampleCount);
  return good;
}

/** `sums += by * column - toll` */
function shift(i: i32, by: i32, toll: i32): void {
  const column = columnAt(i);
  const factor = i32x4.splat(by);
  const less = i32x4.splat(toll);
  for (let k = 0; k < CountColumns.padded; k += 4) {
    const at = countSums + (<usize>k << 2);
    const x = v128.load_ext<i16>(column + (<usize>k << 1));
    v128.store(at, i32x4.sub(i32x4.add(v128.load(at), i32x4.mul(factor, x)), less));
  }
  spend(<f64>CountColumns.padded);
}

/** About `effort` more units of work, a move at least. */
export function searchCounts(effort: f64): void {
  const cost = Heat.narrow ? (Boxes.widest + 1) * CountColumns.padded + 40 : 20 * sampleCount + 8 * Boxes.widest;
  const moves = max(1, <i32>(effort / <f64>cost));
  for (let move = 0; move < moves; move++) {
    if (Heat.turn % inputs == 0) cool();
    Heat.turn++;
    breathe();
    const i = below(inputs);
    const before = weightAt(countRow, i);
    if (Heat.narrow) profileNarrow(i, before);
    else profile(i);
    const after = draw(i);
    if (after == before) continue;
    setWeight(countRow, i, after);
    if (Heat.narrow) shiftNarrow(i, after - before, radiusOf(i) * (abs(after) - abs(before)));
    else shift(i, after - before, radiusOf(i) * (abs(after) - abs(before)));
    const count = Heat.narrow ? load<i32>(countOf + (<usize>(after - leastWeight(i)) << 2)) : counted();
    if (count <= Heat.bestCount) continue;
    Heat.bestCount = count;
    memory.copy(bestCountRow, countRow, <usize>inputsPadded << 1);
  }
}

/** Temperature of the next sweep; a cycle of rounds that have cooled down is followed by one of longer rounds, up to a length. */
function cool(): void {
  if (Heat.turn == inputs * Heat.sweeps) {
    Heat.turn = 0;
    Heat.round++;
  }
  const sweep = Heat.turn / inputs;
  if (sweep == 0) beginRound();
  Heat.temperature = Heat.hottest * Math.pow(Heat.coldest / Heat.hottest, <f64>sweep / <f64>Heat.sweeps);
  for (let d = 0; d < CHANCES; d++) store<f64>(chances + (<usize>d << 3), Math.exp(-<f64>d / (Heat.temperature * (CONFIDENT + NEARLY))));
  spend(CHANCES * 10);
}

function beginRound(): void {
  const kind = stepOfRound(Heat.round, ALL_STEPS, 1);
  Heat.sweeps = FEWEST_SWEEPS << min(Steps.cycle, Heat.narrow ? LONGEST_NARROW : LONGEST);
  Heat.hottest = kind == REFINE ? WARM : HOT;
  Heat.coldest = COLD / (1 + CROWD * Math.log(<f64>(Boxes.widest / Steps.step)));
  if (kind == REFINE || (Heat.round > 0 && below(2))) memory.copy(countRow, bestCountRow, <usize>inputsPadded << 1);
  else if (kind == FREE) return;
  for (let i = 0; i < inputs; i++) setWeight(countRow, i, snapped(weightAt(countRow, i)));
  recount();
}

/** The score for every value of weight `i`. */
function profile(i: i32): void {
  const low = leastWeight(i);
  const high = mostWeight(i);
  const span = high - low;
  const moved = radiusOf(i);
  memory.fill(countSteps, 0, <usize>(span + 2) << 2);
  const column = columnAt(i);
  const w = weightAt(countRow, i);
  const toll = moved * abs(w);
  const block = perBreath(18);
  for (let from = 0; from < sampleCount; from += block) {
    breathe();
    const to = min(sampleCount, from + block);
    for (let k = from; k < to; k++) {
      const a = <i32>load<i16>(column + (<usize>k << 1));
      // What a * v - r * |v| has to come to. 64 bits: confidence may be anything.
      const lack = <i64>confidence - <i64>(load<i32>(countSums + (<usize>k << 2)) - a * w + toll);
      mark(a, lack, low, high, moved, CONFIDENT);
      mark(a, lack - Heat.near, low, high, moved, NEARLY);
    }
    spend(<f64>(18 * (to - from)));
  }
  let running = 0;
  for (let v = 0; v <= span; v++) {
    running += load<i32>(countSteps + (<usize>v << 2));
    store<i32>(countScores + (<usize>v << 2), running);
  }
  spend(<f64>(4 * span));
}

/** The same where there are few values, and sums of 16 bits: value by value, eight rows at a time. */
function profileNarrow(i: i32, w: i32): void {
  const P = Boxes.widest;
  const low = leastWeight(i);
  const high = mostWeight(i);
  for (let v = low; v <= high; v++) {
    const toll = radiusOf(i) * (abs(v) - abs(w));
    tally(columnAt(i), v - w, confidence + toll, toll - P);
    const at = <usize>(v - low) << 2;
    store<i32>(countOf + at, Tally.enough);
    store<i32>(countScores + at, CONFIDENT * Tally.enough + NEARLY * Tally.nearly);
  }
  spend(<f64>((high - low + 1) * CountColumns.padded) / 3 + 20);
}

function tally(column: usize, by: i32, enough: i32, nearly: i32): void {
  const factor = i16x8.splat(<i16>by);
  const least = i16x8.splat(<i16>enough);
  const close = i16x8.splat(<i16>nearly);
  let a = i16x8.splat(0);
  let b = i16x8.splat(0);
  const bytes = <usize>CountColumns.padded << 1;
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = i16x8.add(v128.load(narrowSums + at), i16x8.mul(factor, v128.load(column + at)));
    a = i16x8.sub(a, i16x8.ge_s(s, least));
    b = i16x8.sub(b, i16x8.ge_s(s, close));
  }
  Tally.enough = sumOf(a);
  Tally.nearly = sumOf(b);
}

// @ts-ignore: decorator
@inline
function sumOf(lanes: v128): i32 {
  const pairs = i32x4.extadd_pairwise_i16x8_s(lanes);
  return i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 1) + i32x4.extract_lane(pairs, 2) + i32x4.extract_lane(pairs, 3);
}

/** `narrowSums += by * column - toll`, but for the padding, which stays at where nothing lifts it from. */
function shiftNarrow(i: i32, by: i32, toll: i32): void {
  const column = columnAt(i);
  const factor = i16x8.splat(<i16>by);
  const less = i16x8.splat(<i16>toll);
  for (let at: usize = 0; at < (<usize>CountColumns.padded << 1); at += 16) {
    const s = i16x8.add(v128.load(narrowSums + at), i16x8.mul(factor, v128.load(column + at)));
    v128.store(narrowSums + at, i16x8.sub(s, less));
  }
  for (let k = sampleCount; k < CountColumns.padded; k++) store<i16>(narrowSums + (<usize>k << 1), NOWHERE);
  spend(<f64>CountColumns.padded / 2);
}

/** Adds `score` to all values v of the weight, in [low, high], with `a * v - moved * |v| >= lack`. */
// @ts-ignore: decorator
@inline
function mark(a: i32, lack: i64, low: i32, high: i32, moved: i32, score: i32): void {
  const up = a - moved; // slope for v > 0
  const down = -a - moved; // slope for -v > 0
  let lo = low;
  let hi = high;
  if (lack <= 0) {
    const spare = -lack;
    if (up < 0 && spare < <i64>-up * <i64>high) hi = <i32>spare / -up;
    if (down < 0 && spare < <i64>down * <i64>low) lo = -(<i32>spare / -down);
  } else if (up > 0) {
    if (lack > <i64>up * <i64>high) return;
    lo = max(low, (<i32>lack + up - 1) / up);
  } else if (down > 0) {
    if (lack > <i64>-down * <i64>low) return;
    hi = min(high, -((<i32>lack + down - 1) / down));
  } else return;
  if (lo > hi) return;
  const from = countSteps + (<usize>(lo - low) << 2);
  store<i32>(from, load<i32>(from) + score);
  const past = countSteps + (<usize>(hi - low + 1) << 2);
  store<i32>(past, load<i32>(past) - score);
}

/** Draws a value of weight `i` by its score. */
function draw(i: i32): i32 {
  const low = leastWeight(i);
  const values = mostWeight(i) - low + 1;
  let most = 0;
  for (let v = 0; v < values; v++) {
    if ((v + low) % Steps.step == 0) most = max(most, load<i32>(countScores + (<usize>v << 2)));
  }
  const first = Boxes.ranged ? 0 : weightBound % Steps.step; // the steps are 1 in boxes of their own
  let total: f64 = 0;
  for (let v = first; v < values; v += Steps.step) total += chanceOf(v, most);
  let point = unit() * total;
  let pick = Boxes.ranged ? 0 : weightBound;
  for (let v = first; v < values; v += Steps.step) {
    const chance = chanceOf(v, most);
    if (chance == 0) continue;
    pick = v;
    point -= chance;
    if (point < 0) break;
  }
  return pick + low;
}

// @ts-ignore: decorator
@inline
function chanceOf(v: i32, most: i32): f64 {
  const behind = most - load<i32>(countScores + (<usize>v << 2));
  return behind < CHANCES ? load<f64>(chances + (<usize>behind << 3)) : 0;
}
