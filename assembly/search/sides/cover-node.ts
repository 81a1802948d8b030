import { strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { keptCount, reachFor, size } from '../../problem/shape';
import { heldByNeuron } from '../../record/incumbent';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { relaxCover, UNREACHABLE } from '../../relax/lp/neuron-lp';
import { cannotPay, lowerBound } from './activation-node';
import { findBound, rememberBound } from './bound-table';
import { openChild } from './node-choice';
import { decide, dropSlot, isTouched, sideOf, totalOf } from './node-pool';
import { findPattern, patternBound } from './pattern-cache';
import { heldClassOf, rowClassOf } from './row-classes';
import { coverNeeds, Found, RowClasses, sides } from './state';

/**
 * What a node of the cover tree (MW, hidden layers) and its children are worth: for each neuron the fewest non-zeros with
 * which real weights hold its margin on the rows that have a side, and the sum of all; minus that, so that the tree
 * maximises like MM's. Sides that no weights hold close a node outright.
 */

/** The rows of neuron `j` in the node: `sides`, and what |S| has to reach on them, `coverNeeds`. */
export function readCover(node: usize, j: i32): void {
  const held = heldByNeuron(j);
  const plus = reachFor(held, 1);
  const minus = reachFor(held, -1);
  for (let k = 0; k < keptCount; k++) {
    const side = sideOf(node, j, k);
    store<i8>(sides + <usize>k, <i8>side);
    store<i32>(coverNeeds + (<usize>k << 2), side < 0 ? minus : plus);
  }
}

/** Puts row `k` on a side, and with it the rows of its class; false where one of them is on the other. */
export function decideClass(node: usize, j: i32, k: i32, side: i32): bool {
  if (!RowClasses.known) {
    // Every row is a class of its own: nothing to look through, of the many rows that there are then.
    const is = sideOf(node, j, k);
    if (is == 0) decide(node, j, k, side);
    return is != -side;
  }
  strain(<f64>keptCount);
  breathe();
  const which = rowClassOf(j, k);
  for (let row = 0; row < keptCount; row++) {
    if (row != k && rowClassOf(j, row) != which) continue;
    const is = sideOf(node, j, row);
    if (is == -side) return false;
    if (is == 0) decide(node, j, row, side);
  }
  return true;
}

/** The class that neuron `j` and the table's and the cache's entries are of: what the same sides ask depends on it. */
// @ts-ignore: decorator
@inline
export function kindOf(j: i32): i32 {
  return heldClassOf(j) + 1;
}

/** Minus the non-zeros that the rows at `sides` and `coverNeeds` need at least; `i32.MIN_VALUE`: out of reach. */
function boundOfCover(j: i32): i32 {
  if (findBound(sides, kindOf(j))) return Found.bound;
  resetBoxes();
  const needs = relaxCover(sides, coverNeeds);
  const bound = needs == UNREACHABLE ? i32.MIN_VALUE : -needs;
  rememberBound(sides, bound, true, kindOf(j));
  return bound;
}

/** Re-bounds neuron `j` of a node; false where the node is closed by that, and dropped. */
export function boundCover(node: usize, j: i32): bool {
  readCover(node, j);
  let bound = boundOfCover(j);
  const known = findPattern(sides, kindOf(j));
  if (known >= 0) bound = min(bound, patternBound(known));
  if (bound == i32.MIN_VALUE) {
    dropSlot(node);
    return false;
  }
  lowerBound(node, j, bound);
  if (cannotPay(totalOf(node))) {
    dropSlot(node);
    return false;
  }
  return true;
}

/** Re-bounds neuron `j` of a child and opens the child unless that closes it. */
export function openCover(child: usize, j: i32): void {
  if (boundCover(child, j)) openChild(child);
}

/** Untouched neurons that hold the same margin are interchangeable: the first one stands for them. */
export function standsForItself(node: usize, j: i32): bool {
  if (isTouched(node, j)) return true;
  for (let other = heldClassOf(j); other < j; other++) {
    if (heldClassOf(other) == heldClassOf(j) && !isTouched(node, other)) return false;
  }
  return true;
}

/** The first neuron without any side, -1: there is none. */
export function firstUntouched(node: usize): i32 {
  for (let j = 0; j < size(1); j++) if (!isTouched(node, j)) return j;
  return -1;
}
