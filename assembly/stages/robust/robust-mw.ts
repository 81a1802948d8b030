import { reserve } from '../../base/arena';
import { dotI16 } from '../../base/kernels/simd';
import { certificateAtHolds, measureRow, prepareCertify } from '../../network/certify';
import { absSum, copyNetwork, copyRow, newNetwork, weightRow } from '../../network/weights';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { holds, inputsPadded, kept, keptCount, label, layerCount, radius, reachFor, sampleRow, size, weightBound } from '../../problem/shape';
import { beginCover, covers, nonzerosOf, searchCover } from '../../neuron/cover-search';
import { forgetRows, needRow } from '../../neuron/neuron-fit';
import { roundSolution } from '../../neuron/max-min-search';
import { bothLabels } from '../../relax/exact/count-bound';
import { rawMultipliers, relaxCover, solution, UNREACHABLE } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, incumbent, NO_VALUE, objective, offer } from '../../record/incumbent';
import { offerConstants, thinUpperLayers } from '../../build/simple-networks';
import { beginTurns, LEAST_TURN, searchTook } from '../turns';
import { beginSparsityBound, isBoundsTurn, stepSparsityBound } from './sparsity-bound';
import { Clock } from '../../base/state';
import { Certificates } from '../../network/state';

/**
 * Robust MW: fewest non-zero weights with every kept row certified at the held thresholds. The incumbent's certificates
 * are kept while searching: a neuron then covers the rows that rely on it, and is thinned by relaxation, cuts
 * and covering swaps, one neuron after the other, from the sparsest row known. Upper weights are small enough to try out.
 */
const TURN_MOVES = 40;
const TURN_EFFORT: f64 = 6e7;
const CUTS_A_ROUND = 16;

let enumerate: bool = false;
let trial: usize = 0;
let sides: usize = 0; // i8 [n1][K]: certificates
let sidesBytes: usize = 0;
let active: usize = 0; // i8 [K]: the rows that the search sees
let required: usize = 0; // i32 [K]: units of S
let moving: usize = 0; // i16 [NP]
let neuron: i32 = -1;
let goal: i32 = 0;
let until: f64 = 0;
let idle: i32 = 0;

export function reserveRobustMw(rowCount: i32): void {
  trial = newNetwork();
  sidesBytes = (<usize>rowCount + 15) & ~(<usize>15);
  sides = reserve(sidesBytes * <usize>size(1));
  active = reserve(<usize>rowCount + 8);
  required = reserve(<usize>rowCount << 2);
  moving = reserve(<usize>inputsPadded << 1);
}

export function beginRobustMw(): void {
  // Where both labels are kept, some weight of every layer has to tell them apart; without any the answer is +.
  improveBound(bothLabels() ? -<i64>layerCount : keptCount > 0 && label(kept(0)) < 0 ? -1 : 0);
  offerConstants(trial);
  forgetRows();
  neuron = -1;
  idle = 0;
  beginTurns(LEAST_TURN, 0);
  enumerate = isTiny();
  if (enumerate) beginEnumeration();
  else beginSparsityBound();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepRobustMw(): bool {
  if (enumerate) return stepEnumeration(500) && enumerating;
  if (closed() || objective == NO_VALUE) return false;
  if (isBoundsTurn(idle > size(1))) {
    const before = objective;
    const began = Clock.work;
    stepSparsityBound();
    if (until > 0) until += Clock.work - began; // a turn is of the search's own work
    if (objective > before) {
      until = 0; // a network of its own: the neurons have their turns again
      idle = 0;
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
  if (neuron < 0) {
    thinUpperLayers(trial);
    nextNeuron();
    return !closed();
  }
  if (idle > size(1)) return false;
  if (until == 0) {
    nextNeuron();
    return !closed();
  }
  const row = weightRow(incumbent, 0, neuron);
  const known = nonzerosOf(row);
  const after = searchCover(active, moving, required, TURN_MOVES, goal);
  if (after < known) {
    if (covers(moving, sidesOf(neuron), required)) {
      copyNetwork(trial, incumbent);
      copyRow(weightRow(trial, 0, neuron), moving, 0);
      if (offer(trial)) idle = 0;
    } else {
      cut(moving);
      copyRow(moving, row, 0);
      beginCover(active, moving, required);
    }
  }
  if (after <= goal || Clock.work > until) nextNeuron();
  return !closed();
}

// @ts-ignore: decorator
@inline
function sidesOf(j: i32): usize {
  return sides + <usize>j * sidesBytes;
}

/** What every kept row relies on under the incumbent: a certificate of neurons that are known at their holds. */
function writeCertificates(): void {
  prepareCertify(incumbent);
  memory.fill(sides, 0, sidesBytes * <usize>size(1));
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
  neuron = (neuron + 1) % size(1);
  idle++;
  writeCertificates();
  const mine = sidesOf(neuron);
  const row = weightRow(incumbent, 0, neuron);
  const held = load<i32>(holds + (<usize>neuron << 2));
  let asked = false;
  for (let index = 0; index < keptCount; index++) {
    const side = <i32>load<i8>(mine + <usize>index);
    if (side != 0) asked = true;
    store<i32>(required + (<usize>index << 2), reachFor(held, side));
  }
  until = 0;
  goal = 0;
  if (nonzerosOf(row) == 0) return;
  if (!asked) {
    copyNetwork(trial, incumbent);
    memory.fill(weightRow(trial, 0, neuron), 0, <usize>inputsPadded << 1);
    if (offer(trial)) idle = 0;
    return;
  }
  until = Clock.work + TURN_EFFORT;
  resetBoxes();
  goal = relaxCover(mine, required, weightBound);
  if (goal == UNREACHABLE) goal = 0; // cannot be: the incumbent reaches it
  roundSolution(solution, moving);
  if (covers(moving, mine, required) && nonzerosOf(moving) < nonzerosOf(row)) {
    copyNetwork(trial, incumbent);
    copyRow(weightRow(trial, 0, neuron), moving, 0);
    if (offer(trial)) idle = 0;
  }
  memory.fill(active, 0, <usize>keptCount);
  for (let k = 0; k < keptCount; k++) {
    if (load<f64>(rawMultipliers + (<usize>k << 3)) > 0) {
      store<i8>(active + <usize>k, load<i8>(mine + <usize>k));
      needRow(k);
    }
  }
  copyRow(moving, row, 0);
  cut(moving);
  beginCover(active, moving, required);
}

/** Takes the rows into the search that `weights` leave shortest, violated or next to it. */
function cut(weights: usize): void {
  const mine = sidesOf(neuron);
  const toll = radius ? radius * absSum(weights) : 0;
  for (let turn = 0; turn < CUTS_A_ROUND; turn++) {
    let worst = -1;
    let least = i32.MAX_VALUE;
    for (let k = 0; k < keptCount; k++) {
      const side = <i32>load<i8>(mine + <usize>k);
      breathe();
      spend(<f64>(inputsPadded + 16) / 8);
      if (side == 0 || load<i8>(active + <usize>k) != 0) continue;
      const spare = side * dotI16(weights, sampleRow(kept(k)), inputsPadded) - toll - load<i32>(required + (<usize>k << 2));
      if (spare >= least) continue;
      least = spare;
      worst = k;
    }
    if (worst < 0) return;
    store<i8>(active + <usize>worst, load<i8>(mine + <usize>worst));
    needRow(worst);
  }
}
