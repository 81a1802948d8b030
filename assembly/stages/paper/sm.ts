import { copyNetwork, copyRow, restNetwork, restRow, weightRow } from '../../network/weights';
import { Boxes, isPlain } from '../../problem/boxes';
import { evaluateConfidence } from '../../network/evaluate';
import { countsPlainly, totalCost } from '../../problem/limits';
import { confidence, epsilon, inputs, layerCount, marginScale, sampleCount, size, weightBound } from '../../problem/shape';
import { buildLadder } from '../../build/ladder';
import { beginColumns, beginCountSearch, bestOfCounts, FEW_VALUES, fillColumn, searchCounts } from '../../neuron/count-search';
import { beginAloneSteps, PATIENCE, searchSteps } from '../../neuron/count-steps';
import { beginPairs, searchPairs } from '../../neuron/count-pairs';
import { beginRaise, forgetRaise, stepRaise } from '../../neuron/count-raise';
import { pairBest, Pairs, Raise, raisedRow, stepBest, StepWalk } from '../../neuron/state';
import { beginLinear, stepLinear } from '../../build/linear-start';
import { beginNetworkSearch, bestOfSearch, searchNetwork } from '../../build/network-search';
import { beginCountTree, countTreeDone, countTreeOpen, stepCountTree, stopCountTree } from '../../search/counts/count-tree';
import { beginCountBoxes, countBoxesOpen, stepCountBoxes, stopCountBoxes } from '../../search/counts/count-boxes';
import { beginAnswerScan, stepAnswerScan } from '../../search/tables/answer-scan';
import { beginAnswerTree, isTableFull, stepAnswerTree } from '../../search/tables/answer-tree';
import { signsCost } from '../../search/tables/sign-table';
import { beginAnswerWalk, stepAnswerWalk } from '../../search/tables/answer-walk';
import { answersCost, listAnswers } from '../../search/tables/answers';
import { Answers, SignTable } from '../../search/tables/state';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { forgetRowTree } from '../../search/counts/row-tree';
import { RowTree } from '../../search/counts/state';
import { bound, closed, improveBound, incumbent, objective, offer, offerEqual } from '../../record/incumbent';
import { freeNeuronBound } from '../../relax/exact/ceilings';
import { consistentSamples } from '../../relax/exact/contrary-samples';
import { beginNeuron, sidesFromLabels, stepNeuron } from '../../build/separator';
import { beginTurns, isTreesTurn, searchTook, separateTook, treeTook, Turns } from '../turns';
import { beginLimitedSm, stepLimitedSm } from './limited';
import { forgetLeaf } from './row-leaf';
import { beginRowTurns, rowsWait, stepRows, weightsTook } from './row-turns';
import { Clock } from '../../base/state';
import { linearBest, neuronRow, Separator } from '../../build/state';
import { annealStart, Sm, smConstantRow, smTrial } from './state';

/**
 * SM: most samples confidently right. The caller has made every sample a kept one.
 *
 * Bound: all samples, less what contradicts itself (equal inputs, unlike labels). Incumbent: a separator in a ladder
 * that carries it to the output, which settles separable data at once. Otherwise, with one layer the search for counts and a
 * tree: over values for ternary weights whose sums fit 16 bits, else over boxes. With hidden layers annealing over the whole
 * network; where inputs are few the table of signs, with scans of it and the tree over answers and patterns.
 */
const SEPARATE = 0;
const ENUMERATE = 2;
const TABLES = 3;
const COLUMNS = 4;
const ALONE = 5;
const LIMITED = 6;
const LINEAR = 7;
const ANNEAL_FIRST: f64 = 4e6; // work before the exact tree starts, for an incumbent to prune with
const SEPARATOR_EFFORT: f64 = 4e7;
const ALONE_EFFORT: f64 = 4e6; // the same with one layer, where separating has its share later on too
const TREE_SHARE: f64 = 2; // work of the tree for one unit of search beside it
const ANSWERS_SHARE: f64 = 1; // the same of tables and what searches beside them, once the tree has had
const ANSWERS_FIRST: f64 = 4e6;
const ROWS_AFTER: f64 = 1e8; // work of the tree over weights before that over rows begins: most are done by then
const WORTH_ROWS: f64 = 0.25; // work of the rows that may lead, for one unit that the tree over values still takes
const SMALL_TABLE: f64 = 3e7; // work that a table may take for the separator to be kept short before it
const FEW_ANSWERS: f64 = 3e5; // work of listing them that comes before all search
const SHORT_SEPARATOR: f64 = 5e5;
const COARSE_EFFORT: f64 = 1e8;
const SEARCH_TURN: f64 = 2e5;
const LATE: f64 = 5e7; // work of annealing alone after which what stands beside it has three times as much
const TREE_TURN: f64 = 5e5;
const RAISE_SHARE: f64 = 0.1; // work on which of the best is handed on, for one unit of search
const RAISE_TURN: f64 = 1e6;
const CHOICE_SHARE: f64 = 0.2; // the same of the whole stage, once that is closed,
const LEAST_CHOICE: f64 = 2e5; // and at least


