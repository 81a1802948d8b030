import { CHECKED } from '../../base/check';
import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { beta, candidates, cost, Descent, flips, norms, Penalties, ratios, sense, span, Tableau } from './state';
import { basicAt, flip, lowerOf, NO_BOUND, pivot, placeOf, row, upperOf, valueOf } from './tableau';

/**
 * The dual simplex on the explicit tableau. The leaving row is the one of the largest infeasibility against its norm
 * (steepest edge, norms exact: the rank-1 update passes every entry anyway).
 *
 * Ratio test with bound flipping (long steps): passed breakpoints flip to their other bound, which for boxed small
 * integers is most of the work of a step (Maros, "Computational Techniques of the Simplex Method", 2003, ch. 10.2).
 */
export const LP_OPTIMAL = 0;
export const LP_INFEASIBLE = 1;
export const LP_STOPPED = 2;

const FEASIBILITY: f64 = 1e-7;
const PIVOT: f64 = 1e-8;
const TIE: f64 = 1e-11;

/** As `solve`, but stops once structural variable `v` (the one that is maximised) is basic and below `floor`. */
export function solveAbove(limit: i32, v: i32, floor: f64): i32 {
  Descent.watched = v;
  Descent.watchedFloor = floor;
  const state = solve(limit);
  Descent.watched = -1;
  return state;
}

/** Dual simplex until optimal, infeasible, or `limit` pivots; whatever happens the multipliers stay usable. */
export function solve(limit: i32): i32 {
  assert(limit > 0);
  for (let step = 0; step < limit; step++) {
    breathe();
    let leaving = -1;
    let most: f64 = 0;
    let rise = true;
    for (let r = 0; r < Tableau.rows; r++) {
      const v = basicAt(r);
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
      Descent.rayRow = leaving;
      Descent.rayRises = rise;
      return LP_INFEASIBLE;
    }
    if (CHECKED) assert(abs(load<f64>(row(leaving) + (<usize>entering << 3))) > PIVOT);
    if (entering >= 0) pivot(leaving, entering, rise);
    if (Descent.watched >= 0 && step > 2 && placeOf(Descent.watched) < 0 && valueOf(Descent.watched) < Descent.watchedFloor) return LP_STOPPED;
  }
  return LP_STOPPED;
}

/**
 * After LP_INFEASIBLE: the multiplier of row `r` in the combination of rows that the boxes cannot reach (a Farkas ray,
 * >= 0 up to rounding).
 */
export function rayMultiplier(r: i32): f64 {
  const slack = Tableau.columns + r;
  if (basicAt(Descent.rayRow) == slack) return 1;
  const position = placeOf(slack);
  if (position < 0) return 0;
  const a = load<f64>(row(Descent.rayRow) + (<usize>position << 3));
  return Descent.rayRises ? -a : a;
}

/**
 * The breakpoints of a leaving row: nonbasic positions that help it towards its bound, with the step at which their
 * reduced cost reaches zero. A position helps when coefficient and sense agree, two at a time.
 */
function listBreakpoints(alpha: usize, sign: f64): i32 {
  const towards = f64x2.splat(sign);
  const least = f64x2.splat(PIVOT);
  const zero = f64x2.splat(0);
  let count = 0;
  for (let position = 0; position < Tableau.stride; position += 2) {
    const spot = <usize>position << 3;
    const s = v128.load(sense + spot);
    const help = f64x2.mul(f64x2.mul(v128.load(alpha + spot), s), towards);
    const which = f64x2.gt(help, least);
    if (!v128.any_true(which)) continue;
    const ratio = f64x2.max(f64x2.div(f64x2.mul(v128.load(cost + spot), s), help), zero);
    const mask = i64x2.bitmask(which);
    if (mask & 1) {
      store<i32>(candidates + (<usize>count << 2), position);
      store<f64>(ratios + (<usize>count << 3), f64x2.extract_lane(ratio, 0));
      count++;
    }
    if (mask & 2) {
      store<i32>(candidates + (<usize>count << 2), position + 1);
      store<f64>(ratios + (<usize>count << 3), f64x2.extract_lane(ratio, 1));
      count++;
    }
  }
  assert(count <= Tableau.columns);
  spend(<f64>Tableau.stride / 2);
  return count;
}

/**
 * Finds the entering position for the leaving row, flipping the boxes it passes. -1: even all flips together cannot
 * reach the bound, so the rows are infeasible. -2: flips alone made the row feasible.
 */
function ratioTest(leaving: i32, rise: bool): i32 {
  const v = basicAt(leaving);
  const b = load<f64>(beta + (<usize>leaving << 3));
  let missing = rise ? lowerOf(v) - b : b - upperOf(v);
  const alpha = row(leaving);
  let count = listBreakpoints(alpha, rise ? 1 : -1);
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
      reach += a * load<f64>(span + (<usize>position << 3));
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
  flip(flips, flipped);
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

/**
 * What one dual pivot would cost the objective if the basic variable `v` had to fall by `down` or rise by `up`
 * (Driebeek's penalties): a cheap lower estimate of both children's bounds. 0 for a nonbasic variable.
 */
export function branchingPenalty(v: i32, down: f64, up: f64): void {
  Penalties.down = 0;
  Penalties.up = 0;
  const position = placeOf(v);
  if (position >= 0) return;
  const alpha = row(-position - 1);
  const none = f64x2.splat(NO_BOUND);
  const least = f64x2.splat(PIVOT);
  let rise = none;
  let fall = none;
  for (let spot: usize = 0; spot < <usize>Tableau.stride << 3; spot += 16) {
    const s = v128.load(sense + spot);
    // Raising the basic variable moves x_p off its lower bound where the coefficient is positive, off its upper where not.
    const help = f64x2.mul(v128.load(alpha + spot), s);
    const size = f64x2.abs(help);
    const ratio = f64x2.div(f64x2.abs(f64x2.mul(v128.load(cost + spot), s)), size);
    const counts = f64x2.gt(size, least);
    const rises = v128.and(counts, f64x2.gt(help, f64x2.splat(0)));
    rise = f64x2.pmin(rise, v128.bitselect(ratio, none, rises));
    fall = f64x2.pmin(fall, v128.bitselect(ratio, none, v128.andnot(counts, rises)));
  }
  Penalties.down = min(f64x2.extract_lane(fall, 0), f64x2.extract_lane(fall, 1)) * down;
  Penalties.up = min(f64x2.extract_lane(rise, 0), f64x2.extract_lane(rise, 1)) * up;
  spend(<f64>Tableau.stride / 2);
}

export function swapPenalties(): void {
  const down = Penalties.down;
  Penalties.down = Penalties.up;
  Penalties.up = down;
}
