import { Clock } from '../../base/state';
import { bound } from '../../record/incumbent';
import { beginRowTree, stepRowTree } from '../../search/counts/row-tree';
import { RowTree } from '../../search/counts/state';
import { networksEnumerated } from '../../search/tables/enumerate';
import { stepLeaf } from './row-leaf';
import { Sm } from './state';

/**
 * A tree over weights and the tree over rows share a stage's work for trees. Each takes its turns here, and here is kept what each has
 * had, which of them the bound is from, and what is shown without the rows.
 */

/** Both begin; the columns must stand. */
export function beginRowTurns(): void {
  beginRowTree();
  Sm.rowsTook = 0;
  Sm.boxesTook = 0;
  Sm.rowsUntil = 0;
  Sm.rowsLead = false;
}

/** Work of the tree over weights before that over rows begins; none in tests, which want everything to go through all trees. */
export function rowsWait(wait: f64): f64 {
  return networksEnumerated() == 0 ? 0 : wait;
}

/** About `effort` units of work for the tree over rows. */
export function stepRows(effort: f64): void {
  const before = Clock.work;
  const known = bound;
  if (RowTree.leaf) stepLeaf(effort);
  else stepRowTree(effort);
  Sm.rowsTook += Clock.work - before;
  if (bound == known) return;
  if (!Sm.rowsLead) RowTree.others = known; // else that was from the rows, too
  Sm.rowsLead = true;
}

/** The tree over weights has had a turn that began at `before`, with a bound of `known`. */
export function weightsTook(before: f64, known: i64): void {
  Sm.boxesTook += Clock.work - before;
  if (bound == known) return;
  Sm.rowsLead = false;
  RowTree.others = bound;
}
