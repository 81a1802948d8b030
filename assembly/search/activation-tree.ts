import { reserve } from '../memory/arena';
import { dotI16F64 } from '../kernels/simd';
import { copyNetwork, copyRow, newNetwork, weightRow } from '../network/weights';
import { countNode, spend } from '../problem/limits';
import { inputs, inputsPadded, kept, keptCount, label, layerCount, marginScale, epsilon, radius, sampleRow, size, weightBound } from '../problem/shape';
import { beginMaxMin, leastMargin, roundSolution, searchMaxMin } from '../primal/max-min-search';
import { solveUpper } from '../primal/upper-layers';
import { relaxMaxMin, solution } from '../relax/neuron-lp';
import { directionAt } from '../relax/safe-bound';
import { closed, declareInfeasible, improveBound, incumbent, NO_VALUE, objective, offer } from './incumbent';
import { boundAt, bestOpen, clearNodes, decide, dropSlot, freeSlots, openCount, popNode, pushNode, reserveNodes, setTotal, setTouched, sideOf, slotBytes, takeSlot, totalOf, touchedOf } from './node-pool';
import { listPairs, pairCount, pairDistance, pairFirst, pairSecond, reservePairs } from './pair-order';

/**
 * Level A for max-margin: best-first search over the sides of the first-layer neurons.
 *
 * A node decides, for some neurons and samples, the sign of the pre-activation. Each neuron then is a max-min problem
 * over its decided rows only, whose relaxation bounds its margin; a neuron with no decided row is bounded by what the
 * dimmest sample allows. The node's bound is the sum, plus what the upper layers can add at most.
 *
 * Branching: the closest pair of opposite samples that no neuron separates yet must be separated by some neuron, in one
 * of two orientations. Untouched neurons are interchangeable (permuting neurons of a layer is an exact symmetry; flipping
 * signs is not, margins are asymmetric), so one of them stands for all. When every pair is separated, an undecided side
 * that the relaxed neuron violates is branched on; when there is none, the node waits with its bound for the weights of
 * its neurons to be settled (`settled` nodes).
 */
let sides: usize = 0; // i8 [K]: one neuron's sides, scratch
let prices: usize = 0; // f64 [NP]: |reduced direction|, scratch
let trial: usize = 0; // network under construction
let constantRow: usize = 0; // i16 [NP]: best known weights of a neuron that is + on every sample
let freeCeiling: i32 = 0; // bound of a neuron with no decided row
let upperCeiling: i64 = 0; // bound of all layers above the first
let settledBound: i64 = 0; // best total of the nodes that wait for their weights
let active: bool = false;
let stuck: bool = false; // the pool is full: the bound stands, the tree cannot go on

/** Whether the tree can still lift the bound. */
export function treeOpen(): bool {
  return active && !stuck && openCount > 0;
}

export function reserveActivationTree(rowCount: i32, bytes: usize): void {
  if (layerCount < 2) return;
  sides = reserve(<usize>rowCount + 8);
  prices = reserve(<usize>inputsPadded << 3);
  constantRow = reserve(<usize>inputsPadded << 1);
  trial = newNetwork();
  reserveNodes(size(1), rowCount, bytes);
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

/** Starts the tree over the kept samples; `constant` is a first-layer row that is + everywhere. */
export function beginActivationTree(constant: usize): void {
  clearNodes();
  listPairs();
  copyRow(constantRow, constant, 0);
  freeCeiling = freeNeuronBound();
  upperCeiling = upperLayersBound();
  settledBound = i64.MIN_VALUE;
  active = true;
  stuck = false;
  const root = takeSlot();
  const n = size(1);
  for (let j = 0; j < n; j++) store<i32>(boundAt(root, j), freeCeiling);
  setTotal(root, <i64>n * <i64>freeCeiling + upperCeiling);
  improveBound(totalOf(root));
  pushNode(root);
}

/** One node: pop, branch, bound the children. */
export function stepActivationTree(): void {
  if (!treeOpen()) return;
  if (freeSlots() < 2 * size(1) + 2) {
    stuck = true;
    return;
  }
  const node = popNode();
  if (objective != NO_VALUE && totalOf(node) <= objective) {
    dropSlot(node);
  } else {
    countNode();
    const pair = firstUnseparated(node);
    if (pair >= 0) branchOnPair(node, pair);
    else branchOnSide(node);
  }
  publishBound();
}

function publishBound(): void {
  let best = settledBound;
  if (openCount > 0) best = max(best, bestOpen());
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
    for (let side = 1; side >= -1; side -= 2) {
      if (sideOf(node, j, a) == -side || sideOf(node, j, b) == side) continue;
      const child = takeSlot();
      memory.copy(child, node, slotBytes);
      decide(child, j, a, side);
      decide(child, j, b, -side);
      if (j == touched) setTouched(child, touched + 1);
      const half = <i32>(<i64>marginScale * <i64>pairDistance(pair) / 2);
      boundChild(child, j, min(load<i32>(boundAt(node, j)), half));
    }
  }
  dropSlot(node);
}

