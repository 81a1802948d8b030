import { dotI16 } from '../../base/kernels/simd';
import { spend } from '../../base/clock';
import { epsilon, inputsPadded, kept, keptCount, label, marginScale, sampleRow, size } from '../../problem/shape';
import { tollOfRow } from '../../network/weights';
import { cannotPay, lowerBound, readSides } from './activation-node';
import { boundAt, decide, exactOf, isTouched, setExact, sideOf, touchedOf, totalOf } from './node-pool';
import { findPattern, patternBound, patternMargin, patternRow } from './pattern-cache';
import { relaxedBound } from './relaxed-table';
import { servedSums, sides } from './state';
import { cellsFor } from './upper-functions';

/**
 * Nodes of the tree over functions and sides: what a row may still do under the node's function, what follows for its sides, and
 * how far the neurons' weights of the moment are from serving it.
 *
 * A row is served if some cell that the function gives its label agrees with its decided sides, and every neuron has its margin
 * there, too. `touched` of the pool's slot holds the function.
 */

/** The toll of a neuron without any side: it serves nobody. */
const UNTOUCHED: f64 = 1e12;

/** What a look at all rows has found. Writer: `findWorst`. */
export class Worst {
  /** How much the margins of the row that is served worst fall short, units of 1/D; below 0 where all are served. */
  static shortage: f64 = 0;
  /** The row and the neuron that falls short most in the best of its cells; -1: no side is left to decide. */
  static row: i32 = -1;
  static neuron: i32 = -1;
}

/** Cells that row `k` may be in: those of its label that agree with its decided sides. */
export function cellsOfRow(node: usize, k: i32): i32 {
  let cells = cellsFor(touchedOf(node), label(kept(k)));
  for (let j = 0; j < size(1); j++) {
    const side = sideOf(node, j, k);
    if (side != 0) cells &= side > 0 ? cellsWith(j) : ~cellsWith(j);
  }
  return cells;
}

/** The cells at which neuron `j` is on the + side. */
// @ts-ignore: decorator
@inline
export function cellsWith(j: i32): i32 {
  return j == 0 ? 0xaaaa : j == 1 ? 0xcccc : j == 2 ? 0xf0f0 : 0xff00;
}

/**
 * Decides the sides on which all cells of row `k` agree. Returns the neurons that have got a side (bit j), -1: the row is in no
 * cell any more.
 */
export function agreeOnRow(node: usize, k: i32): i32 {
  const cells = cellsOfRow(node, k);
  if (cells == 0) return -1;
  let changed = 0;
  for (let j = 0; j < size(1); j++) {
    if (sideOf(node, j, k) != 0) continue;
    if ((cells & cellsWith(j)) == 0) decide(node, j, k, -1);
    else if ((cells & ~cellsWith(j)) == 0) decide(node, j, k, 1);
    else continue;
    changed |= 1 << j;
  }
  return changed;
}

// @ts-ignore: decorator
@inline
function sumsOf(j: i32): usize {
  return servedSums + (<usize>(j * (keptCount + 1)) << 3);
}

/**
 * Bounds neuron `j` and leaves its pre-activations of the moment: of its best weights where they are proved to be best (then it
 * is marked exact), else of the relaxation. False where the node is closed by that.
 */
export function readNeuron(node: usize, j: i32): bool {
  const bit = <u32>1 << <u32>j;
  setExact(node, exactOf(node) & ~bit);
  const sums = sumsOf(j);
  if (!isTouched(node, j)) {
    memory.fill(sums, 0, <usize>keptCount << 3);
    store<f64>(sums + (<usize>keptCount << 3), UNTOUCHED);
    return !cannotPay(totalOf(node));
  }
  readSides(node, j);
  lowerBound(node, j, relaxedBound(sums));
  const known = findPattern(sides);
  if (known >= 0) {
    lowerBound(node, j, patternBound(known));
    if (patternMargin(known) >= load<i32>(boundAt(node, j))) {
      setExact(node, exactOf(node) | bit);
      for (let k = 0; k < keptCount; k++) {
        store<f64>(sums + (<usize>k << 3), <f64>dotI16(patternRow(known), sampleRow(kept(k)), inputsPadded));
      }
      store<f64>(sums + (<usize>keptCount << 3), <f64>tollOfRow(patternRow(known)));
      spend(<f64>(keptCount * inputsPadded) / 8);
    }
  }
  return load<i32>(boundAt(node, j)) >= 0 && !cannotPay(totalOf(node));
}

/** Looks for the row that the weights of the moment serve worst; wants all neurons read. */
export function findWorst(node: usize): void {
  Worst.shortage = -f64.MAX_VALUE;
  Worst.row = -1;
  Worst.neuron = -1;
  const n = size(1);
  for (let k = 0; k < keptCount; k++) {
    const cells = cellsOfRow(node, k);
    let least = f64.MAX_VALUE;
    let worst = -1;
    for (let cell = 0; cell < 1 << n; cell++) {
      if (((cells >> cell) & 1) == 0) continue;
      let most: f64 = -f64.MAX_VALUE;
      let neuron = -1;
      for (let j = 0; j < n; j++) {
        if (sideOf(node, j, k) != 0) continue;
        const s = load<f64>(sumsOf(j) + (<usize>k << 3));
        const toll = load<f64>(sumsOf(j) + (<usize>keptCount << 3));
        const margin = (cell >> j) & 1 ? <f64>marginScale * (s - toll) : <f64>marginScale * (-s - toll) - <f64>epsilon;
        const lack = <f64>load<i32>(boundAt(node, j)) - margin;
        if (lack <= most) continue;
        most = lack;
        neuron = j;
      }
      if (most >= least) continue;
      least = most;
      worst = neuron;
    }
    if (worst < 0 || least <= Worst.shortage) continue;
    Worst.shortage = least;
    Worst.row = k;
    Worst.neuron = worst;
  }
  spend(<f64>(keptCount * n) * <f64>(1 << n) / 4);
}
