import { count, COUNT_PIVOTS } from '../../base/counts';
import { axpyF64 } from '../../base/kernels/simd';
import { CHECKED } from '../../base/check';
import { spend } from '../../base/clock';
import { basic, beta, block, blockBytes, cost, Descent, lower, matrix, moved, norms, owner, sense, span, Tableau, upper, value, where } from './state';

/**
 * The explicit tableau under the dual simplex: few dense rows over many boxed columns.
 *
 *     minimise c.x   subject to   a_r.x - s_r = b_r,  s_r >= 0   (rows are added one by one)
 *                                 lower <= x <= upper
 *
 * Every basic variable is kept as a row over the nonbasic ones:  x_B = beta + sum_j tab[r][j] * (x_j - value_j).
 * A new problem starts with no row at all: every column sits on the bound that its cost prefers, which is dual feasible.
 * Adding a row or moving a bound keeps it so, hence one tableau serves lazily generated rows and a whole depth-first
 * tree without any basis being stored or refactored. With rows in the tens and columns in the hundreds a pivot is one
 * rank-1 update of a matrix that fits the second-level cache (microseconds); the revised simplex of general solvers
 * earns its bookkeeping only on sparse columns, and ours are dense.
 *
 * All small arrays lie in one block in front of the matrix, so a snapshot (`saveTableau`) is two copies: microseconds
 * for a tentative branch, where undoing its pivots one by one would cost as much as they did.
 *
 * Floating point, and a guide only: bounds are recomputed from the multipliers in exact integers (`safe-bound.ts`).
 */
export const NO_BOUND: f64 = 1e30;

/** Bytes of a snapshot of a tableau of at most so many rows. */
export function snapshotBytes(mostRows: i32): usize {
  return blockBytes + ((<usize>mostRows * <usize>Tableau.maxStride) << 3);
}

/** Copies the whole state to `to`, which holds `snapshotBytes(rows)`. */
export function saveTableau(to: usize): void {
  store<i32>(block, Tableau.columns);
  store<i32>(block, Tableau.rows, 4);
  assert(to != 0);
  const bytes = (<usize>Tableau.rows * <usize>Tableau.stride) << 3;
  memory.copy(to, block, blockBytes);
  memory.copy(to + blockBytes, matrix, bytes);
  spend(<f64>((Tableau.rows + 8) * Tableau.stride) / 8);
}

/** Back to the state that `saveTableau` left at `from`, which stays. */
export function restoreTableau(from: usize): void {
  memory.copy(block, from, blockBytes);
  Tableau.columns = load<i32>(block);
  Tableau.rows = load<i32>(block, 4);
  Tableau.stride = (Tableau.columns + 3) & ~3;
  assert(Tableau.rows <= Tableau.maxRows && Tableau.stride <= Tableau.maxStride);
  memory.copy(matrix, from + blockBytes, (<usize>Tableau.rows * <usize>Tableau.stride) << 3);
  spend(<f64>((Tableau.rows + 8) * Tableau.stride) / 8);
}

// @ts-ignore: decorator
@inline
export function row(r: i32): usize {
  assert(<u32>r < <u32>Tableau.rows);
  return matrix + ((<usize>r * <usize>Tableau.stride) << 3);
}

// @ts-ignore: decorator
@inline
export function basicAt(r: i32): i32 {
  assert(<u32>r < <u32>Tableau.rows);
  return load<i32>(basic + (<usize>r << 2));
}

/** Where a variable stands: position >= 0 nonbasic, else -(row + 1) basic. */
// @ts-ignore: decorator
@inline
export function placeOf(v: i32): i32 {
  assert(<u32>v < <u32>(Tableau.columns + Tableau.rows));
  return load<i32>(where + (<usize>v << 2));
}

// @ts-ignore: decorator
@inline
export function lowerOf(v: i32): f64 {
  assert(<u32>v < <u32>(Tableau.columns + Tableau.rows));
  return v < Tableau.columns ? load<f64>(lower + (<usize>v << 3)) : 0;
}

// @ts-ignore: decorator
@inline
export function upperOf(v: i32): f64 {
  assert(<u32>v < <u32>(Tableau.columns + Tableau.rows));
  return v < Tableau.columns ? load<f64>(upper + (<usize>v << 3)) : NO_BOUND;
}

/** An empty problem of `count` columns; every one must be given by `setColumn` before the first row. */
export function begin(count: i32): void {
  assert(count >= 0 && count <= Tableau.maxStride); // 0: every box is a point
  Descent.watched = -1; // a stage that was abandoned in the middle of `solveAbove` has left its variable
  Tableau.columns = count;
  Tableau.rows = 0;
  Tableau.stride = (count + 3) & ~3;
  const bytes = <usize>Tableau.stride << 3;
  memory.fill(cost, 0, bytes);
  memory.fill(value, 0, bytes);
  memory.fill(sense, 0, bytes);
  memory.fill(span, 0, bytes);
  for (let j = count; j < Tableau.stride; j++) store<i32>(owner + (<usize>j << 2), -1);
}