/** Re-bounds neuron `j` of a child and opens the child unless it cannot beat the incumbent. */
function boundChild(child: usize, j: i32, ceiling: i32): void {
  const before = load<i32>(boundAt(child, j));
  const quick = totalOf(child) - <i64>(before - ceiling);
  if (objective != NO_VALUE && quick <= objective) {
    dropSlot(child);
    return;
  }
  readSides(child, j);
  const bound = relaxMaxMin(sides, ceiling);
  const total = totalOf(child) - <i64>before + <i64>bound;
  if (bound < 0 || (objective != NO_VALUE && total <= objective)) {
    dropSlot(child);
    return;
  }
  store<i32>(boundAt(child, j), bound);
  setTotal(child, total);
  pushNode(child);
}

function readSides(node: usize, j: i32): void {
  for (let k = 0; k < keptCount; k++) store<i8>(sides + <usize>k, <i8>sideOf(node, j, k));
}

/**
 * All listed pairs are separated. Completes the node to a network (a candidate incumbent), then branches on the
 * undecided side whose pre-activation is furthest from allowing the neuron's margin.
 */
function branchOnSide(node: usize): void {
  const touched = touchedOf(node);
  copyNetwork(trial, incumbent);
  let worstGap: f64 = 1e-6;
  let worstNeuron = -1;
  let worstSample = -1;
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(trial, 0, j);
    if (j >= touched) {
      copyRow(row, constantRow, 0);
      continue;
    }
    readSides(node, j);
    const bound = relaxMaxMin(sides, load<i32>(boundAt(node, j)));
    const need = <f64>bound / <f64>marginScale;
    for (let k = 0; k < keptCount; k++) {
      if (load<i8>(sides + <usize>k) != 0) continue;
      const s = dotI16F64(sampleRow(kept(k)), solution, inputsPadded);
      const gap = need - abs(s);
      if (gap > worstGap) {
        worstGap = gap;
        worstNeuron = j;
        worstSample = k;
      }
      store<i8>(sides + <usize>k, s >= 0 ? 1 : -1);
    }
    fillNeuron(row);
  }
  solveUpper(trial, 200000);
  offer(trial);
  if (worstNeuron < 0) {
    settledBound = max(settledBound, totalOf(node));
    dropSlot(node);
    return;
  }
  for (let side = 1; side >= -1; side -= 2) {
    const child = takeSlot();
    memory.copy(child, node, slotBytes);
    decide(child, worstNeuron, worstSample, side);
    boundChild(child, worstNeuron, load<i32>(boundAt(node, worstNeuron)));
  }
  dropSlot(node);
}

/** Good integer weights for the completed `sides`, by relaxation, rounding and a short search. */
function fillNeuron(row: usize): void {
  const ceiling = relaxMaxMin(sides, freeCeiling);
  roundSolution(solution, row);
  for (let i = 0; i < inputs; i++) store<f64>(prices + (<usize>i << 3), abs<f64>(<f64>directionAt(i)));
  beginMaxMin(sides, row, prices, 80);
  if (leastMargin(row, sides) < ceiling) searchMaxMin(sides, row, 200, ceiling);
}

/** Whether the running stage is closed or the tree has nothing left to do. */
export function treeDone(): bool {
  return closed() || !treeOpen();
}
