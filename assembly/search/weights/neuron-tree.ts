import { CLOSED_BOUND, CLOSED_EMPTY, CLOSED_POINT, IN_WEIGHTS, LEFT_OPEN, ON_WEIGHT, tell, Trace } from '../../base/trace';
import { count, COUNT_CLOSED_BOUND, COUNT_CLOSED_EMPTY, COUNT_CLOSED_POINT, COUNT_NEIGHBOURHOODS, COUNT_NEIGHBOURHOODS_FOUND, COUNT_NODES_WEIGHTS, COUNT_ROUNDINGS, COUNT_ROUNDINGS_FOUND } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { copyRow, nonzerosOf } from '../../network/weights';
import { countNode, spend } from '../../base/clock';
import { inputs, keptCount } from '../../problem/shape';
import { covers } from '../../neuron/cover-search';
import { beginMaxMin, leastMargin, roundSolution, searchMaxMin } from '../../neuron/max-min-search';
import { narrow, relaxCover, relaxMaxMin, resolveCover, resolveMaxMin, solution } from '../../relax/lp/neuron-lp';
import { boxHigh, boxLow, directionAt, resetBoxes, setBounds } from '../../relax/exact/safe-bound';
import { beginRoot, fixInput, loosenRoot, prepareRoot, rootHighOf, rootLowOf } from './neuron-root';
import { attainable, hasSide } from './attainable';
import { Chosen, Growth, NeuronTree, pathHigh, pathLow, prices, rounded, treeNeeds, treeSides, WeightPool } from './state';
import { chooseWeight, beginChoices } from './weight-branching';
import { beginWeightWitness, boundingTree, boundingWeights, closingHeap, closingWeights, narrowedBoxes } from './weight-witness';
import { bestWeightsBound, boundOf, numberOf, clearWeightPool, closeAllWeights, closeStack, closeWeights, highOf, inputOf, lowOf, newWeightNode, openNode, parentOf, pushWeights, replaceByChildren, roomForTwo, stackFree, stackNode, takeWeights } from './weight-pool';
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

/** Nodes between two local searches, and what each barren one adds, up to a limit. */
const SEARCH_EVERY = 40;
const SEARCH_LATER = 1;
const SEARCH_SELDOM = 300;

const NEIGHBOURHOOD_EVERY = 400;
const NEIGHBOURHOOD_NODES = 150;

/**
 * Starts a max-min tree for `neuronSides` (i8 [K], copied); `weights` (i16 [NP]) holds a row that may be improved, and takes
 * the best; `knownCeiling` bounds its margin. The mark that is returned makes the caller the owner of the tree, until
 * another is begun.
 */
export function beginNeuronTree(neuronSides: usize, weights: usize, knownCeiling: i32): i32 {
  NeuronTree.covers = false;
  Growth.ceiling = knownCeiling;
  takeSides(neuronSides);
  return beginTree(weights, attainable(relaxMaxMin(treeSides, Growth.ceiling), Growth.hasPlus, Growth.hasMinus));
}

/** Starts a cover tree: `needs` (i32 [K], units of S, copied) is what a row with a side must reach. Else as `beginNeuronTree`. */
export function beginCoverTree(neuronSides: usize, weights: usize, needs: usize): i32 {
  NeuronTree.covers = true;
  takeSides(neuronSides);
  memory.copy(treeNeeds, needs, <usize>keptCount << 2);
  return beginTree(weights, -relaxCover(treeSides, treeNeeds));
}

function takeSides(neuronSides: usize): void {
  memory.copy(treeSides, neuronSides, <usize>keptCount);
  Growth.hasPlus = hasSide(treeSides, 1);
  Growth.hasMinus = hasSide(treeSides, -1);
  resetBoxes();
}

