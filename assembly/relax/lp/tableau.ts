import { axpyF64 } from '../../base/kernels/simd';
import { reserve, reserveRaw } from '../../base/arena';
import { spend } from '../../base/clock';

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

export let columns: i32 = 0; // structural variables of the current problem
export let rows: i32 = 0; // rows so far
export let maxRows: i32 = 0;
export let stride: i32 = 0; // columns padded to 4
let maxStride: i32 = 0;
let block: usize = 0; // the arrays from here to `tableau` are what a snapshot copies
let blockBytes: usize = 0;

// Variables: 0..columns-1 structural, columns + r the slack of row r.
let lower: usize = 0; // f64 [columns]
let upper: usize = 0; // f64 [columns]
let where: usize = 0; // i32 [columns + maxRows]: position >= 0 nonbasic there, else -(row + 1) basic
let owner: usize = 0; // i32 [stride]: the variable at a nonbasic position
let value: usize = 0; // f64 [stride]: its value, one of its bounds
export let cost: usize = 0; // f64 [stride]: its reduced cost; >= 0 at the lower bound, <= 0 at the upper
export let sense: usize = 0; // f64 [stride]: +1 at its lower bound, -1 at its upper, 0 fixed or padding
export let span: usize = 0; // f64 [stride]: the width of its box
let basic: usize = 0; // i32 [maxRows]: the variable that a row expresses
export let beta: usize = 0; // f64 [maxRows]: its value
export let norms: usize = 0; // f64 [maxRows]: 1 + |row|^2, what the infeasibility is priced against
let tableau: usize = 0; // f64 [maxRows][stride]
let moved: usize = 0; // f64 [stride]: scratch of `flip`

export let pivots: f64 = 0;

export function reserveTableau(mostColumns: i32, mostRows: i32): void {
  maxRows = mostRows;
  maxStride = (mostColumns + 3) & ~3;
  const wide = <usize>maxStride << 3;
  const tall = ((<usize>mostRows + 3) & ~3) << 3;
  block = reserve(7 * wide + 3 * tall + (tall >> 1) + 64);
  lower = block + 16;
  upper = lower + wide;
  value = upper + wide;
  cost = value + wide;
  sense = cost + wide;
  span = sense + wide;
  owner = span + wide;
  where = owner + (wide >> 1);
  beta = where + (wide >> 1) + (tall >> 1);
  norms = beta + tall;
  basic = norms + tall;
  blockBytes = basic + (tall >> 1) - block;
  tableau = reserveRaw(<usize>mostRows * wide);
  moved = reserve(wide);
}

/** Bytes of a snapshot of a tableau of at most so many rows. */
export function snapshotBytes(mostRows: i32): usize {
  return blockBytes + ((<usize>mostRows * <usize>maxStride) << 3);
}

/** Copies the whole state to `to`, which holds `snapshotBytes(rows)`. */
export function saveTableau(to: usize): void {
  store<i32>(block, columns);
  store<i32>(block, rows, 4);
  const matrix = (<usize>rows * <usize>stride) << 3;
  memory.copy(to, block, blockBytes);
  memory.copy(to + blockBytes, tableau, matrix);
  spend(<f64>((rows + 8) * stride) / 8);
}

/** Back to the state that `saveTableau` left at `from`, which stays. */
export function restoreTableau(from: usize): void {
  memory.copy(block, from, blockBytes);
  columns = load<i32>(block);
  rows = load<i32>(block, 4);
  stride = (columns + 3) & ~3;
  memory.copy(tableau, from + blockBytes, (<usize>rows * <usize>stride) << 3);
  spend(<f64>((rows + 8) * stride) / 8);
}

// @ts-ignore: decorator
@inline
export function row(r: i32): usize {
  return tableau + ((<usize>r * <usize>stride) << 3);
}

// @ts-ignore: decorator
@inline
export function basicAt(r: i32): i32 {
  return load<i32>(basic + (<usize>r << 2));
}

/** Where a variable stands: position >= 0 nonbasic, else -(row + 1) basic. */
// @ts-ignore: decorator
@inline
export function placeOf(v: i32): i32 {
  return load<i32>(where + (<usize>v << 2));
}

// @ts-ignore: decorator
@inline
export function lowerOf(v: i32): f64 {
  return v < columns ? load<f64>(lower + (<usize>v << 3)) : 0;
}

// @ts-ignore: decorator
@inline
export function upperOf(v: i32): f64 {
  return v < columns ? load<f64>(upper + (<usize>v << 3)) : NO_BOUND;
}

