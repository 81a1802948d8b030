import { bestOfSearch, searchNetwork } from '../../build/network-search';
import { layerCount } from '../../problem/shape';
import { isUnsparing } from '../../problem/limits';
import { closed, offer, stage, STAGE_MM } from '../../record/incumbent';
import { beginForward, opensForward, searchForward } from '../../search/limits/forward-search';
import { beginLimitedSearch, searchLimited } from '../../search/limits/limited-search';
import { beginLimitedTree, limitedColumnsStand, limitedTreeOpen, stepLimitedTree, sweepsBias } from '../../search/limits/limited-tree';
import { beginMarginSearch, searchMargins } from '../../search/limits/margin-search';
import { beginNetworkTree, networkTreeOpen, stepNetworkTree } from '../../search/limits/network-tree';
import { beginSweptSearch, searchSwept } from '../../search/limits/swept-search';
import { beginTurns, isTreesTurn, searchTook, treeTook } from '../turns';
import { LimitedWalk, SweptWalk } from '../../search/limits/state';
import { Clock } from '../../base/state';

/**
 * The stages under limits. SM of a single neuron: its tree that knows them, and beside it a search that does. Every other shape and
 * stage: the tree over all weights; SM anneals beside it.
 */
const TREE_SHARE: f64 = 2; // work of the tree for one unit of search beside it
const SEARCH_TURN: f64 = 2e5;
const TREE_TURN: f64 = 5e5;

export function beginLimitedSm(): void {
  beginTurns(0, 0);
  if (layerCount == 1) {
    beginLimitedTree();
    LimitedWalk.begun = false;
    beginForward();
  } else beginNetworkTree();
}

function treeOpen(): bool {
  return layerCount == 1 ? limitedTreeOpen() : networkTreeOpen();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepLimitedSm(): bool {
  const before = Clock.work;
  const stands = layerCount > 1 || limitedColumnsStand();
  if (!stands && !treeOpen()) return false; // too large
  if (treeOpen() && (!stands || (!opens() && isTreesTurn(TREE_SHARE, 0)))) {
    if (layerCount == 1) stepLimitedTree(TREE_TURN);
    else stepNetworkTree(TREE_TURN);
    treeTook(before);
  } else {
    if (layerCount == 1) searchNeuron();
    else {
      searchNetwork(50);
      offer(bestOfSearch());
    }
    searchTook(before);
  }
  return !closed();
}

/** Selections come before the tree's first turn. */
function opens(): bool {
  return layerCount == 1 && opensForward();
}

/** One neuron: selections first, where few weights may be other than 0; then, with a weight that is swept, the two searches, turn by turn. */
function searchNeuron(): void {
  if (opensForward()) {
    searchForward();
    return;
  }
  if (!LimitedWalk.begun) {
    LimitedWalk.begun = true;
    beginLimitedSearch();
    if (sweepsBias()) beginSweptSearch();
  }
  SweptWalk.turn = sweepsBias() && !SweptWalk.turn;
  if (SweptWalk.turn) searchSwept(SEARCH_TURN);
  else searchLimited(SEARCH_TURN);
}

/** MM: the tree over all weights, and beside it, for one neuron, a search for margins. */
export function beginLimited(): void {
  beginTurns(0, 0);
  beginNetworkTree();
  if (searches()) beginMarginSearch();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepLimited(): bool {
  const before = Clock.work;
  if (searches() && networkTreeOpen() && !isTreesTurn(TREE_SHARE, 0)) {
    searchMargins(SEARCH_TURN);
    searchTook(before);
  } else {
    if (!stepNetworkTree(TREE_TURN)) return false;
    treeTook(before);
  }
  return !closed();
}

function searches(): bool {
  return stage == STAGE_MM && layerCount == 1 && !isUnsparing();
}