/** Whether the stage is that of limited.ts: with hidden layers where inputs have boxes of their own, too. */
function isLimited(): bool {
  return !countsPlainly() || (layerCount > 1 && !isPlain());
}

/**
 * A stage begins, and what an earlier one has left to choose, or has shown by its rows, is not its own: SM may be closed before
 * `beginSm`, and its proof asks all the same.
 */
export function forgetSm(): void {
  Sm.linear = false;
  forgetRaise();
  forgetRowTree();
}

export function beginSm(): void {
  forgetLeaf();
  beginColumns();
  if (confidence <= 0) {
    // A sum of 0 does for both labels, so equal inputs with unlike labels count too: no weights at all are an optimum.
    improveBound(totalCost());
    restNetwork(smTrial);
    offer(smTrial);
  } else improveBound(countsPlainly() ? <i64>consistentSamples() : totalCost());
  if (isTiny()) {
    Sm.phase = ENUMERATE;
    beginEnumeration();
    return;
  }
  Sm.phase = LINEAR;
  Sm.treeTried = false;
  beginTurns(0, 0);
  Sm.coarse = false;
  Sm.separates = false;
  stopCountTree();
  stopCountBoxes();
  if (layerCount > 1) {
    copyNetwork(annealStart, incumbent);
    Sm.annealCount = evaluateConfidence(annealStart);
  }
  beginLinear();
}

