import { ON_PAIR, ON_SIDE, ON_TOUCH, say, Trace } from '../../base/trace';
import { dotI16F64 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { inputsPadded, kept, keptCount, sampleRow, size } from '../../problem/shape';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { relaxCover, solution } from '../../relax/lp/neuron-lp';
import { childOf, leaveOpen, nodeDecided, setStuck } from './activation-node';
import { decideClass, firstUntouched, openCover, readCover, standsForItself } from './cover-node';
import { complete } from './activation-settle';
import { decide, dropSlot, freeSlots, isTouched, sideOf, totalOf } from './node-pool';
import { pairFirst, pairSecond } from './pair-order';
import { isTurnSymmetric, rowClassOf } from './row-classes';
import { coverNeeds, coverWays, Pairs, sides } from './state';

/**
 * Branching of the cover tree (MW) on sides: an unseparated pair, an undecided side, an untouched neuron. The pair is the one
 * that the fewest neurons can still separate, of those the closest.
 */
const TOUCHED: i32 = -1;
/** Pairs looked at between two breaths. */
const SOME_PAIRS = 1024;

export function branchOnCover(node: usize): void {
  let pick = -1;
  let least = i32.MAX_VALUE;
  countWays(node);
  for (let p = 0; p < Pairs.count && least > 0; p++) {
    if (p % SOME_PAIRS == SOME_PAIRS - 1) {
      strain(<f64>(SOME_PAIRS * size(1)));
      breathe();
    }
    const ways = waysToSeparate(node, pairFirst(p), pairSecond(p), least);
    if (ways >= least) continue;
    least = ways;
    pick = p;
  }
  breathe();
  if (pick >= 0) {
    if (least == 0) dropSlot(node);
    else branchOnCoverPair(node, pairFirst(pick), pairSecond(pick));
    return;
  }
  if (branchOnCoverSide(node)) return;
  const j = firstUntouched(node);
  if (j >= 0) touchCover(node, j);
  else complete(node);
}

/** In how many ways each neuron that has no sides yet may separate a pair. */
function countWays(node: usize): void {
  for (let j = 0; j < size(1); j++) {
    const ways = isTouched(node, j) ? TOUCHED : !standsForItself(node, j) ? 0 : isTurnSymmetric(j) ? 1 : 2;
    store<i32>(coverWays + (<usize>j << 2), ways);
  }
}

/** In how many ways a neuron may separate the pair; `i32.MAX_VALUE` where one does, or where they come to `least`. */
function waysToSeparate(node: usize, a: i32, b: i32, least: i32): i32 {
  let ways = 0;
  for (let j = 0; j < size(1); j++) {
    const first = sideOf(node, j, a);
    const second = sideOf(node, j, b);
    if (first * second < 0) return i32.MAX_VALUE;
    if (first * second > 0 || rowClassOf(j, a) == rowClassOf(j, b)) continue;
    const fresh = load<i32>(coverWays + (<usize>j << 2));
    ways += fresh != TOUCHED ? fresh : first == 0 && second == 0 ? 2 : 1;
  }
  return min(ways, least);
}

/** Some neuron separates the pair, in one of two orientations. */
function branchOnCoverPair(node: usize, a: i32, b: i32): void {
  if (Trace.on) say(ON_PAIR, a, b);
  for (let j = 0; j < size(1); j++) {
    if (rowClassOf(j, a) == rowClassOf(j, b) || !standsForItself(node, j)) continue;
    const once = !isTouched(node, j) && isTurnSymmetric(j);
    for (let side = 1; side >= (once ? 1 : -1); side -= 2) {
      if (sideOf(node, j, a) == -side || sideOf(node, j, b) == side) continue;
      const child = childOf(node);
      if (decideClass(child, j, a, side) && decideClass(child, j, b, -side)) openCover(child, j);
      else dropSlot(child);
    }
  }
  dropSlot(node);
}

/** The undecided side of a touched neuron that its relaxed weights hold worst; false where there is none. */
function branchOnCoverSide(node: usize): bool {
  let worst: f64 = -f64.MAX_VALUE;
  let neuron = -1;
  let sample = -1;
  for (let j = 0; j < size(1); j++) {
    if (!isTouched(node, j) || nodeDecided(node, j)) continue;
    readCover(node, j);
    resetBoxes();
    relaxCover(sides, coverNeeds);
    for (let k = 0; k < keptCount; k++) {
      if (load<i8>(sides + <usize>k) != 0) continue;
      breathe();
      spend(<f64>inputsPadded / 4);
      const lack = <f64>load<i32>(coverNeeds + (<usize>k << 2)) - abs(dotI16F64(sampleRow(kept(k)), solution, inputsPadded));
      if (lack <= worst) continue;
      worst = lack;
      neuron = j;
      sample = k;
    }
  }
  if (neuron < 0) return false;
  if (Trace.on) say(ON_SIDE, neuron, sample);
  for (let side = 1; side >= -1; side -= 2) {
    const child = childOf(node);
    if (decideClass(child, neuron, sample, side)) openCover(child, neuron);
    else dropSlot(child);
  }
  dropSlot(node);
  return true;
}

/** An untouched neuron: constant on the + side; or else row 0 differs from some later row, of which k is the first. */
function touchCover(node: usize, j: i32): void {
  if (Trace.on) say(ON_TOUCH, j);
  const total = totalOf(node);
  const constant = childOf(node);
  for (let k = 0; k < keptCount; k++) decide(constant, j, k, 1);
  openCover(constant, j);
  for (let k = 1; k < keptCount; k++) {
    if (rowClassOf(j, k) == rowClassOf(j, 0)) continue;
    for (let side = 1; side >= (isTurnSymmetric(j) ? 1 : -1); side -= 2) {
      if (freeSlots() < 4) {
        leaveOpen(total);
        setStuck();
        continue;
      }
      const other = childOf(node);
      strain(<f64>(4 * k));
      breathe();
      let stands = true;
      for (let early = 0; early < k && stands; early++) stands = decideClass(other, j, early, side);
      if (stands && decideClass(other, j, k, -side)) openCover(other, j);
      else dropSlot(other);
    }
  }
  dropSlot(node);
}