/** Column `j`: bounds and cost; it starts on the bound that its cost prefers. A finite bound must exist there. */
export function setColumn(j: i32, lo: f64, up: f64, c: f64): void {
  assert(Tableau.rows == 0 && <u32>j < <u32>Tableau.columns);
  assert(lo <= up && abs(c < 0 ? up : lo) < NO_BOUND);
  const at = <usize>j << 3;
  store<f64>(lower + at, lo);
  store<f64>(upper + at, up);
  store<f64>(cost + at, c);
  store<f64>(value + at, c < 0 ? up : lo);
  store<f64>(sense + at, lo == up ? 0 : c < 0 ? -1 : 1);
  store<f64>(span + at, up - lo);
  store<i32>(where + (<usize>j << 2), j);
  store<i32>(owner + (<usize>j << 2), j);
}

/** Changes a column's box; a nonbasic column is moved to the bound that its reduced cost prefers. */
export function setBox(j: i32, lo: f64, up: f64): void {
  assert(<u32>j < <u32>Tableau.columns);
  const at = <usize>j << 3;
  store<f64>(lower + at, lo);
  store<f64>(upper + at, up);
  const position = placeOf(j);
  if (position < 0) return;
  const spot = <usize>position << 3;
  const d = load<f64>(cost + spot);
  const old = load<f64>(value + spot);
  const inside = min(max(old, lo), up);
  const next = d > 0 ? lo : d < 0 ? up : inside - lo < up - inside ? lo : up;
  store<f64>(span + spot, up - lo);
  store<f64>(sense + spot, lo == up ? 0 : next == lo ? 1 : -1);
  if (next != old) {
    store<f64>(value + spot, next);
    const step = next - old;
    for (let r = 0; r < Tableau.rows; r++) {
      const b = beta + (<usize>r << 3);
      store<f64>(b, load<f64>(b) + load<f64>(row(r) + spot) * step);
    }
    spend(<f64>Tableau.rows);
  }
}

/** The value of a structural variable in the current basic solution. */
export function valueOf(j: i32): f64 {
  const position = placeOf(j);
  return position >= 0 ? load<f64>(value + (<usize>position << 3)) : load<f64>(beta + (<usize>(-position - 1) << 3));
}

/** Reduced cost of a structural variable (0 when basic). */
export function reducedCost(j: i32): f64 {
  const position = placeOf(j);
  return position >= 0 ? load<f64>(cost + (<usize>position << 3)) : 0;
}

/** Multiplier of a row, >= 0 up to rounding: the reduced cost of its slack. */
export function multiplier(r: i32): f64 {
  return reducedCost(Tableau.columns + r);
}

/**
 * Adds the row `a.x >= b`, `a` an f64 array of `columns` entries padded with zeros to a multiple of 4. Returns its
 * number, or -1 when the tableau is full (the relaxation is then merely weaker).
 */
export function addRow(a: usize, b: f64): i32 {
  assert(a != 0 && b == b);
  if (Tableau.rows == Tableau.maxRows) return -1;
  const r = Tableau.rows++;
  const fresh = row(r);
  let at = -b;
  for (let position = 0; position < Tableau.columns; position++) {
    const v = load<i32>(owner + (<usize>position << 2));
    const c = v < Tableau.columns ? load<f64>(a + (<usize>v << 3)) : 0;
    store<f64>(fresh + (<usize>position << 3), c);
    at += c * load<f64>(value + (<usize>position << 3));
  }
  for (let position = Tableau.columns; position < Tableau.stride; position++) store<f64>(fresh + (<usize>position << 3), 0);
  for (let i = 0; i < r; i++) {
    const v = basicAt(i);
    if (v >= Tableau.columns) continue;
    const c = load<f64>(a + (<usize>v << 3));
    if (c == 0) continue;
    axpyF64(fresh, row(i), c, Tableau.stride);
    at += c * load<f64>(beta + (<usize>i << 3));
  }
  let norm: f64 = 1;
  for (let position = 0; position < Tableau.columns; position++) {
    const c = load<f64>(fresh + (<usize>position << 3));
    norm += c * c;
  }
  store<f64>(norms + (<usize>r << 3), norm);
  store<f64>(beta + (<usize>r << 3), at);
  store<i32>(basic + (<usize>r << 2), Tableau.columns + r);
  store<i32>(where + (<usize>(Tableau.columns + r) << 2), -(r + 1));
  spend(<f64>((r + 3) * Tableau.stride) / 2);
  return r;
}

/** Moves the nonbasic positions in `positions` (i32 [count]) to their other bounds. */
export function flip(positions: usize, count: i32): void {
  assert(count >= 0 && count <= Tableau.columns);
  if (CHECKED) for (let f = 0; f < count; f++) assert(canFlip(load<i32>(positions + (<usize>f << 2))));
  if (count == 0) return;
  for (let f = 0; f < count; f++) {
    const spot = <usize>load<i32>(positions + (<usize>f << 2)) << 3;
    const s = load<f64>(sense + spot);
    const step = s * load<f64>(span + spot);
    store<f64>(moved + (<usize>f << 3), step);
    const v = load<i32>(owner + (spot >> 1));
    store<f64>(value + spot, s > 0 ? upperOf(v) : lowerOf(v));
    store<f64>(sense + spot, -s);
  }
  for (let r = 0; r < Tableau.rows; r++) {
    const coefficients = row(r);
    let change: f64 = 0;
    for (let f = 0; f < count; f++) {
      const position = load<i32>(positions + (<usize>f << 2));
      change += load<f64>(coefficients + (<usize>position << 3)) * load<f64>(moved + (<usize>f << 3));
    }
    const b = beta + (<usize>r << 3);
    store<f64>(b, load<f64>(b) + change);
  }
  spend(<f64>(Tableau.rows * count));
}

