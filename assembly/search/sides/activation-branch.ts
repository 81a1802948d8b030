import { ON_PAIR, ON_SIDE, ON_TOUCH, say, Trace } from '../../base/trace';
import { CHECKED } from '../../base/check';
import { dotI16F64 } from '../../base/kernels/simd';
import { copyNetwork, newNetwork, weightRow } from '../../network/weights';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { epsilon, inputsPadded, kept, keptCount, marginScale, sampleRow, size } from '../../problem/shape';
import { solveUpper } from '../../upper/upper-layers';
import { relaxMaxMin, solution } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { adoptBound, boundChild, cannotPay, childOf, leaveOpen, lowerBound, nodeDecided, readSides, setStuck, turnRoom } from './activation-node';
import { incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';
import { finishNeuron, settledMargin } from './neuron-settle';
import { complete } from './activation-settle';
import { openChild } from './node-choice';
import { closingSides } from './side-witness';
import { boundAt, decide, dropSlot, freeSlots, setTotal, setTouched, sideOf, totalOf, touchedOf } from './node-pool';
import { pairDistance, pairFirst, pairSecond } from './pair-order';
import { Ceilings, Pairs, sides } from './state';

/**
 * Branching of the activation tree on sides, steps 1 to 3: an unseparated pair, an untouched neuron, an undecided side; and
 * the network that a node's relaxation suggests on the way.
 */
let trial: usize = 0; // network under construction
let completions: i32 = 0;

export function reserveSideBranching(): void {
  trial = newNetwork();
}

export function beginSideBranching(): void {
  completions = 0;
}

/** The first listed pair that no neuron separates in the node, -1: all are separated. */
export function firstUnseparated(node: usize): i32 {
  const touched = touchedOf(node);
  for (let p = 0; p < Pairs.count; p++) {
    const a = pairFirst(p);
    const b = pairSecond(p);
    let apart = false;
    for (let j = 0; j < touched && !apart; j++) apart = sideOf(node, j, a) * sideOf(node, j, b) < 0;
    if (!apart) return p;
  }
  return -1;
}

/** Step 1: some neuron separates the pair, in one of two orientations. */
export function branchOnPair(node: usize, pair: i32): void {
  const touched = touchedOf(node);
  const last = min(touched + 1, size(1));
  const a = pairFirst(pair);
  const b = pairSecond(pair);
  if (Trace.on) say(ON_PAIR, a, b);
  for (let j = 0; j < last; j++) {
    let mirrored = i32.MAX_VALUE; // bound of an untouched neuron's other orientation
    for (let side = 1; side >= -1; side -= 2) {
      if (sideOf(node, j, a) == -side || sideOf(node, j, b) == side) continue;
      const child = childOf(node);
      decide(child, j, a, side);
      decide(child, j, b, -side);
      if (j == touched) setTouched(child, touched + 1);
      const half = <i32>(<i64>marginScale * pairDistance(pair) / 2);
      const ceiling = min(min(load<i32>(boundAt(node, j)), half), mirrored);
      // Mirroring a neuron (w -> -w) moves its margin by epsilon at most, up or down.
      const bound = mirrored == i32.MAX_VALUE ? boundChild(child, j, ceiling) : adoptBound(child, j, ceiling);
      if (j == touched) mirrored = bound + epsilon;
    }
  }
  dropSlot(node);
}

/** Steps 2 to 4: the node separates all listed pairs. */
export function branchOnSide(node: usize): void {
  const touched = touchedOf(node);
  let worst: f64 = -f64.MAX_VALUE;
  let neuron = -1;
  let sample = -1;
  // Completing a node to a network costs as much as several nodes: every fourth is enough for the incumbent.
  const completing = completions++ % 4 == 0 || objective == NO_VALUE;
  if (completing) copyNetwork(trial, incumbent);
  let hope = Ceilings.upper + <i64>(size(1) - touched) * <i64>Ceilings.constant;
  for (let j = 0; j < touched; j++) {
    if (nodeDecided(node, j) && !completing) continue;
    readSides(node, j);
    resetBoxes();
    const bound = relaxMaxMin(sides, load<i32>(boundAt(node, j)));
    lowerBound(node, j, bound + turnRoom(node, j));
    for (let k = 0; k < keptCount; k++) {
      breathe();
      spend(<f64>inputsPadded / 4);
      if (load<i8>(sides + <usize>k) != 0) continue;
      const s = dotI16F64(sampleRow(kept(k)), solution, inputsPadded);
      const gap = <f64>bound / <f64>marginScale - abs(s);
      if (gap > worst) {
        worst = gap;
        neuron = j;
        sample = k;
      }
      store<i8>(sides + <usize>k, s >= 0 ? 1 : -1);
    }
    if (completing) {
      finishNeuron(sides, weightRow(trial, 0, j), Ceilings.free);
      hope += <i64>settledMargin(sides);
    }
  }
  if (cannotPay(totalOf(node))) {
    if (CHECKED) closingSides(node, 'activation-branch: the relaxations of a node');
    dropSlot(node);
    return;
  }
  if (completing && !cannotPay(hope)) completeTrial(touched);
  if (cannotPay(totalOf(node))) {
    if (CHECKED) closingSides(node, 'activation-branch: the relaxations of a node');
    dropSlot(node);
    return;
  }
  if (neuron >= 0) {
    if (Trace.on) say(ON_SIDE, neuron, sample);
    for (let side = 1; side >= -1; side -= 2) {
      const child = childOf(node);
      decide(child, neuron, sample, side);
      boundChild(child, neuron, load<i32>(boundAt(node, neuron)));
    }
    dropSlot(node);
    return;
  }
  if (touched < size(1)) touchNext(node);
  else complete(node);
}

/** The candidate that the relaxation of a node suggests: untouched neurons constant, upper layers the best there are. */
function completeTrial(touched: i32): void {
  memory.fill(sides, 1, <usize>keptCount);
  for (let j = touched; j < size(1); j++) finishNeuron(sides, weightRow(trial, 0, j), Ceilings.free);
  solveUpper(trial, 2000000);
  offer(trial);
}

/** Step 2: the next untouched neuron becomes constant; where it might pay, it may also be anything else. */
function touchNext(node: usize): void {
  const j = touchedOf(node);
  if (Trace.on) say(ON_TOUCH, j);
  const total = totalOf(node);
  const before = load<i32>(boundAt(node, j));
  const child = childOf(node);
  for (let k = 0; k < keptCount; k++) decide(child, j, k, 1);
  setTouched(child, j + 1);
  store<i32>(boundAt(child, j), min(before, Ceilings.constant));
  setTotal(child, total - <i64>(before - min(before, Ceilings.constant)));
  if (cannotPay(totalOf(child))) {
    if (CHECKED) closingSides(child, 'activation-branch: a constant neuron');
    dropSlot(child);
  } else openChild(child);
  if (cannotPay(total - <i64>(before - min(before, Ceilings.unlike)))) {
    dropSlot(node);
    return;
  }
  // Not constant: sample 0 differs from some later sample. The first that differs is k, in one of two orientations.
  for (let k = 1; k < keptCount; k++) {
    for (let side = 1; side >= -1; side -= 2) {
      if (freeSlots() < 4) {
        leaveOpen(total);
        setStuck();
        continue;
      }
      const other = childOf(node);
      strain(<f64>(2 * k));
      breathe();
      for (let early = 0; early < k; early++) decide(other, j, early, side);
      decide(other, j, k, -side);
      setTouched(other, j + 1);
      boundChild(other, j, min(before, Ceilings.unlike));
    }
  }
  dropSlot(node);
}
