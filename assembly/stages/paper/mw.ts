import { dotI16 } from '../../base/kernels/simd';
import { copyNetwork, copyRow, nonzerosOf, restNetwork, restRow, weightRow } from '../../network/weights';
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
import { Mw, mwRequired, mwRow, mwSides, mwTreeRow, mwTrial } from './state';

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


export function beginMw(): void {
  improveBound(-<i64>provedNonzeros());
  restNetwork(mwTrial);
  offer(mwTrial); // nothing at all may do: one label only, or no sample kept
  Mw.neuron = -1;
  Mw.treeBegun = false;
  Mw.idle = 0;
  beginTurns(0, LEAST_TURN);
  Mw.enumerate = isTiny();
  if (Mw.enumerate) beginEnumeration();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepMw(): bool {
  if (Mw.enumerate) return stepEnumeration(2000) && enumerating;
  if (!Mw.treeBegun && (layerCount > 1 || (!isUnsparing() && objective == NO_VALUE))) {
    Mw.treeBegun = true;
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
  if (Mw.neuron < 0) {
    thinUpperLayers(mwTrial);
    nextNeuron();
    return !closed();
  }
  if (Mw.idle > size(1) && !sidesOpen()) return false;
  if (layerCount == 1 && Turns.search > Turns.tree / WEIGHTS_SHARE && treeOpen(Mw.mark)) {
    const start = Clock.work;
    growNeuronTree(Mw.mark, 10, i32.MIN_VALUE);
    treeTook(start);
    improveBound(<i64>treeBound(Mw.mark));
    if (-treeMargin(Mw.mark) < nonzerosOf(mwRow)) adopt(mwTreeRow);
    return !closed();
  }
  if (layerCount > 1 && sidesOpen() && isTreesTurn(TREE_SHARE, 0)) {
    const start = Clock.work;
    stepSides();
    treeTook(start);
    return !closed();
  }
  const start = Clock.work;
  const before = nonzerosOf(mwRow);
  if (!coverIs(Mw.session)) Mw.session = beginCover(mwSides, mwRow, mwRequired); // the tree has had it for its own neurons
  const after = searchCover(Mw.session, mwSides, mwRow, mwRequired, 30, Mw.goal);
  searchTook(start);
  if (after < before) {
    copyNetwork(mwTrial, incumbent);
    copyRow(weightRow(mwTrial, 0, Mw.neuron), mwRow, 0);
    offer(mwTrial);
    if (layerCount == 1) improveNeuronTree(Mw.mark, mwRow, -after);
  }
  if (after <= Mw.goal || (Clock.work > Mw.until && layerCount > 1)) nextNeuron();
  return !closed();
}

/** One layer, and the opening has found nothing that holds: the tree over weights bounds what would, and may come to it. */
function stepBare(): bool {
  if (!Mw.treeBegun) beginBare();
  else if (treeOpen(Mw.mark)) growNeuronTree(Mw.mark, 10, i32.MIN_VALUE);
  else return false;
  if (closed()) return false;
  improveBound(<i64>treeBound(Mw.mark));
  if (treeMargin(Mw.mark) > i32.MIN_VALUE) {
    copyNetwork(mwTrial, incumbent);
    copyRow(weightRow(mwTrial, 0, 0), mwTreeRow, 0);
    offer(mwTrial);
  }
  return !closed();
}

function beginBare(): void {
  Mw.treeBegun = true;
  readySides(0);
  resetBoxes();
  if (relaxCover(mwSides, mwRequired) == UNREACHABLE) {
    declareInfeasible();
    return;
  }
  restRow(mwTreeRow);
  Mw.mark = beginCoverTree(mwSides, mwTreeRow, mwRequired);
}

/** Whether the tree over sides may run: it turns neurons round, and counts every weight. */
function coversSides(): bool {
  return isUnsparing() && !Boxes.ranged && !Boxes.freed;
}

/** The tree over sides knows no limit of non-zeros; with one layer what MW minimises is what is limited. */
function sidesOpen(): bool {
  return Mw.treeBegun && (coversSides() ? coverTreeOpen() : networkTreeOpen());
}

function stepSides(): void {
  if (coversSides()) stepCoverSides();
  else stepNetworkTree(LIMITED_TURN);
}

/** A sparser row from the tree becomes the incumbent, and the search goes on from it. */
function adopt(from: usize): void {
  copyRow(mwRow, from, 0);
  copyNetwork(mwTrial, incumbent);
  copyRow(weightRow(mwTrial, 0, Mw.neuron), mwRow, 0);
  offer(mwTrial);
  Mw.session = beginCover(mwSides, mwRow, mwRequired);
}

/** Readies the next first-layer neuron: its sides, what it must reach, its relaxation, and the search. */
function nextNeuron(): void {
  Mw.neuron = (Mw.neuron + 1) % size(1);
  copyRow(mwRow, weightRow(incumbent, 0, Mw.neuron), 0);
  readySides(Mw.neuron);
  resetBoxes();
  Mw.goal = relaxCover(mwSides, mwRequired);
  if (Mw.goal == UNREACHABLE) Mw.goal = 0; // cannot be: the incumbent reaches it
  if (layerCount == 1) improveBound(-<i64>Mw.goal);
  Mw.until = Clock.work + TURN_EFFORT;
  if (nonzerosOf(mwRow) <= Mw.goal) {
    Mw.idle++;
    Mw.until = 0;
  } else {
    Mw.idle = 0;
    roundSolution(solution, weightRow(mwTrial, 0, Mw.neuron));
    const rounded = weightRow(mwTrial, 0, Mw.neuron);
    if (covers(rounded, mwSides, mwRequired) && nonzerosOf(rounded) < nonzerosOf(mwRow)) {
      copyRow(mwRow, rounded, 0);
      copyNetwork(mwTrial, incumbent);
      copyRow(weightRow(mwTrial, 0, Mw.neuron), mwRow, 0);
      offer(mwTrial);
    }
  }
  if (layerCount == 1) {
    copyRow(mwTreeRow, mwRow, 0);
    Mw.mark = beginCoverTree(mwSides, mwTreeRow, mwRequired);
    improveBound(<i64>treeBound(Mw.mark));
  }
  Mw.session = beginCover(mwSides, mwRow, mwRequired);
}

/** The sides of neuron `j`, those of `row` or, with one layer, the labels, and what each kept row requires of it. */
function readySides(j: i32): void {
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    breathe();
    strain(<f64>inputsPadded / 8);
    const side = layerCount == 1 ? label(k) : dotI16(mwRow, sampleRow(k), inputsPadded) >= 0 ? 1 : -1;
    store<i8>(mwSides + <usize>index, <i8>side);
    store<i32>(mwRequired + (<usize>index << 2), requirement(j, side));
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
