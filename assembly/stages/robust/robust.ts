import { reserve } from '../../base/arena';
import { copyNetwork, copyRow, newNetwork, weightRow } from '../../network/weights';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { groupCount, inputs, inputsPadded, kept, keptCount, layerCount, marginScale, radius, sampleRow, size, weightBound } from '../../problem/shape';
import { nextShape, resetShapes, shapeA, shapeB } from '../../build/cluster-shapes';
import { wireClusters } from '../../build/cluster-wiring';
import { adoptClusters, clearNeuron, clustersA, clustersB, hasMinus, isOut, leaveOut, owedBy, reassign, samplesOf, seedClusters, standing, surveyGroups, writeOwed } from '../../build/clusters';
import { leastMargin } from '../../neuron/max-min-search';
import { fitMargin, forgetRows, raiseFit, relaxFit, searchFit } from '../../neuron/neuron-fit';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, incumbent, NO_VALUE, objective, offer, offerEqual, stage, STAGE_SM } from '../../record/incumbent';
import { freeNeuronBound } from '../../relax/exact/ceilings';
import { beginLiteralTree, provedValue, stepLiteralTree } from '../../proving/literals/tree';
import { TREE_PROVED, TREE_RUNNING, treeState } from '../../proving/path';
import { everyPairListed } from '../../search/literals/robust-pairs';
import { mostCertifiable } from '../../search/literals/contradictions';
import { beginCertificateTree, certificateTreeCanEnd, certificateTreeOpen, stepCertificateTree } from '../../search/literals/certificate-tree';
import { offerConstants } from '../../build/simple-networks';
import { beginTurns, isTreesTurn, LEAST_TURN, searchTook, treeTook } from '../turns';
import { Clock } from '../../base/state';
import { networkBytes } from '../../network/state';

/**
 * Robust SM and MM (docs/robust.md): most samples certified; then the largest certified margin.
 *
 *     fit      clusters of both classes, one neuron for each pair of them: relaxation, cuts, rounding, search; samples
 *              move to the cluster where they stand best, and the neurons are fitted again, until nobody moves
 *     drop     SM only: where samples stay uncertified the worst of them is left out and the others fitted again
 *     polish   the incumbent's neurons are searched on one after the other: the least one for the margin, the others so
 *              that none is left slack
 *
 * Fits restart from other clusters while they still pay; the best network stands.
 */
const ENUMERATE = 0;
const FIT = 1;
const POLISH = 2;
const IDLE = 3;

const TREE_SLICE: f64 = 1e6;
/** Work for one unit of search where the tree cannot come to an end. */
const ENDLESS_SHARE: f64 = 0.125;
const MOST_ROUNDS = 6;
const RESTARTS = 4;
const KMEANS_RUNS = 8;
const FIT_MOVES = 80;
const POLISH_ROUNDS = 6;
const POLISH_MOVES = 250;
const POLISH_TURNS = 3;

let phase: i32 = FIT;
let trial: usize = 0;
let freshRow: usize = 0; // i16 [NP]
let ceiling: i32 = 0;
let byLiterals: bool = false; // the tree is the literal tree
let neuron: i32 = 0; // the one to fit next
let round: i32 = 0;
let restart: i32 = 0;
let turn: i32 = 0; // polish: turns over all neurons without a gain
let gained: bool = false;
let startFrom: bool = false; // the incumbent's own clusters, instead of fresh ones

export function reserveRobust(): void {
  trial = newNetwork();
  freshRow = reserve(<usize>inputsPadded << 1);
}

export function beginRobust(): void {
  surveyGroups();
  forgetRows();
  offerConstants(trial);
  if (stage == STAGE_SM) improveBound(<i64>mostCertifiable());
  else if (samplesOf(1) == 0 || samplesOf(-1) == 0) improveBound(0);
  if (closed()) return;
  if (isTiny()) {
    phase = ENUMERATE;
    beginEnumeration();
    return;
  }
  if (stage != STAGE_SM) improveBound(<i64>freeNeuronBound()); // every row needs some neuron's margin
  ceiling = brightest();
  restart = 0;
  resetShapes();
  beginTurns(LEAST_TURN, 0);
  // With one layer samples are in or out. With more, best first meets better networks: 8 of 8 where this one had 5 or 7.
  byLiterals = stage == STAGE_SM && layerCount == 1;
  if (byLiterals) beginLiteralTree(objective, false);
  if (!byLiterals || !everyPairListed) beginCertificates();
  startFrom = objective != NO_VALUE && stage != STAGE_SM;
  beginFit();
}

function beginCertificates(): void {
  byLiterals = false;
  beginCertificateTree(ceiling);
}

/** A slice of the tree; the literal tree gives way to the other where it does not fit. */
function stepTree(): void {
  if (!byLiterals) {
    stepCertificateTree();
    return;
  }
  const end = Clock.work + TREE_SLICE;
  while (treeState == TREE_RUNNING && Clock.work < end) stepLiteralTree(1);
  if (treeState == TREE_PROVED) improveBound(provedValue());
  else if (treeState != TREE_RUNNING) beginCertificates();
}

