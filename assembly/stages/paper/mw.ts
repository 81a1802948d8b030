import { reserve } from '../../base/arena';
import { dotI16 } from '../../base/kernels/simd';
import { copyNetwork, copyRow, newNetwork, nonzerosOf, restNetwork, restRow, weightRow } from '../../network/weights';
import { strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes } from '../../problem/boxes';
import { isUnsparing } from '../../problem/limits';
import { confidence, holds, inputsPadded, kept, keptCount, label, layerCount, marginScale, reachFor, sampleRow, size } from '../../problem/shape';
import { beginCover, coverIs, covers, searchCover } from '../../neuron/cover-search';
import { roundSolution } from '../../neuron/max-min-search';
import { bothLabels, firstLayerNeeds, upperNeeds } from '../../relax/exact/count-bound';
import { relaxCover, solution, UNREACHABLE } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { beginCoverTree, improveNeuronTree, growNeuronTree, treeBound, treeMargin, treeOpen } from '../../search/weights/neuron-tree';
import { beginCoverSides, coverTreeOpen, stepCoverSides } from '../../search/sides/cover-tree';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, declareInfeasible, hold, HOLD_CONFIDENT, HOLD_MARGINS, improveBound, incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';
import { thinUpperLayers } from '../../build/simple-networks';
import { beginNetworkTree, networkTreeOpen, stepNetworkTree } from '../../search/limits/network-tree';
import { beginTurns, isTreesTurn, LEAST_TURN, searchTook, treeTook, Turns } from '../turns';
import { Clock } from '../../base/state';

/**
 * MW: fewest non-zero weights that hold what the stages before have reached. The incumbent's activations are kept
 * while searching (they may change, but the ones that reached the margins are good ones); then every first-layer neuron
 * is a covering problem of its own, and an upper neuron is small enough to try out.
 *
 * Bound: a single layer has its sides fixed, so the covering relaxation bounds it; with hidden layers the tree over sides
 * (search/sides/cover-tree.ts) begins with what holds for every activation pattern (`count-bound.ts`).
 */
const TURN_EFFORT: f64 = 2e7;
const LIMITED_TURN: f64 = 5e5;
const TREE_SHARE: f64 = 2; // hidden layers: work of the tree over sides for one unit of search
const WEIGHTS_SHARE: f64 = 4; // one layer: work of the tree for one unit of search

let enumerate: bool = false;
let trial: usize = 0;
let sides: usize = 0; // i8 [K]
let required: usize = 0; // i32 [K]: units of S
let row: usize = 0; // i16 [NP]: the neuron under search
let goal: i32 = 0; // proved non-zeros of that neuron with those sides
let neuron: i32 = -1;
let treeBegun: bool = false;
let until: f64 = 0;
let idle: i32 = 0;
let treeRow: usize = 0; // i16 [NP]: best row of the cover tree (single layer)
let mark: i32 = 0; // of the tree over weights (one layer)
let session: i32 = 0; // of the search: its mark

export function reserveMw(rowCount: i32): void {
  trial = newNetwork();
  sides = reserve(<usize>rowCount + 8);
  required = reserve(<usize>rowCount << 2);
  row = reserve(<usize>inputsPadded << 1);
  treeRow = reserve(<usize>inputsPadded << 1);
}

