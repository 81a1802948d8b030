import { count, COUNT_CLOSED_BOUND, COUNT_CLOSED_EMPTY, COUNT_CLOSED_POINT, COUNT_NEIGHBOURHOODS, COUNT_NEIGHBOURHOODS_FOUND, COUNT_NODES_WEIGHTS, COUNT_ROUNDINGS, COUNT_ROUNDINGS_FOUND } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { copyRow } from '../../network/weights';
import { countNode, spend } from '../../base/clock';
import { inputs, keptCount, weightBound } from '../../problem/shape';
import { covers, nonzerosOf } from '../../neuron/cover-search';
import { beginMaxMin, leastMargin, roundSolution, searchMaxMin } from '../../neuron/max-min-search';
import { narrow, relaxCover, relaxMaxMin, resolveCover, resolveMaxMin, solution } from '../../relax/lp/neuron-lp';
import { boxHigh, boxLow, directionAt, resetBoxes, setBounds } from '../../relax/exact/safe-bound';
import { beginRoot, fixInput, loosenRoot, prepareRoot, rootHighOf, rootLowOf } from './neuron-root';
import { attainable, hasSide } from './attainable';
import { NeuronTree, pathHigh, pathLow, prices, rounded, treeNeeds, treeSides } from './state';
import { chooseWeight, chosen, chosenDown, chosenUp, chosenValue, beginChoices } from './weight-branching';
import { beginWeightWitness, boundingTree, boundingWeights, closingHeap, closingWeights, narrowedBoxes } from './weight-witness';
import { bestWeightsBound, boundOf, clearWeightPool, closeAllWeights, closeStack, closeWeights, highOf, inputOf, lowOf, newWeightNode, openNode, openWeights, parentOf, pushWeights, replaceByChildren, roomForTwo, stacked, stackedBound, stackFree, stackNode, takeWeights } from './weight-pool';
import { Clock } from '../../base/state';

/**
 * Level B: branch and bound over the discrete weights of one first-layer neuron with decided sides: for the largest
 * least margin, or (cover) for the fewest non-zero weights that reach what each row requires. The tree maximises;
 * cover's value is minus the non-zeros.
 *
 * A node narrows one weight's box; its boxes are those of its path plus what reduced costs fix on the way. One tableau
 * serves the whole tree: going down only narrows boxes, and a jump to another node sets the boxes that differ and
 * re-solves from where the tableau stands, which stays dual feasible. Plunges (the child nearer to the relaxed value
 * first) serve the incumbent, every jump takes the best bound.
 *
 * Bounds are rounded down to the next value that some weights can have (attainable.ts).
 *
 * It serves, one after the other: the paper's MM and MW of one layer, whose whole search it is; the activation tree and the
 * certificate tree, which settle the neurons of a node by it; and the proving trees of every stage, which ask it what a
 * neuron can reach (proving/alone.ts).
 */
let hasPlus: bool = false; // some row of the tree is on the + side
let hasMinus: bool = false; // and some on the - side
let ceiling: i32 = 0; // max-min: no weights have a larger margin

let sinceSearch: i32 = 0; // nodes
let barren: i32 = 0; // local searches in a row that found nothing
/** Nodes between two local searches, and what each barren one adds, up to a limit. */
const SEARCH_EVERY = 40;
const SEARCH_LATER = 1;
const SEARCH_SELDOM = 300;

let sinceNeighbourhood: i32 = 0; // nodes
let neighbourhood: i32 = 0; // nodes that the neighbourhood under way may still take, 0: none is
const NEIGHBOURHOOD_EVERY = 400;
const NEIGHBOURHOOD_NODES = 150;

let plunging: i32 = -1; // the node to go on with, -1: take the best open one
let plungeBound: i32 = 0; // of that node
let reached: i32 = 0; // nodes closed with the pool full are remembered by their bound

let deepestTarget: i32 = 0; // the largest target that nodes were closed for: the tree says nothing below it
let deepestCut: i32 = 0; // the same with the tree's own margin

/**
 * Starts a max-min tree for `neuronSides` (i8 [K], copied); `weights` (i16 [NP]) holds a row that may be improved, and takes
 * the best; `knownCeiling` bounds its margin. The mark that is returned makes the caller the owner of the tree, until
 * another is begun.
 */
export function beginNeuronTree(neuronSides: usize, weights: usize, knownCeiling: i32): i32 {
  NeuronTree.covers = false;
  ceiling = knownCeiling;
  takeSides(neuronSides);
  return beginTree(weights, attainable(relaxMaxMin(treeSides, ceiling), hasPlus, hasMinus));
}

