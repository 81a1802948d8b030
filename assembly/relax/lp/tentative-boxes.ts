import { reserveRaw } from '../../base/arena';
import { branchingPenalty, lastPenaltyDown, lastPenaltyUp, LP_INFEASIBLE, solve, swapPenalties } from './dual-simplex';
import { boxColumn, columnAt, halves, mostColumns, openCount, relaxedValue } from './neuron-columns';
import { restoreTableau, rows, saveTableau, snapshotBytes } from './tableau';

/**
 * What branching on a weight would do to the relaxation, found out without branching: from one row of the tableau
 * (`penalties`), or by some pivots of a child from a tableau that is put back afterwards (`tentativeValue`).
 */
const SNAPSHOT_BYTES = 1 << 20;

let snapshot: usize = 0; // of the tableau, for tentative boxes
let tentativeRows: i32 = 0;
let tentative: bool = false; // the tableau is not as it was saved

export function reserveTentative(capacity: i32): void {
  tentativeRows = min(capacity, max(16, SNAPSHOT_BYTES / (8 * mostColumns())));
  snapshot = reserveRaw(snapshotBytes(tentativeRows));
}

/** One-pivot penalties of both children of weight `i` at its relaxed value (see `branchingPenalty`). */
export function penalties(i: i32, fraction: f64): void {
  const c = columnAt(i);
  branchingPenalty(c, fraction, 1 - fraction);
  if (!halves || lastPenaltyDown != 0 || lastPenaltyUp != 0) return;
  // w = p - q and q is the basic one: w falls where q rises.
  branchingPenalty(openCount + c, 1 - fraction, fraction);
  swapPenalties();
}

/** Whether the tableau is small enough for tentative boxes. */
export function tentativeFits(): bool {
  return rows <= tentativeRows;
}

/** Remembers the tableau: `tentativeValue` starts from there each time, `tentativeEnd` goes back. */
export function tentativeBegin(): void {
  saveTableau(snapshot);
  tentative = false;
}

/** `relaxedValue` after at most `pivots` pivots with weight `i` in [lo, up] (no new rows); minus infinity where that is empty. */
export function tentativeValue(i: i32, lo: i32, up: i32, pivots: i32): f64 {
  if (tentative) restoreTableau(snapshot);
  tentative = true;
  boxColumn(i, lo, up);
  return solve(pivots) == LP_INFEASIBLE ? -1e30 : relaxedValue();
}

export function tentativeEnd(): void {
  if (tentative) restoreTableau(snapshot);
  tentative = false;
}
