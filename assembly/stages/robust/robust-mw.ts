import { dotI16 } from '../../base/kernels/simd';
import { certificateAtHolds, measureRow, prepareCertify } from '../../network/certify';
import { copyNetwork, copyRow, nonzerosOf, restRow, tollOfRow, weightRow } from '../../network/weights';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes } from '../../problem/boxes';
import { holds, inputsPadded, kept, keptCount, label, layerCount, reachFor, sampleRow, size } from '../../problem/shape';
import { beginCover, covers, searchCover } from '../../neuron/cover-search';
import { forgetRows, needRow } from '../../neuron/neuron-fit';
import { roundSolution } from '../../neuron/max-min-search';
import { bothLabels } from '../../relax/exact/count-bound';
import { rawMultipliers, relaxCover, solution, UNREACHABLE } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';
import { offerConstants, thinUpperLayers } from '../../build/simple-networks';
import { beginTurns, LEAST_TURN, searchTook } from '../turns';
import { beginSparsityBound, skipSparsityBound, isBoundsTurn, stepSparsityBound } from './sparsity-bound';
import { Clock } from '../../base/state';
import { Certificates } from '../../network/state';
import { RobustMw, thinActive, thinNeeds, thinRow, thinSides, thinTrial } from './state';

/**
 * Robust MW: fewest non-zero weights with every kept row certified at the held thresholds. The incumbent's certificates
 * are kept while searching: a neuron then covers the rows that rely on it, and is thinned by relaxation, cuts
 * and covering swaps, one neuron after the other, from the sparsest row known. Upper weights are small enough to try out.
 */
const TURN_MOVES = 40;
const TURN_EFFORT: f64 = 6e7;
const CUTS_A_ROUND = 16;

