import { CLOSED_BOUND, CLOSED_SETTLED, CLOSED_UPPER, ON_SETTLING, ON_UPPER, say, Trace } from '../../base/trace';
import { count, COUNT_CLOSED_UPPER } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { copyNetwork, newNetwork, weightRow } from '../../network/weights';
import { epsilon, keptCount, kept, label, size } from '../../problem/shape';
import { addVector, finishUpper, nextVector, solveUpper, startUpper } from '../../upper/upper-layers';
import { cannotPay, childOf, leaveOpen, lowerBound, readSides, turnRoom } from './activation-node';
import { incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';
import { settleNeuron, settledMargin, settledRow, settlingStands } from './neuron-settle';
import { attainableOn } from '../weights/attainable';
import { holdNode } from './node-choice';
import { closingSides } from './side-witness';
import { boundAt, dropSlot, exactOf, isCapped, pushNode, setComplete, setExact, setTotal, setTurnable, sideOf, totalOf, turnableOf, turnNeuron } from './node-pool';
import { findPattern, patternBound } from './pattern-cache';
import { Ceilings, Settled, sides } from './state';
import { Upper } from '../../upper/state';

/**
 * The activation tree's nodes with all sides decided, steps 4 and 5: the upper layers' true optimum in place of its bound,
 * then the weights of one neuron after the other, by Level B (`neuron-settle.ts`).
 */
/** Nodes of Level B a step: a few milliseconds. */
const SETTLE_NODES = 60;
const UPPER_EFFORT: i64 = 8000000;

let trial: usize = 0; // network under construction
let heldSlices: i32 = 0;
let holdLimit: i32 = 40;

export function reserveNodeSettling(): void {
  trial = newNetwork();
}

export function beginNodeSettling(): void {
  heldSlices = 0;
  holdLimit = 40;
}

/** Step 4, of the cover tree (MW) too: all sides are decided. The upper layers are solved for exactly these activations. */
export function complete(node: usize): void {
  if (Trace.on) say(ON_UPPER);
  if (!Upper.enumerable) {
    leaveOpen(totalOf(node));
    dropSlot(node);
    return;
  }
  startUpper();
  for (let k = 0; k < keptCount; k++) {
    const vector = nextVector();
    if (!vector) {
      leaveOpen(totalOf(node));
      dropSlot(node);
      return;
    }
    for (let j = 0; j < size(1); j++) store<i16>(vector + (<usize>j << 1), <i16>sideOf(node, j, k));
    if (!addVector(label(kept(k)))) {
      count(COUNT_CLOSED_UPPER);
      if (Trace.on) say(CLOSED_UPPER);
      if (CHECKED) closingSides(node, 'activation-settle: a contradiction');
      dropSlot(node);
      return;
    }
  }
  const found = finishUpper(UPPER_EFFORT);
  if (!Upper.complete) {
    leaveOpen(totalOf(node));
    dropSlot(node);
    return;
  }
  if (!found) {
    count(COUNT_CLOSED_UPPER);
    if (Trace.on) say(CLOSED_UPPER);
    if (CHECKED) closingSides(node, 'activation-settle: no upper layers');
    dropSlot(node);
    return;
  }
  setTotal(node, totalOf(node) - Ceilings.upper + Upper.value);
  setComplete(node);
  if (Trace.on && cannotPay(totalOf(node))) say(CLOSED_BOUND);
  if (CHECKED && cannotPay(totalOf(node))) closingSides(node, 'activation-settle: the upper layers');
  if (cannotPay(totalOf(node))) dropSlot(node);
  else pushNode(node);
}

/** Step 5: works on the weights of the neuron with the most to lose; closes the node when all are settled. */
export function settle(node: usize): void {
  let pick = -1;
  let most = -1;
  for (let j = 0; j < size(1); j++) {
    if (j < 32 && exactOf(node) & (<u32>1 << <u32>j)) continue;
    readSides(node, j);
    const gap = load<i32>(boundAt(node, j)) - settledMargin(sides);
    if (gap > most) {
      most = gap;
      pick = j;
    }
  }
  if (Trace.on) say(pick < 0 ? CLOSED_SETTLED : ON_SETTLING, pick);
  if (pick < 0) {
    // Every neuron is settled: its best weights make a network of exactly this value.
    offerSettled(node);
    if (!cannotPay(totalOf(node))) leaveOpen(totalOf(node));
    dropSlot(node);
    return;
  }
  readSides(node, pick);
  const bound = load<i32>(boundAt(node, pick));
  const others = totalOf(node) - <i64>bound;
  const target = objective == NO_VALUE ? <i64>-1 : objective - others;
  settleNeuron(sides, bound, <i32>max<i64>(min<i64>(target, <i64>bound - 1), -1), SETTLE_NODES, isCapped(node, pick));
  if (turnRoom(node, pick)) settleBoth(node, pick);
  else lowerBound(node, pick, Settled.bound);
  if (Settled.exact && pick < 32) setExact(node, exactOf(node) | (<u32>1 << <u32>pick));
  // The new weights may be an incumbent before the proof is complete.
  offerSettled(node);
  if (Trace.on && (Settled.bound < 0 || cannotPay(totalOf(node)))) say(CLOSED_BOUND);
  if (CHECKED && (Settled.bound < 0 || cannotPay(totalOf(node)))) closingSides(node, 'activation-settle: a neuron');
  if (Settled.bound < 0 || cannotPay(totalOf(node))) dropSlot(node);
  else if (settlingStands() && ++heldSlices < holdLimit) holdNode(node);
  else {
    // A node that will not settle goes back among the others; its tree is begun again, for longer, if it is still the best.
    if (heldSlices >= holdLimit) holdLimit *= 2;
    heldSlices = 0;
    pushNode(node);
  }
}

/** The best weights known for all neurons of the node, as one network. */
export function offerSettled(node: usize): void {
  copyNetwork(trial, incumbent);
  for (let j = 0; j < size(1); j++) {
    readSides(node, j);
    settledRow(sides, weightRow(trial, 0, j));
  }
  solveUpper(trial, UPPER_EFFORT);
  offer(trial);
}

/**
 * Neuron `j` stands for both orientations and one of them is `settledBound`: the other is worth epsilon more at most.
 * Once the one is settled, the other is a node of its own where it could still pay.
 */
function settleBoth(node: usize, j: i32): void {
  for (let k = 0; k < keptCount; k++) store<i8>(sides + <usize>k, -load<i8>(sides + <usize>k));
  const known = findPattern(sides);
  const other = min(attainableOn(sides, Settled.bound + epsilon), known >= 0 ? patternBound(known) : i32.MAX_VALUE);
  lowerBound(node, j, max(other, Settled.bound));
  if (!Settled.exact) return;
  setTurnable(node, turnableOf(node) & ~(<u32>1 << <u32>j));
  if (other > Settled.bound && !cannotPay(totalOf(node))) {
    const child = childOf(node);
    turnNeuron(child, j);
    pushNode(child);
  }
  lowerBound(node, j, Settled.bound);
}
