import { CHECKED } from '../../base/check';
import { countNode, spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Clock } from '../../base/state';
import { setWeight, weightRow } from '../../network/weights';
import { isCounted, leastWeight, mostOf, mostWeight, radiusOf } from '../../problem/boxes';
import { isUnsparing, Limits } from '../../problem/limits';
import { kept, keptCount, layerCount, sampleRow, size, weightBound } from '../../problem/shape';
import { bound, improveBound, NO_VALUE, objective, offer, stage, STAGE_MM } from '../../record/incumbent';
import { Floor } from '../../record/state';
import { closingNetworks } from './limited-witness';
import { beginMarginWorth, isOutOfMargin, marginCeiling } from './margin-worth';
import { worthOfBoxes } from './network-worth';
import { BOXED_FRAME, boxedHighs, boxedLows, boxedPath, boxedPlaces, boxedSizes, boxedTrail, limitedTrial, MarginWorth, minusTops, NetworkPass, NetworkTree, plusTops } from './state';

/**
 * All three stages under limits, and those with hidden layers where inputs have ranges of their own, whatever the layers: a node is a box of all weights, and every row says in intervals what the boxes leave
 * possible (network-worth.ts). Upper weights are halved first, since what the upper layers do decides what the first layer is asked for, then those of
 * the first layer that move the rows most; every weight at zero first. Once no more weights may be other than 0 all others are 0.
 *
 * Weak where rows are many and weights undecided: it is what is right for every shape and limit where nothing better knows them.
 * Depth first in passes, as count-boxes.ts, in whatever the stage's figure is counted in.
 */
const GROWTH: f64 = 3;
const SHORT_PASS: f64 = 300;
/** Steps of the multipliers of one neuron's margin. */
const ROOT_ROUNDS = 400;
const ROOT_PACE: f64 = 4;
const ROUNDS = 4;
const PACE: f64 = 0.4;


/** Starts the tree. */
export function beginNetworkTree(): void {
  NetworkTree.open = NetworkTree.fits && keptCount > 0;
  if (!NetworkTree.open) return;
  listWeights();
  NetworkPass.readied = 0;
  NetworkPass.started = false;
  memory.fill(plusTops, 0, (<usize>size(1) * <usize>keptCount) << 2);
  memory.fill(minusTops, 0, (<usize>size(1) * <usize>keptCount) << 2);
}

export function networkTreeOpen(): bool {
  return NetworkTree.open;
}

/** Upper weights, layer by layer from the last, then the first layer's. */
function listWeights(): void {
  let v = 0;
  for (let l = layerCount - 1; l >= 0; l--) {
    for (let j = 0; j < size(l + 1); j++) {
      for (let i = 0; i < size(l); i++) {
        const at = boxedPlaces + (<usize>(v++) << 4);
        store<i32>(at, <i32>(weightRow(0x100, l, j) - 0x100) + (i << 1));
        store<i32>(at, l, 4);
        store<i32>(at, j, 8);
        store<i32>(at, i, 12);
      }
    }
    breathe();
  }
}

// @ts-ignore: decorator
@inline
function placeOf(v: i32): usize {
  return <usize>load<i32>(boxedPlaces + (<usize>v << 4));
}
// @ts-ignore: decorator
@inline
function layerOf(v: i32): i32 {
  return load<i32>(boxedPlaces + (<usize>v << 4), 4);
}
// @ts-ignore: decorator
@inline
function neuronOf(v: i32): i32 {
  return load<i32>(boxedPlaces + (<usize>v << 4), 8);
}
// @ts-ignore: decorator
@inline
function inputOf(v: i32): i32 {
  return load<i32>(boxedPlaces + (<usize>v << 4), 12);
}
// @ts-ignore: decorator
@inline
function lowOf(v: i32): i32 {
  return <i32>load<i16>(boxedLows + placeOf(v));
}
// @ts-ignore: decorator
@inline
function highOf(v: i32): i32 {
  return <i32>load<i16>(boxedHighs + placeOf(v));
}
// @ts-ignore: decorator
@inline
function sizeOf(v: i32): f64 {
  return load<f64>(boxedSizes + (<usize>v << 3));
}

/** The widest box of weight `v`, and what the rows can have by it. */
function readyWeight(v: i32): void {
  const first = layerOf(v) == 0;
  const i = inputOf(v);
  const low = first ? leastWeight(i) : -weightBound;
  const high = first ? mostWeight(i) : weightBound;
  store<i16>(boxedLows + placeOf(v), 0);
  store<i16>(boxedHighs + placeOf(v), 0);
  setBox(v, low, high);
  let moves: f64 = <f64>keptCount;
  if (first) {
    moves = 0;
    for (let index = 0; index < keptCount; index++) moves += <f64>abs(<i32>load<i16>(sampleRow(kept(index)) + (<usize>i << 1)));
    strain(<f64>keptCount);
  }
  store<f64>(boxedSizes + (<usize>v << 3), moves);
}

// @ts-ignore: decorator
@inline
function isForced(low: i32, high: i32): bool {
  return low > 0 || high < 0;
}

