import { confidence, epsilon, holds, kept, keptCount, label, layerCount, marginScale, neuronCount, size } from '../../problem/shape';
import { bothLabels } from '../../relax/exact/count-bound';
import { hold, HOLD_CONFIDENT, HOLD_MARGINS } from '../../record/incumbent';
import { cannotPay, childOf } from './activation-node';
import { boundCover, decideClass } from './cover-node';
import { dropSlot, isTouched, pushNode, totalOf } from './node-pool';
import { coverMinus, coverPlus, Functions, MOST_FUNCTIONS, MOST_SERVING } from './state';
import { cellsFor, listFunctions, permuted, valueOfFunction } from './upper-functions';

/**
 * Roots of the cover tree (MW): what one layer above the first can do comes before any side (upper-functions.ts). A function that holds the
 * upper margin gives + rows and - rows their cells; where these agree on a neuron, it has a side on every row. Networks whose
 * function is in none of the others' cells are all in one of the roots. Neurons hold margins of their own here, so a function is not
 * the same with its neurons exchanged.
 *
 * [13, 2, 1]: one neuron separates alone, in one of two orientations, and the other has any sides that hold its margin; pairs of
 * rows, which either neuron may separate, are never branched on.
 */

/** Roots below `root`; false: there are none to tell apart, and `root` stands. Else `root` is dropped. */
export function pushFunctionRoots(root: usize): bool {
  if (layerCount != 2 || size(1) > MOST_SERVING) return false;
  Functions.bothLabels = bothLabels();
  listFunctions();
  if (!Functions.listed) return false;
  const count = listRoots();
  if (count < 0) return false;
  for (let f = 0; f < count; f++) if (!decidesAny(f)) return false;
  for (let f = 0; f < count; f++) pushFunction(root, f);
  dropSlot(root);
  return true;
}

/** What the last neuron's margin is at least, units of 1/D. */
function asked(): i32 {
  if (hold == HOLD_MARGINS) return load<i32>(holds + (<usize>(neuronCount - 1) << 2));
  return hold == HOLD_CONFIDENT ? confidence * marginScale - epsilon : 0;
}

/** The functions that hold as much, in every order of the neurons, without those whose cells another one has; -1: too many. */
function listRoots(): i32 {
  const least = asked();
  let count = 0;
  for (let f = 0; f < Functions.count; f++) {
    if (valueOfFunction(f) < least) continue;
    for (let p = 0; p < Functions.permutations; p++) {
      count = addRoot(count, permuted(cellsFor(f, 1), p), permuted(cellsFor(f, -1), p));
      if (count < 0) return -1;
    }
  }
  return count;
}

// @ts-ignore: decorator
@inline
function cellsAt(f: i32, y: i32): i32 {
  return load<i32>((y > 0 ? coverPlus : coverMinus) + (<usize>f << 2));
}

function addRoot(count: i32, plus: i32, minus: i32): i32 {
  for (let f = 0; f < count; f++) if ((plus & ~cellsAt(f, 1)) == 0 && (minus & ~cellsAt(f, -1)) == 0) return count;
  let to = 0;
  for (let f = 0; f < count; f++) {
    const a = cellsAt(f, 1);
    const b = cellsAt(f, -1);
    if ((a & ~plus) == 0 && (b & ~minus) == 0) continue;
    store<i32>(coverPlus + (<usize>to << 2), a);
    store<i32>(coverMinus + (<usize>to << 2), b);
    to++;
  }
  if (to == MOST_FUNCTIONS) return -1;
  store<i32>(coverPlus + (<usize>to << 2), plus);
  store<i32>(coverMinus + (<usize>to << 2), minus);
  return to + 1;
}

/** The side of neuron `j` in all cells that function `f` gives rows of label `y`; 0: it has either. */
function sideIn(f: i32, y: i32, j: i32): i32 {
  const cells = cellsAt(f, y);
  let plus = false;
  let minus = false;
  for (let cell = 0; cell < 1 << size(1); cell++) {
    if (((cells >> cell) & 1) == 0) continue;
    if ((cell >> j) & 1) plus = true;
    else minus = true;
  }
  return plus == minus ? 0 : plus ? 1 : -1;
}

function decidesAny(f: i32): bool {
  for (let j = 0; j < size(1); j++) if (sideIn(f, 1, j) != 0 || sideIn(f, -1, j) != 0) return true;
  return false;
}

function pushFunction(root: usize, f: i32): void {
  const child = childOf(root);
  for (let k = 0; k < keptCount; k++) {
    const y = label(kept(k));
    for (let j = 0; j < size(1); j++) {
      const side = sideIn(f, y, j);
      if (side == 0 || decideClass(child, j, k, side)) continue;
      dropSlot(child);
      return;
    }
  }
  for (let j = 0; j < size(1); j++) if (isTouched(child, j) && !boundCover(child, j)) return;
  if (cannotPay(totalOf(child))) dropSlot(child);
  else pushNode(child);
}
