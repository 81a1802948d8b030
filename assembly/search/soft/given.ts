import { dotI16F64 } from '../../base/kernels/simd';
import { spend, strain } from '../../base/clock';
import { breathe } from '../../base/pause';
import { prepareSoft, primeMask, primeOfRow, primeSides } from '../../network/soft';
import { weightAt, weightRow } from '../../network/weights';
import { packSoft, realToll } from '../../neuron/soft-neuron';
import { inputs, inputsPadded, kept, keptCount, label, sampleRow, size } from '../../problem/shape';
import { incumbent, NO_VALUE, objective, setBoundGiven } from '../../record/incumbent';
import { resetBoxes } from '../../relax/exact/safe-bound';
import { addToSum, beginSum, boundOfSum, measureSoft, wantedOf } from '../../relax/exact/soft-bound';
import { boundOfFit, fitBox } from './box-fit';
import { blended, carried, Given, givenLacks, givenMean, givenSides, wanted } from './state';

/**
 * Hidden layers, soft margins: what no network falls below whose rows rely on the literals that they rely on in the incumbent. A row
 * loses at its worst literal, which is a game between weights, that lower the loss, and shares of the rows, that raise it:
 * every round each row is carried by the literal that it lacked most at last, every neuron is relaxed over the rows that it carries,
 * and the multipliers of all rounds are blended (fictitious play, Brown 1951). The exact bound takes whatever comes of it.
 */
const FIT_ROUNDS = 4;

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
  memory.fill(blended, 0, cell(n1, 0) << 3);
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
  Given.weight = 0;
  if (!any) return false;
  for (let j = 0; j < n1; j++) measure(weights, j);
  carry();
  return true;
}

/** One round, and the bound that all of them make. */
export function roundOfGiven(weights: usize): void {
  const n1 = size(1);
  Given.round++;
  const share = <f64>Given.round;
  Given.weight += share;
  for (let j = 0; j < n1; j++) {
    const sides = carried + cell(j, 0);
    if (!carries(sides)) continue;
    const mine = row(weights, j);
    packSoft(sides, mine);
    fitBox(mine, FIT_ROUNDS);
    boundOfFit(sides, mine);
    for (let k = 0; k < keptCount; k++) {
      const at = blended + (cell(j, k) << 3);
      store<f64>(at, load<f64>(at) + share * load<f64>(wanted + (<usize>k << 3)));
    }
    measure(weights, j);
  }
  carry();
  beginSum();
  for (let j = 0; j < n1; j++) {
    for (let k = 0; k < keptCount; k++) {
      store<f64>(givenMean + (<usize>k << 3), load<f64>(blended + (cell(j, k) << 3)) / Given.weight);
    }
    addToSum(givenMean, givenSides + cell(j, 0));
  }
  setBoundGiven(-boundOfSum());
}

function carries(sides: usize): bool {
  for (let k = 0; k < keptCount; k++) if (load<i8>(sides + <usize>k) != 0) return true;
  return false;
}

/** What the rows that rely on neuron `j` lack there. */
function measure(weights: usize, j: i32): void {
  const mine = row(weights, j);
  const toll = realToll(mine);
  for (let k = 0; k < keptCount; k++) {
    const side = <i32>load<i8>(givenSides + cell(j, k));
    if (side == 0) continue;
    breathe();
    spend(<f64>inputsPadded / 4);
    const sum = dotI16F64(sampleRow(kept(k)), mine, inputsPadded);
    // Without weights a neuron is + to infinity.
    const reach = toll < 0 && side > 0 ? Infinity : <f64>side * sum - max<f64>(toll, 0);
    store<f64>(givenLacks + (cell(j, k) << 3), <f64>wantedOf(k, side) - reach);
  }
}

/** Every row is carried by the literal that it lacks most. */
function carry(): void {
  const n1 = size(1);
  memory.fill(carried, 0, cell(n1, 0));
  for (let k = 0; k < keptCount; k++) {
    let worst = -1;
    let most = -Infinity;
    for (let j = 0; j < n1; j++) {
      if (load<i8>(givenSides + cell(j, k)) == 0) continue;
      const lack = load<f64>(givenLacks + (cell(j, k) << 3));
      if (lack <= most) continue;
      most = lack;
      worst = j;
    }
    if (worst >= 0) store<i8>(carried + cell(worst, k), load<i8>(givenSides + cell(worst, k)));
  }
  strain(<f64>(n1 * keptCount));
}
