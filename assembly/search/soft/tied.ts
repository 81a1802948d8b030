import { dotI16F64 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { packKnown, realToll, softLacks } from '../../neuron/soft-neuron';
import { inputs, inputsPadded, kept, keptCount, sampleRow, size } from '../../problem/shape';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { wantedOf } from '../../relax/exact/soft-bound';
import { fitBox } from './box-fit';
import { closeFixed, fixNearest } from './dive';
import { tiedBare, tiedFixed, tiedLacks, tiedRising, tiedShares, tiedSides, Tied, tiedNear, ties } from './state';

/**
 * Real weights of all neurons together, given what rows rely on: a row loses at its worst literal, which ties the neurons together. Minimise the sum of
 * `max(0, t_k)^2` over weights in their boxes and `t_k >= u_jk`, what row k lacks at each literal that it relies on. Alternating directions (Gabay and Mercier
 * 1976; Boyd et al. 2011): with `t` and the multipliers a_jk of those inequalities given every neuron is a fit of its own, to targets of `T - t_k + a_jk / PULL`,
 * warm from the round before; with the weights given `t_k` is seen at once, and so are the next multipliers, which sum up to 2 t_k.
 *
 * Neuron by neuron, adding up what a row lacks at each of its literals, the weights are those of another problem: rounded and polished they lose 15 % more.
 *
 * A neuron's fit looks at the rows near it alone: most lack nothing there by far, and a round's steps hardly reach them. What they all lack is measured
 * behind the fit; where that is too much it is fitted to all of them.
 */
const FIT_ROUNDS = 2;
/** Of the quadratic that ties a neuron's lack to its row's: 2 makes one literal's fit the loss itself. */
export const PULL: f64 = 2;
/** Near: what a row lacks of its shifted target is more than minus this share of the target. All rows take a third more work. */
const NEAR: f64 = 0.3;
/** So much of a neuron's loss may come from the others. */
const MISSED: f64 = 0.01;

// @ts-ignore: decorator
@inline
export function cell(j: i32, k: i32): usize {
  return <usize>j * <usize>keptCount + <usize>k;
}

/** The real weights of neuron `j`, f64 [NP]. */
// @ts-ignore: decorator
@inline
export function row(weights: usize, j: i32): usize {
  return weights + ((<usize>j * <usize>inputsPadded) << 3);
}

/** No row relies on anything yet, every neuron has weights and none is fixed. */
export function beginTied(): void {
  resetBoxes();
  memory.fill(tiedSides, 0, cell(size(1), 0));
  memory.fill(tiedShares, 0, cell(size(1), 0) << 3);
  memory.fill(tiedBare, 0, <usize>size(1));
  memory.fill(tiedFixed, 0, <usize>size(1) * <usize>inputsPadded);
  Tied.round = 0;
  Tied.neuron = 0;
  Tied.left = 0;
}

/** What row `k` relies on neuron `j` for, 0: not. One that chooses anew is tied anew. */
export function takeSide(j: i32, k: i32, side: i32): void {
  const at = tiedSides + cell(j, k);
  if (<i32>load<i8>(at) == side) return;
  store<i8>(at, <i8>side);
  store<f64>(ties + (<usize>k << 3), ANEW);
}

/** In `ties`, which are never below 0. */
const ANEW: f64 = -1;

/** The sides i8 [K] of neuron `j`. */
export function takeSides(j: i32, sides: usize): void {
  for (let k = 0; k < keptCount; k++) takeSide(j, k, load<i8>(sides + <usize>k));
  strain(<f64>keptCount);
}

/** Neuron `j` has no weights, and is not to get any: + to infinity. */
export function setBare(j: i32, bare: bool): void {
  store<u8>(tiedBare + <usize>j, u8(bare));
}

// @ts-ignore: decorator
@inline
export function isBare(j: i32): bool {
  return load<u8>(tiedBare + <usize>j) != 0;
}

/** After sides have been taken, or weights set: rows that have chosen anew begin with all of their multiplier at the worst literal. */
export function tieAnew(weights: usize): void {
  for (let j = 0; j < size(1); j++) measure(weights, j);
  for (let k = 0; k < keptCount; k++) {
    if (load<f64>(ties + (<usize>k << 3)) == ANEW) leanOnWorst(k);
    tie(k);
  }
  strain(<f64>(size(1) * keptCount));
}

function leanOnWorst(k: i32): void {
  let worst = -1;
  let most: f64 = 0;
  for (let j = 0; j < size(1); j++) {
    store<f64>(tiedShares + (cell(j, k) << 3), 0);
    if (load<i8>(tiedSides + cell(j, k)) == 0) continue;
    const lack = load<f64>(tiedLacks + (cell(j, k) << 3));
    if (lack <= most) continue;
    most = lack;
    worst = j;
  }
  if (worst >= 0) store<f64>(tiedShares + (cell(worst, k) << 3), 2 * most);
}

/**
 * A slice of a round; true where every neuron has been fitted: `endTied` ends it. `fixes`: this share of the fractional weights is fixed first; `closes`: and all whole
 * ones.
 */
export function stepTied(weights: usize, fixes: f64, closes: bool = false): bool {
  const j = Tied.neuron;
  if (j == size(1)) return true;
  if (j == 0) Tied.left = 0;
  Tied.neuron++;
  if (isBare(j) || !carries(tiedSides + cell(j, 0))) return false;
  if (fixes > 0) closeFixed(row(weights, j), fixedOf(j), closes);
  fitSome(weights, j, fixes);
  if (fixes > 0) resetBoxes();
  return false;
}

// @ts-ignore: decorator
@inline
function fixedOf(j: i32): usize {
  return tiedFixed + <usize>j * <usize>inputsPadded;
}

/** What rows lack by the new weights, and the next multipliers. */
export function endTied(): void {
  for (let k = 0; k < keptCount; k++) tie(k);
  strain(<f64>(size(1) * keptCount));
  Tied.round++;
  Tied.neuron = 0;
}

/**
 * A few rounds of a neuron's fit, warm: many short rounds come nearer than few that fit to the end, 4.0 against 4.4 % of the loss for less work. Left to the
 * next round, rows that have come to lack something leave a bound nothing (seven of twelve drawn problems).
 */
function fitSome(weights: usize, j: i32, fixes: f64): void {
  const mine = row(weights, j);
  listNear(j);
  fitPacked(mine, j, fixes);
  measure(weights, j);
  if (!isMissing(j)) return;
  memory.copy(tiedNear, tiedSides + cell(j, 0), <usize>keptCount);
  fitPacked(mine, j, 0);
  measure(weights, j);
}

function fitPacked(mine: usize, j: i32, fixes: f64): void {
  packKnown(tiedNear, tiedLacks + (cell(j, 0) << 3));
  shiftTargets(j);
  if (fixes > 0) Tied.left += fixNearest(mine, fixedOf(j), fixes);
  fitBox(mine, FIT_ROUNDS);
}

/** What row `k` lacks of its shifted target at neuron `j`. */
// @ts-ignore: decorator
@inline
export function shiftedLack(j: i32, k: i32): f64 {
  return load<f64>(tiedLacks + (cell(j, k) << 3)) + shiftOf(j, k);
}

/** The sides of the rows that are near neuron `j`. */
function listNear(j: i32): void {
  for (let k = 0; k < keptCount; k++) {
    const side = load<i8>(tiedSides + cell(j, k));
    const near = side != 0 && shiftedLack(j, k) > -NEAR * <f64>wantedOf(k, side);
    store<i8>(tiedNear + <usize>k, near ? side : 0);
  }
  strain(<f64>keptCount);
}

/** Whether rows that were not near lose more than a share of what all do. */
function isMissing(j: i32): bool {
  let missed: f64 = 0;
  let all: f64 = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(tiedSides + cell(j, k)) == 0) continue;
    const lack = max<f64>(0, shiftedLack(j, k));
    all += lack * lack;
    if (load<i8>(tiedNear + <usize>k) == 0) missed += lack * lack;
  }
  strain(<f64>keptCount);
  return missed > MISSED * all;
}