/** Checked build: a column stands at `position`, on one of two finite bounds (which change places where a tentative box is empty). */
function canFlip(position: i32): bool {
  if (<u32>position >= <u32>Tableau.columns) return false;
  const spot = <usize>position << 3;
  return load<f64>(sense + spot) != 0 && abs(load<f64>(span + spot)) < NO_BOUND;
}

/** Checked build: variables and places name each other, and every nonbasic variable is on one of its bounds. */
function isWhole(): bool {
  for (let r = 0; r < Tableau.rows; r++) if (placeOf(basicAt(r)) != -(r + 1)) return false;
  for (let position = 0; position < Tableau.columns; position++) {
    const v = load<i32>(owner + (<usize>position << 2));
    if (placeOf(v) != position) return false;
    const x = load<f64>(value + (<usize>position << 3));
    if (x != lowerOf(v) && x != upperOf(v)) return false;
  }
  return true;
}

/** The basic variable of row `r` leaves for its lower (`rise`) or upper bound, the one at position `q` enters. */
export function pivot(r: i32, q: i32, rise: bool): void {
  assert(<u32>q < <u32>Tableau.columns);
  const leaving = basicAt(r);
  const entering = load<i32>(owner + (<usize>q << 2));
  const spot = <usize>q << 3;
  const pivotRow = row(r);
  const inverse: f64 = 1 / load<f64>(pivotRow + spot);
  const target = rise ? lowerOf(leaving) : upperOf(leaving);
  assert(abs(inverse) < NO_BOUND && abs(target) < NO_BOUND);
  const step = (target - load<f64>(beta + (<usize>r << 3))) * inverse;
  const entered = load<f64>(value + spot) + step;

  // The pivot row now expresses the entering variable.
  const scale = f64x2.splat(-inverse);
  let norm: f64 = 1;
  let squares = f64x2.splat(0);
  const end = pivotRow + (<usize>Tableau.stride << 3);
  for (let at = pivotRow; at < end; at += 16) {
    const scaled = f64x2.mul(scale, v128.load(at));
    v128.store(at, scaled);
    squares = f64x2.add(squares, f64x2.mul(scaled, scaled));
  }
  store<f64>(pivotRow + spot, inverse);
  norm += f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  store<f64>(norms + (<usize>r << 3), norm);

  for (let i = 0; i < Tableau.rows; i++) {
    if (i == r) continue;
    const other = row(i);
    const factor = load<f64>(other + spot);
    if (factor == 0) continue;
    const b = beta + (<usize>i << 3);
    store<f64>(b, load<f64>(b) + factor * step);
    store<f64>(other + spot, 0);
    store<f64>(norms + (<usize>i << 3), combine(other, pivotRow, factor));
  }
  const d = load<f64>(cost + spot);
  store<f64>(cost + spot, 0);
  if (d != 0) axpyF64(cost, pivotRow, d, Tableau.stride);

  const lo = lowerOf(leaving);
  const up = upperOf(leaving);
  store<f64>(beta + (<usize>r << 3), entered);
  store<f64>(value + spot, target);
  store<f64>(span + spot, up - lo);
  store<f64>(sense + spot, lo == up ? 0 : rise ? 1 : -1);
  store<i32>(basic + (<usize>r << 2), entering);
  store<i32>(owner + (<usize>q << 2), leaving);
  store<i32>(where + (<usize>entering << 2), -(r + 1));
  store<i32>(where + (<usize>leaving << 2), q);
  Tableau.pivots += 1;
  count(COUNT_PIVOTS);
  if (CHECKED) assert(isWhole());
  spend(<f64>(Tableau.rows * Tableau.stride) / 2);
}

/** `to += c * from`; returns 1 + |to|^2, the weight that steepest-edge pricing divides by. */
function combine(to: usize, from: usize, c: f64): f64 {
  const factor = f64x2.splat(c);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  const end = to + (<usize>Tableau.stride << 3);
  while (to < end) {
    const x = f64x2.add(v128.load(to), f64x2.mul(factor, v128.load(from)));
    const y = f64x2.add(v128.load(to, 16), f64x2.mul(factor, v128.load(from, 16)));
    v128.store(to, x);
    v128.store(to, y, 16);
    s0 = f64x2.add(s0, f64x2.mul(x, x));
    s1 = f64x2.add(s1, f64x2.mul(y, y));
    to += 32;
    from += 32;
  }
  s0 = f64x2.add(s0, s1);
  return 1 + f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
}