export function beginMw(): void {
  improveBound(-<i64>provedNonzeros());
  restNetwork(trial);
  offer(trial); // nothing at all may do: one label only, or no sample kept
  neuron = -1;
  treeBegun = false;
  idle = 0;
  beginTurns(0, LEAST_TURN);
  enumerate = isTiny();
  if (enumerate) beginEnumeration();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepMw(): bool {
  if (enumerate) return stepEnumeration(2000) && enumerating;
  if (!treeBegun && (layerCount > 1 || (!isUnsparing() && objective == NO_VALUE))) {
    treeBegun = true;
    if (coversSides()) beginCoverSides(layerNeeds(1, layerCount));
    else beginNetworkTree();
    return !closed();
  }
  if (objective == NO_VALUE) {
    // Nothing to start from: the tree looks for a network, too.
    if (layerCount == 1 && isUnsparing()) return stepBare();
    if (!sidesOpen()) return false;
    stepSides();
    return !closed();
  }
  if (neuron < 0) {
    thinUpperLayers(trial);
    nextNeuron();
    return !closed();
  }
  if (idle > size(1) && !sidesOpen()) return false;
  if (layerCount == 1 && Turns.search > Turns.tree / WEIGHTS_SHARE && treeOpen(mark)) {
    const start = Clock.work;
    growNeuronTree(mark, 10, i32.MIN_VALUE);
    treeTook(start);
    improveBound(<i64>treeBound(mark));
    if (-treeMargin(mark) < nonzerosOf(row)) adopt(treeRow);
    return !closed();
  }
  if (layerCount > 1 && sidesOpen() && isTreesTurn(TREE_SHARE, 0)) {
    const start = Clock.work;
    stepSides();
    treeTook(start);
    return !closed();
  }
  const start = Clock.work;
  const before = nonzerosOf(row);
  if (!coverIs(session)) session = beginCover(sides, row, required); // the tree has had it for its own neurons
  const after = searchCover(session, sides, row, required, 30, goal);
  searchTook(start);
  if (after < before) {
    copyNetwork(trial, incumbent);
    copyRow(weightRow(trial, 0, neuron), row, 0);
    offer(trial);
    if (layerCount == 1) improveNeuronTree(mark, row, -after);
  }
  if (after <= goal || (Clock.work > until && layerCount > 1)) nextNeuron();
  return !closed();
}

/** One layer, and the opening has found nothing that holds: the tree over weights bounds what would, and may come to it. */
function stepBare(): bool {
  if (!treeBegun) beginBare();
  else if (treeOpen(mark)) growNeuronTree(mark, 10, i32.MIN_VALUE);
  else return false;
  if (closed()) return false;
  improveBound(<i64>treeBound(mark));
  if (treeMargin(mark) > i32.MIN_VALUE) {
    copyNetwork(trial, incumbent);
    copyRow(weightRow(trial, 0, 0), treeRow, 0);
    offer(trial);
  }
  return !closed();
}

function beginBare(): void {
  treeBegun = true;
  readySides(0);
  resetBoxes();
  if (relaxCover(sides, required) == UNREACHABLE) {
    declareInfeasible();
    return;
  }
  restRow(treeRow);
  mark = beginCoverTree(sides, treeRow, required);
}

/** Whether the tree over sides may run: it turns neurons round, and counts every weight. */
function coversSides(): bool {
  return isUnsparing() && !Boxes.ranged && !Boxes.freed;
}

/** The tree over sides knows no limit of non-zeros; with one layer what MW minimises is what is limited. */
function sidesOpen(): bool {
  return treeBegun && (coversSides() ? coverTreeOpen() : networkTreeOpen());
}

function stepSides(): void {
  if (coversSides()) stepCoverSides();
  else stepNetworkTree(LIMITED_TURN);
}

/** A sparser row from the tree becomes the incumbent, and the search goes on from it. */
function adopt(from: usize): void {
  copyRow(row, from, 0);
  copyNetwork(trial, incumbent);
  copyRow(weightRow(trial, 0, neuron), row, 0);
  offer(trial);
  session = beginCover(sides, row, required);
}

/** Readies the next first-layer neuron: its sides, what it must reach, its relaxation, and the search. */
function nextNeuron(): void {
  neuron = (neuron + 1) % size(1);
  copyRow(row, weightRow(incumbent, 0, neuron), 0);
  readySides(neuron);
  resetBoxes();
  goal = relaxCover(sides, required);
  if (goal == UNREACHABLE) goal = 0; // cannot be: the incumbent reaches it
  if (layerCount == 1) improveBound(-<i64>goal);
  until = Clock.work + TURN_EFFORT;
  if (nonzerosOf(row) <= goal) {
    idle++;
    until = 0;
  } else {
    idle = 0;
    roundSolution(solution, weightRow(trial, 0, neuron));
    const rounded = weightRow(trial, 0, neuron);
    if (covers(rounded, sides, required) && nonzerosOf(rounded) < nonzerosOf(row)) {
      copyRow(row, rounded, 0);
      copyNetwork(trial, incumbent);
      copyRow(weightRow(trial, 0, neuron), row, 0);
      offer(trial);
    }
  }
  if (layerCount == 1) {
    copyRow(treeRow, row, 0);
    mark = beginCoverTree(sides, treeRow, required);
    improveBound(<i64>treeBound(mark));
  }
  session = beginCover(sides, row, required);
}

/** The sides of neuron `j`, those of `row` or, with one layer, the labels, and what each kept row requires of it. */
function readySides(j: i32): void {
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    breathe();
    strain(<f64>inputsPadded / 8);
    const side = layerCount == 1 ? label(k) : dotI16(row, sampleRow(k), inputsPadded) >= 0 ? 1 : -1;
    store<i8>(sides + <usize>index, <i8>side);
    store<i32>(required + (<usize>index << 2), requirement(j, side));
  }
}

/** What |S| must reach on a side for first-layer neuron `j`. */
function requirement(j: i32, side: i32): i32 {
  if (hold == HOLD_MARGINS) return reachFor(load<i32>(holds + (<usize>j << 2)), side);
  if (layerCount == 1 && hold == HOLD_CONFIDENT) return confidence;
  return side < 0 ? 1 : 0;
}

/** Non-zeros that every network needs, whatever its activations. */
function provedNonzeros(): i32 {
  // Confidence 0 is what a network without weights has, whatever the labels.
  if (hold == HOLD_CONFIDENT && confidence <= 0) return 0;
  return keptCount == 0 ? size(1) * firstLayerNeeds(0) : layerNeeds(0, 1) + layerNeeds(1, layerCount);
}

/** Non-zeros that weight layers `from`..`to - 1` need; a layer needs one where both labels are kept. */
export function layerNeeds(from: i32, to: i32): i32 {
  const both = i32(bothLabels());
  let total = 0;
  let index = 0;
  for (let l = 0; l < from; l++) index += size(l + 1);
  for (let l = from; l < to; l++) {
    let layer = 0;
    for (let j = 0; j < size(l + 1); j++) {
      if (hold == HOLD_MARGINS) {
        const held = load<i32>(holds + (<usize>index << 2));
        layer += l == 0 ? firstLayerNeeds(held) : upperNeeds(held);
      } else if (hold == HOLD_CONFIDENT && l == layerCount - 1) {
        layer += l == 0 ? firstLayerNeeds(confidence * marginScale) : upperNeeds(confidence * marginScale);
      } else if (l == 0) layer += firstLayerNeeds(0);
      index++;
    }
    total += l == 0 && Boxes.freed ? layer : max(layer, both); // the one that it needs may not be counted
  }
  return total;
}