function beginTree(weights: usize, rootBound: i32): i32 {
  NeuronTree.mark++;
  NeuronTree.best = weights;
  Growth.sinceSearch = 0;
  Growth.sinceNeighbourhood = 0;
  Growth.neighbourhood = 0;
  Growth.barren = 0;
  beginChoices();
  NeuronTree.margin = valueOf(NeuronTree.best);
  NeuronTree.bound = rootBound;
  clearWeightPool();
  Growth.reached = i32.MIN_VALUE;
  Growth.deepestTarget = i32.MIN_VALUE;
  Growth.deepestCut = i32.MIN_VALUE;
  beginRoot(Growth.ceiling);
  if (CHECKED) beginWeightWitness(Growth.ceiling);
  if (CHECKED) boundingTree(max(NeuronTree.bound, NeuronTree.margin), 'neuron-tree: its root');
  Growth.plunging = -1;
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
  return target >= Growth.deepestTarget || NeuronTree.margin >= Growth.deepestTarget;
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
  if (prepareRoot(Growth.deepestCut, NeuronTree.bound)) return;
  if (Growth.neighbourhood > 0 && (--Growth.neighbourhood == 0 || (Growth.plunging < 0 && WeightPool.stacked == 0))) leaveNeighbourhood();
  let node = Growth.plunging;
  if (node < 0) {
    if (WeightPool.open + WeightPool.stacked == 0) {
      finish();
      return;
    }
    if (WeightPool.stacked == 0 && bestWeightsBound() <= Growth.deepestCut) {
      if (CHECKED) closingHeap(Growth.deepestCut, 'neuron-tree: the rest of the heap');
      closeAllWeights(); // best first: all others are closed with it
      finish();
      return;
    }
    node = takeWeights();
    if (boundOf(node) <= Growth.deepestCut) {
      if (Trace.on) told(node, boundOf(node), CLOSED_BOUND, -1, -1);
      if (CHECKED) closingWeights(node, Growth.deepestCut, 'neuron-tree: the bound of a node');
      count(COUNT_CLOSED_BOUND);
      closeWeights(node);
      publish();
      return;
    }
  }
  Growth.plunging = -1;
  countNode();
  count(COUNT_NODES_WEIGHTS);
  if (enter(node)) {
    const relaxed = NeuronTree.covers ? -resolveCover(treeSides, treeNeeds) : attainable(resolveMaxMin(treeSides, Growth.ceiling), Growth.hasPlus, Growth.hasMinus);
    const bound = min(boundOf(node), relaxed);
    if (CHECKED) boundingWeights(node, bound, Growth.deepestCut, 'neuron-tree: a relaxation');
    roundSolution(solution, rounded);
    const value = valueOf(rounded);
    count(COUNT_ROUNDINGS);
    if (value > NeuronTree.margin) {
      count(Growth.neighbourhood > 0 ? COUNT_NEIGHBOURHOODS_FOUND : COUNT_ROUNDINGS_FOUND);
      NeuronTree.margin = value;
      copyRow(NeuronTree.best, rounded, 0);
    }
    if (!NeuronTree.covers && ++Growth.sinceSearch >= min(SEARCH_EVERY + SEARCH_LATER * Growth.barren, SEARCH_SELDOM) && bound > NeuronTree.margin) searchInBoxes();
    raiseCut(target);
    if (bound > Growth.deepestCut) {
      branch(node, bound);
      if (++Growth.sinceNeighbourhood >= NEIGHBOURHOOD_EVERY && stackFree()) enterNeighbourhood(bound);
    } else {
      if (Trace.on) told(node, bound, CLOSED_BOUND, -1, -1);
      if (CHECKED) closingWeights(node, Growth.deepestCut, 'neuron-tree: the relaxation of a node');
      count(COUNT_CLOSED_BOUND);
      closeWeights(node);
    }
  } else {
    if (Trace.on) told(node, boundOf(node), CLOSED_EMPTY, -1, -1);
    if (CHECKED) closingWeights(node, Growth.deepestCut, 'neuron-tree: an empty box');
    count(COUNT_CLOSED_EMPTY);
    closeWeights(node);
  }
  publish();
}

/** For who watches: what became of a node that is worth `bound` at most. */
function told(node: i32, bound: i32, what: i32, input: i32, split: i32): void {
  tell(IN_WEIGHTS, NeuronTree.mark, numberOf(node), numberOf(parentOf(node)), what, -1, input, split, <f64>bound, <f64>Growth.deepestCut);
}

function raiseCut(target: i32): void {
  Growth.deepestTarget = max(Growth.deepestTarget, target);
  const cut = max(target, NeuronTree.margin);
  if (cut <= Growth.deepestCut) return;
  Growth.deepestCut = cut;
  loosenRoot();
}

