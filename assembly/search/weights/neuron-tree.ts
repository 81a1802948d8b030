import { reserve } from '../../base/arena';
import { copyRow } from '../../network/weights';
import { countNode, spend, work } from '../../base/clock';
import { epsilon, inputs, inputsPadded, keptCount, marginScale, weightBound } from '../../problem/shape';
import { covers, nonzerosOf } from '../../neuron/cover-search';
import { beginMaxMin, leastMargin, roundSolution, searchMaxMin } from '../../neuron/max-min-search';
import { narrow, relaxCover, relaxMaxMin, resolveCover, resolveMaxMin, solution } from '../../relax/lp/neuron-lp';
import { boxHigh, boxLow, directionAt, resetBoxes, setBounds } from '../../relax/exact/safe-bound';
import { beginRoot, fixInput, loosenRoot, prepareRoot, reserveNeuronRoot, rootHighOf, rootLowOf } from './neuron-root';
import { chooseWeight, chosen, chosenDown, chosenUp, chosenValue, beginChoices } from './weight-branching';
import { bestWeightsBound, boundOf, clearWeightPool, closeAllWeights, closeStack, closeWeights, highOf, inputOf, lowOf, newWeightNode, openNode, openWeights, parentOf, pushWeights, replaceByChildren, reserveWeightPool, roomForTwo, stacked, stackedBound, stackFree, stackNode, takeWeights } from './weight-pool';

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
 * A margin is a multiple of 1 on the + side and of 1 less epsilon on the - side, so bounds are rounded down to the next
 * value that some weights can have.
 *
 * It serves, one after the other: the paper's MM and MW of one layer, whose whole search it is; the activation tree and the
 * certificate tree, which settle the neurons of a node by it; and the proving trees of every stage, which ask it what a
 * neuron can reach (proving/alone.ts).
 */
let sides: usize = 0; // i8 [K], the caller's
let best: usize = 0; // i16 [NP]: best weights, the caller's
let rounded: usize = 0; // i16 [NP]
export let treeMargin: i32 = 0; // value of `best`: margin, or minus the non-zeros
let required: usize = 0; // i32 [K]: cover's needs, 0 for max-min
export let treeBound: i32 = 0; // proved bound of the whole tree
export let neuronTreeOpen: bool = false;

let prices: usize = 0; // f64 [NP], scratch of the local search
let sinceSearch: i32 = 0;
let barren: i32 = 0; // local searches in a row that found nothing
/** Nodes between two local searches, and what each barren one adds, up to a limit. */
const SEARCH_EVERY = 40;
const SEARCH_LATER = 1;
const SEARCH_SELDOM = 300;

let sinceNeighbourhood: i32 = 0;
let neighbourhood: i32 = 0; // nodes that the neighbourhood under way may still take, 0: none is
const NEIGHBOURHOOD_EVERY = 400;
const NEIGHBOURHOOD_NODES = 150;

let pathLow: usize = 0; // i16 [NP]: boxes wanted at the node that is being entered
let pathHigh: usize = 0; // i16 [NP]
let plunging: i32 = -1; // the node to go on with, -1: take the best open one
let plungeBound: i32 = 0;
let hasPlus: bool = false;
let hasMinus: bool = false;
let ceiling: i32 = 0;
let reached: i32 = 0; // nodes closed with the pool full are remembered by their bound

let deepestTarget: i32 = 0; // the largest target that nodes were closed for: the tree says nothing below it
let deepestCut: i32 = 0; // the same with the tree's own margin

export function reserveNeuronTree(nodes: i32, rows: i32): void {
  reserveWeightPool(nodes);
  pathLow = reserve(<usize>inputsPadded << 1);
  pathHigh = reserve(<usize>inputsPadded << 1);
  reserveNeuronRoot(rows);
  rounded = reserve(<usize>inputsPadded << 1);
  prices = reserve(<usize>inputsPadded << 3);
}

/** The largest margin not above `bound` that any weights can have with these sides. */
export function attainable(bound: i32): i32 {
  if (bound < 0) return bound;
  const rest = bound % marginScale;
  const whole = bound - rest;
  if (hasPlus && rest == 0) return bound;
  if (hasMinus && rest >= marginScale - epsilon) return whole + marginScale - epsilon;
  if (hasPlus) return whole;
  return whole - epsilon;
}

/** `attainable` for any sides. */
export function attainableOn(which: usize, bound: i32): i32 {
  lookAtSides(which);
  return attainable(bound);
}

function lookAtSides(which: usize): void {
  hasPlus = false;
  hasMinus = false;
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(which + <usize>k);
    if (side > 0) hasPlus = true;
    if (side < 0) hasMinus = true;
  }
}

/**
 * Starts a max-min tree for `neuronSides`; `weights` holds a row that may be improved, `knownCeiling` bounds its margin.
 */
export function beginNeuronTree(neuronSides: usize, weights: usize, knownCeiling: i32): void {
  required = 0;
  sides = neuronSides;
  best = weights;
  lookAtSides(sides);
  resetBoxes();
  ceiling = knownCeiling;
  beginTree(attainable(relaxMaxMin(sides, ceiling)));
}

/** Starts a cover tree: `needs` (i32 per kept sample, units of S) is what a row with a side must reach. */
export function beginCoverTree(neuronSides: usize, weights: usize, needs: usize): void {
  required = needs;
  sides = neuronSides;
  best = weights;
  resetBoxes();
  beginTree(-relaxCover(sides, required, weightBound));
}

