import { countNode } from '../../base/clock';
import { keptCount, marginScale, size } from '../../problem/shape';
import { Upper } from '../../upper/state';
import { bothLabels } from '../../relax/exact/count-bound';
import { freeNeuronBound, upperLayersBound } from '../../relax/exact/ceilings';
import { improveBound, NO_VALUE, objective } from '../../record/incumbent';
import { beginLeft, cannotPay, childOf, leaveOpen, lowerBound, nodeDecided, publishBound, readSides, setStuck } from './activation-node';
import { finishNeuron, settleNeuron, settlingStands, startSettling } from './neuron-settle';
import { offerSettled } from './activation-settle';
import { anyOpen, beginChoice, holdNode, openChild, takeNext } from './node-choice';
import { boundAt, clearNodes, decide, dropSlot, exactOf, freeSlots, isTouched, pushNode, setTotal, setTouched, takeSlot, totalOf } from './node-pool';
import { clearPatterns, findPattern, patternMargin } from './pattern-cache';
import { clearRelaxed } from './relaxed-table';
import { agreeOnRow, findWorst, readNeuron, Worst } from './served-node';
import { Ceilings, Functions, Left, MOST_SERVED, MOST_SERVING, servedRow, ServedTree, Settled, sides } from './state';
import { listFunctions, valueOfFunction } from './upper-functions';

/**
 * Level A for MM with a narrow first layer: best first over the function of the upper layers, then sides, with weights at the
 * leaves.
 *
 *     1  a root for every function that no other includes (upper-functions.ts); rows that it leaves one answer of a neuron get
 *        that side
 *     2  the row that the neurons' relaxed weights serve worst, in the best of the cells that its label allows, and the neuron
 *        that falls short most there: a child a side
 *     3  all rows are served: the neurons' optima over the rows that have a side take the place of their relaxations (Level B);
 *        whoever is not served by them is branched on
 *     4  all rows are served by the optima: that is a network of the node's value, and the node is closed
 *
 * A row whose side is left open costs nothing, and many are never decided: what distinguishes this from the activation tree, which
 * decides all sides of a node before it asks what the upper layers can do. With four neurons that one is better (optdigits 3-8 at
 * 10 shots, [64, 4, 1]: 224 million units of work for 76): its patterns stand for all functions at once.
 */
const SETTLE_NODES = 60;
/** Relaxed weights serve a row that falls short by less, units of 1/D. */
const SLACK: f64 = 0.01;
/** Slices that a node is held for Level B before another one has its turn, at first; a tree that is begun again gets twice as many. */
const FIRST_HOLD = 40;
/** Nodes between two that are rounded while there is no network. */
const ROUND_EVERY = 16;
/** Nodes that it dives for something better than what it began with. */
const MOST_DIVES = 2000;

let held: i32 = 0; // slices of Level B in a row
let mostHeld: i32 = FIRST_HOLD;
let unlucky: i32 = 0; // nodes without a network of its own
let given: i64 = NO_VALUE; // the incumbent that it began with

/** Whether the running problem is one for it; lists the functions. */
export function servedTreeFits(): bool {
  ServedTree.active = false;
  if (size(1) > MOST_SERVING || keptCount > MOST_SERVED || !Upper.enumerable) return false;
  if (freeNeuronBound() > i32.MAX_VALUE - 4 * marginScale) return false;
  Functions.bothLabels = bothLabels();
  listFunctions();
  return Functions.listed && Functions.count > 0;
}

/** Whether the tree can still lower the bound. */
export function servedTreeOpen(): bool {
  return ServedTree.active && !Left.stuck && anyOpen();
}

/** Starts the tree; `servedTreeFits` has just said that it can be. */
export function beginServedTree(): void {
  clearNodes();
  clearPatterns();
  clearRelaxed();
  startSettling();
  beginLeft();
  beginChoice();
  held = 0;
  mostHeld = FIRST_HOLD;
  unlucky = 0;
  given = objective;
  Ceilings.free = freeNeuronBound();
  ServedTree.active = true;
  improveBound(<i64>size(1) * <i64>Ceilings.free + upperLayersBound());
  for (let f = 0; f < Functions.count; f++) pushFunction(f);
  publishBound();
}

function pushFunction(f: i32): void {
  const root = takeSlot();
  let total = <i64>valueOfFunction(f);
  setTouched(root, f);
  for (let j = 0; j < size(1); j++) {
    store<i32>(boundAt(root, j), Ceilings.free);
    total += <i64>Ceilings.free;
  }
  setTotal(root, total);
  for (let k = 0; k < keptCount; k++) {
    if (agreeOnRow(root, k) < 0) {
      dropSlot(root);
      return;
    }
  }
  if (cannotPay(total)) dropSlot(root);
  else pushNode(root);
}

