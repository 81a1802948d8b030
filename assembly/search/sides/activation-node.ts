import { count, COUNT_CLOSED_SIDES } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { epsilon, keptCount, marginScale } from '../../problem/shape';
import { relaxMaxMin, relaxMaxMinAbove } from '../../relax/lp/neuron-lp';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { findBound, rememberBound } from './bound-table';
import { freeNeuronBound, upperLayersBound } from '../../relax/exact/ceilings';
import { declareInfeasible, improveBound, NO_VALUE, objective } from '../../record/incumbent';
import { bestTotal, openChild } from './node-choice';
import { boundAt, dropSlot, exactOf, isCapped, setExact, setTotal, sideOf, takeSlot, totalOf, turnableOf } from './node-pool';
import { widestPair } from './pair-order';
import { findPattern, patternBound } from './pattern-cache';
import { closingSides, rememberedOfSides } from './side-witness';
import { Ceilings, Found, Left, Pool, sides } from './state';

/**
 * What a node of the activation tree and its children are worth: each neuron's bound by the relaxation over its decided
 * rows, looked up where the same sides were bounded before, and the sum of all. A child that cannot beat the incumbent is
 * dropped here and never opened.
 */

/** Once a tree: the ceilings. Wants `listPairs` and open boxes. */
export function beginNodeBounds(): void {
  Ceilings.free = freeNeuronBound();
  Ceilings.unlike = <i32>min<i64>(<i64>Ceilings.free, (<i64>marginScale * widestPair() - <i64>epsilon) / 2);
  memory.fill(sides, 1, <usize>keptCount);
  Ceilings.constant = relaxMaxMin(sides, Ceilings.free);
  Ceilings.upper = upperLayersBound();
  beginLeft();
}

/** Nothing has had to be left open yet. */
export function beginLeft(): void {
  Left.waiting = i64.MIN_VALUE;
  Left.stuck = false;
}

/** A node that nothing more can be done for: its total stays in the tree's bound. */
export function leaveOpen(total: i64): void {
  Left.waiting = max(Left.waiting, total);
}

export function setStuck(): void {
  Left.stuck = true;
}

export function childOf(node: usize): usize {
  const child = takeSlot();
  memory.copy(child, node, Pool.slotBytes);
  return child;
}

/** Opens a child whose neuron `j` is bounded by `bound`, unless it cannot beat the incumbent. */
export function adoptBound(child: usize, j: i32, bound: i32): i32 {
  const total = totalOf(child) - <i64>(load<i32>(boundAt(child, j)) - bound);
  if (bound < 0 || cannotPay(total)) {
    count(COUNT_CLOSED_SIDES);
    if (CHECKED) closingSides(child, 'activation-node: the bound of a child');
    dropSlot(child);
    return bound;
  }
  store<i32>(boundAt(child, j), bound);
  setTotal(child, total);
  openChild(child);
  return bound;
}

/** Re-bounds neuron `j` of a child and opens the child unless it cannot beat the incumbent; returns the bound. */
export function boundChild(child: usize, j: i32, ceiling: i32): i32 {
  const before = load<i32>(boundAt(child, j));
  if (cannotPay(totalOf(child) - <i64>(before - ceiling))) {
    count(COUNT_CLOSED_SIDES);
    if (CHECKED) closingSides(child, 'activation-node: the ceiling of a child');
    dropSlot(child);
    return ceiling;
  }
  readSides(child, j);
  const known = findPattern(sides);
  resetBoxes();
  const rest = totalOf(child) - <i64>before;
  const useful = objective == NO_VALUE ? <i64>0 : max<i64>(0, objective + 1 - rest);
  const relaxed = boundOfSides(ceiling, <i32>min<i64>(useful, <i64>ceiling), isCapped(child, j));
  const bound = min(relaxed, known >= 0 ? patternBound(known) : i32.MAX_VALUE);
  const total = rest + <i64>bound;
  if (bound < 0 || cannotPay(total)) {
    count(COUNT_CLOSED_SIDES);
    if (CHECKED) closingSides(child, 'activation-node: the bound of a child');
    dropSlot(child);
    return bound;
  }
  store<i32>(boundAt(child, j), bound);
  setTotal(child, total);
  if (j < 32) setExact(child, exactOf(child) & ~(<u32>1 << <u32>j));
  openChild(child);
  return bound;
}

/** The relaxation's bound for `sides`, from the table where it has been solved before; `capped`: the ceiling is not that of the sides. */
function boundOfSides(ceiling: i32, useful: i32, capped: bool): i32 {
  if (findBound(sides) && (Found.full || Found.bound < useful)) return min(ceiling, Found.bound);
  const bound = relaxMaxMinAbove(sides, ceiling, useful);
  if (capped) return bound;
  if (CHECKED) rememberedOfSides(sides, bound, 'activation-node: the bound of sides');
  rememberBound(sides, bound, bound >= useful);
  return bound;
}

// @ts-ignore: decorator
@inline
export function cannotPay(total: i64): bool {
  return objective != NO_VALUE && total <= objective;
}

export function readSides(node: usize, j: i32): void {
  for (let k = 0; k < keptCount; k++) store<i8>(sides + <usize>k, <i8>sideOf(node, j, k));
}

/** What the other orientation of a turnable neuron may be worth more. */
export function turnRoom(node: usize, j: i32): i32 {
  return j < 32 && turnableOf(node) & (<u32>1 << <u32>j) ? epsilon : 0;
}

/** Whether neuron `j` has no undecided side. */
export function nodeDecided(node: usize, j: i32): bool {
  for (let k = 0; k < keptCount; k++) if (sideOf(node, j, k) == 0) return false;
  return true;
}

export function lowerBound(node: usize, j: i32, bound: i32): void {
  const before = load<i32>(boundAt(node, j));
  if (bound >= before) return;
  store<i32>(boundAt(node, j), bound);
  setTotal(node, totalOf(node) - <i64>(before - bound));
}

/** What no network exceeds, as the tree stands: its best open node, what had to be left open, and the incumbent. */
export function publishBound(): void {
  let best = max(Left.waiting, bestTotal());
  if (objective != NO_VALUE) best = max(best, objective);
  if (best > i64.MIN_VALUE) improveBound(best);
  else declareInfeasible();
}
