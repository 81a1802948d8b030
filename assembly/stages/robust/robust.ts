import { copyNetwork, copyRow, weightRow } from '../../network/weights';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes } from '../../problem/boxes';
import { totalCost } from '../../problem/limits';
import { groupCount, inputs, inputsPadded, kept, keptCount, layerCount, marginScale, sampleRow, size } from '../../problem/shape';
import { nextShape, resetShapes } from '../../build/cluster-shapes';
import { wireClusters } from '../../build/cluster-wiring';
import { adoptClusters, clearNeuron, hasMinus, isOut, leaveOut, owedBy, reassign, samplesOf, seedClusters, standing, surveyGroups, writeOwed } from '../../build/clusters';
import { leastMargin } from '../../neuron/max-min-search';
import { forgetRows, raiseFit, relaxFit, searchFit } from '../../neuron/neuron-fit';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { boundGiven, closed, improveBound, incumbent, NO_BOUND, NO_VALUE, objective, offerEqual, patient, stage, STAGE_SM } from '../../record/incumbent';
import { freeNeuronBound, reachOn } from '../../relax/exact/ceilings';
import { beginLiteralTree, provedValue, stepLiteralTree } from '../../proving/literals/tree';
import { mostCertifiable } from '../../search/literals/contradictions';
import { beginCertificateTree, certificatesOpen, skipCertificateTree, stepCertificateTree } from '../../search/literals/certificate-tree';
import { asksFirst, beginSampleConflicts, forgetSampleConflicts, learnFrom, stepSampleConflicts } from '../../search/literals/sample-conflicts';
import { boundGivenMargin } from '../../search/literals/given-margin';
import { offerConstants } from '../../build/simple-networks';
import { offerTrimmed } from '../../build/trim';
import { beginTurns, isTreesTurn, LEAST_TURN, searchTook, treeTook } from '../turns';
import { Clock } from '../../base/state';
import { networkBytes } from '../../network/state';
import { Fit } from '../../neuron/state';
import { Clusters, Shape } from '../../build/state';
import { Path, TREE_PROVED, TREE_RUNNING } from '../../proving/state';
import { CertificateTree, RobustPairs, SampleConflicts, spared } from '../../search/literals/state';
import { ENUMERATE, FIT, fitTrial, freshRow, IDLE, POLISH, Robust } from './state';

/**
 * Robust SM and MM (docs/robust.md): most samples certified; then the largest certified margin.
 *
 *     fit      clusters of both classes, one neuron for each pair of them: relaxation, cuts, rounding, search; samples
 *              move to the cluster where they stand best, and the neurons are fitted again, until nobody moves
 *     drop     SM only: where samples stay uncertified the worst of them is left out and the others fitted again
 *     polish   the incumbent's neurons are searched on one after the other: the least one for the margin, the others so
 *              that none is left slack
 *
 * Fits restart from other clusters while they still pay; the best network stands. Beside it stands what it could come to at most with its rows
 * relying on what they do (search/literals/given-margin.ts).
 */

const TREE_SLICE: f64 = 1e6;
/** Work for one unit of search where the tree cannot come to an end. */
const ENDLESS_SHARE: f64 = 0.125;
/** What the bound given what rows rely on may cost of the stage's work before the search is through. */
const GIVEN_SHARE: f64 = 0.05;
const MOST_ROUNDS = 6;
const RESTARTS = 4;
const KMEANS_RUNS = 8;
const FIT_MOVES = 80;
const POLISH_ROUNDS = 6;
const POLISH_MOVES = 250;
const POLISH_TURNS = 3;

export function beginRobust(): void {
  forgetSampleConflicts();
  surveyGroups();
  forgetRows();
  offerConstants(fitTrial);
  if (stage == STAGE_SM) improveBound(mostCertifiable());
  else if (samplesOf(1) == 0 || samplesOf(-1) == 0) improveBound(0);
  if (closed()) return;
  if (isTiny()) {
    Robust.phase = ENUMERATE;
    beginEnumeration();
    return;
  }
  if (stage != STAGE_SM) improveBound(<i64>freeNeuronBound()); // every row needs some neuron's margin
  Robust.ceiling = brightest();
  Robust.restart = 0;
  Robust.givenWork = 0;
  resetShapes();
  beginTurns(LEAST_TURN, 0);
  // With one layer samples are in or out. With more, best first meets better networks: 8 of 8 where this one had 5 or 7.
  Robust.byLiterals = stage == STAGE_SM && layerCount == 1 && !Boxes.forced;
  if (Robust.byLiterals) Robust.literals = beginLiteralTree(max<i64>(objective, -1), false);
  if (!Robust.byLiterals || !RobustPairs.all) beginCertificates();
  Robust.startFrom = objective != NO_VALUE && stage != STAGE_SM;
  Robust.byConflicts = stage == STAGE_SM && SampleConflicts.fits;
  if (Robust.byConflicts) beginSampleConflicts(Robust.ceiling);
  beginFit();
}