function beginSeparate(): void {
  Sm.phase = SEPARATE;
  sidesFromLabels();
  beginNeuron(freeNeuronBound(), 120);
  Sm.until = Clock.work + (layerCount == 1 ? ALONE_EFFORT : SignTable.usable && signsCost() < SMALL_TABLE ? SHORT_SEPARATOR : SEPARATOR_EFFORT);
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepSm(): bool {
  if (Sm.phase == ENUMERATE) return stepEnumeration(2000) && enumerating;
  if (Sm.phase == LINEAR) {
    const more = stepLinear();
    offerSeparator(linearBest, 0);
    Sm.linear = closed();
    if (!more && !Sm.linear) beginSeparate();
    return !Sm.linear;
  }
  if (Sm.phase == SEPARATE) {
    const more = stepNeuron(100);
    offerSeparator(neuronRow, Separator.margin);
    if (closed()) return false;
    if (layerCount > 1) keepForAnnealing();
    Sm.separates = more && <i64>Separator.bound >= <i64>marginScale * <i64>confidence - <i64>epsilon;
    if (!more || Separator.bound < 0 || Clock.work > Sm.until) {
      Sm.phase = COLUMNS;
      Sm.until = Clock.work;
    }
    return true;
  }
  if (Sm.phase == COLUMNS) {
    if (fillColumn()) return true;
    if (layerCount > 1) {
      beginTables();
      if (isLimited()) {
        Sm.phase = LIMITED;
        beginLimitedSm();
      }
    } else {
      Sm.phase = ALONE;
      Sm.until = Clock.work;
      beginCountSearch(weightRow(incumbent, 0, 0));
      beginPairs(weightRow(incumbent, 0, 0));
      beginAloneSteps(weightRow(incumbent, 0, 0));
      Sm.walked = 0;
      Sm.paired = 0;
      Sm.annealed = 0;
      if (!countsPlainly()) {
        Sm.phase = LIMITED;
        beginLimitedSm();
      }
    }
    return true;
  }
  if (Sm.phase == ALONE) return stepAlone();
  if (Sm.phase == LIMITED) return stepLimitedSm();
  stepTables();
  return !closed();
}

/**
 * Annealing over a whole network goes back to the best that it has met. The linear start, one neuron's answer in a ladder, is better than
 * what it begins with and a basin that it does not leave: [14, 3, 2, 1], 40 rows, begun there separates one of eight drawn
 * problems in 3 * 10^7 units of work, begun without it three.
 */
function keepForAnnealing(): void {
  const count = evaluateConfidence(smTrial);
  if (count <= Sm.annealCount) return;
  Sm.annealCount = count;
  copyNetwork(annealStart, smTrial);
}

function beginTables(): void {
  Sm.phase = TABLES;
  beginNetworkSearch(annealStart);
  beginTurns(0, 0);
  Answers.count = 0;
  Sm.listed = false;
  Sm.scans = false;
  Sm.treeTried = true;
  Sm.walked = 0;
  Sm.annealed = 0;
}

/** Lists what the layers above can answer; the first layer's table fits, or that of ternary weights, scaled, or none. */
function listTables(): void {
  Sm.listed = true;
  listAnswers();
  if (Answers.whole && Answers.count == 0) improveBound(0); // nothing is ever confident
  beginAnswerScan();
  beginAnswerWalk();
  Sm.scans = Answers.count > 0 && (SignTable.usable || (weightBound > 1 && SignTable.usableCoarsely));
  Sm.treeTried = !Sm.scans;
  if (Sm.scans) beginAnswerTree(!SignTable.usable);
}

/** The tree over answers and patterns; beside it, in turn, scans of the table, walks of neurons, and annealing. */
function stepTables(): void {
  const before = Clock.work;
  if (!Sm.listed && (answersCost() < FEW_ANSWERS || Turns.search > ANNEAL_FIRST)) listTables();
  if (Sm.scans && !SignTable.usable && Turns.tree + Turns.separate > COARSE_EFFORT) {
    Sm.treeTried = true;
    Sm.scans = false;
  }
  if (!Sm.treeTried && isTreesTurn(ANSWERS_SHARE, signsCost() < SMALL_TABLE ? ANSWERS_FIRST : -ANNEAL_FIRST)) {
    Sm.treeTried = !stepAnswerTree(TREE_TURN);
    treeTook(before);
  } else if (Sm.scans && isTableFull() && Turns.separate <= Turns.search) {
    stepAnswerScan();
    separateTook(before);
  } else {
    if (Answers.count > 0 && Sm.walked <= Sm.annealed) {
      stepAnswerWalk();
      Sm.walked += Clock.work - before;
    } else {
      anneal();
      Sm.annealed += Clock.work - before;
    }
    searchTook(before);
  }
}

function anneal(): void {
  searchNetwork(50);
  offer(bestOfSearch());
}

/**
 * One layer: the tree over weights is the proof. Beside it a quarter of the work goes on annealing, and as long as all
 * samples may be separated as much on searching for that.
 */
function stepAlone(): bool {
  const before = Clock.work;
  if (!Sm.treeTried && Clock.work > Sm.until + ANNEAL_FIRST) {
    Sm.treeTried = true;
    Sm.coarse = weightBound > 1 && !Boxes.ranged;
    if (Sm.coarse || !beginCountTree()) beginCountBoxes(Sm.coarse);
    beginRowTurns();
  }
  if (Sm.coarse && (Turns.tree > COARSE_EFFORT || !countBoxesOpen())) {
    Sm.coarse = false;
    beginCountBoxes(false);
  }
  if ((countTreeOpen() || countBoxesOpen() || RowTree.open) && isTreesTurn(TREE_SHARE, 0)) {
    stepTrees();
    treeTook(before);
  } else if (Sm.separates && Turns.separate <= Turns.search) {
    Sm.separates = stepNeuron(100);
    offerSeparator(neuronRow, Separator.margin);
    separateTook(before);
  } else if (mayRaise() && Raise.took < RAISE_SHARE * Turns.search && isWalkOver()) raise(RAISE_TURN);
  else {
    searchAlone();
    searchTook(before);
  }
  return !closed();
}

/** One neuron that does not have all rows: there are others that count as many, and it matters which is handed on. */
function mayRaise(): bool {
  return layerCount == 1 && countsPlainly() && confidence > 0 && objective > 0 && objective < <i64>sampleCount;
}

function isWalkOver(): bool {
  return Boxes.widest <= FEW_VALUES || StepWalk.idle >= PATIENCE;
}

function raise(effort: f64): void {
  if (Raise.count != objective) beginRaise(weightRow(incumbent, 0, 0), objective);
  if (!stepRaise(effort)) return;
  copyRow(weightRow(smTrial, 0, 0), raisedRow, 0);
  offerEqual(smTrial);
}

/** The stage is closed, and looks for the best of its optima. */
export function choosesSm(): bool {
  return Sm.linear || (mayRaise() && (Raise.until < 0 || Clock.work < Raise.until));
}

/** A slice of that. */
export function chooseSm(): void {
  if (Sm.linear) {
    chooseSeparator();
    return;
  }
  if (fillColumn()) return;
  if (Raise.until < 0) Raise.until = Clock.work + max(LEAST_CHOICE, CHOICE_SHARE * Clock.work - Raise.took);
  raise(min(RAISE_TURN, Raise.until - Clock.work));
}

/** All rows have what they are asked for; the relaxation's separator has most to spare, which is what test rows are after. */
function chooseSeparator(): void {
  beginSeparate();
  stepNeuron(100);
  writeSeparator(neuronRow, Separator.margin);
  offerEqual(smTrial);
  Sm.linear = false; // last: the stage is at its end where it breathes and has nothing to choose
}

/**
 * A tree over weights and the tree over rows, by work: three turns to one for the one that the bound comes from. The tree over values has
 * no bound before its end, but may see that: rows that have had a quarter of what it still takes lead no longer. Random rows, 20
 * inputs, 40 of them: rows come to 28 of 22 at once and to 26 at leaves without number, and the proof took twice as long.
 * Rows that must go on lowering the bound to lead (twice, four times what the last time took) lost: on tables they do, late.
 */
function stepTrees(): void {
  const before = Clock.work;
  const known = bound;
  const weights = countTreeOpen() || countBoxesOpen();
  const asked = Sm.rowsLead && Sm.rowsTook < WORTH_ROWS * valuesLeft() ? Sm.rowsTook < 3 * Sm.boxesTook : 3 * Sm.rowsTook < Sm.boxesTook - rowsWait(ROWS_AFTER);
  if ((RowTree.open && asked) || !weights) {
    stepRows(TREE_TURN);
    return;
  }
  if (countTreeOpen()) stepCountTree(TREE_TURN);
  else stepCountBoxes(TREE_TURN);
  weightsTook(before, known);
}

/** What the tree over values still takes, by what it has done; `Infinity` where it does not run, or nobody can tell. */
function valuesLeft(): f64 {
  if (!countTreeOpen()) return Infinity;
  const done = countTreeDone();
  return done > 0 ? (Sm.boxesTook * (1 - done)) / done : Infinity;
}

/**
 * Annealing, and as much work beside it, later three times as much: descent by pairs of changes, and walks by single steps where a weight has many
 * values, in turn.
 */
function searchAlone(): void {
  const before = Clock.work;
  const wide = Boxes.widest > FEW_VALUES;
  const beside = Sm.annealed > LATE ? 3 * Sm.annealed : Sm.annealed;
  if ((wide || Pairs.fits) && Sm.walked + Sm.paired <= beside) {
    const pairs = Pairs.fits && (!wide || Sm.paired <= Sm.walked);
    if (pairs) searchPairs(SEARCH_TURN);
    else searchSteps(SEARCH_TURN);
    if (pairs) Sm.paired += Clock.work - before;
    else Sm.walked += Clock.work - before;
    if (<i64>(pairs ? Pairs.best : StepWalk.best) <= objective) return;
    copyRow(weightRow(smTrial, 0, 0), pairs ? pairBest : stepBest, 0);
  } else {
    searchCounts(SEARCH_TURN);
    Sm.annealed += Clock.work - before;
    copyRow(weightRow(smTrial, 0, 0), bestOfCounts(), 0);
  }
  offer(smTrial);
}

/** The separator as a network: alone, or carried up a ladder wide enough for confidence. */
function offerSeparator(row: usize, margin: i32): void {
  writeSeparator(row, margin);
  offer(smTrial);
}

function writeSeparator(row: usize, margin: i32): void {
  if (layerCount == 1) {
    copyRow(weightRow(smTrial, 0, 0), row, 0);
    return;
  }
  restRow(smConstantRow);
  const wanted = (confidence + weightBound - 1) / weightBound;
  buildLadder(smTrial, row, smConstantRow, margin, marginScale * weightBound, min(wanted, size(layerCount - 1)));
}