function beginTree(rootBound: i32): void {
  sinceSearch = 0;
  sinceNeighbourhood = 0;
  neighbourhood = 0;
  barren = 0;
  beginChoices();
  treeMargin = valueOf(best);
  treeBound = rootBound;
  clearWeightPool();
  reached = i32.MIN_VALUE;
  deepestTarget = i32.MIN_VALUE;
  deepestCut = i32.MIN_VALUE;
  beginRoot(sides, required, ceiling);
  plunging = -1;
  neuronTreeOpen = treeMargin < treeBound;
  if (neuronTreeOpen) pushWeights(newWeightNode(-1, 0, 0, 0, treeBound));
  else treeBound = max(treeBound, treeMargin);
}

/** Whether the tree as it stands can tell weights apart that beat `target`: it has not been cut off above that. */
export function answersFor(target: i32): bool {
  return target >= deepestTarget || treeMargin >= deepestTarget;
}

/** What a row is worth to the tree; `i32.MIN_VALUE` where it does not cover. */
function valueOf(weights: usize): i32 {
  if (required == 0) return leastMargin(weights, sides);
  return covers(weights, sides, required) ? -nonzerosOf(weights) : i32.MIN_VALUE;
}

/** The last node's relaxation, rounded: where the tree is. */
export function treeRounding(): usize {
  return rounded;
}

/** Tells the tree of better weights found elsewhere. */
export function improveNeuronTree(weights: usize, margin: i32): void {
  if (margin <= treeMargin) return;
  treeMargin = margin;
  if (weights != best) copyRow(best, weights, 0);
}

/**
 * A slice: up to `nodes` nodes while the bound is above `target`, but no more than milliseconds of work, whatever a node
 * costs (a round of cuts costs as much as hundreds).
 */
export function growNeuronTree(nodes: i32, target: i32): void {
  const end = work + SLICE_WORK;
  for (let n = 0; n < nodes && neuronTreeOpen && treeBound > target && work < end; n++) stepNeuronTree(target);
}
const SLICE_WORK: f64 = 8e6;

/** One node. `target`: nodes that cannot beat this margin are closed (at least `treeMargin`). */
export function stepNeuronTree(target: i32): void {
  raiseCut(target);
  if (required == 0) lookAtSides(sides);
  if (prepareRoot(deepestCut, treeBound)) return;
  if (neighbourhood > 0 && (--neighbourhood == 0 || (plunging < 0 && stacked == 0))) leaveNeighbourhood();
  let node = plunging;
  if (node < 0) {
    if (openWeights + stacked == 0) {
      finish();
      return;
    }
    if (stacked == 0 && bestWeightsBound() <= deepestCut) {
      closeAllWeights(); // best first: all others are closed with it
      finish();
      return;
    }
    node = takeWeights();
    if (boundOf(node) <= deepestCut) {
      closeWeights(node);
      publish();
      return;
    }
  }
  plunging = -1;
  countNode();
  if (enter(node)) {
    const relaxed = required ? -resolveCover(sides, required) : attainable(resolveMaxMin(sides, ceiling));
    const bound = min(boundOf(node), relaxed);
    roundSolution(solution, rounded);
    const value = valueOf(rounded);
    if (value > treeMargin) {
      treeMargin = value;
      copyRow(best, rounded, 0);
    }
    if (required == 0 && ++sinceSearch >= min(SEARCH_EVERY + SEARCH_LATER * barren, SEARCH_SELDOM) && bound > treeMargin) searchInBoxes();
    raiseCut(target);
    if (bound > deepestCut) {
      branch(node, bound);
      if (++sinceNeighbourhood >= NEIGHBOURHOOD_EVERY && stackFree()) enterNeighbourhood(bound);
    } else closeWeights(node);
  } else closeWeights(node);
  publish();
}

function raiseCut(target: i32): void {
  deepestTarget = max(deepestTarget, target);
  const cut = max(target, treeMargin);
  if (cut <= deepestCut) return;
  deepestCut = cut;
  loosenRoot();
}

/** A short local search from the rounded relaxation, within the boxes of the node: what they leave open is small. */
function searchInBoxes(): void {
  sinceSearch = 0;
  for (let i = 0; i < inputs; i++) store<f64>(prices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  beginMaxMin(sides, rounded, prices, 60, true);
  const margin = searchMaxMin(sides, rounded, 80, treeBound);
  barren++;
  if (margin <= treeMargin) return;
  barren = 0;
  treeMargin = margin;
  copyRow(best, rounded, 0);
}

function finish(): void {
  treeBound = max(min(treeBound, max(deepestCut, reached)), treeMargin);
  neuronTreeOpen = false;
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
  treeBound = min(treeBound, most);
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
  for (let i = 0; i < inputs; i++) if (boxLow(i) != boxHigh(i) && fixInput(i, required != 0, deepestCut)) narrow(i);
  spend(<f64>inputs);
  chooseWeight();
  let pick = chosen;
  let value = chosenValue;
  if (pick < 0) {
    // Integral but not proved: rounding error between relaxation and exact bound. Split the first open box.
    for (let i = 0; i < inputs && pick < 0; i++) if (boxHigh(i) > boxLow(i)) pick = i;
    if (pick < 0) {
      countPoint(); // the boxes are down to one point
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
    const w = <i32>load<i16>(best + (<usize>i << 1));
    if (rootLowOf(i) == rootHighOf(i) || abs(load<f64>(solution + (<usize>i << 3)) - <f64>w) > 1e-6) continue;
    replaceByChildren(at, 1);
    at = newWeightNode(at, i, w, w, bound);
  }
  if (plunging >= 0) pushWeights(plunging); // not on the stack, whose rest is thrown away
  plunging = -1;
  stackNode(at);
  neighbourhood = NEIGHBOURHOOD_NODES;
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
  if (value <= treeMargin) return;
  treeMargin = value;
  copyRow(best, rounded, 0);
}
