import { reserve } from '../../base/arena';
import { copyRow, newNetwork, weightRow } from '../../network/weights';
import { confidence, epsilon, inputsPadded, layerCount, marginScale, sampleCount, size, weightBound } from '../../problem/shape';
import { buildLadder } from '../../build/ladder';
import { beginColumns, beginCountSearch, bestOfCounts, fillColumn, searchCounts } from '../../neuron/count-search';
import { beginNetworkSearch, bestOfSearch, searchNetwork } from '../../build/network-search';
import { beginCountTree, countTreeOpen, stepCountTree, stopCountTree } from '../../search/counts/count-tree';
import { beginCountBoxes, countBoxesOpen, stepCountBoxes, stopCountBoxes } from '../../search/counts/count-boxes';
import { beginVoteTree, coarseVoteTreeFits, stepVoteTree, voteTreeFits } from '../../search/tables/vote-tree';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../../search/tables/enumerate';
import { closed, improveBound, incumbent, offer } from '../../record/incumbent';
import { freeNeuronBound } from '../../relax/exact/ceilings';
import { consistentSamples } from '../../relax/exact/contrary-samples';
import { beginNeuron, sidesFromLabels, stepNeuron } from '../../build/separator';
import { beginTurns, isTreesTurn, searchTook, separateTook, treeTook, Turns } from '../turns';
import { Clock } from '../../base/state';
import { networkBytes } from '../../network/state';
import { neuronRow, Separator } from '../../build/state';

/**
 * SM: most samples confidently right. The caller has made every sample a kept one.
 *
 * Bound: all samples, less what contradicts itself (equal inputs, unlike labels). Incumbent: a separator in a ladder
 * that carries it to the output, which settles separable data at once; otherwise annealing over the whole network, or
 * with one layer the search for counts and a tree: over values for ternary weights whose sums fit 16 bits, else over boxes.
 */
const SEPARATE = 0;
const ANNEAL = 1;
const ENUMERATE = 2;
const VOTES = 3;
const COLUMNS = 4;
const ALONE = 5;
const ANNEAL_FIRST: f64 = 4e6; // work before the exact tree starts, for an incumbent to prune with
const SEPARATOR_EFFORT: f64 = 4e7;
const ALONE_EFFORT: f64 = 4e6; // the same with one layer, where separating has its share later on too
const TREE_SHARE: f64 = 2; // work of the tree for one unit of search beside it
const VOTES_SHARE: f64 = 3; // the same of votes and annealing, once votes have had
const VOTES_FIRST: f64 = 3e8;
const COARSE_EFFORT: f64 = 1e8;
const SEARCH_TURN: f64 = 2e5;
const TREE_TURN: f64 = 5e5;

let phase: i32 = SEPARATE;
let trial: usize = 0;
let constantRow: usize = 0;
let until: f64 = 0;
let treeTried: bool = false;
let coarse: bool = false; // a tree over ternary weights, scaled, comes before that over all
let separates: bool = false; // all samples may be confident, and the search for that goes on

export function reserveSm(): void {
  trial = newNetwork();
  constantRow = reserve(<usize>inputsPadded << 1);
}

export function beginSm(): void {
  if (confidence <= 0) {
    // A sum of 0 does for both labels, so equal inputs with unlike labels count too: no weights at all are an optimum.
    improveBound(<i64>sampleCount);
    memory.fill(trial, 0, networkBytes);
    offer(trial);
  } else improveBound(<i64>consistentSamples());
  if (isTiny()) {
    phase = ENUMERATE;
    beginEnumeration();
    return;
  }
  phase = SEPARATE;
  treeTried = false;
  beginTurns(0, 0);
  coarse = false;
  separates = false;
  stopCountTree();
  stopCountBoxes();
  beginColumns();
  sidesFromLabels();
  beginNeuron(freeNeuronBound(), 120);
  until = Clock.work + (layerCount == 1 ? ALONE_EFFORT : SEPARATOR_EFFORT);
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepSm(): bool {
  if (phase == ENUMERATE) return stepEnumeration(2000) && enumerating;
  if (phase == SEPARATE) {
    const more = stepNeuron(100);
    offerSeparator();
    if (closed()) return false;
    separates = more && <i64>Separator.bound >= <i64>marginScale * <i64>confidence - <i64>epsilon;
    if (!more || Separator.bound < 0 || Clock.work > until) {
      phase = layerCount == 1 ? COLUMNS : ANNEAL;
      until = Clock.work;
      if (layerCount > 1) beginNetworkSearch(incumbent);
    }
    return true;
  }
  if (phase == COLUMNS) {
    if (!fillColumn()) {
      phase = ALONE;
      until = Clock.work;
      beginCountSearch(weightRow(incumbent, 0, 0));
    }
    return true;
  }
  if (phase == ALONE) return stepAlone();
  if (phase == VOTES) {
    const before = Clock.work;
    if (isTreesTurn(VOTES_SHARE, VOTES_FIRST)) {
      const more = stepVoteTree();
      treeTook(before);
      if (coarse && (!more || Turns.tree > COARSE_EFFORT)) beginVotes(false);
      else if (!more) phase = ANNEAL;
    } else {
      anneal();
      searchTook(before);
    }
    return !closed();
  }
  if (!treeTried && Clock.work > until + ANNEAL_FIRST) {
    treeTried = true;
    beginVotes(coarseVoteTreeFits());
  }
  if (phase == ANNEAL) anneal();
  return !closed();
}

/** Starts the votes where they fit. */
function beginVotes(coarsely: bool): void {
  coarse = coarsely;
  phase = coarse || voteTreeFits() ? VOTES : ANNEAL;
  if (phase == VOTES) beginVoteTree(coarse);
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
  if (!treeTried && Clock.work > until + ANNEAL_FIRST) {
    treeTried = true;
    coarse = weightBound > 1;
    if (coarse || !beginCountTree()) beginCountBoxes(coarse);
  }
  if (coarse && (Turns.tree > COARSE_EFFORT || !countBoxesOpen())) {
    coarse = false;
    beginCountBoxes(false);
  }
  if ((countTreeOpen() || countBoxesOpen()) && isTreesTurn(TREE_SHARE, 0)) {
    if (countTreeOpen()) stepCountTree(TREE_TURN);
    else stepCountBoxes(TREE_TURN);
    treeTook(before);
  } else if (separates && Turns.separate <= Turns.search) {
    separates = stepNeuron(100);
    offerSeparator();
    separateTook(before);
  } else {
    searchCounts(SEARCH_TURN);
    copyRow(weightRow(trial, 0, 0), bestOfCounts(), 0);
    offer(trial);
    searchTook(before);
  }
  return !closed();
}

/** The separator as a network: alone, or carried up a ladder wide enough for confidence. */
function offerSeparator(): void {
  if (layerCount == 1) {
    copyRow(weightRow(trial, 0, 0), neuronRow, 0);
  } else {
    memory.fill(constantRow, 0, <usize>inputsPadded << 1);
    const wanted = (confidence + weightBound - 1) / weightBound;
    buildLadder(trial, neuronRow, constantRow, Separator.margin, marginScale * weightBound, min(wanted, size(layerCount - 1)));
  }
  offer(trial);
}
