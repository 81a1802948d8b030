import { bestOfSearch, searchNetwork } from '../../build/network-search';
import { layerCount } from '../../problem/shape';
import { isUnsparing } from '../../problem/limits';
import { bound, closed, offer, stage, STAGE_MM } from '../../record/incumbent';
import { beginForward, opensForward, searchForward } from '../../search/limits/forward-search';
import { beginLimitedSearch, searchLimited } from '../../search/limits/limited-search';
import { beginLimitedTree, limitedColumnsStand, limitedTreeOpen, stepLimitedTree, sweepsBias } from '../../search/limits/limited-tree';
import { beginMarginSearch, searchMargins } from '../../search/limits/margin-search';
import { beginNetworkTree, networkTreeOpen, stepNetworkTree } from '../../search/limits/network-tree';
import { beginSweptSearch, searchSwept } from '../../search/limits/swept-search';
import { beginTurns, isTreesTurn, searchTook, treeTook } from '../turns';
import { RowTree } from '../../search/counts/state';
import { LimitedWalk, SweptWalk } from '../../search/limits/state';
import { Clock } from '../../base/state';
import { beginRowTurns, rowsWait, stepRows, weightsTook } from './row-turns';
import { Sm } from './state';

/**
 * The stages under limits. SM of a single neuron: its tree that knows them, beside it that over rows, whose bound holds under limits too, and a
 * search that knows them. Every other shape and stage: the tree over all weights; SM anneals beside it.
 */
const TREE_SHARE: f64 = 2; // work of the tree for one unit of search beside it
const SEARCH_TURN: f64 = 2e5;
const TREE_TURN: f64 = 5e5;
const ROWS_AFTER: f64 = 1e7; // work of the tree over weights before that over rows begins
const ROWS_SHARE: f64 = 5; // work of the tree over weights for one unit of the rows: its proof may not take much longer

export function beginLimitedSm(): void {
  beginTurns(0, 0);
  if (layerCount == 1) {
    beginLimitedTree();
    beginRowTurns();
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
    if (layerCount == 1) stepTrees();
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

/**
 * One neuron: the tree over its weights, or that over its rows. The rows have their share in long turns, each as long as all before together: where
 * they come to a pass's aim, what the pass has done is lost, and by short turns they did so again and again (cleveland, P = 3, at most 3 weights, 4 * 10^9 units:
 * bound 209 then, 203 without rows).
 */
function stepTrees(): void {
  const before = Clock.work;
  const known = bound;
  if (RowTree.open && Sm.boxesTook >= max(rowsWait(ROWS_AFTER), 2 * ROWS_SHARE * Sm.rowsTook)) Sm.rowsUntil = Sm.boxesTook / ROWS_SHARE;
  if (RowTree.open && Sm.rowsTook < Sm.rowsUntil) {
    stepRows(TREE_TURN);
    return;
  }
  stepLimitedTree(TREE_TURN);
  weightsTook(before, known);
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
