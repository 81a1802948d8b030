import { axpyF64 } from '../../base/kernels/simd';
import { spend } from '../../base/clock';
import { reserve, reserveRaw } from '../../base/arena';

/**
 * A primal simplex on a compact tableau, for the two small programs of the row tree:
 *
 *     minimise c.x   subject to   x_B + M x_N = rhs,  x >= 0
 *
 * Columns can be added to a basis, and costs changed under one: either leaves it feasible; where right sides change, dual pivots
 * make it so again. So every solve starts where the one before has ended. (relax/lp/ is for what grows by rows.) Floating point, and a guide only.
 */
// @ts-ignore: decorator
@unmanaged
export class Lp {
  /** f64 [rows][stride]; f64 [rows]; f64 [columns]; i32 [rows]; i32 [columns]: variables. */
  matrix: usize = 0;
  rhs: usize = 0;
  reduced: usize = 0;
  basic: usize = 0;
  nonbasic: usize = 0;
  rows: i32 = 0;
  columns: i32 = 0;
  stride: i32 = 0;
  /** Pivots in a row that have not moved. */
  stalled: i32 = 0;
}

const TINY: f64 = 1e-9;
const STALLED = 60;

export function newLp(mostRows: i32, mostColumns: i32): Lp {
  const at = reserve(offsetof<Lp>());
  const stride = (mostColumns + 3) & ~3;
  const matrix = reserveRaw((<usize>mostRows * <usize>stride) << 3);
  const rhs = reserve(<usize>mostRows << 3);
  const reduced = reserve(<usize>stride << 3);
  const basic = reserve(<usize>mostRows << 2);
  const nonbasic = reserve(<usize>stride << 2);
  const lp = changetype<Lp>(at);
  if (at == 0) return lp;
  lp.matrix = matrix;
  lp.rhs = rhs;
  lp.reduced = reduced;
  lp.basic = basic;
  lp.nonbasic = nonbasic;
  lp.stride = stride;
  return lp;
}

// @ts-ignore: decorator
@inline
export function rowOf(lp: Lp, r: i32): usize {
  return lp.matrix + ((<usize>r * <usize>lp.stride) << 3);
}

// @ts-ignore: decorator
@inline
export function basicOf(lp: Lp, r: i32): i32 {
  return load<i32>(lp.basic + (<usize>r << 2));
}

// @ts-ignore: decorator
@inline
export function valueOf(lp: Lp, r: i32): f64 {
  return load<f64>(lp.rhs + (<usize>r << 3));
}

/** The column with the least reduced cost, or the first below 0 where the last pivots have not moved; -1: optimal. */
export function entering(lp: Lp): i32 {
  let pick = -1;
  let least = -TINY;
  for (let c = 0; c < lp.columns; c++) {
    const d = load<f64>(lp.reduced + (<usize>c << 3));
    if (d >= least) continue;
    pick = c;
    if (lp.stalled > STALLED) return pick;
    least = d;
  }
  return pick;
}

/** The last pivots have not moved. */
export function hasStalled(lp: Lp): bool {
  return lp.stalled > STALLED;
}

/** The row that leaves for column `c`; -1: nothing holds it. */
export function leaving(lp: Lp, c: i32): i32 {
  let pick = -1;
  let least: f64 = Infinity;
  let size: f64 = 0;
  for (let r = 0; r < lp.rows; r++) {
    const m = load<f64>(rowOf(lp, r) + (<usize>c << 3));
    if (m <= TINY) continue;
    const ratio = max<f64>(0, valueOf(lp, r)) / m;
    if (ratio > least + TINY || (ratio > least - TINY && m <= size)) continue;
    least = min(least, ratio);
    size = m;
    pick = r;
  }
  lp.stalled = least > TINY ? 0 : lp.stalled + 1;
  return pick;
}

/** Dual: the row that is most below 0; -1: none. */
export function belowZero(lp: Lp): i32 {
  let pick = -1;
  let least = -1e-7;
  for (let r = 0; r < lp.rows; r++) {
    const value = valueOf(lp, r);
    if (value >= least) continue;
    least = value;
    pick = r;
  }
  return pick;
}

/** Dual: the column that enters for row `r`, by reduced costs that stay at 0 or above; -1: none does. */
export function lifting(lp: Lp, r: i32): i32 {
  const line = rowOf(lp, r);
  let pick = -1;
  let least: f64 = Infinity;
  let size: f64 = 0;
  for (let c = 0; c < lp.columns; c++) {
    const m = -load<f64>(line + (<usize>c << 3));
    if (m <= TINY) continue;
    const ratio = max<f64>(0, load<f64>(lp.reduced + (<usize>c << 3))) / m;
    if (ratio > least + TINY || (ratio > least - TINY && m <= size)) continue;
    least = min(least, ratio);
    size = m;
    pick = c;
  }
  return pick;
}

/** The variable of column `c` enters the basis in row `r`. */
export function pivot(lp: Lp, r: i32, c: i32): void {
  const line = rowOf(lp, r);
  const at = <usize>c << 3;
  const factor = 1 / load<f64>(line + at);
  for (let j = 0; j < lp.columns; j++) {
    store<f64>(line + (<usize>j << 3), load<f64>(line + (<usize>j << 3)) * factor);
  }
  store<f64>(line + at, factor);
  const value = valueOf(lp, r) * factor;
  store<f64>(lp.rhs + (<usize>r << 3), value);
  let touched = 1;
  for (let i = 0; i < lp.rows; i++) {
    if (i == r) continue;
    const other = rowOf(lp, i);
    const by = load<f64>(other + at);
    if (by == 0) continue;
    touched++;
    store<f64>(other + at, 0);
    axpyF64(other, line, -by, lp.columns);
    const place = lp.rhs + (<usize>i << 3);
    store<f64>(place, load<f64>(place) - by * value);
  }
  const cost = load<f64>(lp.reduced + at);
  store<f64>(lp.reduced + at, 0);
  axpyF64(lp.reduced, line, -cost, lp.columns);
  const enters = load<i32>(lp.nonbasic + (<usize>c << 2));
  store<i32>(lp.nonbasic + (<usize>c << 2), basicOf(lp, r));
  store<i32>(lp.basic + (<usize>r << 2), enters);
  spend(<f64>(touched * lp.columns) / 3 + <f64>(lp.rows + lp.columns));
}