export function beginRobustMw(): void {
  // Where both labels are kept, some weight of every layer has to tell them apart; without any the answer is +.
  // Of the first layer that may be one which is not counted.
  const layers = Boxes.freed ? layerCount - 1 : layerCount;
  improveBound(bothLabels() ? -<i64>layers : keptCount > 0 && label(kept(0)) < 0 ? -<i64>min(layers, 1) : 0);
  offerConstants(thinTrial);
  forgetRows();
  RobustMw.neuron = -1;
  RobustMw.idle = 0;
  beginTurns(LEAST_TURN, 0);
  RobustMw.enumerate = isTiny();
  if (RobustMw.enumerate) beginEnumeration();
  else if (Boxes.forced) skipSparsityBound();
  else beginSparsityBound();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepRobustMw(): bool {
  if (RobustMw.enumerate) return stepEnumeration(500) && enumerating;
  if (closed() || objective == NO_VALUE) return false;
  if (isBoundsTurn(RobustMw.idle > size(1))) {
    const before = objective;
    const began = Clock.work;
    stepSparsityBound();
    if (RobustMw.until > 0) RobustMw.until += Clock.work - began; // a turn is of the search's own work
    if (objective > before) {
      RobustMw.until = 0; // a network of its own: the neurons have their turns again
      RobustMw.idle = 0;
    }
    return !closed();
  }
  const before = Clock.work;
  const more = stepSearch();
  searchTook(before);
  return more && !closed();
}

/** A slice of the search for sparser networks; false when every neuron had its turn without a gain. */
function stepSearch(): bool {
  if (RobustMw.neuron < 0) {
    thinUpperLayers(thinTrial);
    nextNeuron();
    return !closed();
  }
  if (RobustMw.idle > size(1)) return false;
  if (RobustMw.until == 0) {
    nextNeuron();
    return !closed();
  }
  const row = weightRow(incumbent, 0, RobustMw.neuron);
  const known = nonzerosOf(row);
  const after = searchCover(RobustMw.cover, thinActive, thinRow, thinNeeds, TURN_MOVES, RobustMw.goal);
  if (after < known) {
    if (covers(thinRow, sidesOf(RobustMw.neuron), thinNeeds)) {
      copyNetwork(thinTrial, incumbent);
      copyRow(weightRow(thinTrial, 0, RobustMw.neuron), thinRow, 0);
      if (offer(thinTrial)) RobustMw.idle = 0;
    } else {
      cut(thinRow);
      copyRow(thinRow, row, 0);
      RobustMw.cover = beginCover(thinActive, thinRow, thinNeeds);
    }
  }
  if (after <= RobustMw.goal || Clock.work > RobustMw.until) nextNeuron();
  return !closed();
}

// @ts-ignore: decorator
@inline
function sidesOf(j: i32): usize {
  return thinSides + <usize>j * RobustMw.sidesBytes;
}

/** What every kept row relies on under the incumbent: a certificate of neurons that are known at their holds. */
function writeCertificates(): void {
  prepareCertify(incumbent);
  memory.fill(thinSides, 0, RobustMw.sidesBytes * <usize>size(1));
  for (let index = 0; index < keptCount; index++) {
    const k = kept(index);
    breathe();
    measureRow(incumbent, k);
    const needed = certificateAtHolds(label(k));
    for (let j = 0; j < size(1); j++) {
      if ((needed >>> j) & 1) store<i8>(sidesOf(j) + <usize>index, (Certificates.sides >>> j) & 1 ? 1 : -1);
    }
  }
}

/** Readies the next first-layer neuron: what it must reach where, its relaxation, and the search. */
function nextNeuron(): void {
  RobustMw.neuron = (RobustMw.neuron + 1) % size(1);
  RobustMw.idle++;
  writeCertificates();
  const mine = sidesOf(RobustMw.neuron);
  const row = weightRow(incumbent, 0, RobustMw.neuron);
  const held = load<i32>(holds + (<usize>RobustMw.neuron << 2));
  let asked = false;
  for (let index = 0; index < keptCount; index++) {
    const side = <i32>load<i8>(mine + <usize>index);
    if (side != 0) asked = true;
    store<i32>(thinNeeds + (<usize>index << 2), reachFor(held, side));
  }
  RobustMw.until = 0;
  RobustMw.goal = 0;
  if (nonzerosOf(row) == 0) return;
  if (!asked) {
    copyNetwork(thinTrial, incumbent);
    restRow(weightRow(thinTrial, 0, RobustMw.neuron));
    if (offer(thinTrial)) RobustMw.idle = 0;
    return;
  }
  RobustMw.until = Clock.work + TURN_EFFORT;
  resetBoxes();
  RobustMw.goal = relaxCover(mine, thinNeeds);
  if (RobustMw.goal == UNREACHABLE) RobustMw.goal = 0; // cannot be: the incumbent reaches it
  roundSolution(solution, thinRow);
  if (covers(thinRow, mine, thinNeeds) && nonzerosOf(thinRow) < nonzerosOf(row)) {
    copyNetwork(thinTrial, incumbent);
    copyRow(weightRow(thinTrial, 0, RobustMw.neuron), thinRow, 0);
    if (offer(thinTrial)) RobustMw.idle = 0;
  }
  memory.fill(thinActive, 0, <usize>keptCount);
  for (let k = 0; k < keptCount; k++) {
    if (load<f64>(rawMultipliers + (<usize>k << 3)) > 0) {
      store<i8>(thinActive + <usize>k, load<i8>(mine + <usize>k));
      needRow(k);
    }
  }
  copyRow(thinRow, row, 0);
  cut(thinRow);
  RobustMw.cover = beginCover(thinActive, thinRow, thinNeeds);
}

/** Takes the rows into the search that `weights` leave shortest, violated or next to it. */
function cut(weights: usize): void {
  const mine = sidesOf(RobustMw.neuron);
  const toll = tollOfRow(weights);
  for (let turn = 0; turn < CUTS_A_ROUND; turn++) {
    let worst = -1;
    let least = i32.MAX_VALUE;
    for (let k = 0; k < keptCount; k++) {
      const side = <i32>load<i8>(mine + <usize>k);
      breathe();
      spend(<f64>(inputsPadded + 16) / 8);
      if (side == 0 || load<i8>(thinActive + <usize>k) != 0) continue;
      const spare = side * dotI16(weights, sampleRow(kept(k)), inputsPadded) - toll - load<i32>(thinNeeds + (<usize>k << 2));
      if (spare >= least) continue;
      least = spare;
      worst = k;
    }
    if (worst < 0) return;
    store<i8>(thinActive + <usize>worst, load<i8>(mine + <usize>worst));
    needRow(worst);
  }
}
