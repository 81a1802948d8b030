import { reserve, reserveRaw } from '../memory/arena';
import { copyRow } from '../network/weights';
import { countNode, spend } from '../problem/limits';
import { epsilon, inputs, inputsPadded, keptCount, marginScale, weightBound } from '../problem/shape';
import { covers, nonzerosOf } from '../primal/cover-search';
import { beginMaxMin, leastMargin, roundSolution, searchMaxMin } from '../primal/max-min-search';
import { narrow, penalties, relaxCover, relaxMaxMin, resolveCover, resolveMaxMin, solution, tableauSession } from '../relax/neuron-lp';
import { boxHigh, boxLow, coverCostBox, directionAt, reducedCostBox, resetBoxes, setBounds } from '../relax/safe-bound';
import { lastPenaltyDown, lastPenaltyUp } from '../relax/simplex';

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
 */
let sides: usize = 0; // i8 [K], the caller's
let best: usize = 0; // i16 [NP]: best weights, the caller's
let rounded: usize = 0; // i16 [NP]
export let treeMargin: i32 = 0; // value of `best`: margin, or minus the non-zeros
let required: usize = 0; // i32 [K]: cover's needs, 0 for max-min
export let treeBound: i32 = 0; // proved bound of the whole tree
export let neuronTreeOpen: bool = false;

// The nodes: one slot each, children know their parent; a slot lives until the last of its children is closed.
let capacity: i32 = 0;
let parents: usize = 0; // i32
let branchInput: usize = 0; // i32
let branchLow: usize = 0; // i16
let branchHigh: usize = 0; // i16
let bounds: usize = 0; // i32
let depths: usize = 0; // i32
let heap: usize = 0; // i32 [capacity]: open slots, best bound first, deeper first among equals
let heapCount: i32 = 0;
let session: i32 = 0; // the tableau that the tree warm-starts from; somebody else may have begun another
let prices: usize = 0; // f64 [NP], scratch of the local search
let sinceSearch: i32 = 0;
const SEARCH_EVERY = 40;
let used: i32 = 0;
let children: usize = 0; // u8 [capacity]: open children
let freeSlots: i32 = -1; // list of given-back slots, linked through `parents`

let pathLow: usize = 0; // i16 [NP]: boxes wanted at the node that is being entered
let pathHigh: usize = 0; // i16 [NP]
let plunging: i32 = -1; // the node to go on with, -1: take the best open one
let plungeBound: i32 = 0;
let hasPlus: bool = false;
let hasMinus: bool = false;
let ceiling: i32 = 0;
let reached: i32 = 0; // nodes closed with the pool full are remembered by their bound

export function reserveNeuronTree(nodes: i32): void {
  capacity = nodes;
  const n = <usize>nodes;
  parents = reserveRaw(n << 2);
  branchInput = reserveRaw(n << 2);
  branchLow = reserveRaw(n << 1);
  branchHigh = reserveRaw(n << 1);
  bounds = reserveRaw(n << 2);
  depths = reserveRaw(n << 2);
  children = reserveRaw(n);
  heap = reserveRaw(n << 2);
  pathLow = reserve(<usize>inputsPadded << 1);
  pathHigh = reserve(<usize>inputsPadded << 1);
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
  session = tableauSession;
  sinceSearch = 0;
  treeMargin = valueOf(best);
  treeBound = rootBound;
  heapCount = 0;
  used = 0;
  freeSlots = -1;
  reached = i32.MIN_VALUE;
  plunging = -1;
  neuronTreeOpen = treeMargin < treeBound;
  if (neuronTreeOpen) push(newNode(-1, 0, 0, 0, treeBound, 0));
  else treeBound = max(treeBound, treeMargin);
}

/** What a row is worth to the tree; `i32.MIN_VALUE` where it does not cover. */
function valueOf(weights: usize): i32 {
  if (required == 0) return leastMargin(weights, sides);
  return covers(weights, sides, required) ? -nonzerosOf(weights) : i32.MIN_VALUE;
}

/** Tells the tree of better weights found elsewhere. */
export function improveNeuronTree(weights: usize, margin: i32): void {
  if (margin <= treeMargin) return;
  treeMargin = margin;
  if (weights != best) copyRow(best, weights, 0);
}