/** Starts a cover tree: `needs` (i32 [K], units of S, copied) is what a row with a side must reach. Else as `beginNeuronTree`. */
export function beginCoverTree(neuronSides: usize, weights: usize, needs: usize): i32 {
  NeuronTree.covers = true;
  takeSides(neuronSides);
  memory.copy(treeNeeds, needs, <usize>keptCount << 2);
  return beginTree(weights, -relaxCover(treeSides, treeNeeds, weightBound));
}

function takeSides(neuronSides: usize): void {
  memory.copy(treeSides, neuronSides, <usize>keptCount);
  hasPlus = hasSide(treeSides, 1);
  hasMinus = hasSide(treeSides, -1);
  resetBoxes();
}

function beginTree(weights: usize, rootBound: i32): i32 {
  NeuronTree.mark++;
  NeuronTree.best = weights;
  sinceSearch = 0;
  sinceNeighbourhood = 0;
  neighbourhood = 0;
  barren = 0;
  beginChoices();
  NeuronTree.margin = valueOf(NeuronTree.best);
  NeuronTree.bound = rootBound;
  clearWeightPool();
  reached = i32.MIN_VALUE;
  deepestTarget = i32.MIN_VALUE;
  deepestCut = i32.MIN_VALUE;
  beginRoot(ceiling);
  if (CHECKED) beginWeightWitness(ceiling);
  if (CHECKED) boundingTree(max(NeuronTree.bound, NeuronTree.margin), 'neuron-tree: its root');
  plunging = -1;
  NeuronTree.open = NeuronTree.margin < NeuronTree.bound;
  if (NeuronTree.open) pushWeights(newWeightNode(-1, 0, 0, 0, NeuronTree.bound));
  else NeuronTree.bound = max(NeuronTree.bound, NeuronTree.margin);
  return NeuronTree.mark;
}

/** Whoever uses the tree shows the mark it was given: a stale one stops the checked build. */
// @ts-ignore: decorator
@inline
function own(mark: i32): void {
  assert(mark == NeuronTree.mark, 'neuron-tree: another tree has been begun');
}

/** Whether the tree may still lift its margin or lower its bound. */
// @ts-ignore: decorator
@inline
export function treeOpen(mark: i32): bool {
  own(mark);
  return NeuronTree.open;
}

/** Proved bound of the whole tree: margin (units of 1/D), or minus the non-zeros. */
// @ts-ignore: decorator
@inline
export function treeBound(mark: i32): i32 {
  own(mark);
  return NeuronTree.bound;
}

/** Value of the best weights, in the same unit; `i32.MIN_VALUE` where they do not cover. */
// @ts-ignore: decorator
@inline
export function treeMargin(mark: i32): i32 {
  own(mark);
  return NeuronTree.margin;
}

/** Whether the tree as it stands can tell weights apart that beat `target`: it has not been cut off above that. */
export function answersFor(mark: i32, target: i32): bool {
  own(mark);
  return target >= deepestTarget || NeuronTree.margin >= deepestTarget;
}

/** What a row is worth to the tree; `i32.MIN_VALUE` where it does not cover. */
function valueOf(weights: usize): i32 {
  if (!NeuronTree.covers) return leastMargin(weights, treeSides);
  return covers(weights, treeSides, treeNeeds) ? -nonzerosOf(weights) : i32.MIN_VALUE;
}

/** The last node's relaxation, rounded: where the tree is. */
export function treeRounding(mark: i32): usize {
  own(mark);
  return rounded;
}

/** Tells the tree of better weights found elsewhere. */
export function improveNeuronTree(mark: i32, weights: usize, margin: i32): void {
  own(mark);
  if (margin <= NeuronTree.margin) return;
  NeuronTree.margin = margin;
  if (weights != NeuronTree.best) copyRow(NeuronTree.best, weights, 0);
}

/**
 * A slice: up to `nodes` nodes while the bound is above `target`, but no more than milliseconds of work, whatever a node
 * costs (a round of cuts costs as much as hundreds).
 */
export function growNeuronTree(mark: i32, nodes: i32, target: i32): void {
  own(mark);
  const end = Clock.work + SLICE_WORK;
  for (let n = 0; n < nodes && NeuronTree.open && NeuronTree.bound > target && Clock.work < end; n++) stepNeuronTree(target);
}
const SLICE_WORK: f64 = 8e6;

