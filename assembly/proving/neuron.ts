import { spend } from '../base/clock';
import { Boxes } from '../problem/boxes';
import { inputs, keptCount, layerCount, reachFor } from '../problem/shape';
import { heldByNeuron, hold, HOLD_CONFIDENT } from '../record/incumbent';
import { CODE_F, CODE_W, put } from '../record/log';
import { logMultipliers } from './multipliers';
import { isColumn, narrow, penalties, relaxCover, relaxMaxMin, resolveCover, resolveMaxMin, Penalties, solution, tableauIs, tableauMark, UNREACHABLE } from '../relax/lp/neuron-lp';
import { boxHigh, boxLow, coverCostBox, reducedCostBox, setBounds } from '../relax/exact/safe-bound';
import { trailRoom } from '../base/trail';
import { boundOf, lowOf, Path, Picked, requiredSums, setBoundOf, setBoxOf, sideAt, sidesOf, Standing, upOf, versionOf } from './state';
import { attainableOn } from '../search/weights/attainable';

/**
 * One neuron at a node of a tree that writes its proof (side tree: paper; literal tree: robust): its bound over the rows
 * that have a side of it and its boxes, with the multipliers that prove it; boxes narrowed by reduced costs; the weight
 * to branch on. All of it goes to the log. Values are maximised (MW: minus the weights).
 *
 * One tableau stands at a time, for the neuron and the version of its sides that were looked at last.
 */

/** No tableau is the tree's own yet. */
export function forgetTableau(): void {
  Standing.neuron = -1;
}

/** Whether the tableau that stands is neuron `j`'s, with the sides it has now. */
export function tableauStands(j: i32): bool {
  return tableauIs(Standing.mark) && Standing.neuron == j && Standing.version == versionOf(j);
}

/** MW: what |S| of neuron `j` has to reach (the box's toll on top) by kept row, i32 [K] in units of S; undecided rows as on the + side. */
export function requirements(j: i32): usize {
  const held = heldByNeuron(j);
  const whole = layerCount == 1 && hold == HOLD_CONFIDENT; // confidence counts in S, on both sides alike
  for (let k = 0; k < keptCount; k++) {
    store<i32>(requiredSums + (<usize>k << 2), reachFor(held, whole ? 1 : sideAt(j, k)));
  }
  return requiredSums;
}

/** Re-bounds neuron `j` over the rows with a side of it; false where no weights of its boxes reach what those ask (MW). */
export function boundNeuron(j: i32): bool {
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
  let reachable = true;
  if (Path.minimise) {
    const needs = warm ? resolveCover(sides, requirements(j)) : relaxCover(sides, requirements(j));
    reachable = needs != UNREACHABLE;
    if (Path.logging) logMultipliers(j, i32(reachable), reachable);
    if (reachable) setBoundOf(j, min(boundOf(j), -needs));
  } else {
    const relaxed = warm ? resolveMaxMin(sides, i32.MAX_VALUE) : relaxMaxMin(sides, boundOf(j));
    if (Path.logging) logMultipliers(j, 0, true);
    if (relaxed < boundOf(j)) setBoundOf(j, min(boundOf(j), attainableOn(sides, relaxed)));
  }
  Standing.neuron = j;
  Standing.version = versionOf(j);
  Standing.mark = tableauMark();
  return reachable;
}

/** Narrows boxes to the values with which neuron `j` would still exceed `limit`, by the bound evaluated last; whether any shrank. */
export function narrowBoxes(j: i32, limit: i64): bool {
  if (trailRoom() < 2 * inputs + 64) return false;
  // Where inputs move only some boxes would narrow (reducedCostBox), and whoever replays it would narrow all.
  if (!Path.minimise && Boxes.moved) return false;
  if (limit < <i64>(i32.MIN_VALUE / 2) || limit > <i64>(i32.MAX_VALUE / 2)) return false;
  let any = false;
  for (let i = 0; i < inputs; i++) {
    if (boxLow(i) == boxHigh(i)) continue;
    const shrank = Path.minimise ? coverCostBox(i, -<i32>limit) : reducedCostBox(i, <i32>limit);
    if (!shrank) continue;
    setBoxOf(j, i, boxLow(i), boxHigh(i));
    narrow(i);
    any = true;
  }
  if (any && Path.logging) {
    put(CODE_F);
    put(j);
  }
  return any;
}

/** Some weight of neuron `j` is still free. */
export function boxesOpen(j: i32): bool {
  for (let i = 0; i < inputs; i++) if (lowOf(j, i) < upOf(j, i)) return true;
  return false;
}

/** Chooses the weight of neuron `j` whose children lose most, by one-pivot penalties; else any open one. */
export function pickWeight(j: i32): void {
  Picked.input = -1;
  let at: f64 = 0;
  let score: f64 = -1;
  for (let i = 0; i < inputs; i++) {
    if (lowOf(j, i) == upOf(j, i)) continue;
    const x = load<f64>(solution + (<usize>i << 3));
    const fraction = x - Math.floor(x);
    if (fraction < 1e-6 || fraction > 1 - 1e-6) continue;
    penalties(i, fraction);
    const product = max<f64>(Penalties.down, 1e-6) * max<f64>(Penalties.up, 1e-6);
    if (product <= score) continue;
    score = product;
    Picked.input = i;
    at = x;
  }
  for (let i = 0; i < inputs && Picked.input < 0; i++) {
    if (lowOf(j, i) == upOf(j, i)) continue;
    Picked.input = i;
    at = max(load<f64>(solution + (<usize>i << 3)) - 0.5, <f64>lowOf(j, i) + 0.5);
  }
  if (Picked.input < 0) return;
  Picked.split = min(max(<i32>Math.floor(at), lowOf(j, Picked.input)), upOf(j, Picked.input) - 1);
  if (!Path.logging) return;
  put(CODE_W);
  put(j);
  put(Picked.input);
  put(Picked.split);
}
