import { CHECKED } from '../../base/check';
import { countNode, spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { setWeight, weightRow } from '../../network/weights';
import { isCounted, leastWeight, mostOf, mostWeight, radiusOf } from '../../problem/boxes';
import { costOf, isUnsparing, Limits } from '../../problem/limits';
import { confidence, inputs, label, sampleCount, sampleRow } from '../../problem/shape';
import { bound, improveBound, NO_VALUE, objective, offer } from '../../record/incumbent';
import { chooseSwept, readySwept, sweepBias } from './bias-sweep';
import { columnAt, inputAt, moveWeight } from './columns';
import { closingValues } from './limited-witness';
import { BiasSweep, LIMITED_FRAME, limitedCosts, limitedOrder, LimitedPass, limitedReach, limitedRows, limitedStack, limitedSums, limitedTotals, LimitedTree, limitedTrial, limitedValues } from './state';

/**
 * SM for a single neuron under limits: samples that cost what they cost, few that a label may lose, few weights other than 0.
 *
 * The weights are decided one after the other, each first 0 or positive or negative, then halved. With d of them decided and `left` more
 * that may be other than 0, sample k reaches at most
 *
 *     s_k + the most that the box of weight d adds + the sum of the `left` largest of what the weights behind it can add
 *
 * where the last term is a table: best_m(d) = max(best_m(d + 1), best_(m - 1)(d + 1) + most of weight d), so it costs nothing that the limit is
 * known. (Where the table would be too large it is that of any number of weights.) A node is closed where the samples within reach cost no more
 * than is asked for, or a label has lost too many. A free weight whose input does not move is not decided but swept (bias-sweep.ts). Once no more weights may be other than 0 only the free ones are left. A bound per sample is
 * what count-tree.ts and count-boxes.ts have too; their orders of weights change from node to node, and no such table could follow.
 *
 * Depth first, in passes, as count-boxes.ts: a pass asks for more than `aim`, the first ones for nearly all there is. A pass that asks for -1
 * and ends says that no weights keep the limits.
 */
/** Passes that grow by less than this lengthen the stride; by more than four times as much shorten it. */
const GROWTH: f64 = 3;
const SHORT_PASS: f64 = 300;


/** Starts the tree. */
export function beginLimitedTree(): void {
  LimitedTree.open = LimitedTree.fits;
  if (!LimitedTree.open) return;
  dealRows();
  sortInputs();
  LimitedPass.readied = inputs;
  LimitedPass.waiting = 0;
}

export function limitedTreeOpen(): bool {
  return LimitedTree.open;
}

/** Whether the columns are laid out, which the search beside the tree reads, too. */
export function limitedColumnsStand(): bool {
  return LimitedTree.fits && LimitedPass.readied == 0;
}

/** Whether a free weight is swept and not branched on. */
export function sweepsBias(): bool {
  return LimitedTree.fits && BiasSweep.input >= 0;
}

/** Samples of label + first, either label padded to 4 lanes. */
function dealRows(): void {
  let lane = 0;
  for (let side = 1; side >= -1; side -= 2) {
    for (let k = 0; k < sampleCount; k++) if (label(k) == side) putLane(lane++, k);
    if (side > 0) LimitedPass.plusCount = lane;
    while (lane & 3) putLane(lane++, -1);
    if (side > 0) LimitedTree.plusLanes = lane;
  }
  LimitedTree.lanes = lane;
  strain(<f64>sampleCount * 4);
}

function putLane(lane: i32, k: i32): void {
  store<i32>(limitedRows + (<usize>lane << 2), k);
  store<i32>(limitedCosts + (<usize>lane << 2), k < 0 ? 0 : costOf(k));
}

/** Weights that cannot be 0, then those that can, then the free ones; among them those first that move the samples most. */
function sortInputs(): void {
  LimitedPass.forced = 0;
  LimitedPass.counted = 0;
  for (let i = 0; i < inputs; i++) {
    breathe();
    strain(<f64>(sampleCount + inputs));
    const total = totalOf(i);
    store<i64>(limitedTotals + (<usize>i << 3), total);
    if (isCounted(i)) LimitedPass.counted++;
    if (isCounted(i) && isForced(i)) LimitedPass.forced++;
    let at = i;
    while (at > 0 && comesBefore(i, inputAt(at - 1))) {
      store<i32>(limitedOrder + (<usize>at << 2), inputAt(at - 1));
      at--;
    }
    store<i32>(limitedOrder + (<usize>at << 2), i);
  }
  chooseSwept();
  if (BiasSweep.input < 0) return;
  let at = inputs - 1;
  while (inputAt(at) != BiasSweep.input) at--;
  for (; at < inputs - 1; at++) store<i32>(limitedOrder + (<usize>at << 2), inputAt(at + 1));
  store<i32>(limitedOrder + (<usize>at << 2), BiasSweep.input);
}

function comesBefore(i: i32, other: i32): bool {
  if (isCounted(i) != isCounted(other)) return isCounted(i);
  if (isCounted(i) && isForced(i) != isForced(other)) return isForced(i);
  return load<i64>(limitedTotals + (<usize>i << 3)) > load<i64>(limitedTotals + (<usize>other << 3));
}

function isForced(i: i32): bool {
  return leastWeight(i) > 0 || mostWeight(i) < 0;
}

function totalOf(i: i32): i64 {
  let sum: i64 = 0;
  for (let k = 0; k < sampleCount; k++) sum += <i64>abs(<i32>load<i16>(sampleRow(k) + (<usize>i << 1)));
  return sum;
}

// @ts-ignore: decorator
@inline
function sumsAt(d: i32): usize {
  return limitedSums + ((<usize>d * <usize>LimitedTree.lanes) << 2);
}

/** What the weights from `d` on can add of which `left` may be other than 0. */
// @ts-ignore: decorator
@inline
function reachAt(d: i32, left: i32): usize {
  const level = LimitedTree.levels == 1 ? 0 : left;
  return limitedReach + ((<usize>(d * LimitedTree.levels + level) * <usize>LimitedTree.lanes) << 2);
}

/** Lays one more column out, and what the weights from it on can add; false once all stand. */
function readyColumn(): bool {
  if (LimitedPass.readied == 0) return false;
  const d = --LimitedPass.readied;
  const i = inputAt(d);
  const column = columnAt(d);
  const lanes = LimitedTree.lanes;
  for (let lane = 0; lane < lanes; lane++) {
    const k = load<i32>(limitedRows + (<usize>lane << 2));
    const x = k < 0 ? 0 : label(k) * <i32>load<i16>(sampleRow(k) + (<usize>i << 1));
    store<i16>(column + (<usize>lane << 1), <i16>x);
    const gain = k < 0 || i == BiasSweep.input ? 0 : <i32>mostOf(<i64>x, <i64>leastWeight(i), <i64>mostWeight(i), <i64>radiusOf(i));
    for (let left = LimitedTree.levels - 1; left >= 0; left--) {
      const at = <usize>lane << 2;
      const behind = d + 1 == inputs ? 0 : load<i32>(reachAt(d + 1, left) + at);
      let most = behind + gain;
      if (LimitedTree.levels > 1 && d < LimitedPass.counted && d >= LimitedPass.forced) {
        const fewer = left == 0 ? i32.MIN_VALUE : (d + 1 == inputs ? 0 : load<i32>(reachAt(d + 1, left - 1) + at)) + gain;
        most = max(behind, fewer);
      }
      store<i32>(reachAt(d, left) + at, most);
    }
  }
  spend(<f64>(lanes * (LimitedTree.levels + 4)));
  if (i == BiasSweep.input) readySwept();
  return true;
}

/** About `effort` more units of work; false once the incumbent is proved, or that there is none. */
export function stepLimitedTree(effort: f64): bool {
  const turns = max(1, <i32>(effort / <f64>((BiasSweep.input < 0 ? 2 : 4) * LimitedTree.lanes + 16)));
  for (let turn = 0; turn < turns && LimitedTree.open; turn++) {
    breathe();
    if (LimitedPass.readied > 0) {
      readyColumn();
      if (LimitedPass.readied == 0) beginPasses();
    } else if (LimitedPass.aim >= bound) {
      // The rows were faster. What the pass has done is lost, so the next one asks for more; by small strides they would always be faster. What it
      // would have taken nobody knows, and so not whether the next one takes much more.
      LimitedPass.stride *= 2;
      LimitedPass.lastNodes = Infinity;
      beginPass();
    } else if (LimitedPass.waiting == 0) endPass();
    else takeBox();
  }
  return LimitedTree.open;
}

function beginPasses(): void {
  memory.fill(sumsAt(0), 0, <usize>LimitedTree.lanes << 2);
  for (let lane = 0; lane < LimitedTree.lanes; lane++) {
    if (load<i32>(limitedRows + (<usize>lane << 2)) < 0) store<i32>(sumsAt(0) + (<usize>lane << 2), -1); // never confident
  }
  LimitedPass.stride = 1;
  LimitedPass.lastNodes = SHORT_PASS;
  beginPass();
}

function beginPass(): void {
  LimitedPass.aim = max(least(), bound - LimitedPass.stride);
  LimitedPass.passNodes = 0;
  LimitedPass.waiting = 0;
  if (least() >= bound) LimitedTree.open = false;
  else openColumn(0, isUnsparing() ? 0 : Limits.nonzeros - LimitedPass.forced, BiasSweep.low, BiasSweep.high);
}

/** What has to be beaten: -1 where no network is known that keeps the limits. */
function least(): i64 {
  return objective == NO_VALUE ? -1 : objective;
}

/** What is worth no more is of no use: a network may have been found that beats what the pass asks for. */
function cut(): i64 {
  return max(LimitedPass.aim, least());
}

function endPass(): void {
  improveBound(cut());
  if (LimitedPass.passNodes < GROWTH * LimitedPass.lastNodes) LimitedPass.stride *= 2;
  else if (LimitedPass.passNodes > 4 * GROWTH * LimitedPass.lastNodes) LimitedPass.stride = max<i64>(1, LimitedPass.stride >> 1);
  LimitedPass.lastNodes = max(LimitedPass.passNodes, SHORT_PASS);
  beginPass();
}

// @ts-ignore: decorator
@inline
function frame(n: i32): usize {
  return limitedStack + <usize>n * LIMITED_FRAME;
}

/** The boxes of weight `d`, the sums before it standing; `left` more weights may be other than 0, the swept one is in `from..to`. */
function openColumn(d: i32, left: i32, from: i32, to: i32): void {
  while (d < inputs) {
    if (d == inputs - 1 && BiasSweep.input >= 0) {
      if (sweepBias(sumsAt(d), d, 0, 0, 0, 0, from, to, cut()) <= cut()) {
        if (CHECKED) closingValues(d, from, to, cut(), 'limited-tree: the swept weight');
        return;
      }
      store<i16>(limitedValues + (<usize>d << 1), <i16>BiasSweep.pick);
      break;
    }
    const i = inputAt(d);
    const least = leastWeight(i);
    const most = mostWeight(i);
    const only = least == most || (left == 0 && d >= LimitedPass.forced && d < LimitedPass.counted && !isUnsparing());
    if (!only) {
      const waiting = LimitedPass.waiting;
      if (least <= 0 && most >= 0) putBox(waiting, d, 0, 0, left, from, to);
      if (most > 0) putBox(waiting, d, max(least, 1), most, left, from, to);
      if (least < 0) putBox(waiting, d, least, min(most, -1), left, from, to);
      return;
    }
    // One value is left, and what is within reach was known with it.
    const v = least == most ? least : 0;
    fix(d, v);
    d++;
  }
  offerPath();
}

/** What is left behind a box of weight `d`. */
// @ts-ignore: decorator
@inline
function leftBehind(d: i32, low: i32, high: i32, left: i32): i32 {
  return d >= LimitedPass.forced && d < LimitedPass.counted && (low > 0 || high < 0) ? left - 1 : left;
}

/** A box joins those that wait, from `place` on in rising order of what they are worth; one that is worth too little does not. */
function putBox(place: i32, d: i32, low: i32, high: i32, left: i32, from: i32, to: i32): void {
  const worth = worthOf(d, low, high, leftBehind(d, low, high, left), from, to);
  if (worth <= cut()) {
    if (CHECKED) closingValues(d, low, high, cut(), 'limited-tree: a box');
    return;
  }
  let at = LimitedPass.waiting++;
  while (at > place && load<i64>(frame(at - 1)) > worth) {
    memory.copy(frame(at), frame(at - 1), LIMITED_FRAME);
    at--;
  }
  store<i64>(frame(at), worth);
  store<i32>(frame(at), d, 8);
  store<i32>(frame(at), low, 12);
  store<i32>(frame(at), high, 16);
  store<i32>(frame(at), left, 20);
  if (BiasSweep.input < 0) return;
  store<i32>(frame(at), BiasSweep.first, 24);
  store<i32>(frame(at), BiasSweep.last, 28);
}

/** The box that waits last: it is halved or, of one value, the next weight's boxes take its place. */
function takeBox(): void {
  const at = frame(--LimitedPass.waiting);
  const d = load<i32>(at, 8);
  const low = load<i32>(at, 12);
  const high = load<i32>(at, 16);
  const left = load<i32>(at, 20);
  const from = load<i32>(at, 24);
  const to = load<i32>(at, 28);
  if (load<i64>(at) <= cut()) {
    if (CHECKED) closingValues(d, low, high, cut(), 'limited-tree: a box that waits');
    return;
  }
  countNode();
  LimitedPass.passNodes++;
  if (low == high) {
    fix(d, low);
    openColumn(d + 1, leftBehind(d, low, high, left), from, to);
    return;
  }
  const middle = low + ((high - low) >> 1);
  const waiting = LimitedPass.waiting;
  putBox(waiting, d, low, middle, left, from, to);
  putBox(waiting, d, middle + 1, high, left, from, to);
}

/** Weight `d` is `v`: the sums behind it. */
function fix(d: i32, v: i32): void {
  store<i16>(limitedValues + (<usize>d << 1), <i16>v);
  moveWeight(sumsAt(d + 1), sumsAt(d), d, 0, v);
}

/** What the samples cost that a box of one sign leaves within reach; -1 where a label loses too many. `left`: behind it; `from..to`: the swept weight. */
function worthOf(d: i32, low: i32, high: i32, left: i32, from: i32, to: i32): i64 {
  const toll = high > 0 ? -radiusOf(inputAt(d)) : low < 0 ? radiusOf(inputAt(d)) : 0;
  const reach: usize = d + 1 == inputs ? 0 : reachAt(d + 1, left);
  if (BiasSweep.input >= 0) return sweepBias(sumsAt(d), d, low, high, toll, d + 2 == inputs ? 0 : reach, from, to, cut());
  spend(<f64>LimitedTree.lanes);
  const plus = sweep(d, low, high, toll, reach, 0, LimitedTree.plusLanes);
  if (LimitedPass.plusCount - plus > Limits.wrongPlus) return -1;
  let worth = LimitedPass.swept;
  const minus = sweep(d, low, high, toll, reach, LimitedTree.plusLanes, LimitedTree.lanes);
  worth += LimitedPass.swept;
  return sampleCount - LimitedPass.plusCount - minus > Limits.wrongMinus ? -1 : worth;
}


/** How many samples of some lanes are within reach. */
function sweep(d: i32, low: i32, high: i32, toll: i32, reach: usize, from: i32, to: i32): i32 {
  const sums = sumsAt(d);
  const column = columnAt(d);
  const lows = i32x4.splat(low);
  const highs = i32x4.splat(high);
  const tolls = i32x4.splat(toll);
  const need = i32x4.splat(confidence);
  let behind = i32x4.splat(0);
  let count = i32x4.splat(0);
  let cost = i64x2.splat(0);
  for (let lane = from; lane < to; lane += 4) {
    const at = <usize>lane << 2;
    const x = i32x4.add(v128.load_ext<i16>(column + (<usize>lane << 1)), tolls);
    if (reach) behind = v128.load(reach + at);
    const top = i32x4.add(v128.load(sums + at), i32x4.add(behind, i32x4.max_s(i32x4.mul(x, lows), i32x4.mul(x, highs))));
    const within = i32x4.ge_s(top, need);
    count = i32x4.sub(count, within);
    if (!Limits.costed) continue;
    const costs = v128.and(within, v128.load(limitedCosts + at));
    cost = i64x2.add(cost, i64x2.add(i64x2.extend_low_i32x4_u(costs), i64x2.extend_high_i32x4_u(costs)));
  }
  const total = i32x4.extract_lane(count, 0) + i32x4.extract_lane(count, 1) + i32x4.extract_lane(count, 2) + i32x4.extract_lane(count, 3);
  LimitedPass.swept = Limits.costed ? i64x2.extract_lane(cost, 0) + i64x2.extract_lane(cost, 1) : <i64>total;
  return total;
}

function offerPath(): void {
  const row = weightRow(limitedTrial, 0, 0);
  for (let d = 0; d < inputs; d++) setWeight(row, inputAt(d), <i32>load<i16>(limitedValues + (<usize>d << 1)));
  offer(limitedTrial);
}
