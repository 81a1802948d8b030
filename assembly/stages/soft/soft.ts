import { prepareSoft } from '../../network/soft';
import { restNetwork, setWeight, weightRow } from '../../network/weights';
import { spend, strain } from '../../base/clock';
import { Clock } from '../../base/state';
import { breathe } from '../../base/pause';
import { Boxes, leastWeight, mostWeight, restWeight } from '../../problem/boxes';
import { inputs, inputsPadded, kept, keptCount, layerCount, sampleRow, size } from '../../problem/shape';
import { nextShape, resetShapes } from '../../build/cluster-shapes';
import { wireClusters } from '../../build/cluster-wiring';
import { hasMinus, owedBy, seedClusters, surveyGroups, writeOwed } from '../../build/clusters';
import { chooseLiterals, writeFloors } from '../../build/soft-literals';
import { exchangeSoft, roundToFew } from '../../neuron/soft-few';
import { Few } from '../../neuron/state';
import { isUnsparing, Limits } from '../../problem/limits';
import { offerTrimmed } from '../../build/trim';
import { polishSoft } from '../../neuron/soft-polish';
import { packSoft, realToll, relaxSoft, roundSoft, settleSoft } from '../../neuron/soft-neuron';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, patient } from '../../record/incumbent';
import { offerConstants } from '../../build/simple-networks';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { boundRoot, openRoot } from '../../search/soft/soft-root';
import { beginGiven, givenStands, stepGiven } from '../../search/soft/given';
import { beginTied, endTied, setBare, stepTied, takeSides, tieAnew } from '../../search/soft/tied';
import { beginSoftTree, stepSoftTree } from '../../search/soft/soft-tree';
import { boxWeights, Given, Tied, tiedWeights } from '../../search/soft/state';
import { Clusters, Shape } from '../../build/state';
import { ENUMERATE, GIVEN, IDLE, POLISH, RELAX, ROOT, SETTLE, Soft, softTrial, softWeights, TIE, TREE } from './state';

/**
 * Robust MM with a soft target (docs/robust.md): least sum of squared shortfalls. Clusters of both classes say in the first
 * place which neurons each row relies on; then, in turn,
 *
 *     relax    every neuron's real weights are fitted to the rows that rely on it
 *     choose   every row takes the prime implicant of its label that lacks least: copies of one sample may rely on different
 *              neurons, which is worth a point and a half of accuracy against whole samples
 *     tie      hidden layers: the real weights of all neurons are fitted together, a row losing at its worst literal, and rows choose by that; then they are
 *              rounded some at a time
 *     settle   one layer, or few weights: they are rounded at once and settled over the integers
 *     polish   pairs of weights change together, on what a row loses at its worst literal, the rows choosing by that, too
 *
 * It is the alternation of k-means with shortfall for a distance. The best network offered stands.
 */

const KMEANS_RUNS = 8;
const RELAX_ROUNDS = 7;
const RELAX_PASSES = 30;
/** Where the neurons are tied together after it, these only begin: more of them end in choices that lose 5 % more. */
const RELAX_ROUNDS_BEFORE_TIES = 2;
const RELAX_PASSES_BEFORE_TIES = 6;
/** Rounds of the tied fit: with choices, and all with real weights: after 8 choices some lose a third more than after 20; */
const TIED_CHOICES = 20;
const TIED_ROUNDS = 24;
/** then those that fix a share of what is not whole, and at last those that fix all that is whole, too. */
const DIVE_ROUNDS = 15;
const DIVE_SHARE: f64 = 0.18;
const CLOSING_ROUNDS = 15;
const CLOSING_SHARE: f64 = 0.1;
/** Where weights are improved by pairs after it, the rows choose anew there. */
const SETTLE_ROUNDS = 1;
const SETTLE_ROUNDS_OF_FEW = 3;
const SETTLE_PASSES = 30;
const EXCHANGES = 4;
/** Where nobody asks for more, improving the settled weights by pairs may take this share of what the stage has spent, */
const POLISH_SHARE: f64 = 0.12;
const POLISH_SHARE_OF_LAYERS: f64 = 0.2;
/** of a neuron so many rounds at once, and of all of them so many. */
const POLISH_ROUNDS = 8;
const MOST_POLISHES = 40;
/** One layer: passes before the root's relaxation takes over, its rounds a slice, and slices. */
const FIRST_PASSES = 10;
const ROOT_ROUNDS = 5;
const ROOT_SLICES = 12;
/**
 * Where nobody asks for more, the tree may spend this share of what the stage has spent. A node takes what the last one took, and a rounding what
 * settling the root's did: one that would go beyond the share is not begun, but for the first, which is the root again and may fix all weights.
 */