function beginCertificates(): void {
  Robust.byLiterals = false;
  Robust.certificates = Boxes.forced ? skipCertificateTree() : beginCertificateTree(Robust.ceiling);
}

/** A slice of the tree; what samples cannot be held together comes first, and the literal tree gives way to the other where it does not fit. */
function stepTree(): void {
  if (asksSamples()) {
    stepSampleConflicts();
    return;
  }
  if (!Robust.byLiterals) {
    stepCertificateTree(Robust.certificates);
    return;
  }
  const end = Clock.work + TREE_SLICE;
  while (Path.state == TREE_RUNNING && Clock.work < end) stepLiteralTree(Robust.literals, 1);
  if (Path.state == TREE_PROVED) improveBound(provedValue());
  else if (Path.state != TREE_RUNNING) beginCertificates();
}

/** The fits have said something of what one neuron can hold, and there is more to ask. */
function asksSamples(): bool {
  return Robust.byConflicts && SampleConflicts.open && !asksFirst();
}

/** What no neuron's margin exceeds on any row. */
function brightest(): i32 {
  let most = 0;
  for (let index = 0; index < keptCount; index++) {
    const row = sampleRow(kept(index));
    breathe();
    spend(<f64>inputs / 2);
    most = max(most, marginScale * max(reachOn(row, 1), reachOn(row, -1)));
  }
  return most;
}

/**
 * A slice of work; false when the stage has nothing left to try. Tree and primal search share the work; a tree that cannot
 * come to an end (many rows) is there for the bound, has a small share and ends with the search.
 */
export function stepRobust(): bool {
  if (Robust.phase == ENUMERATE) return stepEnumeration(500) && enumerating;
  if (closed()) return false;
  const before = Clock.work;
  const canEnd = asksSamples() || Robust.byLiterals || CertificateTree.canEnd;
  const waits = Robust.byConflicts && asksFirst() && !RobustPairs.all; // the first fit asks what a tree over so many rows would be about
  const treeFirst = isTreesTurn(canEnd ? 1 : ENDLESS_SHARE, 0) && !waits;
  if ((asksSamples() || Robust.byLiterals || certificatesOpen(Robust.certificates)) && (Robust.phase == IDLE ? (canEnd || patient) && !lacksGiven() : treeFirst)) {
    stepTree();
    treeTook(before);
    return !closed();
  }
  if (lacksGiven() && (Robust.phase == IDLE || (Robust.restart > 0 && Robust.givenWork <= GIVEN_SHARE * Clock.work))) {
    boundGivenMargin(Robust.ceiling);
    Robust.givenWork += Clock.work - before;
  } else if (Robust.phase == IDLE) return false;
  else if (Robust.phase == POLISH) polishNext();
  else if (Robust.neuron < Clusters.a * Clusters.b) fitNext();
  else endRound();
  searchTook(before);
  return !closed();
}

/** Nothing is said yet of what the rows of the incumbent rely on. */
function lacksGiven(): bool {
  return stage != STAGE_SM && layerCount > 1 && objective != NO_VALUE && boundGiven == NO_BOUND;
}

function beginFit(): void {
  Robust.phase = FIT;
  if (Robust.restart % 2 == 0) nextShape(); // each kind twice: from the best clusters of its samples, and from others
  memory.fill(fitTrial, 0, networkBytes);
  wireClusters(fitTrial, Shape.a, Shape.b);
  if (Robust.startFrom && wiredAsIncumbent()) {
    copyNetwork(fitTrial, incumbent);
    adoptClusters(Shape.a, Shape.b, fitTrial);
  } else seedClusters(Shape.a, Shape.b, Robust.restart % 2 == 0 ? KMEANS_RUNS : 1);
  Robust.startFrom = false;
  if (Robust.byConflicts && SampleConflicts.spare < totalCost() - objective) leaveOutSpared();
  Robust.round = 0;
  Robust.neuron = 0;
  writeOwed();
}