/** What no neuron's margin exceeds on any row. */
function brightest(): i32 {
  let most = 0;
  for (let index = 0; index < keptCount; index++) {
    const row = sampleRow(kept(index));
    let sum = 0;
    breathe();
    spend(<f64>inputs / 2);
    for (let i: usize = 0; i < <usize>inputs; i++) sum += max(abs(<i32>load<i16>(row + (i << 1))) - radius, 0);
    most = max(most, marginScale * weightBound * sum);
  }
  return most;
}

/**
 * A slice of work; false when the stage has nothing left to try. Tree and primal search share the work; a tree that cannot
 * come to an end (many rows) is there for the bound, has a small share and ends with the search.
 */
export function stepRobust(): bool {
  if (phase == ENUMERATE) return stepEnumeration(500) && enumerating;
  if (closed()) return false;
  const before = Clock.work;
  const canEnd = byLiterals || certificateTreeCanEnd;
  const treeFirst = isTreesTurn(canEnd ? 1 : ENDLESS_SHARE, 0);
  if ((byLiterals || certificateTreeOpen) && (phase == IDLE ? canEnd : treeFirst)) {
    stepTree();
    treeTook(before);
    return !closed();
  }
  if (phase == IDLE) return false;
  if (phase == POLISH) polishNext();
  else if (neuron < clustersA * clustersB) fitNext();
  else endRound();
  searchTook(before);
  return !closed();
}

function beginFit(): void {
  phase = FIT;
  if (restart % 2 == 0) nextShape(); // each kind twice: from the best clusters of its samples, and from others
  memory.fill(trial, 0, networkBytes);
  wireClusters(trial, shapeA, shapeB);
  if (startFrom && memory.compare(weightRow(trial, 1, 0), weightRow(incumbent, 1, 0), upperBytes()) == 0) {
    copyNetwork(trial, incumbent);
    adoptClusters(shapeA, shapeB, trial);
  } else seedClusters(shapeA, shapeB, restart % 2 == 0 ? KMEANS_RUNS : 1);
  startFrom = false;
  round = 0;
  neuron = 0;
  writeOwed();
}

function upperBytes(): usize {
  return layerCount == 1 ? 0 : networkBytes - (<usize>(size(1) * inputsPadded) << 1);
}

/** Fits the next neuron of the trial to what its clusters owe, from scratch and from what it had. */
function fitNext(): void {
  const j = neuron++;
  const sides = owedBy(j);
  const row = weightRow(trial, 0, j);
  if (!hasMinus(sides)) {
    clearNeuron(row);
    return;
  }
  relaxFit(sides, freshRow, ceiling);
  const before = round > 0 ? leastMargin(row, sides) : i32.MIN_VALUE;
  raiseFit(sides, freshRow, FIT_MOVES);
  if (fitMargin > before) copyRow(row, freshRow, 0);
}

function endRound(): void {
  offer(trial);
  if (closed()) return;
  const moved = reassign(trial);
  neuron = 0;
  round++;
  if (moved > 0 && round < MOST_ROUNDS) {
    writeOwed();
    return;
  }
  if (stage == STAGE_SM && leaveOutWorst()) {
    round = 1; // rows of the neurons as they are stay candidates
    writeOwed();
    return;
  }
  restart++;
  if (restart < RESTARTS) beginFit();
  else beginPolish();
}

/** Leaves the sample that stands worst out of what the neurons owe; false when all that are in are certified. */
function leaveOutWorst(): bool {
  let worst = -1;
  let least = 0;
  for (let g = 0; g < groupCount; g++) {
    if (isOut(g)) continue;
    const margin = standing(g);
    if (margin < least) {
      least = margin;
      worst = g;
    }
  }
  if (worst < 0) return false;
  leaveOut(worst);
  return true;
}

function beginPolish(): void {
  phase = IDLE;
  if (objective == NO_VALUE || stage == STAGE_SM) return;
  for (let at = 0; at < 64; at++) {
    nextShape();
    wireClusters(trial, shapeA, shapeB);
    if (memory.compare(weightRow(trial, 1, 0), weightRow(incumbent, 1, 0), upperBytes()) == 0) {
      phase = POLISH;
      break;
    }
  }
  if (phase == IDLE) return;
  copyNetwork(trial, incumbent);
  adoptClusters(shapeA, shapeB, trial);
  writeOwed();
  neuron = 0;
  turn = 0;
  gained = false;
}

/** One neuron after the other, from the weights it has; neurons that nobody asks for a - side stay without weights. */
function polishNext(): void {
  if (neuron == clustersA * clustersB) {
    neuron = 0;
    if (!gained && ++turn == POLISH_TURNS) phase = IDLE;
    gained = false;
    return;
  }
  const j = neuron++;
  const sides = owedBy(j);
  if (!hasMinus(sides)) return;
  const row = weightRow(incumbent, 0, j);
  const before = leastMargin(row, sides);
  relaxFit(sides, freshRow, ceiling);
  if (before >= fitMargin) copyRow(freshRow, row, 0);
  searchFit(sides, freshRow, POLISH_ROUNDS, POLISH_MOVES << turn, turn == 1 ? 160 : 100);
  if (leastMargin(freshRow, sides) <= before) return;
  copyNetwork(trial, incumbent);
  copyRow(weightRow(trial, 0, j), freshRow, 0);
  if (offerEqual(trial)) gained = true;
}