/** One node, or a slice of Level B. */
export function stepServedTree(): void {
  if (!servedTreeOpen()) return;
  if (freeSlots() < 8) {
    setStuck();
    return;
  }
  const node = takeNext();
  if (cannotPay(totalOf(node))) dropSlot(node);
  else {
    countNode();
    expand(node);
  }
  publishBound();
}

function expand(node: usize): void {
  const n = size(1);
  for (let j = 0; j < n; j++) {
    if (readNeuron(node, j)) continue;
    dropSlot(node);
    return;
  }
  findWorst(node);
  const settled = exactOf(node) == (<u32>1 << <u32>n) - 1;
  if (dives() && ++unlucky % ROUND_EVERY == 0) roundNode(node);
  if (Worst.shortage > (settled ? 0 : SLACK)) branch(node);
  else if (!settled) settle(node);
  else {
    // The optima serve every row: a network of the node's value, or better.
    offerNode(node);
    if (!cannotPay(totalOf(node))) leaveOpen(totalOf(node));
    dropSlot(node);
  }
}

/** It goes straight down: it has no network, or, for a while, only the one that it began with, which may be far from any good. */
function dives(): bool {
  return objective == NO_VALUE || (objective == given && unlucky < MOST_DIVES);
}

/** Without a network: good weights for the sides that the node has, which may serve the other rows, too. */
function roundNode(node: usize): void {
  for (let j = 0; j < size(1); j++) {
    if (!isTouched(node, j)) return;
    readSides(node, j);
    finishNeuron(sides, servedRow, Ceilings.free);
  }
  offerNode(node);
}

/** The worst row's side of the neuron that falls short, either way, and what follows for its other sides. */
function branch(node: usize): void {
  const k = Worst.row;
  const neuron = Worst.neuron;
  let best: usize = 0;
  held = 0;
  for (let side = 1; side >= -1; side -= 2) {
    const child = childOf(node);
    decide(child, neuron, k, side);
    const others = agreeOnRow(child, k);
    let stands = others >= 0;
    for (let j = 0; j < size(1) && stands; j++) if (j == neuron || (others >> j) & 1) stands = readNeuron(child, j);
    if (!stands) dropSlot(child);
    else if (!dives()) openChild(child);
    else if (best == 0) best = child;
    else if (totalOf(child) > totalOf(best)) {
      openChild(best);
      best = child;
    } else openChild(child);
  }
  dropSlot(node);
  if (best) holdNode(best); // straight down, while there is no network
}

/** A slice of Level B for the neuron that is not settled yet and has the largest bound. */
function settle(node: usize): void {
  let pick = -1;
  for (let j = 0; j < size(1); j++) {
    if (exactOf(node) & (<u32>1 << <u32>j)) continue;
    if (pick < 0 || load<i32>(boundAt(node, j)) < load<i32>(boundAt(node, pick))) pick = j;
  }
  readSides(node, pick);
  const bound = load<i32>(boundAt(node, pick));
  const others = totalOf(node) - <i64>bound;
  const target = objective == NO_VALUE ? <i64>-1 : objective - others;
  // Decided rows alone may hold more than the neuron's bound: what rounds bounds of theirs has to stay above it.
  const ceiling = nodeDecided(node, pick) ? bound : bound + 3 * marginScale;
  settleNeuron(sides, ceiling, <i32>max<i64>(min<i64>(target, <i64>bound - 1), -1), SETTLE_NODES);
  lowerBound(node, pick, Settled.bound);
  const known = findPattern(sides);
  const gaveUp = !settlingStands() && patternMargin(known) < Settled.bound;
  offerNode(node);
  if (Settled.bound < 0 || cannotPay(totalOf(node))) {
    held = 0;
    dropSlot(node);
  } else if (gaveUp) {
    // The tree over weights has no room left: nothing more can be done for the node.
    leaveOpen(totalOf(node));
    dropSlot(node);
  } else if (Settled.exact || ++held < mostHeld) holdNode(node);
  else {
    mostHeld *= 2;
    held = 0;
    pushNode(node);
  }
}

/** The best weights known for the neurons of the node, as one network, where all of them are. */
function offerNode(node: usize): void {
  for (let j = 0; j < size(1); j++) {
    readSides(node, j);
    if (findPattern(sides) < 0) return;
  }
  offerSettled(node);
}