const TREE_SHARE: f64 = 0.12;
/** Hidden layers: rounds of the bound given what rows rely on; where there is a limit to reach. */
const GIVEN_ROUNDS = 30;
const PATIENT_ROUNDS = 200;
/** It begins no further round where it has had this share of what the stage has spent, and nobody asks for more. */
const GIVEN_SHARE: f64 = 0.14;
/** Passes a slice: some ten milliseconds with thousands of rows. */
const SLICE_PASSES = 5;

export function beginSoft(): void {
  Few.price = 0;
  Few.budget = i32.MAX_VALUE;
  surveyGroups();
  improveBound(0); // a sum of squares
  offerConstants(softTrial);
  if (closed()) return;
  if (isTiny()) {
    Soft.phase = ENUMERATE;
    beginEnumeration();
    return;
  }
  resetShapes();
  resetBoxes();
  beginFit();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepSoft(): bool {
  if (Soft.phase == ENUMERATE) return stepEnumeration(500) && enumerating;
  if (Soft.phase == IDLE || closed()) return false;
  if (Soft.phase == ROOT) {
    if (Soft.round == 0) openRoot(softWeights);
    Soft.rootStands = boundRoot(ROOT_ROUNDS);
    if (Soft.rootStands || ++Soft.round == ROOT_SLICES) {
      memory.copy(softWeights, boxWeights, <usize>inputsPadded << 3);
      Soft.phase = SETTLE;
      Soft.settlingTook = -Clock.work;
      beginRound(0);
    }
    return !closed();
  }
  if (Soft.phase == GIVEN) {
    if (!stepGiven()) return true;
    if (givenStands()) return false;
    return patient ? Given.round < PATIENT_ROUNDS : Given.round < GIVEN_ROUNDS && Clock.work < Soft.treeUntil;
  }
  if (Soft.phase == TIE) {
    if (stepTiedRound()) endTiedRound();
    return !closed();
  }
  if (Soft.phase == POLISH) return polishNext() && !closed();
  if (Soft.phase == TREE) {
    if (!patient && Clock.work + Soft.nextTakes > Soft.treeUntil) return false;
    const began = Clock.work;
    const more = stepSoftTree();
    Soft.nextTakes = Clock.work - began + Soft.settlingTook;
    return more && !closed();
  }
  if (Soft.neuron < Clusters.a * Clusters.b) fitNext();
  else if (Soft.phase == RELAX) endRelaxRound();
  else endSettleRound();
  return Soft.phase != IDLE && !closed();
}

function beginFit(): void {
  nextShape();
  restNetwork(softTrial);
  wireClusters(softTrial, Shape.a, Shape.b);
  prepareSoft(softTrial);
  seedClusters(Shape.a, Shape.b, KMEANS_RUNS);
  writeOwed();
  offerMeans();
  for (let j = 0; j < size(1); j++) restReal(weightsOf(j));
  Soft.phase = RELAX;
  beginRound(0);
}

function beginRound(which: i32): void {
  Soft.round = which;
  Soft.neuron = 0;
  Soft.passes = 0;
}

function nextNeuron(): void {
  Soft.neuron++;
  Soft.passes = 0;
}

// @ts-ignore: decorator
@inline
function weightsOf(j: i32): usize {
  return softWeights + ((<usize>j * <usize>inputsPadded) << 3);
}

/** Real weights as near to 0 as they may be. */
function restReal(weights: usize): void {
  memory.fill(weights, 0, <usize>inputsPadded << 3);
  if (Boxes.forced) for (let i = 0; i < inputs; i++) store<f64>(weights + (<usize>i << 3), <f64>restWeight(i));
}

/** Some passes for the neuron at hand; one that nobody asks for a - side stays without weights, which is +. */
function fitNext(): void {
  const sides = owedBy(Soft.neuron);
  const mine = weightsOf(Soft.neuron);
  if (Soft.passes == 0) {
    if (!hasMinus(sides)) {
      restReal(mine);
      nextNeuron();
      return;
    }
    if (Soft.phase == SETTLE && !isUnsparing()) roundToFew(mine, budgetOfNeuron());
    else if (Soft.phase == SETTLE && Soft.round == 0) roundSoft(mine);
    packSoft(sides, mine);
  }
  const still = Soft.phase == RELAX ? relaxSoft(mine, SLICE_PASSES) : settleWithin(mine);
  Soft.passes += SLICE_PASSES;
  const most = Soft.phase == SETTLE ? SETTLE_PASSES : layerCount == 1 ? FIRST_PASSES : isTying() ? RELAX_PASSES_BEFORE_TIES : RELAX_PASSES;
  if (still || Soft.passes >= most) nextNeuron();
}

/** Neurons that rows rely on as - share what may be other than 0. */
function budgetOfNeuron(): i32 {
  if (isUnsparing()) return i32.MAX_VALUE;
  let sharing = 0;
  for (let j = 0; j < Clusters.a * Clusters.b; j++) sharing += i32(hasMinus(owedBy(j)));
  return Limits.nonzeros / max(1, sharing);
}

function settleWithin(mine: usize): bool {
  Few.budget = budgetOfNeuron();
  const still = settleSoft(mine, SLICE_PASSES, false);
  if (still && !isUnsparing()) exchangeSoft(mine, EXCHANGES);
  Few.budget = i32.MAX_VALUE;
  return still;
}

/** Real weights by their nearest integers: a stage that is stopped early has an answer. */
function offerRounded(): void {
  for (let j = 0; j < Clusters.a * Clusters.b; j++) {
    const row = weightRow(softTrial, 0, j);
    for (let i = 0; i < inputs; i++) setWeight(row, i, <i32>nearest(load<f64>(weightsOf(j) + (<usize>i << 3))));
  }
  offerTrimmed(softTrial);
}

/** The signs of the mean differences, before anything is fitted. */
function offerMeans(): void {
  for (let j = 0; j < Clusters.a * Clusters.b; j++) {
    const sides = owedBy(j);
    for (let i = 0; i < inputs; i++) {
      let sum: i64 = 0;
      breathe();
      strain(<f64>(2 * keptCount));
      for (let k = 0; k < keptCount; k++) {
        sum += <i64>load<i8>(sides + <usize>k) * <i64>load<i16>(sampleRow(kept(k)) + (<usize>i << 1));
      }
      setWeight(weightRow(softTrial, 0, j), i, sum > 0 ? mostWeight(i) : sum < 0 ? leastWeight(i) : restWeight(i));
    }
  }
  spend(<f64>(keptCount * inputs));
  offerTrimmed(softTrial);
}

function endRelaxRound(): void {
  offerRounded();
  const rounds = isTying() ? RELAX_ROUNDS_BEFORE_TIES : RELAX_ROUNDS;
  if (Soft.round + 1 < rounds && chooseLiterals(softWeights, Clusters.a * Clusters.b)) {
    beginRound(Soft.round + 1);
    return;
  }
  if (isTying()) {
    beginTied();
    Soft.phase = TIE;
    chooseTied();
    return;
  }
  Soft.phase = layerCount == 1 ? ROOT : SETTLE;
  beginRound(0);
}

/** Several neurons, and no limit of weights that they would share. */
function isTying(): bool {
  return layerCount > 1 && isUnsparing();
}

/** Rows choose by their worst literal; a neuron that nobody asks for a - side is without weights. */
function chooseTied(): void {
  const n1 = Clusters.a * Clusters.b;
  chooseLiterals(softWeights, n1, true);
  for (let j = 0; j < n1; j++) {
    const free = !hasMinus(owedBy(j));
    if (free) restReal(weightsOf(j));
    setBare(j, free && realToll(weightsOf(j)) < 0);
    takeSides(j, owedBy(j));
  }
  tieAnew(softWeights);
}

function stepTiedRound(): bool {
  if (Tied.round < TIED_ROUNDS) return stepTied(softWeights, 0);
  return stepTied(softWeights, isClosing() ? CLOSING_SHARE : DIVE_SHARE, isClosing());
}

function isClosing(): bool {
  return Tied.round >= TIED_ROUNDS + DIVE_ROUNDS;
}

function endTiedRound(): void {
  const done = isClosing() && (Tied.left == 0 || Tied.round + 1 == TIED_ROUNDS + DIVE_ROUNDS + CLOSING_ROUNDS);
  endTied();
  if (Tied.round < TIED_CHOICES) chooseTied();
  else if (Tied.round == TIED_ROUNDS) memory.copy(tiedWeights, softWeights, (<usize>size(1) * <usize>inputsPadded) << 3);
  else if (done) {
    for (let j = 0; j < Clusters.a * Clusters.b; j++) roundSoft(weightsOf(j));
    offerRounded();
    beginPolishing(POLISH_SHARE_OF_LAYERS);
  }
}

function endSettleRound(): void {
  offerRounded();
  const rounds = isUnsparing() ? SETTLE_ROUNDS : SETTLE_ROUNDS_OF_FEW;
  if (Soft.round + 1 < rounds && chooseLiterals(softWeights, Clusters.a * Clusters.b)) {
    beginRound(Soft.round + 1);
    return;
  }
  if (layerCount == 1) Soft.settlingTook += Clock.work;
  if (isUnsparing()) beginPolishing(POLISH_SHARE);
  else endPolish();
}

/** `share`: of what the stage has spent, where nobody asks for more. */
function beginPolishing(share: f64): void {
  Soft.phase = POLISH;
  Soft.polishUntil = Clock.work * (1 + share);
  beginPolish();
}

/** Rows rely on what they lose least at: from here on what the neurons lose together is the loss itself. */
function beginPolish(): void {
  chooseLiterals(softWeights, Clusters.a * Clusters.b, true);
  Soft.polished = false;
  beginRound(Soft.round + 1);
}

/** A round of the neuron at hand; false when nothing is left to do in the stage. */
function polishNext(): bool {
  const n1 = Clusters.a * Clusters.b;
  const late = !patient && Clock.work >= Soft.polishUntil;
  if (Soft.neuron == n1 || late) {
    offerRounded();
    if (Soft.polished && !late && Soft.round < MOST_POLISHES) beginPolish();
    else endPolish();
    return Soft.phase != IDLE;
  }
  const mine = weightsOf(Soft.neuron);
  const sides = owedBy(Soft.neuron);
  if (!hasMinus(sides)) {
    nextNeuron();
    return true;
  }
  if (Soft.passes == 0) {
    packSoft(sides, mine);
    writeFloors(softWeights, Soft.neuron, n1);
  }
  const moved = polishSoft(mine);
  if (moved) Soft.polished = true;
  if (!moved || ++Soft.passes >= POLISH_ROUNDS) nextNeuron();
  return true;
}

function endPolish(): void {
  if (layerCount > 1) {
    Soft.treeUntil = Clock.work * (1 + GIVEN_SHARE);
    Soft.phase = beginGiven(isTying()) ? GIVEN : IDLE;
    return;
  }
  Soft.phase = TREE;
  Soft.nextTakes = 0;
  Soft.treeUntil = Clock.work * (1 + TREE_SHARE);
  openRoot(boxWeights);
  beginSoftTree(softTrial, Soft.rootStands);
}
