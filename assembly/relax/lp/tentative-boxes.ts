import { branchingPenalty, LP_INFEASIBLE, solve, swapPenalties } from './dual-simplex';
import { boxColumn, columnAt, relaxedValue } from './neuron-columns';
import { Columns, mostColumns, Penalties, reserveSnapshot, snapshot, Tableau, Tentative } from './state';
import { tableauIsOf, tableauMark } from './tableau-mark';
import { restoreTableau, saveTableau, snapshotBytes } from './tableau';

/**
 * What branching on a weight would do to the relaxation, found out without branching: from one row of the tableau
 * (`penalties`), or by some pivots of a child from a tableau that is put back afterwards (`tentativeValue`).
 */
const SNAPSHOT_BYTES = 1 << 20;

export function reserveTentative(capacity: i32): void {
  Tentative.rows = min(capacity, max(16, SNAPSHOT_BYTES / (8 * mostColumns())));
  reserveSnapshot(snapshotBytes(Tentative.rows));
}

/** One-pivot penalties of both children of weight `i` at its relaxed value (see `branchingPenalty`). */
export function penalties(i: i32, fraction: f64): void {
  const c = columnAt(i);
  branchingPenalty(c, fraction, 1 - fraction);
  if (!Columns.halves || Penalties.down != 0 || Penalties.up != 0) return;
  // w = p - q and q is the basic one: w falls where q rises.
  branchingPenalty(Columns.openCount + c, 1 - fraction, fraction);
  swapPenalties();
}

/** Whether the tableau is small enough for tentative boxes. */
export function tentativeFits(): bool {
  return Tableau.rows <= Tentative.rows;
}

/** Remembers the tableau: `tentativeValue` starts from there each time, `tentativeEnd` goes back. */
export function tentativeBegin(): void {
  assert(tentativeFits());
  saveTableau(snapshot);
  Tentative.mark = tableauMark();
  Tentative.open = false;
}

/**
 * `relaxedValue` after at most `pivots` pivots with weight `i` in [lo, up] (no new rows). Guides only: the
 * box is empty where a relaxation that was given up on lies outside its boxes, and the figure then means nothing.
 */
export function tentativeValue(i: i32, lo: i32, up: i32, pivots: i32): f64 {
  assert(tableauIsOf(Tentative.mark));
  if (Tentative.open) restoreTableau(snapshot);
  Tentative.open = true;
  boxColumn(i, lo, up);
  return solve(pivots) == LP_INFEASIBLE ? -1e30 : relaxedValue();
}

export function tentativeEnd(): void {
  assert(tableauIsOf(Tentative.mark));
  if (Tentative.open) restoreTableau(snapshot);
  Tentative.open = false;
}