/** Whether the limit is about weight `v`. */
// @ts-ignore: decorator
@inline
function isLimited(v: i32): bool {
  return layerOf(v) == 0 && isCounted(inputOf(v));
}

/** Gives weight `v` another box, and the rows what follows. */
function setBox(v: i32, low: i32, high: i32): void {
  const from = lowOf(v);
  const to = highOf(v);
  store<i16>(boxedLows + placeOf(v), <i16>low);
  store<i16>(boxedHighs + placeOf(v), <i16>high);
  if (layerOf(v) > 0) return;
  const i = inputOf(v);
  if (isCounted(i)) NetworkPass.forced += i32(isForced(low, high)) - i32(isForced(from, to));
  const toll = <i64>radiusOf(i);
  const first = <usize>(neuronOf(v) * keptCount) << 2;
  for (let index = 0; index < keptCount; index++) {
    const x = <i64>load<i16>(sampleRow(kept(index)) + (<usize>i << 1));
    const at = first + (<usize>index << 2);
    const plus = mostOf(x, low, high, toll) - mostOf(x, from, to, toll);
    const minus = mostOf(-x, low, high, toll) - mostOf(-x, from, to, toll);
    store<i32>(plusTops + at, load<i32>(plusTops + at) + <i32>plus);
    store<i32>(minusTops + at, load<i32>(minusTops + at) + <i32>minus);
  }
  spend(<f64>keptCount * 4);
}

/** The same, to be taken back by `undo`. */
function narrow(v: i32, low: i32, high: i32): void {
  const at = boxedTrail + <usize>(NetworkPass.trailed++) * 12;
  store<i32>(at, v);
  store<i32>(at, lowOf(v), 4);
  store<i32>(at, highOf(v), 8);
  setBox(v, low, high);
}

function undo(mark: i32): void {
  while (NetworkPass.trailed > mark) {
    const at = boxedTrail + <usize>(--NetworkPass.trailed) * 12;
    setBox(load<i32>(at), load<i32>(at, 4), load<i32>(at, 8));
    breathe();
  }
}

/** Narrows to a child and, where it has all the weights that may be other than 0, all others to 0; false where it has more. */
function descend(v: i32, low: i32, high: i32): bool {
  narrow(v, low, high);
  if (sums()) return NetworkPass.forced <= Limits.nonzeros; // the bound and the branching know which of the others are 0
  if (isUnsparing() || !isLimited(v) || !isForced(low, high) || NetworkPass.forced < Limits.nonzeros) return true;
  if (NetworkPass.forced > Limits.nonzeros) return false;
  for (let other = 0; other < NetworkTree.weights; other++) {
    if (!isLimited(other) || isForced(lowOf(other), highOf(other)) || lowOf(other) == highOf(other)) continue;
    breathe();
    narrow(other, 0, 0);
  }
  return true;
}

/** About `effort` more units of work; false once the incumbent is proved, or that there is none. */
export function stepNetworkTree(effort: f64): bool {
  const until = Clock.work + effort;
  while (NetworkTree.open && Clock.work < until) {
    breathe();
    spend(16);
    if (NetworkPass.readied < NetworkTree.weights) {
      if (NetworkPass.readied == 0) NetworkPass.forced = 0;
      readyWeight(NetworkPass.readied++);
    } else if (!NetworkPass.started) start();
    else if (NetworkPass.aim >= bound) restart();
    else if (NetworkPass.depth == 0) endPass();
    else visit();
  }
  return NetworkTree.open;
}

/** MM of a single neuron under a limit of non-zeros: what rows weighted against each other leave of it bounds it, too (margin-worth.ts). */
function sums(): bool {
  return stage == STAGE_MM && layerCount == 1 && !isUnsparing();
}

function worthHere(rounds: i32, pace: f64): i64 {
  const worth = worthOfBoxes();
  if (!sums() || worth <= cut()) return worth;
  return min(worth, marginCeiling(rounds, pace, cut(), NetworkPass.forced));
}

function start(): void {
  NetworkPass.started = true;
  NetworkPass.trailed = 0;
  NetworkPass.depth = 0;
  NetworkPass.stride = 1;
  NetworkPass.lastNodes = SHORT_PASS;
  if (!isUnsparing() && NetworkPass.forced > Limits.nonzeros) improveBound(Floor.least - 1);
  else {
    NetworkPass.aim = i64.MIN_VALUE;
    if (sums()) beginMarginWorth();
    improveBound(max(least(), worthHere(ROOT_ROUNDS, ROOT_PACE)));
  }
  beginPass();
}

/** Somebody else was faster. */
function restart(): void {
  undo(0);
  beginPass();
}

/** What has to be beaten; where no network is known, one less than any is worth. */
function least(): i64 {
  return objective == NO_VALUE ? Floor.least - 1 : objective;
}

function beginPass(): void {
  NetworkPass.aim = max(least(), bound - NetworkPass.stride);
  NetworkPass.passNodes = 0;
  NetworkPass.depth = 0;
  if (least() >= bound) NetworkTree.open = false;
  else openNode();
}

/** What is worth no more is of no use: a network may have been found that beats what the pass asks for. */
function cut(): i64 {
  return max(NetworkPass.aim, least());
}

