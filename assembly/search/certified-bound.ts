import { reserve } from '../memory/arena';
import { spend } from '../problem/limits';
import { epsilon, inputs, keptCount, layerCount, marginScale, weightBound } from '../problem/shape';
import { isColumn, narrow, relaxCover, relaxMaxMin, resolveCover, resolveMaxMin, tableauSession, UNREACHABLE } from '../relax/neuron-lp';
import { boxHigh, boxLow, coverCostBox, reducedCostBox, setBounds } from '../relax/safe-bound';
import { CODE_F, put } from '../proof/log';
import { logMultipliers } from '../proof/multipliers';
import { trailRoom } from '../state/trail';
import { cut, lemmaCut, lemmaNeuron, logging, minimise, setImpossible } from './certified-path';
import { boundOf, lowOf, setBoundOf, setBoxOf, sideAt, sidesOf, sumOfBounds, upOf, upperBoundNow, versionOf } from './certified-state';
import { heldByNeuron, hold, HOLD_CONFIDENT } from './incumbent';
import { attainableOn } from './neuron-tree';

/**
 * The bound of one neuron at a node of the certified tree: its relaxation over the decided rows and the boxes of the node,
 * from the tableau that stands where that is still this neuron's with these sides, and the multipliers that prove it, to
 * the log.
 */
let required: usize = 0; // i32 [K]: what MW asks of the kept samples, units of S
let tableauNeuron: i32 = -1;
let tableauVersion: i32 = -1;
let session: i32 = 0; // of the tableau; somebody else may have begun another since

export function reserveCertifiedBound(rowCount: i32): void {
  required = reserve(<usize>rowCount << 2);
}

/** No tableau is the tree's own yet. */
export function forgetTableau(): void {
  tableauNeuron = -1;
}

/** Whether the tableau that stands is neuron `j`'s, with the sides it has now. */
export function tableauStands(j: i32): bool {
  return session == tableauSession && tableauNeuron == j && tableauVersion == versionOf(j);
}

/** Re-bounds neuron `j` over its decided rows and boxes and writes the multipliers down. */
export function evaluate(j: i32): void {
  let warm = tableauStands(j);
  for (let i = 0; i < inputs; i++) {
    const low = lowOf(j, i);
    const up = upOf(j, i);
    if (boxLow(i) == low && boxHigh(i) == up) continue;
    setBounds(i, low, up);
    if (warm && !isColumn(i)) warm = false; // fixed where the tableau was begun, open again here
    if (warm) narrow(i);
  }
  spend(<f64>inputs);
  const sides = sidesOf(j);
  if (minimise) {
    const asked = requiredOf(j);
    const needs = warm ? resolveCover(sides, asked) : relaxCover(sides, asked, weightBound);
    if (needs == UNREACHABLE) {
      if (logging) logMultipliers(j, 0, false);
      setImpossible();
    } else {
      if (logging) logMultipliers(j, 1, true);
      setBoundOf(j, min(boundOf(j), -needs));
    }
  } else {
    const relaxed = warm ? resolveMaxMin(sides, i32.MAX_VALUE) : relaxMaxMin(sides, boundOf(j));
    if (logging) logMultipliers(j, 0, true);
    if (relaxed < boundOf(j)) setBoundOf(j, min(boundOf(j), attainableOn(sides, relaxed)));
  }
  tableauNeuron = j;
  tableauVersion = versionOf(j);
  session = tableauSession;
}

/** MW: what neuron `j` has to reach on each kept sample, i32 [K] in units of S. */
export function requiredOf(j: i32): usize {
  const held = heldByNeuron(j);
  const whole = layerCount == 1 && hold == HOLD_CONFIDENT;
  for (let k = 0; k < keptCount; k++) {
    const asks = sideAt(j, k) > 0 || whole ? held : held + epsilon;
    store<i32>(required + (<usize>k << 2), asks <= 0 ? 0 : (asks - 1) / marginScale + 1);
  }
  return required;
}

/** Reduced-cost fixing, written down as such. */
export function fix(j: i32): void {
  if (trailRoom() < 2 * inputs + 64) return;
  const others = sumOfBounds() + <i64>upperBoundNow() - <i64>boundOf(j);
  const limit = lemmaNeuron >= 0 ? <i64>lemmaCut : cut - others;
  if (limit < <i64>(i32.MIN_VALUE / 2) || limit > <i64>(i32.MAX_VALUE / 2)) return;
  let any = false;
  for (let i = 0; i < inputs; i++) {
    if (boxLow(i) == boxHigh(i)) continue;
    const shrank = minimise ? coverCostBox(i, -<i32>limit) : reducedCostBox(i, <i32>limit);
    if (!shrank) continue;
    setBoxOf(j, i, boxLow(i), boxHigh(i));
    narrow(i);
    any = true;
  }
  if (any && logging) {
    put(CODE_F);
    put(j);
  }
}
