import { reserve } from '../memory/arena';
import { dotI16F64 } from '../kernels/simd';
import { copyNetwork, copyRow, newNetwork, weightRow } from '../network/weights';
import { countNode, spend } from '../problem/limits';
import {
  epsilon,
  inputs,
  inputsPadded,
  kept,
  keptCount,
  label,
  layerCount,
  marginScale,
  radius,
  sampleRow,
  size,
  weightBound,
} from '../problem/shape';
import { addVector, enumerable, finishUpper, nextVector, solveUpper, startUpper, upperComplete, upperValue } from '../primal/upper-layers';
import { relaxMaxMin, relaxMaxMinAbove, solution } from '../relax/neuron-lp';
import { resetBoxes } from '../relax/safe-bound';
import { declareInfeasible, improveBound, incumbent, NO_VALUE, objective, offer } from './incumbent';
import { finishNeuron, settleNeuron, settledBound, settledExact, settledMargin, settledRow, settlingStands, startSettling } from './neuron-settle';
import { anyOpen, beginChoice, bestTotal, holdNode, openChild, reserveChoice, takeNext } from './node-choice';
import { boundAt, clearNodes, decide, dropSlot, exactOf, freeSlots, isComplete, pushNode, reserveNodes, setComplete, setExact, setTotal, setTouched, setTurnable, sideOf, slotBytes, takeSlot, totalOf, touchedOf, turnableOf, turnNeuron } from './node-pool';
import { listPairs, pairCount, pairDistance, pairFirst, pairSecond, reservePairs, widestPair } from './pair-order';
import { clearBounds, findBound, foundBound, foundFull, rememberBound } from './bound-table';
import { attainableOn } from './neuron-tree';
import { clearPatterns, findPattern, patternBound } from './pattern-cache';
import { beginPatternList, listGivenUp, listing, MOST_SAMPLES, stepPatternList } from './pattern-list';
import { beginPatternSets, combining, setsOverflow, stepPatternSets } from './pattern-sets';

/**
 * Level A for max-margin: best-first search over the sides of the first-layer neurons.
 *
 * A node decides, for some neurons and samples, the sign of the pre-activation. Each neuron then is a max-min problem
 * over its decided rows only, whose relaxation bounds its margin; a neuron with no decided row is bounded by what the
 * dimmest sample allows. The node's bound is the sum, plus what the upper layers can add at most.
 *
 *     1  a pair of opposite samples that no neuron separates yet (closest first): some neuron must, in one of two
 *        orientations. Untouched neurons are interchangeable (permuting neurons of a layer is an exact symmetry; flipping
 *        signs is not, margins are asymmetric), so one of them stands for all.
 *     2  an untouched neuron: constant, where a neuron that is not constant could not pay; else by its sides.
 *        (Constant means + everywhere: the all-minus neuron has the same upper layers, mirrored, and epsilon less.)
 *     3  an undecided side: the one that the relaxed weights violate most.
 *     4  all sides decided: the upper layers' true optimum replaces its bound.
 *     5  the weights of the neurons, one after the other, by Level B (`neuron-settle.ts`).
 *
 * A node with all neurons settled is a network; the incumbent has it already, and the node is closed.
 */
let sides: usize = 0; // i8 [K]: one neuron's sides, scratch
let trial: usize = 0; // network under construction
let freeCeiling: i32 = 0; // bound of a neuron with no decided row
let unlikeCeiling: i32 = 0; // bound of a neuron that is not constant
let constantBound: i32 = 0; // bound of a neuron that is + everywhere
let upperCeiling: i64 = 0; // bound of all layers above the first
let waiting: i64 = 0; // best total of the nodes that cannot be taken further
let active: bool = false;
let completions: i32 = 0;
let heldSlices: i32 = 0;
let holdLimit: i32 = 40;
let byPatterns: bool = false; // the root is still being replaced by sets of listed patterns
let stuck: bool = false; // the pool is full, depth first too: the bound stands, the tree cannot go on

/** Nodes of Level B a step: a few milliseconds. */
const SETTLE_NODES = 60;
const UPPER_EFFORT: i64 = 8000000;