/** A short local search from the rounded relaxation, within the boxes of the node: what they leave open is small. */
function searchInBoxes(): void {
  Growth.sinceSearch = 0;
  for (let i = 0; i < inputs; i++) store<f64>(prices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  const search = beginMaxMin(treeSides, rounded, prices, 60, true);
  const margin = searchMaxMin(search, treeSides, rounded, 80, NeuronTree.bound);
  Growth.barren++;
  if (margin <= NeuronTree.margin) return;
  Growth.barren = 0;
  NeuronTree.margin = margin;
  copyRow(NeuronTree.best, rounded, 0);
}

function finish(): void {
  NeuronTree.bound = max(min(NeuronTree.bound, max(Growth.deepestCut, Growth.reached)), NeuronTree.margin);
  if (CHECKED) boundingTree(NeuronTree.bound, 'neuron-tree: the end');
  NeuronTree.open = false;
}

function publish(): void {
  let most = max(Growth.deepestCut, Growth.reached);
  if (Growth.plunging >= 0) most = max(most, Growth.plungeBound);
  if (WeightPool.stacked > 0) most = max(most, WeightPool.stackedBound);
  if (WeightPool.open > 0) most = max(most, bestWeightsBound());
  else if (Growth.plunging < 0 && WeightPool.stacked == 0) {
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
  for (let i = 0; i < inputs; i++) if (boxLow(i) != boxHigh(i) && fixInput(i, NeuronTree.covers, Growth.deepestCut)) narrow(i);
  spend(<f64>inputs);
  if (CHECKED) narrowedBoxes(node, Growth.deepestCut, 'neuron-tree: reduced costs');
  chooseWeight();
  let pick = Chosen.input;
  let value = Chosen.value;
  if (pick < 0) {
    // Integral but not proved: rounding error between relaxation and exact bound. Split the first open box.
    for (let i = 0; i < inputs && pick < 0; i++) if (boxHigh(i) > boxLow(i)) pick = i;
    if (pick < 0) {
      countPoint(); // the boxes are down to one point
      if (Trace.on) told(node, bound, CLOSED_POINT, -1, -1);
      count(COUNT_CLOSED_POINT);
      if (CHECKED) closingWeights(node, max(Growth.deepestCut, NeuronTree.margin), 'neuron-tree: a point');
      closeWeights(node);
      return;
    }
    value = max(load<f64>(solution + (<usize>pick << 3)) - 0.5, <f64>boxLow(pick) + 0.5);
  }
  // A relaxation that was given up on may lie outside its boxes: a split is always inside.
  const split = min(max(<i32>Math.floor(value), boxLow(pick)), boxHigh(pick) - 1);
  if (!roomForTwo()) {
    if (Trace.on) told(node, bound, LEFT_OPEN, -1, -1);
    Growth.reached = max(Growth.reached, bound); // the pool is full: the node's bound stands for it
    closeWeights(node);
    return;
  }
  if (Trace.on) told(node, bound, ON_WEIGHT, pick, split);
  replaceByChildren(node, 2);
  const lower = newWeightNode(node, pick, boxLow(pick), split, bound);
  const upper = newWeightNode(node, pick, split + 1, boxHigh(pick), bound);
  const fraction = value - Math.floor(value);
  const preferUp = fraction > 0.5 || (fraction == 0.5 && Chosen.up < Chosen.down);
  Growth.plunging = preferUp ? upper : lower;
  Growth.plungeBound = bound;
  if (Growth.neighbourhood > 0) stackNode(preferUp ? lower : upper);
  else openNode(preferUp ? lower : upper);
}

/**
 * Relaxation-induced neighbourhood search (Danna, Rothberg, Le Pape, 2005), within the tree: weights on which the
 * relaxation and the best row agree are fixed by a chain of nodes from the root, and what is below goes depth first for a few
 * nodes. The chain repeats what other nodes cover, so its rest can be thrown away.
 */
function enterNeighbourhood(bound: i32): void {
  Growth.sinceNeighbourhood = 0;
  let at = newWeightNode(-1, 0, 0, 0, bound);
  for (let i = 0; i < inputs && roomForTwo(); i++) {
    const w = <i32>load<i16>(NeuronTree.best + (<usize>i << 1));
    if (rootLowOf(i) == rootHighOf(i) || abs(load<f64>(solution + (<usize>i << 3)) - <f64>w) > 1e-6) continue;
    replaceByChildren(at, 1);
    at = newWeightNode(at, i, w, w, bound);
  }
  if (Growth.plunging >= 0) pushWeights(Growth.plunging); // not on the stack, whose rest is thrown away
  Growth.plunging = -1;
  stackNode(at);
  Growth.neighbourhood = NEIGHBOURHOOD_NODES;
  count(COUNT_NEIGHBOURHOODS);
}

/** The allowance is used up, or nothing is left of it: what comes from the heap next must not be thrown away. */
function leaveNeighbourhood(): void {
  Growth.neighbourhood = 0;
  if (Growth.plunging >= 0) closeWeights(Growth.plunging);
  Growth.plunging = -1;
  closeStack();
}

function countPoint(): void {
  for (let i = 0; i < inputs; i++) store<i16>(rounded + (<usize>i << 1), <i16>boxLow(i));
  const value = valueOf(rounded);
  if (value <= NeuronTree.margin) return;
  NeuronTree.margin = value;
  copyRow(NeuronTree.best, rounded, 0);
}
