import { reserve } from '../memory/arena';
import { copyRow, networkBytes, newNetwork, weightRow } from '../network/weights';
import { work } from '../problem/limits';
import { confidence, inputsPadded, label, layerCount, marginScale, sampleCount, size, weightBound } from '../problem/shape';
import { buildLadder } from '../primal/ladder';
import { beginNetworkSearch, bestOfSearch, searchNetwork } from '../primal/network-search';
import { beginCountTree, countTreeOpen, stepCountTree, stopCountTree } from '../search/count-tree';
import { beginVoteTree, stepVoteTree, voteTreeFits } from '../search/vote-tree';
import { beginEnumeration, enumerating, isTiny, stepEnumeration } from '../search/enumerate';
import { closed, improveBound, incumbent, offer } from '../search/incumbent';
import { freeNeuronBound } from '../search/ceilings';
import { consistentSamples, reserveTwins } from '../search/twins';
import { beginNeuron, neuronBound, neuronMargin, neuronRow, reserveSeparator, sidesFromLabels, stepNeuron } from './separator';

/**
 * SM: most samples confidently right. The caller has made every sample a kept one.
 *
 * Bound: all samples, less what contradicts itself (equal inputs, unlike labels). Incumbent: a separator in a ladder
 * that carries it to the output, which settles separable data at once; otherwise annealing over the whole network.
 */
const SEPARATE = 0;
const ANNEAL = 1;
const ENUMERATE = 2;
const VOTES = 3;
const ANNEAL_FIRST: f64 = 4e6; // work before the exact tree starts, for an incumbent to prune with
const SEPARATOR_EFFORT: f64 = 4e7;

let phase: i32 = SEPARATE;
let trial: usize = 0;
let constantRow: usize = 0;
let until: f64 = 0;
let treeTried: bool = false;
let turns: i32 = 0;

export function reserveSm(): void {
  trial = newNetwork();
  constantRow = reserve(<usize>inputsPadded << 1);
  reserveTwins();
  reserveSeparator(sampleCount);
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
  turns = 0;
  stopCountTree();
  sidesFromLabels();
  beginNeuron(freeNeuronBound(), 120);
  until = work + SEPARATOR_EFFORT;
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepSm(): bool {
  if (phase == ENUMERATE) return stepEnumeration(2000) && enumerating;
  if (phase == SEPARATE) {
    const more = stepNeuron(100);
    offerSeparator();
    if (closed()) return false;
    if (!more || neuronBound < 0 || work > until) {
      phase = ANNEAL;
      until = work;
      beginNetworkSearch(incumbent);
    }
    return true;
  }
  if (phase == VOTES) {
    if (!stepVoteTree() && !closed()) phase = ANNEAL;
    return !closed();
  }
  if (!treeTried && work > until + ANNEAL_FIRST) {
    treeTried = true;
    if (voteTreeFits()) {
      phase = VOTES;
      beginVoteTree();
      return true;
    }
    beginCountTree();
  }
  // A tree over many inputs may never end: annealing keeps a quarter of the turns.
  if (countTreeOpen() && turns++ % 4 != 0) stepCountTree(20000);
  else {
    searchNetwork(50);
    offer(bestOfSearch());
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
    buildLadder(trial, neuronRow, constantRow, neuronMargin, marginScale * weightBound, min(wanted, size(layerCount - 1)));
  }
  offer(trial);
}
