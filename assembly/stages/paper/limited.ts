import { copyRow, newNetwork, weightRow } from '../../network/weights';
import { bestOfCounts, searchCounts } from '../../neuron/count-search';
import { closed, offer } from '../../record/incumbent';
import { beginLimitedTree, limitedTreeOpen, stepLimitedTree } from '../../search/limits/limited-tree';
import { beginTurns, isTreesTurn, searchTook, treeTook } from '../turns';
import { Clock } from '../../base/state';

/**
 * SM of a single neuron under limits: the tree that knows them, and beside it the search for counts. The columns of that search stand.
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
  beginLimitedTree();
}

/** A slice of work; false when the stage has nothing left to try. */
export function stepLimitedSm(): bool {
  const before = Clock.work;
  if (limitedTreeOpen() && isTreesTurn(TREE_SHARE, 0)) {
    stepLimitedTree(TREE_TURN);
    treeTook(before);
  } else {
    searchCounts(SEARCH_TURN);
    copyRow(weightRow(trial, 0, 0), bestOfCounts(), 0);
    offer(trial);
    searchTook(before);
  }
  return !closed();
}