/** One node. `target`: nodes that cannot beat this margin are closed (at least `treeMargin`). */
export function stepNeuronTree(target: i32): void {
  const cut = max(target, treeMargin);
  let node = plunging;
  if (node < 0) {
    if (heapCount == 0) {
      finish(cut);
      return;
    }
    node = pop();
    if (load<i32>(bounds + (<usize>node << 2)) <= cut) {
      heapCount = 0; // best first: all others are closed with it
      finish(cut);
      return;
    }
  }
  plunging = -1;
  enter(node);
  countNode();
  const inherited = load<i32>(bounds + (<usize>node << 2));
  if (required == 0) lookAtSides(sides);
  const warm = session == tableauSession;
  const relaxed = required
    ? -(warm ? resolveCover(sides, required) : relaxCover(sides, required, weightBound))
    : attainable(warm ? resolveMaxMin(sides, ceiling) : relaxMaxMin(sides, ceiling));
  session = tableauSession;
  const bound = min(inherited, relaxed);
  roundSolution(solution, rounded);
  const value = valueOf(rounded);
  if (value > treeMargin) {
    treeMargin = value;
    copyRow(best, rounded, 0);
  }
  if (required == 0 && ++sinceSearch >= SEARCH_EVERY && bound > treeMargin) searchInBoxes();
  if (bound > max(target, treeMargin)) branch(node, bound);
  else close(node);
  publish(max(target, treeMargin));
}