/** An empty problem of `count` columns; every one must be given by `setColumn` before the first row. */
export function begin(count: i32): void {
  columns = count;
  rows = 0;
  stride = (count + 3) & ~3;
  const bytes = <usize>stride << 3;
  memory.fill(cost, 0, bytes);
  memory.fill(value, 0, bytes);
  memory.fill(sense, 0, bytes);
  memory.fill(span, 0, bytes);
  for (let j = count; j < stride; j++) store<i32>(owner + (<usize>j << 2), -1);
}

/** Column `j`: bounds and cost; it starts on the bound that its cost prefers. A finite bound must exist there. */
export function setColumn(j: i32, lo: f64, up: f64, c: f64): void {
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
    for (let r = 0; r < rows; r++) {
      const b = beta + (<usize>r << 3);
      store<f64>(b, load<f64>(b) + load<f64>(row(r) + spot) * step);
    }
    spend(<f64>rows);
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
  return reducedCost(columns + r);
}

/**
 * Adds the row `a.x >= b`, `a` an f64 array of `columns` entries padded with zeros to a multiple of 4. Returns its
 * number, or -1 when the tableau is full (the relaxation is then merely weaker).
 */
export function addRow(a: usize, b: f64): i32 {
  if (rows == maxRows) return -1;
  const r = rows++;
  const fresh = row(r);
  let at = -b;
  for (let position = 0; position < columns; position++) {
    const v = load<i32>(owner + (<usize>position << 2));
    const c = v < columns ? load<f64>(a + (<usize>v << 3)) : 0;
    store<f64>(fresh + (<usize>position << 3), c);
    at += c * load<f64>(value + (<usize>position << 3));
  }
  for (let position = columns; position < stride; position++) store<f64>(fresh + (<usize>position << 3), 0);
  for (let i = 0; i < r; i++) {
    const v = basicAt(i);
    if (v >= columns) continue;
    const c = load<f64>(a + (<usize>v << 3));
    if (c == 0) continue;
    axpyF64(fresh, row(i), c, stride);
    at += c * load<f64>(beta + (<usize>i << 3));
  }
  let norm: f64 = 1;
  for (let position = 0; position < columns; position++) {
    const c = load<f64>(fresh + (<usize>position << 3));
    norm += c * c;
  }
  store<f64>(norms + (<usize>r << 3), norm);
  store<f64>(beta + (<usize>r << 3), at);
  store<i32>(basic + (<usize>r << 2), columns + r);
  store<i32>(where + (<usize>(columns + r) << 2), -(r + 1));
  spend(<f64>((r + 3) * stride) / 2);
  return r;
}

/** Moves the nonbasic positions in `positions` (i32 [count]) to their other bounds. */
export function flip(positions: usize, count: i32): void {
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
  for (let r = 0; r < rows; r++) {
    const coefficients = row(r);
    let change: f64 = 0;
    for (let f = 0; f < count; f++) {
      const position = load<i32>(positions + (<usize>f << 2));
      change += load<f64>(coefficients + (<usize>position << 3)) * load<f64>(moved + (<usize>f << 3));
    }
    const b = beta + (<usize>r << 3);
    store<f64>(b, load<f64>(b) + change);
  }
  spend(<f64>(rows * count));
}

/** The basic variable of row `r` leaves for its lower (`rise`) or upper bound, the one at position `q` enters. */
export function pivot(r: i32, q: i32, rise: bool): void {
  const leaving = basicAt(r);
  const entering = load<i32>(owner + (<usize>q << 2));
  const spot = <usize>q << 3;
  const pivotRow = row(r);
  const inverse: f64 = 1 / load<f64>(pivotRow + spot);
  const target = rise ? lowerOf(leaving) : upperOf(leaving);
  const step = (target - load<f64>(beta + (<usize>r << 3))) * inverse;
  const entered = load<f64>(value + spot) + step;

  // The pivot row now expresses the entering variable.
  const scale = f64x2.splat(-inverse);
  let norm: f64 = 1;
  let squares = f64x2.splat(0);
  const end = pivotRow + (<usize>stride << 3);
  for (let at = pivotRow; at < end; at += 16) {
    const scaled = f64x2.mul(scale, v128.load(at));
    v128.store(at, scaled);
    squares = f64x2.add(squares, f64x2.mul(scaled, scaled));
  }
  store<f64>(pivotRow + spot, inverse);
  norm += f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  store<f64>(norms + (<usize>r << 3), norm);

  for (let i = 0; i < rows; i++) {
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
  if (d != 0) axpyF64(cost, pivotRow, d, stride);

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
  pivots += 1;
  spend(<f64>(rows * stride) / 2);
}

/** `to += c * from`; returns 1 + |to|^2, the weight that steepest-edge pricing divides by. */
function combine(to: usize, from: usize, c: f64): f64 {
  const factor = f64x2.splat(c);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  const end = to + (<usize>stride << 3);
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