/** One node. `target`: nodes that cannot beat this margin are closed (at least the tree's own). */
function stepNeuronTree(target: i32): void {
  raiseCut(target);
  if (prepareRoot(deepestCut, NeuronTree.bound)) return;
  if (neighbourhood > 0 && (--neighbourhood == 0 || (plunging < 0 && stacked == 0))) leaveNeighbourhood();
  let node = plunging;
  if (node < 0) {
    if (openWeights + stacked == 0) {
      finish();
      return;
    }
    if (stacked == 0 && bestWeightsBound() <= deepestCut) {
      if (CHECKED) closingHeap(deepestCut, 'neuron-tree: the rest of the heap');
      closeAllWeights(); // best first: all others are closed with it
      finish();
      return;
    }
    node = takeWeights();
    if (boundOf(node) <= deepestCut) {
      if (CHECKED) closingWeights(node, deepestCut, 'neuron-tree: the bound of a node');
      count(COUNT_CLOSED_BOUND);
      closeWeights(node);
      publish();
      return;
    }
  }
  plunging = -1;
  countNode();
  count(COUNT_NODES_WEIGHTS);
  if (enter(node)) {
    const relaxed = NeuronTree.covers ? -resolveCover(treeSides, treeNeeds) : attainable(resolveMaxMin(treeSides, ceiling), hasPlus, hasMinus);
    const bound = min(boundOf(node), relaxed);
    if (CHECKED) boundingWeights(node, bound, deepestCut, 'neuron-tree: a relaxation');
    roundSolution(solution, rounded);
    const value = valueOf(rounded);
    count(COUNT_ROUNDINGS);
    if (value > NeuronTree.margin) {
      count(neighbourhood > 0 ? COUNT_NEIGHBOURHOODS_FOUND : COUNT_ROUNDINGS_FOUND);
      NeuronTree.margin = value;
      copyRow(NeuronTree.best, rounded, 0);
    }
    if (!NeuronTree.covers && ++sinceSearch >= min(SEARCH_EVERY + SEARCH_LATER * barren, SEARCH_SELDOM) && bound > NeuronTree.margin) searchInBoxes();
    raiseCut(target);
    if (bound > deepestCut) {
      branch(node, bound);
      if (++sinceNeighbourhood >= NEIGHBOURHOOD_EVERY && stackFree()) enterNeighbourhood(bound);
    } else {
      if (CHECKED) closingWeights(node, deepestCut, 'neuron-tree: the relaxation of a node');
      count(COUNT_CLOSED_BOUND);
      closeWeights(node);
    }
  } else {
    if (CHECKED) closingWeights(node, deepestCut, 'neuron-tree: an empty box');
    count(COUNT_CLOSED_EMPTY);
    closeWeights(node);
  }
  publish();
}

function raiseCut(target: i32): void {
  deepestTarget = max(deepestTarget, target);
  const cut = max(target, NeuronTree.margin);
  if (cut <= deepestCut) return;
  deepestCut = cut;
  loosenRoot();
}