/** A short local search from the rounded relaxation, within the boxes of the node: what they leave open is small. */
function searchInBoxes(): void {
  sinceSearch = 0;
  for (let i = 0; i < inputs; i++) store<f64>(prices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  beginMaxMin(sides, rounded, prices, 60, true);
  const margin = searchMaxMin(sides, rounded, 80, treeBound);
  if (margin <= treeMargin) return;
  treeMargin = margin;
  copyRow(best, rounded, 0);
}

function finish(cut: i32): void {
  treeBound = max(min(treeBound, max(cut, reached)), treeMargin);
  neuronTreeOpen = false;
}

function publish(cut: i32): void {
  let most = max(treeMargin, reached);
  if (plunging >= 0) most = max(most, plungeBound);
  if (heapCount > 0) most = max(most, load<i32>(bounds + (<usize>load<i32>(heap) << 2)));
  else if (plunging < 0) {
    finish(cut);
    return;
  }
  treeBound = min(treeBound, max(most, cut));
}

/** Sets the boxes of a node: root boxes, narrowed along its path, handed to the tableau where they differ. */
function enter(node: i32): void {
  for (let i = 0; i < inputs; i++) {
    store<i16>(pathLow + (<usize>i << 1), i16.MIN_VALUE);
    store<i16>(pathHigh + (<usize>i << 1), i16.MAX_VALUE);
  }
  for (let at = node; at >= 0; at = load<i32>(parents + (<usize>at << 2))) {
    if (load<i32>(parents + (<usize>at << 2)) < 0) break;
    const i = <usize>load<i32>(branchInput + (<usize>at << 2)) << 1;
    store<i16>(pathLow + i, max(load<i16>(pathLow + i), load<i16>(branchLow + (<usize>at << 1))));
    store<i16>(pathHigh + i, min(load<i16>(pathHigh + i), load<i16>(branchHigh + (<usize>at << 1))));
  }
  for (let i = 0; i < inputs; i++) {
    const root = weightBound;
    const lo = max(-root, <i32>load<i16>(pathLow + (<usize>i << 1)));
    const up = min(root, <i32>load<i16>(pathHigh + (<usize>i << 1)));
    if (lo != boxLow(i) || up != boxHigh(i)) {
      setBounds(i, lo, up);
      if (session == tableauSession) narrow(i);
    }
  }
  spend(<f64>inputs);
}

/** Chooses the fractional weight with the best product of one-pivot penalties and opens its two children. */
function branch(node: i32, bound: i32): void {
  fixByReducedCost();
  let pick = -1;
  let value: f64 = 0;
  let score: f64 = -1;
  let up: f64 = 0;
  let down: f64 = 0;
  for (let i = 0; i < inputs; i++) {
    const x = load<f64>(solution + (<usize>i << 3));
    const fraction = x - Math.floor(x);
    if (fraction < 1e-6 || fraction > 1 - 1e-6) continue;
    if (boxLow(i) == boxHigh(i)) continue;
    penalties(i, fraction);
    const product = max<f64>(lastPenaltyDown, 1e-6) * max<f64>(lastPenaltyUp, 1e-6);
    if (product > score) {
      score = product;
      pick = i;
      value = x;
      up = lastPenaltyUp;
      down = lastPenaltyDown;
    }
  }
  if (pick < 0) {
    // Integral but not proved: rounding error between relaxation and exact bound. Split the widest open box.
    for (let i = 0; i < inputs; i++) {
      if (boxHigh(i) > boxLow(i)) {
        pick = i;
        value = load<f64>(solution + (<usize>i << 3)) - 0.5;
        if (value < <f64>boxLow(i)) value = <f64>boxLow(i) + 0.5;
        break;
      }
    }
    if (pick < 0) {
      reached = max(reached, bound); // a single point whose margin is counted already; cannot be above it
      close(node);
      return;
    }
  }
  // A relaxation that was given up on may lie outside its boxes: a split is always inside.
  const split = min(max(<i32>Math.floor(value), boxLow(pick)), boxHigh(pick) - 1);
  if (used + 2 > capacity && !twoFree()) {
    reached = max(reached, bound); // the pool is full: the node's bound stands for it
    close(node);
    return;
  }
  store<u8>(children + <usize>node, 2);
  const depth = load<i32>(depths + (<usize>node << 2)) + 1;
  const lower = newNode(node, pick, boxLow(pick), split, bound, depth);
  const upper = newNode(node, pick, split + 1, boxHigh(pick), bound, depth);
  const preferUp = value - Math.floor(value) > 0.5 || (value - Math.floor(value) == 0.5 && up < down);
  plunging = preferUp ? upper : lower;
  plungeBound = bound;
  push(preferUp ? lower : upper);
}

/** Narrows boxes that no better row can leave; exact, from the certificate of the last bound. */
function fixByReducedCost(): void {
  for (let i = 0; i < inputs; i++) {
    if (boxLow(i) == boxHigh(i)) continue;
    const shrank = required
      ? treeMargin > i32.MIN_VALUE && coverCostBox(i, -treeMargin)
      : reducedCostBox(i, max(treeMargin, 0));
    if (shrank) narrow(i);
  }
  spend(<f64>inputs);
}

function twoFree(): bool {
  return freeSlots >= 0 && load<i32>(parents + (<usize>freeSlots << 2)) >= 0;
}

/** Gives a closed node's slot back, and those of its ancestors that have no open child left. */
function close(node: i32): void {
  let at = node;
  while (at >= 0) {
    const parent = load<i32>(parents + (<usize>at << 2));
    store<i32>(parents + (<usize>at << 2), freeSlots);
    freeSlots = at;
    if (parent < 0) return;
    const left = load<u8>(children + <usize>parent) - 1;
    store<u8>(children + <usize>parent, left);
    if (left > 0) return;
    at = parent;
  }
}

function newNode(parent: i32, input: i32, low: i32, high: i32, bound: i32, depth: i32): i32 {
  let at = freeSlots;
  if (at >= 0) freeSlots = load<i32>(parents + (<usize>at << 2));
  else at = used++;
  store<i32>(parents + (<usize>at << 2), parent);
  store<i32>(branchInput + (<usize>at << 2), input);
  store<i16>(branchLow + (<usize>at << 1), <i16>low);
  store<i16>(branchHigh + (<usize>at << 1), <i16>high);
  store<i32>(bounds + (<usize>at << 2), bound);
  store<i32>(depths + (<usize>at << 2), depth);
  return at;
}

// @ts-ignore: decorator
@inline
function before(a: i32, b: i32): bool {
  const boundA = load<i32>(bounds + (<usize>a << 2));
  const boundB = load<i32>(bounds + (<usize>b << 2));
  if (boundA != boundB) return boundA > boundB;
  return load<i32>(depths + (<usize>a << 2)) > load<i32>(depths + (<usize>b << 2));
}

function push(node: i32): void {
  let at = heapCount++;
  while (at > 0) {
    const up = (at - 1) >> 1;
    const other = load<i32>(heap + (<usize>up << 2));
    if (!before(node, other)) break;
    store<i32>(heap + (<usize>at << 2), other);
    at = up;
  }
  store<i32>(heap + (<usize>at << 2), node);
}

function pop(): i32 {
  const top = load<i32>(heap);
  heapCount--;
  const node = load<i32>(heap + (<usize>heapCount << 2));
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heapCount) break;
    if (
      child + 1 < heapCount &&
      before(load<i32>(heap + (<usize>(child + 1) << 2)), load<i32>(heap + (<usize>child << 2)))
    ) child++;
    if (!before(load<i32>(heap + (<usize>child << 2)), node)) break;
    store<i32>(heap + (<usize>at << 2), load<i32>(heap + (<usize>child << 2)));
    at = child;
  }
  store<i32>(heap + (<usize>at << 2), node);
  return top;
}
