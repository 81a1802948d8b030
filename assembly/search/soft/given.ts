import { dotI16F64 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { prepareSoft, primeMask, primeOfRow, primeSides } from '../../network/soft';
import { weightAt, weightRow } from '../../network/weights';
import { packSoft, realToll, softLacks } from '../../neuron/soft-neuron';
import { inputs, inputsPadded, kept, keptCount, label, sampleRow, size } from '../../problem/shape';
import { incumbent, NO_VALUE, objective, setBoundGiven } from '../../record/incumbent';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { addToSum, beginSum, boundOfSum, measureSoft, wantedOf } from '../../relax/exact/soft-bound';
import { fitBox } from './box-fit';
import { Given, givenBare, givenLacks, givenRising, givenShares, givenSides, givenTies, wanted } from './state';

/**
 * Hidden layers, soft margins: what no network falls below whose rows rely on the literals that they rely on in the incumbent, and whose neurons have weights
 * where the incumbent's have some. (One without weights is + whatever comes: to look at each such choice takes a relaxation of its own.) A row
 * loses at its worst literal, which ties the neurons together: minimise the sum of `max(0, t_k)^2` over real weights in their boxes and `t_k >= u_jk`, what row k
 * lacks at each literal that it relies on. Alternating directions (Gabay and Mercier 1976; Boyd et al. 2011): with `t` and the multipliers a_jk of those
 * inequalities given every neuron is a fit of its own, to targets of `T - t_k + a_jk / PULL`, warm from the round before; with the weights given `t_k` is seen
 * at once, and so are the next multipliers, which sum up to 2 t_k. The exact bound takes whatever comes of it.
 *
 * Letting every row be carried by its worst literal and blending the rounds' multipliers (fictitious play) lost: 35 % of the loss after
 * three rounds where this leaves 5. The multipliers that bound are those that the fits answer to: with those that the rows have come to since then
 * (they sum up to 2 t_k, but no weights are the best answer to them) nothing is left of the bound.
 */
const FIT_ROUNDS = 2;
/** A round that raises the bound by less than this part of it is idle; so many in a row end it. */
const LEAST_GAIN: i64 = 2000;
const IDLE_ROUNDS = 6;
/** Of the quadratic that ties a neuron's lack to its row's: 2 makes one literal's fit the loss itself. */
const PULL: f64 = 2;

// @ts-ignore: decorator
@inline
function cell(j: i32, k: i32): usize {
  return <usize>j * <usize>keptCount + <usize>k;
}

// @ts-ignore: decorator
@inline
function row(weights: usize, j: i32): usize {
  return weights + ((<usize>j * <usize>inputsPadded) << 3);
}

/** Reads what rows rely on, and takes the incumbent's first layer into `weights` (f64 [n1][NP]); false where nothing is relied on. */
export function beginGiven(weights: usize): bool {
  if (objective == NO_VALUE) return false;
  const n1 = size(1);
  resetBoxes();
  measureSoft();
  prepareSoft(incumbent);
  memory.fill(givenSides, 0, cell(n1, 0));
  memory.fill(givenShares, 0, cell(n1, 0) << 3);
  memory.fill(row(weights, 0), 0, (<usize>n1 * <usize>inputsPadded) << 3);
  for (let j = 0; j < n1; j++) {
    for (let i = 0; i < inputs; i++) store<f64>(row(weights, j) + (<usize>i << 3), <f64>weightAt(weightRow(incumbent, 0, j), i));
  }
  let any = false;
  for (let k = 0; k < keptCount; k++) {
    breathe();
    spend(<f64>(n1 * inputsPadded) / 8);
    const y = label(kept(k));
    const p = primeOfRow(incumbent, kept(k));
    if (p < 0) return false;
    const sides = primeSides(y, p);
    for (let rest = primeMask(y, p); rest != 0; rest &= rest - 1) {
      const j = <i32>ctz(rest);
      store<i8>(givenSides + cell(j, k), (sides >>> j) & 1 ? 1 : -1);
      any = true;
    }
  }
  Given.round = 0;
  Given.best = 0;
  Given.idle = 0;
  Given.neuron = 0;
  if (!any) return false;
  for (let j = 0; j < n1; j++) {
    store<u8>(givenBare + <usize>j, u8(realToll(row(weights, j)) < 0));
    measure(weights, j);
  }
  for (let k = 0; k < keptCount; k++) tie(k);
  return true;
}

/** Further rounds gain next to nothing. */
export function givenStands(): bool {
  return Given.idle >= IDLE_ROUNDS;
}

/** A slice of a round; true where it ends the round, with the bound of its multipliers. */
export function stepGiven(weights: usize): bool {
  const n1 = size(1);
  const j = Given.neuron;
  if (j < n1) {
    if (isBare(j) || !carries(givenSides + cell(j, 0))) Given.neuron++;
    else fitSome(weights, j);
    return false;
  }
  beginSum();
  for (let other = 0; other < n1; other++) {
    readFit(other);
    addToSum(wanted, givenSides + cell(other, 0), isBare(other));
  }
  const bound = boundOfSum();
  setBoundGiven(-bound);
  Given.idle = bound - Given.best > Given.best / LEAST_GAIN ? 0 : Given.idle + 1;
  Given.best = max(Given.best, bound);
  for (let k = 0; k < keptCount; k++) tie(k);
  strain(<f64>(n1 * keptCount));
  Given.round++;
  Given.neuron = 0;
  return true;
}

/** A few rounds of a neuron's fit, warm: many short rounds come nearer than few that fit to the end, 4.0 against 4.4 % of the loss for less work. */
function fitSome(weights: usize, j: i32): void {
  const mine = row(weights, j);
  packSoft(givenSides + cell(j, 0), mine);
  shiftTargets(j);
  fitBox(mine, FIT_ROUNDS);
  measure(weights, j);
  Given.neuron++;
}

/** The multipliers that the fit of neuron `j` is the best answer to: what it lacks of its shifted targets. */
function readFit(j: i32): void {
  for (let k = 0; k < keptCount; k++) {
    let a: f64 = 0;
    if (load<i8>(givenSides + cell(j, k)) != 0) a = PULL * max<f64>(0, load<f64>(givenLacks + (cell(j, k) << 3)) + shiftOf(j, k));
    store<f64>(wanted + (<usize>k << 3), a);
  }
}

// @ts-ignore: decorator
@inline
function shiftOf(j: i32, k: i32): f64 {
  return load<f64>(givenShares + (cell(j, k) << 3)) / PULL - load<f64>(givenTies + (<usize>k << 3));
}

/** Whether neuron `j` has no weights. */
// @ts-ignore: decorator
@inline
function isBare(j: i32): bool {
  return load<u8>(givenBare + <usize>j) != 0;
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
    const side = <i32>load<i8>(givenSides + cell(j, k));
    if (side == 0) continue;
    breathe();
    spend(<f64>inputsPadded / 4);
    const sum = dotI16F64(sampleRow(kept(k)), mine, inputsPadded);
    const reach = isBare(j) && side > 0 ? Infinity : <f64>side * sum - toll;
    store<f64>(givenLacks + (cell(j, k) << 3), <f64>wantedOf(k, side) - reach);
  }
}

