import { closed, improveBound, bound } from '../../record/incumbent';
import { beginLiteralTree, provedValue, stepLiteralTree } from '../../proving/literals/tree';
import { isTreesTurn, treeTook } from '../turns';
import { Clock } from '../../base/state';
import { Path, TREE_PROVED, TREE_RUNNING } from '../../proving/state';
import { RobustPairs } from '../../search/literals/state';
import { Claims } from './state';

/**
 * The bound of robust MW: claim after claim, from "one non-zero weight more than is proved" on, by a literal tree each. A
 * tree that knows what to show is small while the claim is far below the truth: its leaves usually show more than was
 * asked, and that is where the next one starts; the last tree costs most of the work. No best-first tree, because a
 * node of it would have to hold the literals and the boxes of all its neurons.
 *
 * The trees share the work with the search for sparser networks, and have some of their own behind it. Where the rows are
 * many (not all pairs listed) they are there for the bound only, with a small share.
 */
const AFTERWARDS: f64 = 3e8; // work that the trees may take when the search is through
const SLICE: f64 = 4e6;
/** Work for one unit of search; where not all pairs are listed. */
const SHARE: f64 = 0.25;
const SHARE_OF_MANY: f64 = 0.0625;

export function beginSparsityBound(): void {
  nextClaim();
}

/** No trees: they take a neuron that no row relies on for one without weights, and some weight cannot be 0. */
export function skipSparsityBound(): void {
  Claims.open = false;
}

function nextClaim(): void {
  Claims.open = !closed();
  if (Claims.open) Claims.mark = beginLiteralTree(bound - 1, false);
}

/** Whether the trees have their turn; `idle`: there is no search any more. */
export function isBoundsTurn(idle: bool): bool {
  if (!Claims.open) return false;
  return isTreesTurn(RobustPairs.all ? SHARE : SHARE_OF_MANY, idle && RobustPairs.all ? AFTERWARDS : 0);
}

/** A slice of nodes. */
export function stepSparsityBound(): void {
  const before = Clock.work;
  const end = Clock.work + SLICE;
  while (Path.state == TREE_RUNNING && Clock.work < end) stepLiteralTree(Claims.mark, 1);
  if (Path.state == TREE_PROVED) {
    improveBound(provedValue());
    nextClaim();
  } else if (Path.state != TREE_RUNNING) Claims.open = false;
  treeTook(before);
}