/** Whether the tree can still lift the bound. */
export function treeOpen(): bool {
  return active && !stuck && (byPatterns || anyOpen());
}

export function reserveActivationTree(rowCount: i32, bytes: usize): void {
  active = false;
  if (layerCount < 2) return;
  sides = reserve(<usize>rowCount + 8);
  trial = newNetwork();
  reserveNodes(size(1), rowCount, bytes);
  reserveChoice();
  reservePairs(rowCount);
}

/** Bound of a neuron whose sides are all open, units of 1/D: the dimmest kept sample decides. */
export function freeNeuronBound(): i32 {
  let least = i32.MAX_VALUE;
  for (let index = 0; index < keptCount; index++) {
    const row = sampleRow(kept(index));
    let sum = 0;
    for (let i: usize = 0; i < <usize>inputs; i++) sum += max(abs(<i32>load<i16>(row + (i << 1))) - radius, 0);
    least = min(least, marginScale * weightBound * sum);
  }
  spend(<f64>(keptCount * inputs) / 2);
  return least;
}

/** Bound of the margins of all layers above the first. */
export function upperLayersBound(): i64 {
  let sum: i64 = 0;
  for (let l = 1; l < layerCount; l++) {
    sum += <i64>size(l + 1) * <i64>(marginScale * weightBound * size(l));
  }
  for (let index = 0; index < keptCount; index++) if (label(kept(index)) < 0) return sum - <i64>epsilon;
  return sum;
}

/** Starts the tree over the kept samples. */
export function beginActivationTree(): void {
  clearNodes();
  clearPatterns();
  clearBounds();
  startSettling();
  listPairs();
  resetBoxes();
  freeCeiling = freeNeuronBound();
  unlikeCeiling = min(freeCeiling, <i32>((<i64>marginScale * <i64>widestPair() - <i64>epsilon) / 2));
  memory.fill(sides, 1, <usize>keptCount);
  constantBound = relaxMaxMin(sides, freeCeiling);
  upperCeiling = upperLayersBound();
  waiting = i64.MIN_VALUE;
  active = true;
  beginChoice();
  completions = 0;
  heldSlices = 0;
  holdLimit = 40;
  stuck = false;
  improveBound(<i64>size(1) * <i64>freeCeiling + upperCeiling);
  byPatterns = keptCount <= MOST_SAMPLES && keptCount > 1 && size(1) >= 2 && size(1) <= 32 && objective != NO_VALUE;
  if (byPatterns) beginPatternList(freeCeiling);
  else pushRoot();
}

function pushRoot(): void {
  const root = takeSlot();
  const n = size(1);
  for (let j = 0; j < n; j++) store<i32>(boundAt(root, j), freeCeiling);
  setTotal(root, <i64>n * <i64>freeCeiling + upperCeiling);
  pushNode(root);
}

/**
 * Few samples: list the patterns that can matter, then all sets of them; both are quick where the incumbent is good, and
 * the tree then starts with decided neurons. Where they are not quick, the tree starts from nothing decided.
 */
function stepPatterns(): void {
  if (listing) {
    const others = <i64>(size(1) - 2) * <i64>freeCeiling;
    const floor = (objective - upperCeiling - others) >> 1; // towards minus infinity
    stepPatternList(4, <i32>max<i64>(min<i64>(floor, <i64>freeCeiling), -1));
    if (listing) return;
    if (!listGivenUp) {
      beginPatternSets();
      return;
    }
  } else {
    stepPatternSets(2000, upperCeiling, objective);
    if (combining) return;
    if (!setsOverflow) {
      byPatterns = false;
      publishBound();
      return;
    }
    clearNodes();
  }
  byPatterns = false;
  pushRoot();
}

/** One node: pop, then the first of the steps 1 to 5 that applies. */
export function stepActivationTree(): void {
  if (!treeOpen()) return;
  if (byPatterns) {
    stepPatterns();
    return;
  }
  if (freeSlots() < 2 * size(1) + 2) {
    stuck = true;
    return;
  }
  const node = takeNext();
  if (objective != NO_VALUE && totalOf(node) <= objective) dropSlot(node);
  else {
    countNode();
    expand(node);
  }
  publishBound();
}

