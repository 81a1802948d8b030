import { axpyF64 } from '../kernels/simd';
import { reserve, reserveRaw } from '../memory/arena';
import { spend } from '../problem/limits';

/**
 * Dual simplex for few dense rows over many boxed columns, on an explicit tableau.
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
 * Ratio test with bound flipping (long steps): passed breakpoints flip to their other bound, which for boxed small
 * integers is most of the work of a step (Maros, "Computational Techniques of the Simplex Method", 2003, ch. 10.2).
 *
 * Everything here is floating point and only guides: bounds are recomputed from the multipliers in exact integers
 * (`safe-bound.ts`).
 */
export const LP_OPTIMAL = 0;
export const LP_INFEASIBLE = 1;
export const LP_STOPPED = 2;

const FEASIBILITY: f64 = 1e-7;
const PIVOT: f64 = 1e-8;
const TIE: f64 = 1e-11;
const NO_BOUND: f64 = 1e30;

export let columns: i32 = 0; // structural variables of the current problem
export let rows: i32 = 0; // rows so far
export let maxRows: i32 = 0;
let stride: i32 = 0; // columns padded to 4
let maxStride: i32 = 0;

// Variables: 0..columns-1 structural, columns + r the slack of row r.
let lower: usize = 0; // f64 [columns]
let upper: usize = 0; // f64 [columns]
let where: usize = 0; // i32 [columns + maxRows]: position >= 0 nonbasic there, else -(row + 1) basic
let owner: usize = 0; // i32 [stride]: the variable at a nonbasic position
let value: usize = 0; // f64 [stride]: its value
let cost: usize = 0; // f64 [stride]: its reduced cost; >= 0 at the lower bound, <= 0 at the upper
let basic: usize = 0; // i32 [maxRows]: the variable that a row expresses
let beta: usize = 0; // f64 [maxRows]: its value
let tableau: usize = 0; // f64 [maxRows][maxStride]
let candidates: usize = 0; // i32 [stride]: scratch of the ratio test
let ratios: usize = 0; // f64 [stride]: scratch of the ratio test
let flips: usize = 0; // i32 [stride]: scratch of the ratio test, positions that flip
let norms: usize = 0; // f64 [maxRows]: 1 + |row|^2, what the infeasibility is priced against

export let pivots: f64 = 0;

export function reserveSimplex(mostColumns: i32, mostRows: i32): void {
  maxRows = mostRows;
  maxStride = (mostColumns + 3) & ~3;
  const wide = <usize>maxStride;
  lower = reserve(wide << 3);
  upper = reserve(wide << 3);
  where = reserve((wide + <usize>mostRows) << 2);
  owner = reserve(wide << 2);
  value = reserve(wide << 3);
  cost = reserve(wide << 3);
  basic = reserve(<usize>mostRows << 2);
  beta = reserve(<usize>mostRows << 3);
  norms = reserve(<usize>mostRows << 3);
  tableau = reserveRaw((<usize>mostRows * wide) << 3);
  candidates = reserve(wide << 2);
  ratios = reserve(wide << 3);
  flips = reserve(wide << 2);
}

// @ts-ignore: decorator
@inline
function row(r: i32): usize {
  return tableau + ((<usize>r * <usize>stride) << 3);
}

/** An empty problem of `count` columns; every one must be given by `setColumn` before the first row. */
export function begin(count: i32): void {
  columns = count;
  rows = 0;
  stride = (count + 3) & ~3;
  memory.fill(cost, 0, <usize>stride << 3);
  memory.fill(value, 0, <usize>stride << 3);
  for (let j = count; j < stride; j++) store<i32>(owner + (<usize>j << 2), -1);
}

/** Column `j`: bounds and cost; it starts on the bound that its cost prefers. A finite bound must exist there. */
export function setColumn(j: i32, lo: f64, up: f64, c: f64): void {
  const at = <usize>j << 3;
  store<f64>(lower + at, lo);
  store<f64>(upper + at, up);
  store<f64>(cost + at, c);
  store<f64>(value + at, c < 0 ? up : lo);
  store<i32>(where + (<usize>j << 2), j);
  store<i32>(owner + (<usize>j << 2), j);
}

/** Changes a column's box; a nonbasic column is moved to the bound that its reduced cost prefers. */
export function setBox(j: i32, lo: f64, up: f64): void {
  const at = <usize>j << 3;
  store<f64>(lower + at, lo);
  store<f64>(upper + at, up);
  const position = load<i32>(where + (<usize>j << 2));
  if (position < 0) return;
  const spot = <usize>position << 3;
  const d = load<f64>(cost + spot);
  const old = load<f64>(value + spot);
  const next = d > 0 ? lo : d < 0 ? up : min(max(old, lo), up) - lo < up - min(max(old, lo), up) ? lo : up;
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
  const position = load<i32>(where + (<usize>j << 2));
  return position >= 0 ? load<f64>(value + (<usize>position << 3)) : load<f64>(beta + (<usize>(-position - 1) << 3));
}

