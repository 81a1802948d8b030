import type { MilpModel, Row } from './types.js';

/*
 * Rows of large inputs, in sizes that solvers in floating point are made for.
 *
 * Coefficients in the ten thousands beside rows of ones have been seen to make HiGHS, at its own tolerances, call a
 * feasible problem infeasible (test/milp/solvers.test.ts); divided by their own size, the same rows are solved right. By
 * powers of two, so that nothing is rounded: every integer coefficient keeps all its digits. Scaling by the geometric mean
 * of the smallest and the largest coefficient lost: HiGHS fails as before.
 */

/** Rows up to here are left as they are: people read them, and no solver has trouble with them. */
const LARGE = 2 ** 10;
/** No coefficient becomes smaller: HiGHS takes those below 1e-9 for 0. */
const SMALLEST = 2 ** -24;

/** What HiGHS has where nobody asks for less; CBC has 1e-7, GLPK 1e-5 for integers. */
export const DEFAULT_TOLERANCE = 1e-6;

/** The row, divided by a power of two so that its largest coefficient is at most 1. */
export function scaledRow(row: Omit<Row, 'scale'>): Row {
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  for (const value of row.values) {
    largest = Math.max(largest, Math.abs(value));
    smallest = Math.min(smallest, Math.abs(value));
  }
  if (largest <= LARGE) return { ...row, scale: 1 };
  const wanted = 2 ** -Math.ceil(Math.log2(largest));
  const scale = Math.min(1, Math.max(wanted, 2 ** Math.ceil(Math.log2(SMALLEST / smallest))));
  return { ...row, rhs: row.rhs * scale, values: row.values.map((value) => value * scale), scale };
}

/**
 * With integrality and feasibility tolerances of at most this, a point that a solver accepts is right once its integers
 * are rounded: `t * (sum of |coefficients| + 1)` stays below half of the unit in which the row's integers move.
 *
 * @param unit 1 where every sum is an integer, 1 / D in MM, whose margins are multiples of that
 */
export function neededTolerance(model: Pick<MilpModel, 'rows'>, unit: number): number {
  let needed = DEFAULT_TOLERANCE;
  for (const { values, scale } of model.rows) {
    const size = values.reduce((sum, value) => sum + Math.abs(value), 0);
    needed = Math.min(needed, (scale * unit) / (2 * (size + 1)));
  }
  return needed;
}