function endPass(): void {
  improveBound(cut());
  if (NetworkPass.passNodes < GROWTH * NetworkPass.lastNodes) NetworkPass.stride *= 2;
  else if (NetworkPass.passNodes > 4 * GROWTH * NetworkPass.lastNodes) NetworkPass.stride = max<i64>(1, NetworkPass.stride >> 1);
  NetworkPass.lastNodes = max(NetworkPass.passNodes, SHORT_PASS);
  undo(0); // what the root has fixed for this pass
  beginPass();
}

/**
 * A frame: the weight, children in rising order of worth, how many are left of them, the trail's length.
 *
 *     | v | left | mark | - | worth (i64) x 3 | low, high x 3 |
 */
// @ts-ignore: decorator
@inline
function frame(d: i32): usize {
  return boxedPath + <usize>d * BOXED_FRAME;
}

/** The children of the node at hand, or, where every box is a point, the network. */
function openNode(): void {
  countNode();
  NetworkPass.passNodes++;
  const v = choose();
  if (v < 0) {
    offerPoint();
    return;
  }
  const at = frame(NetworkPass.depth++);
  store<i32>(at, v);
  store<i32>(at, 0, 4);
  store<i32>(at, NetworkPass.trailed, 8);
  const low = lowOf(v);
  const high = highOf(v);
  if (low <= 0 && high >= 0) {
    addChild(at, v, 0, 0);
    if (high > 0) addChild(at, v, 1, high);
    if (low < 0) addChild(at, v, low, -1);
  } else {
    const middle = low + ((high - low) >> 1);
    addChild(at, v, low, middle);
    addChild(at, v, middle + 1, high);
  }
}

function addChild(at: usize, v: i32, low: i32, high: i32): void {
  const mark = NetworkPass.trailed;
  const worth = descend(v, low, high) ? worthHere(ROUNDS, PACE) : i64.MIN_VALUE;
  undo(mark);
  if (worth <= cut()) {
    if (CHECKED) closingNetworks(v, low, high, cut(), 'network-tree: a box');
    return;
  }
  let n = load<i32>(at, 4);
  store<i32>(at, n + 1, 4);
  for (; n > 0 && load<i64>(at + (<usize>(n - 1) << 3), 16) > worth; n--) {
    store<i64>(at + (<usize>n << 3), load<i64>(at + (<usize>(n - 1) << 3), 16), 16);
    store<i64>(at + (<usize>n << 3), load<i64>(at + (<usize>(n - 1) << 3), 40), 40);
  }
  store<i64>(at + (<usize>n << 3), worth, 16);
  store<i32>(at + (<usize>n << 3), low, 40);
  store<i32>(at + (<usize>n << 3), high, 44);
}

/** The next child of the deepest node, or back up. */
function visit(): void {
  const at = frame(NetworkPass.depth - 1);
  undo(load<i32>(at, 8));
  const left = load<i32>(at, 4);
  if (left == 0) {
    NetworkPass.depth--;
    return;
  }
  store<i32>(at, left - 1, 4);
  const child = at + (<usize>(left - 1) << 3);
  const v = load<i32>(at);
  const low = load<i32>(child, 40);
  const high = load<i32>(child, 44);
  if (load<i64>(child, 16) <= cut()) {
    if (CHECKED) closingNetworks(v, low, high, cut(), 'network-tree: a box that waits');
    return;
  }
  descend(v, low, high);
  openNode();
}

/** An upper weight that is open; else that of the first layer whose box moves the rows most. -1: all are points. */
function choose(): i32 {
  if (sums()) {
    marginCeiling(1, 0, i64.MIN_VALUE, NetworkPass.forced);
    fixByMargin();
    return MarginWorth.pick; // the weights are in the order of the inputs
  }
  let pick = -1;
  let most: f64 = 0;
  for (let v = 0; v < NetworkTree.weights; v++) {
    const width = highOf(v) - lowOf(v);
    if (width == 0) continue;
    if (layerOf(v) > 0) return v;
    const moves = <f64>width * (sizeOf(v) + 1);
    if (moves <= most) continue;
    most = moves;
    pick = v;
  }
  spend(<f64>NetworkTree.weights);
  return pick;
}

/** Weights that are 0 in all that is left of the node. The last bound's multipliers say which. */
function fixByMargin(): void {
  for (let v = 0; v < NetworkTree.weights; v++) {
    if (!isOutOfMargin(inputOf(v), cut())) continue;
    if (CHECKED && lowOf(v) < 0) closingNetworks(v, lowOf(v), -1, cut(), 'network-tree: a weight below 0');
    if (CHECKED && highOf(v) > 0) closingNetworks(v, 1, highOf(v), cut(), 'network-tree: a weight above 0');
    narrow(v, 0, 0);
  }
  spend(<f64>(3 * NetworkTree.weights));
}

function offerPoint(): void {
  for (let v = 0; v < NetworkTree.weights; v++) {
    const low = lowOf(v);
    setWeight(weightRow(limitedTrial, layerOf(v), neuronOf(v)), inputOf(v), low < highOf(v) ? 0 : low);
  }
  offer(limitedTrial);
}
