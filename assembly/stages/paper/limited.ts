import { copyRow, newNetwork, weightRow } from '../../network/weights';
import { bestOfCounts, searchCounts } from '../../neuron/count-search';
import { bestOfSearch, searchNetwork } from '../../build/network-search';
import { layerCount } from '../../problem/shape';
import { closed, offer } from '../../record/incumbent';
import { beginLimitedTree, limitedTreeOpen, stepLimitedTree } from '../../search/limits/limited-tree';
import { beginNetworkTree, networkTreeOpen, stepNetworkTree } from '../../search/limits/network-tree';
import { beginTurns, isTreesTurn, searchTook, treeTook } from '../turns';
import { Clock } from '../../base/state';

/**
 * The stages under limits. SM of a single neuron: its tree that knows them, and beside it the search for counts, whose columns stand. Every other shape and
 * stage: the tree over all weights; SM anneals beside it.
 */
const TREE_SHARE: f64 = 2; // work of the tree for one unit of search beside it
const SEARCH_TURN: f64 = 2e5;
const TREE_TURN: f64 = 5e5;

let trial: usize = 0;

export function reserveLimitedSm(): void {
  trial = newNetwork();
}

export function beginLimitedSm(): void {
  beginTurns(0, 0);
  if (layerCount == 1) beginLimitedTree();
  else beginNetworkTree();
}

function treeOpen(): bool {
  return layerCount == 1 ? limitedTreeOpen() : networkTreeOpen();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepLimitedSm(): bool {
  const before = Clock.work;
  if (treeOpen() && isTreesTurn(TREE_SHARE, 0)) {
    if (layerCount == 1) stepLimitedTree(TREE_TURN);
    else stepNetworkTree(TREE_TURN);
    treeTook(before);
  } else {
    if (layerCount == 1) {
      searchCounts(SEARCH_TURN);
      copyRow(weightRow(trial, 0, 0), bestOfCounts(), 0);
      offer(trial);
    } else {
      searchNetwork(50);
      offer(bestOfSearch());
    }
    searchTook(before);
  }
  return !closed();
}

/** MM, and MW where nothing else may run: a slice of the tree over all weights. */
export function stepLimited(): bool {
  return stepNetworkTree(TREE_TURN) && !closed();
}