function expand(node: usize): void {
  if (isComplete(node)) {
    settle(node);
    return;
  }
  const pair = firstUnseparated(node);
  if (pair >= 0) branchOnPair(node, pair);
  else branchOnSide(node);
}

function publishBound(): void {
  let best = max(waiting, bestTotal());
  if (objective != NO_VALUE) best = max(best, objective);
  if (best > i64.MIN_VALUE) improveBound(best);
  else declareInfeasible();
}

function firstUnseparated(node: usize): i32 {
  const touched = touchedOf(node);
  for (let p = 0; p < pairCount; p++) {
    const a = pairFirst(p);
    const b = pairSecond(p);
    let apart = false;
    for (let j = 0; j < touched && !apart; j++) apart = sideOf(node, j, a) * sideOf(node, j, b) < 0;
    if (!apart) return p;
  }
  return -1;
}

function branchOnPair(node: usize, pair: i32): void {
  const touched = touchedOf(node);
  const last = min(touched + 1, size(1));
  const a = pairFirst(pair);
  const b = pairSecond(pair);
  for (let j = 0; j < last; j++) {
    let mirrored = i32.MAX_VALUE; // bound of an untouched neuron's other orientation
    for (let side = 1; side >= -1; side -= 2) {
      if (sideOf(node, j, a) == -side || sideOf(node, j, b) == side) continue;
      const child = childOf(node);
      decide(child, j, a, side);
      decide(child, j, b, -side);
      if (j == touched) setTouched(child, touched + 1);
      const half = <i32>(<i64>marginScale * <i64>pairDistance(pair) / 2);
      const ceiling = min(min(load<i32>(boundAt(node, j)), half), mirrored);
      // Mirroring a neuron (w -> -w) moves its margin by epsilon at most, up or down.
      const bound = mirrored == i32.MAX_VALUE ? boundChild(child, j, ceiling) : adoptBound(child, j, ceiling);
      if (j == touched) mirrored = bound + epsilon;
    }
  }
  dropSlot(node);
}

function childOf(node: usize): usize {
  const child = takeSlot();
  memory.copy(child, node, slotBytes);
  return child;
}

/** Opens a child whose neuron `j` is bounded by `bound`, unless it cannot beat the incumbent. */
function adoptBound(child: usize, j: i32, bound: i32): i32 {
  const total = totalOf(child) - <i64>(load<i32>(boundAt(child, j)) - bound);
  if (bound < 0 || cannotPay(total)) {
    dropSlot(child);
    return bound;
  }
  store<i32>(boundAt(child, j), bound);
  setTotal(child, total);
  openChild(child);
  return bound;
}

/** Re-bounds neuron `j` of a child and opens the child unless it cannot beat the incumbent; returns the bound. */
function boundChild(child: usize, j: i32, ceiling: i32): i32 {
  const before = load<i32>(boundAt(child, j));
  if (cannotPay(totalOf(child) - <i64>(before - ceiling))) {
    dropSlot(child);
    return ceiling;
  }
  readSides(child, j);
  const known = findPattern(sides);
  resetBoxes();
  const rest = totalOf(child) - <i64>before;
  const useful = objective == NO_VALUE ? <i64>0 : max<i64>(0, objective + 1 - rest);
  const relaxed = boundOfSides(ceiling, <i32>min<i64>(useful, <i64>ceiling));
  const bound = min(relaxed, known >= 0 ? patternBound(known) : i32.MAX_VALUE);
  const total = rest + <i64>bound;
  if (bound < 0 || cannotPay(total)) {
    dropSlot(child);
    return bound;
  }
  store<i32>(boundAt(child, j), bound);
  setTotal(child, total);
  if (j < 32) setExact(child, exactOf(child) & ~(<u32>1 << <u32>j));
  openChild(child);
  return bound;
}

/** The relaxation's bound for `sides`, from the table where it has been solved before. */
function boundOfSides(ceiling: i32, useful: i32): i32 {
  if (findBound(sides) && (foundFull || foundBound < useful)) return min(ceiling, foundBound);
  const bound = relaxMaxMinAbove(sides, ceiling, useful);
  rememberBound(sides, bound, bound >= useful);
  return bound;
}