/** Real weights hold all other samples. */
function leaveOutSpared(): void {
  for (let g = 0; g < groupCount; g++) if (load<u8>(spared + <usize>g) != 0) leaveOut(g);
}

/** The trial's upper layers are the incumbent's. */
function wiredAsIncumbent(): bool {
  if (layerCount == 1) return true;
  const bytes = networkBytes - (<usize>(size(1) * inputsPadded) << 1);
  return memory.compare(weightRow(fitTrial, 1, 0), weightRow(incumbent, 1, 0), bytes) == 0;
}

/** Fits the next neuron of the trial to what its clusters owe, from scratch and from what it had. */
function fitNext(): void {
  const j = Robust.neuron++;
  const sides = owedBy(j);
  const row = weightRow(fitTrial, 0, j);
  Robust.blamed = -1;
  if (!hasMinus(sides)) {
    clearNeuron(row);
    return;
  }
  relaxFit(sides, freshRow, Robust.ceiling);
  if (Robust.byConflicts) Robust.blamed = learnFrom(sides, Fit.bound);
  const before = Robust.round > 0 ? leastMargin(row, sides) : i32.MIN_VALUE;
  raiseFit(sides, freshRow, FIT_MOVES);
  if (Fit.margin > before) copyRow(row, freshRow, 0);
}

function endRound(): void {
  offerTrimmed(fitTrial);
  if (closed()) return;
  const moved = reassign(fitTrial);
  Robust.neuron = 0;
  Robust.round++;
  if (moved > 0 && Robust.round < MOST_ROUNDS) {
    writeOwed();
    return;
  }
  if (stage == STAGE_SM && leaveOutWorst()) {
    Robust.round = 1; // rows of the neurons as they are stay candidates
    writeOwed();
    return;
  }
  Robust.restart++;
  if (Robust.restart < RESTARTS) beginFit();
  else beginPolish();
}

/**
 * Leaves the sample that stands worst out of what the neurons owe; false when all that are in are certified. Of one neuron it is the sample that the relaxation rests
 * on most: where real weights hardly hold them all, whole ones stand badly everywhere.
 */
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
  leaveOut(Robust.blamed >= 0 && !isOut(Robust.blamed) ? Robust.blamed : worst);
  return true;
}

function beginPolish(): void {
  Robust.phase = IDLE;
  if (objective == NO_VALUE || stage == STAGE_SM) return;
  for (let at = 0; at < 64; at++) {
    nextShape();
    wireClusters(fitTrial, Shape.a, Shape.b);
    if (wiredAsIncumbent()) {
      Robust.phase = POLISH;
      break;
    }
  }
  if (Robust.phase == IDLE) return;
  copyNetwork(fitTrial, incumbent);
  adoptClusters(Shape.a, Shape.b, fitTrial);
  writeOwed();
  Robust.neuron = 0;
  Robust.turn = 0;
  Robust.gained = false;
}

/** One neuron after the other, from the weights it has; neurons that nobody asks for a - side stay without weights. */
function polishNext(): void {
  if (Robust.neuron == Clusters.a * Clusters.b) {
    Robust.neuron = 0;
    if (!Robust.gained && ++Robust.turn == POLISH_TURNS) Robust.phase = IDLE;
    Robust.gained = false;
    return;
  }
  const j = Robust.neuron++;
  const sides = owedBy(j);
  if (!hasMinus(sides)) return;
  const row = weightRow(incumbent, 0, j);
  const before = leastMargin(row, sides);
  relaxFit(sides, freshRow, Robust.ceiling);
  if (before >= Fit.margin) copyRow(freshRow, row, 0);
  searchFit(sides, freshRow, POLISH_ROUNDS, POLISH_MOVES << Robust.turn, Robust.turn == 1 ? 160 : 100);
  if (leastMargin(freshRow, sides) <= before) return;
  copyNetwork(fitTrial, incumbent);
  copyRow(weightRow(fitTrial, 0, j), freshRow, 0);
  if (offerEqual(fitTrial)) Robust.gained = true;
}