/** A short local search from the rounded relaxation, within the boxes of the node: what they leave open is small. */
function searchInBoxes(): void {
  sinceSearch = 0;
  for (let i = 0; i < inputs; i++) store<f64>(prices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  const search = beginMaxMin(treeSides, rounded, prices, 60, true);
  const margin = searchMaxMin(search, treeSides, rounded, 80, NeuronTree.bound);
  barren++;
  if (margin <= NeuronTree.margin) return;
  barren = 0;
  NeuronTree.margin = margin;
  copyRow(NeuronTree.best, rounded, 0);
}

function finish(): void {
  NeuronTree.bound = max(min(NeuronTree.bound, max(deepestCut, reached)), NeuronTree.margin);
  if (CHECKED) boundingTree(NeuronTree.bound, 'neuron-tree: the end');
  NeuronTree.open = false;
}

function publish(): void {
  let most = max(deepestCut, reached);
  if (plunging >= 0) most = max(most, plungeBound);
  if (stacked > 0) most = max(most, stackedBound);
  if (openWeights > 0) most = max(most, bestWeightsBound());
  else if (plunging < 0 && stacked == 0) {
    finish();
    return;
  }
  NeuronTree.bound = min(NeuronTree.bound, most);
  if (CHECKED) boundingTree(NeuronTree.bound, 'neuron-tree: its bound');
}

/**
 * Sets the boxes of a node: the root's, narrowed along its path, handed to the tableau where they differ. False where
 * one is empty: nothing in there beats the cut.
 */
function enter(node: i32): bool {
  for (let i = 0; i < inputs; i++) {
    store<i16>(pathLow + (<usize>i << 1), <i16>rootLowOf(i));
    store<i16>(pathHigh + (<usize>i << 1), <i16>rootHighOf(i));
  }
  for (let at = node; parentOf(at) >= 0; at = parentOf(at)) {
    const i = <usize>inputOf(at) << 1;
    const low = max(<i32>load<i16>(pathLow + i), lowOf(at));
    const high = min(<i32>load<i16>(pathHigh + i), highOf(at));
    if (low > high) return false;
    store<i16>(pathLow + i, <i16>low);
    store<i16>(pathHigh + i, <i16>high);
  }
  for (let i = 0; i < inputs; i++) {
    const lo = <i32>load<i16>(pathLow + (<usize>i << 1));
    const up = <i32>load<i16>(pathHigh + (<usize>i << 1));
    if (lo != boxLow(i) || up != boxHigh(i)) {
      setBounds(i, lo, up);
      narrow(i);
    }
  }
  spend(<f64>inputs);
  return true;
}

/** Opens the two children of the weight that `weight-branching.ts` chooses. */
function branch(node: i32, bound: i32): void {
  for (let i = 0; i < inputs; i++) if (boxLow(i) != boxHigh(i) && fixInput(i, NeuronTree.covers, deepestCut)) narrow(i);
  spend(<f64>inputs);
  if (CHECKED) narrowedBoxes(node, deepestCut, 'neuron-tree: reduced costs');
  chooseWeight();
  let pick = chosen;
  let value = chosenValue;
  if (pick < 0) {
    // Integral but not proved: rounding error between relaxation and exact bound. Split the first open box.
    for (let i = 0; i < inputs && pick < 0; i++) if (boxHigh(i) > boxLow(i)) pick = i;
    if (pick < 0) {
      countPoint(); // the boxes are down to one point
      count(COUNT_CLOSED_POINT);
      if (CHECKED) closingWeights(node, max(deepestCut, NeuronTree.margin), 'neuron-tree: a point');
      closeWeights(node);
      return;
    }
    value = max(load<f64>(solution + (<usize>pick << 3)) - 0.5, <f64>boxLow(pick) + 0.5);
  }
  // A relaxation that was given up on may lie outside its boxes: a split is always inside.
  const split = min(max(<i32>Math.floor(value), boxLow(pick)), boxHigh(pick) - 1);
  if (!roomForTwo()) {
    reached = max(reached, bound); // the pool is full: the node's bound stands for it
    closeWeights(node);
    return;
  }
  replaceByChildren(node, 2);
  const lower = newWeightNode(node, pick, boxLow(pick), split, bound);
  const upper = newWeightNode(node, pick, split + 1, boxHigh(pick), bound);
  const fraction = value - Math.floor(value);
  const preferUp = fraction > 0.5 || (fraction == 0.5 && chosenUp < chosenDown);
  plunging = preferUp ? upper : lower;
  plungeBound = bound;
  if (neighbourhood > 0) stackNode(preferUp ? lower : upper);
  else openNode(preferUp ? lower : upper);
}

/**
 * Relaxation-induced neighbourhood search (Danna, Rothberg, Le Pape, 2005), within the tree: weights on which the
 * relaxation and the best row agree are fixed by a chain of nodes from the root, and what is below goes depth first for a few
 * nodes. The chain repeats what other nodes cover, so its rest can be thrown away.
 */
function enterNeighbourhood(bound: i32): void {
  sinceNeighbourhood = 0;
  let at = newWeightNode(-1, 0, 0, 0, bound);
  for (let i = 0; i < inputs && roomForTwo(); i++) {
    const w = <i32>load<i16>(NeuronTree.best + (<usize>i << 1));
    if (rootLowOf(i) == rootHighOf(i) || abs(load<f64>(solution + (<usize>i << 3)) - <f64>w) > 1e-6) continue;
    replaceByChildren(at, 1);
    at = newWeightNode(at, i, w, w, bound);
  }
  if (plunging >= 0) pushWeights(plunging); // not on the stack, whose rest is thrown away
  plunging = -1;
  stackNode(at);
  neighbourhood = NEIGHBOURHOOD_NODES;
  count(COUNT_NEIGHBOURHOODS);
}

/** The allowance is used up, or nothing is left of it: what comes from the heap next must not be thrown away. */
function leaveNeighbourhood(): void {
  neighbourhood = 0;
  if (plunging >= 0) closeWeights(plunging);
  plunging = -1;
  closeStack();
}

function countPoint(): void {
  for (let i = 0; i < inputs; i++) store<i16>(rounded + (<usize>i << 1), <i16>boxLow(i));
  const value = valueOf(rounded);
  if (value <= NeuronTree.margin) return;
  NeuronTree.margin = value;
  copyRow(NeuronTree.best, rounded, 0);
}