// @ts-ignore: decorator
@inline
function cannotPay(total: i64): bool {
  return objective != NO_VALUE && total <= objective;
}

function readSides(node: usize, j: i32): void {
  for (let k = 0; k < keptCount; k++) store<i8>(sides + <usize>k, <i8>sideOf(node, j, k));
}

/** Steps 2 to 4: the node separates all listed pairs. */
function branchOnSide(node: usize): void {
  const touched = touchedOf(node);
  let worst: f64 = -f64.MAX_VALUE;
  let neuron = -1;
  let sample = -1;
  // Completing a node to a network costs as much as several nodes: every fourth is enough for the incumbent.
  const completing = completions++ % 4 == 0 || objective == NO_VALUE;
  if (completing) copyNetwork(trial, incumbent);
  let hope = upperCeiling + <i64>(size(1) - touched) * <i64>constantBound;
  for (let j = 0; j < touched; j++) {
    if (nodeDecided(node, j) && !completing) continue;
    readSides(node, j);
    resetBoxes();
    const bound = relaxMaxMin(sides, load<i32>(boundAt(node, j)));
    lowerBound(node, j, bound + turnRoom(node, j));
    for (let k = 0; k < keptCount; k++) {
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
    spend(<f64>(keptCount * inputsPadded) / 4);
    if (completing) {
      finishNeuron(sides, weightRow(trial, 0, j), freeCeiling);
      hope += <i64>settledMargin(sides);
    }
  }
  if (cannotPay(totalOf(node))) {
    dropSlot(node);
    return;
  }
  if (completing && !cannotPay(hope)) completeTrial(touched);
  if (cannotPay(totalOf(node))) {
    dropSlot(node);
    return;
  }
  if (neuron >= 0) {
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

/** What the other orientation of a turnable neuron may be worth more. */
function turnRoom(node: usize, j: i32): i32 {
  return j < 32 && turnableOf(node) & (<u32>1 << <u32>j) ? epsilon : 0;
}

/** Whether neuron `j` has no undecided side. */
function nodeDecided(node: usize, j: i32): bool {
  for (let k = 0; k < keptCount; k++) if (sideOf(node, j, k) == 0) return false;
  return true;
}

/** The candidate that the relaxation of a node suggests: untouched neurons constant, upper layers the best there are. */
function completeTrial(touched: i32): void {
  memory.fill(sides, 1, <usize>keptCount);
  for (let j = touched; j < size(1); j++) finishNeuron(sides, weightRow(trial, 0, j), freeCeiling);
  solveUpper(trial, 2000000);
  offer(trial);
}

/** Step 2: the next untouched neuron becomes constant; where it might pay, it may also be anything else. */
function touchNext(node: usize): void {
  const j = touchedOf(node);
  const total = totalOf(node);
  const before = load<i32>(boundAt(node, j));
  const child = childOf(node);
  for (let k = 0; k < keptCount; k++) decide(child, j, k, 1);
  setTouched(child, j + 1);
  store<i32>(boundAt(child, j), min(before, constantBound));
  setTotal(child, total - <i64>(before - min(before, constantBound)));
  if (cannotPay(totalOf(child))) dropSlot(child);
  else openChild(child);
  if (cannotPay(total - <i64>(before - min(before, unlikeCeiling)))) {
    dropSlot(node);
    return;
  }
  // Not constant: sample 0 differs from some later sample. The first that differs is k, in one of two orientations.
  for (let k = 1; k < keptCount; k++) {
    for (let side = 1; side >= -1; side -= 2) {
      if (freeSlots() < 4) {
        waiting = max(waiting, total);
        stuck = true;
        continue;
      }
      const other = childOf(node);
      for (let early = 0; early < k; early++) decide(other, j, early, side);
      decide(other, j, k, -side);
      setTouched(other, j + 1);
      boundChild(other, j, min(before, unlikeCeiling));
    }
  }
  dropSlot(node);
}

/** Step 4: all sides are decided. The upper layers are solved for exactly these activations. */
function complete(node: usize): void {
  if (!enumerable) {
    waiting = max(waiting, totalOf(node));
    dropSlot(node);
    return;
  }
  startUpper();
  for (let k = 0; k < keptCount; k++) {
    const vector = nextVector();
    if (!vector) {
      waiting = max(waiting, totalOf(node));
      dropSlot(node);
      return;
    }
    for (let j = 0; j < size(1); j++) store<i16>(vector + (<usize>j << 1), <i16>sideOf(node, j, k));
    if (!addVector(label(kept(k)))) {
      dropSlot(node);
      return;
    }
  }
  const found = finishUpper(UPPER_EFFORT);
  if (!upperComplete) {
    waiting = max(waiting, totalOf(node));
    dropSlot(node);
    return;
  }
  if (!found) {
    dropSlot(node);
    return;
  }
  setTotal(node, totalOf(node) - upperCeiling + upperValue);
  setComplete(node);
  if (cannotPay(totalOf(node))) dropSlot(node);
  else pushNode(node);
}

/** Step 5: works on the weights of the neuron with the most to lose; closes the node when all are settled. */
function settle(node: usize): void {
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
  if (pick < 0) {
    // Every neuron is settled: its best weights make a network of exactly this value.
    copyNetwork(trial, incumbent);
    for (let j = 0; j < size(1); j++) {
      readSides(node, j);
      settledRow(sides, weightRow(trial, 0, j));
    }
    solveUpper(trial, UPPER_EFFORT);
    offer(trial);
    if (!cannotPay(totalOf(node))) waiting = max(waiting, totalOf(node));
    dropSlot(node);
    return;
  }
  readSides(node, pick);
  const bound = load<i32>(boundAt(node, pick));
  const others = totalOf(node) - <i64>bound;
  const target = objective == NO_VALUE ? <i64>-1 : objective - others;
  settleNeuron(sides, bound, <i32>max<i64>(min<i64>(target, <i64>bound - 1), -1), SETTLE_NODES);
  if (turnRoom(node, pick)) settleBoth(node, pick);
  else lowerBound(node, pick, settledBound);
  if (settledExact && pick < 32) setExact(node, exactOf(node) | (<u32>1 << <u32>pick));
  // The new weights may be an incumbent before the proof is complete.
  copyNetwork(trial, incumbent);
  for (let j = 0; j < size(1); j++) {
    readSides(node, j);
    settledRow(sides, weightRow(trial, 0, j));
  }
  solveUpper(trial, UPPER_EFFORT);
  offer(trial);
  if (settledBound < 0 || cannotPay(totalOf(node))) dropSlot(node);
  else if (settlingStands() && ++heldSlices < holdLimit) holdNode(node);
  else {
    // A node that will not settle goes back among the others; its tree is begun again, for longer, if it is still the best.
    if (heldSlices >= holdLimit) holdLimit *= 2;
    heldSlices = 0;
    pushNode(node);
  }
}

/**
 * Neuron `j` stands for both orientations and one of them is `settledBound`: the other is worth epsilon more at most.
 * Once the one is settled, the other is a node of its own where it could still pay.
 */
function settleBoth(node: usize, j: i32): void {
  for (let k = 0; k < keptCount; k++) store<i8>(sides + <usize>k, -load<i8>(sides + <usize>k));
  const known = findPattern(sides);
  const other = min(attainableOn(sides, settledBound + epsilon), known >= 0 ? patternBound(known) : i32.MAX_VALUE);
  lowerBound(node, j, max(other, settledBound));
  if (!settledExact) return;
  setTurnable(node, turnableOf(node) & ~(<u32>1 << <u32>j));
  if (other > settledBound && !cannotPay(totalOf(node))) {
    const child = childOf(node);
    turnNeuron(child, j);
    pushNode(child);
  }
  lowerBound(node, j, settledBound);
}

function lowerBound(node: usize, j: i32, bound: i32): void {
  const before = load<i32>(boundAt(node, j));
  if (bound >= before) return;
  store<i32>(boundAt(node, j), bound);
  setTotal(node, totalOf(node) - <i64>(before - bound));
}