/** The packed rows lack so much more as their multipliers say, and less what the row lacks anyway. */
function shiftTargets(j: i32): void {
  const lacks = softLacks();
  let r: usize = 0;
  for (let k = 0; k < keptCount; k++) {
    if (load<i8>(givenSides + cell(j, k)) == 0) continue;
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
    if (load<i8>(givenSides + cell(j, k)) == 0) continue;
    const v = load<f64>(givenLacks + (cell(j, k) << 3)) + load<f64>(givenShares + (cell(j, k) << 3)) / PULL;
    let at = count++;
    while (at > 0 && load<f64>(givenRising + (<usize>(at - 1) << 3)) < v) {
      store<f64>(givenRising + (<usize>at << 3), load<f64>(givenRising + (<usize>(at - 1) << 3)));
      at--;
    }
    store<f64>(givenRising + (<usize>at << 3), v);
  }
  let t: f64 = 0;
  let sum: f64 = 0;
  for (let m = 0; m < count; m++) {
    const v = load<f64>(givenRising + (<usize>m << 3));
    if (v <= t) break;
    sum += v;
    t = (PULL * sum) / (2 + PULL * <f64>(m + 1));
  }
  store<f64>(givenTies + (<usize>k << 3), t);
  for (let j = 0; j < n1; j++) {
    if (load<i8>(givenSides + cell(j, k)) == 0) continue;
    const at = cell(j, k) << 3;
    const v = load<f64>(givenLacks + at) + load<f64>(givenShares + at) / PULL;
    store<f64>(givenShares + at, PULL * max<f64>(0, v - t));
  }
}