/** Reduced cost of a structural variable (0 when basic). */
export function reducedCost(j: i32): f64 {
  const position = load<i32>(where + (<usize>j << 2));
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
    const v = load<i32>(basic + (<usize>i << 2));
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

// @ts-ignore: decorator
@inline
function lowerOf(v: i32): f64 {
  return v < columns ? load<f64>(lower + (<usize>v << 3)) : 0;
}

// @ts-ignore: decorator
@inline
function upperOf(v: i32): f64 {
  return v < columns ? load<f64>(upper + (<usize>v << 3)) : NO_BOUND;
}

let watched: i32 = -1;
let watchedFloor: f64 = 0;

/** As `solve`, but stops once structural variable `v` (the one that is maximised) is basic and below `floor`. */
export function solveAbove(limit: i32, v: i32, floor: f64): i32 {
  watched = v;
  watchedFloor = floor;
  const state = solve(limit);
  watched = -1;
  return state;
}

/** Dual simplex until optimal, infeasible, or `limit` pivots; whatever happens the multipliers stay usable. */
export function solve(limit: i32): i32 {
  for (let step = 0; step < limit; step++) {
    let leaving = -1;
    let most: f64 = 0;
    let rise = true;
    for (let r = 0; r < rows; r++) {
      const v = load<i32>(basic + (<usize>r << 2));
      const b = load<f64>(beta + (<usize>r << 3));
      const under = lowerOf(v) - b;
      const over = b - upperOf(v);
      const gap = under > over ? under : over;
      const tolerance = FEASIBILITY * (1 + abs(b));
      if (gap <= tolerance) continue;
      const score = (gap * gap) / load<f64>(norms + (<usize>r << 3));
      if (score > most) {
        most = score;
        leaving = r;
        rise = under > over;
      }
    }
    if (leaving < 0) return LP_OPTIMAL;
    const entering = ratioTest(leaving, rise);
    if (entering == -1) {
      rayRow = leaving;
      rayRises = rise;
      return LP_INFEASIBLE;
    }
    if (entering >= 0) pivot(leaving, entering, rise);
    if (watched >= 0 && step > 2 && load<i32>(where + (<usize>watched << 2)) < 0 && valueOf(watched) < watchedFloor) {
      return LP_STOPPED;
    }
  }
  return LP_STOPPED;
}

let rayRow: i32 = 0;
let rayRises: bool = false;

/**
 * After LP_INFEASIBLE: the multiplier of row `r` in the combination of rows that the boxes cannot reach (a Farkas ray,
 * >= 0 up to rounding).
 */
export function rayMultiplier(r: i32): f64 {
  const slack = columns + r;
  if (load<i32>(basic + (<usize>rayRow << 2)) == slack) return 1;
  const position = load<i32>(where + (<usize>slack << 2));
  if (position < 0) return 0;
  const a = load<f64>(row(rayRow) + (<usize>position << 3));
  return rayRises ? -a : a;
}

/**
 * Finds the entering position for the leaving row, flipping the boxes it passes. -1: even all flips together cannot
 * reach the bound, so the rows are infeasible. -2: flips alone made the row feasible.
 */
function ratioTest(leaving: i32, rise: bool): i32 {
  const v = load<i32>(basic + (<usize>leaving << 2));
  const b = load<f64>(beta + (<usize>leaving << 3));
  let missing = rise ? lowerOf(v) - b : b - upperOf(v);
  const alpha = row(leaving);
  const sign: f64 = rise ? 1 : -1;
  let count = 0;
  for (let position = 0; position < columns; position++) {
    const spot = <usize>position << 3;
    const a = sign * load<f64>(alpha + spot);
    if (abs(a) < PIVOT) continue;
    const o = load<i32>(owner + (<usize>position << 2));
    const lo = lowerOf(o);
    const up = upperOf(o);
    if (lo == up) continue;
    const x = load<f64>(value + spot);
    if (a > 0 ? x >= up : x <= lo) continue;
    const ratio = load<f64>(cost + spot) / a;
    store<i32>(candidates + (<usize>count << 2), position);
    store<f64>(ratios + (<usize>count << 3), ratio > 0 ? ratio : 0);
    count++;
  }
  spend(<f64>columns);
  // Breakpoints in rising order of their ratio, from a heap: few of many are ever looked at.
  for (let at = (count >> 1) - 1; at >= 0; at--) siftBreakpoint(at, count);
  let flipped = 0;
  let entering = -1;
  while (count > 0 && entering < 0) {
    // All breakpoints of (nearly) the least ratio are one group: passed together, or the step ends among them.
    const least = load<f64>(ratios);
    const edge = least + TIE * (1 + abs(least));
    let reach: f64 = 0;
    let largest: f64 = 0;
    let pick = -1;
    let group = flipped;
    while (count > 0 && load<f64>(ratios) <= edge) {
      const position = load<i32>(candidates);
      count--;
      moveBreakpoint(0, count);
      siftBreakpoint(0, count);
      const a = abs(load<f64>(alpha + (<usize>position << 3)));
      const o = load<i32>(owner + (<usize>position << 2));
      reach += a * (upperOf(o) - lowerOf(o));
      if (a > largest) {
        largest = a;
        pick = position;
      }
      store<i32>(flips + (<usize>group << 2), position);
      group++;
    }
    spend(<f64>((group - flipped) * 8));
    if (reach >= missing) entering = pick;
    else {
      missing -= reach;
      flipped = group;
    }
  }
  if (entering == -1) return -1;
  applyFlips(flipped);
  return entering;
}

function moveBreakpoint(to: i32, from: i32): void {
  store<f64>(ratios + (<usize>to << 3), load<f64>(ratios + (<usize>from << 3)));
  store<i32>(candidates + (<usize>to << 2), load<i32>(candidates + (<usize>from << 2)));
}

/** Restores the heap of breakpoints (least ratio on top) below `at`. */
function siftBreakpoint(at: i32, count: i32): void {
  const ratio = load<f64>(ratios + (<usize>at << 3));
  const position = load<i32>(candidates + (<usize>at << 2));
  for (;;) {
    let child = 2 * at + 1;
    if (child >= count) break;
    if (child + 1 < count && load<f64>(ratios + (<usize>(child + 1) << 3)) < load<f64>(ratios + (<usize>child << 3))) {
      child++;
    }
    if (load<f64>(ratios + (<usize>child << 3)) >= ratio) break;
    moveBreakpoint(at, child);
    at = child;
  }
  store<f64>(ratios + (<usize>at << 3), ratio);
  store<i32>(candidates + (<usize>at << 2), position);
}

export let lastPenaltyDown: f64 = 0;
export let lastPenaltyUp: f64 = 0;

/**
 * What one dual pivot would cost the objective if the basic variable `v` had to fall by `down` or rise by `up`
 * (Driebeek's penalties): a cheap lower estimate of both children's bounds. 0 for a nonbasic variable.
 */
export function branchingPenalty(v: i32, down: f64, up: f64): void {
  lastPenaltyDown = 0;
  lastPenaltyUp = 0;
  const position = load<i32>(where + (<usize>v << 2));
  if (position >= 0) return;
  const alpha = row(-position - 1);
  let fall: f64 = NO_BOUND;
  let rise: f64 = NO_BOUND;
  for (let p = 0; p < columns; p++) {
    const spot = <usize>p << 3;
    const a = load<f64>(alpha + spot);
    if (abs(a) < PIVOT) continue;
    const o = load<i32>(owner + (<usize>p << 2));
    const lo = lowerOf(o);
    const hi = upperOf(o);
    if (lo == hi) continue;
    const ratio = abs(load<f64>(cost + spot) / a);
    // Raising the basic variable moves x_p up where a > 0 (it must stand at its lower bound), down where a < 0.
    const atLower = load<f64>(value + spot) <= lo;
    if (a > 0 == atLower) rise = min(rise, ratio);
    else fall = min(fall, ratio);
  }
  lastPenaltyDown = fall * down;
  lastPenaltyUp = rise * up;
  spend(<f64>columns);
}

export function swapPenalties(): void {
  const down = lastPenaltyDown;
  lastPenaltyDown = lastPenaltyUp;
  lastPenaltyUp = down;
}

function applyFlips(count: i32): void {
  for (let f = 0; f < count; f++) {
    const position = load<i32>(flips + (<usize>f << 2));
    const o = load<i32>(owner + (<usize>position << 2));
    const spot = <usize>position << 3;
    const old = load<f64>(value + spot);
    const next = old == lowerOf(o) ? upperOf(o) : lowerOf(o);
    store<f64>(value + spot, next);
    store<f64>(ratios + (<usize>f << 3), next - old);
  }
  if (count == 0) return;
  for (let r = 0; r < rows; r++) {
    const coefficients = row(r);
    let change: f64 = 0;
    for (let f = 0; f < count; f++) {
      const position = load<i32>(flips + (<usize>f << 2));
      change += load<f64>(coefficients + (<usize>position << 3)) * load<f64>(ratios + (<usize>f << 3));
    }
    const b = beta + (<usize>r << 3);
    store<f64>(b, load<f64>(b) + change);
  }
  spend(<f64>(rows * count));
}

function pivot(r: i32, q: i32, rise: bool): void {
  const leaving = load<i32>(basic + (<usize>r << 2));
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

  store<f64>(beta + (<usize>r << 3), entered);
  store<f64>(value + spot, target);
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