// @ts-ignore: decorator
@inline
export function shiftOf(j: i32, k: i32): f64 {
  return load<f64>(tiedShares + (cell(j, k) << 3)) / PULL - load<f64>(ties + (<usize>k << 3));
}

function carries(sides: usize): bool {
  for (let k = 0; k < keptCount; k++) if (load<i8>(sides + <usize>k) != 0) return true;
  return false;
}

/** What the rows that rely on neuron `j` lack there. */
function measure(weights: usize, j: i32): void {
  const mine = row(weights, j);
  const toll = max<f64>(realToll(mine), 0);
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(tiedSides + cell(j, k));
    if (side == 0) continue;
    breathe();
    spend(<f64>inputsPadded / 4);
    const sum = dotI16F64(sampleRow(kept(k)), mine, inputsPadded);
    const reach = isBare(j) && side > 0 ? Infinity : <f64>side * sum - toll;
    store<f64>(tiedLacks + (cell(j, k) << 3), <f64>wantedOf(k, side) - reach);
  }
}

/** The packed rows lack so much more as their multipliers say, and less what the row lacks anyway. */
function shiftTargets(j: i32): void {
  const lacks = softLacks();
  let r: usize = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(tiedNear + <usize>k) == 0) continue;
    store<f32>(lacks + (r << 2), load<f32>(lacks + (r << 2)) + <f32>shiftOf(j, k));
    r++;
  }
}

/** What a row lacks, given what it lacks at its literals, and the multipliers that follow. */
function tie(k: i32): void {
  const n1 = size(1);
  // The t of the least max(0, t)^2 + PULL / 2 * sum of max(0, v_j - t)^2: from the largest v_j down.
  let count = 0;
  for (let j = 0; j < n1; j++) {
    if (load<i8>(tiedSides + cell(j, k)) == 0) continue;
    const v = load<f64>(tiedLacks + (cell(j, k) << 3)) + load<f64>(tiedShares + (cell(j, k) << 3)) / PULL;
    let at = count++;
    while (at > 0 && load<f64>(tiedRising + (<usize>(at - 1) << 3)) < v) {
      store<f64>(tiedRising + (<usize>at << 3), load<f64>(tiedRising + (<usize>(at - 1) << 3)));
      at--;
    }
    store<f64>(tiedRising + (<usize>at << 3), v);
  }
  let t: f64 = 0;
  let sum: f64 = 0;
  for (let m = 0; m < count; m++) {
    const v = load<f64>(tiedRising + (<usize>m << 3));
    if (v <= t) break;
    sum += v;
    t = (PULL * sum) / (2 + PULL * <f64>(m + 1));
  }
  store<f64>(ties + (<usize>k << 3), t);
  for (let j = 0; j < n1; j++) {
    if (load<i8>(tiedSides + cell(j, k)) == 0) continue;
    const at = cell(j, k) << 3;
    const v = load<f64>(tiedLacks + at) + load<f64>(tiedShares + at) / PULL;
    store<f64>(tiedShares + at, PULL * max<f64>(0, v - t));
  }
}
