import { alphaRow, betaOf, gammaOf } from '../../relax/exact/cut-rows';
import { boxLower, boxUpper, Cuts } from '../../relax/exact/state';
import { inputs } from '../../problem/shape';
import { weightAt } from '../../network/weights';
import { leastSumOn, rowCount, rowLies, rowValue, takeRows, treeRowAt, trueValue, valueByCounts, valueByMargins } from '../../witness/rows';
import { mustHold } from '../../witness/state';
import { exchangeWeights } from './dominance';
import { Dominance, Growth, NeuronTree, rootHigh, rootLow, treeNeeds, treeSides, WeightPool } from './state';
import { highOf, inputOf, lowOf, parentOf } from './weight-pool';
import { poolHeap } from './state';

/**
 * Checked build: the witness' rows (assembly/witness/) before a tree of Level B. A row that beats the cut is in the root's boxes, in
 * some open node, and no cut or relaxation says less of it than it is worth. The chain of a neighbourhood repeats what other
 * nodes cover, so that throwing it away loses nothing and is not asked about.
 */
export function beginWeightWitness(): void {
  takeRows();
  value();
}

/** The tree knows dominance from here on: its rows change by exchanges to such as the relations allow, worth as much or more. */
export function exchangeWitness(): void {
  if (!Dominance.known) return;
  for (let r = 0; r < rowCount(); r++) {
    const before = rowValue(r);
    exchangeWeights(treeRowAt(r));
    value();
    mustHold(rowValue(r) >= before, 'dominance: an exchange');
  }
}

function value(): void {
  if (NeuronTree.covers) valueByCounts(treeSides, treeNeeds);
  else valueByMargins(treeSides, Growth.ceiling);
}

/** Whether row `r` lies in all that has been branched on down to `node`. */
function onPath(node: i32, r: i32): bool {
  for (let at = node; parentOf(at) >= 0; at = parentOf(at)) {
    const w = weightAt(treeRowAt(r), inputOf(at));
    if (w < lowOf(at) || w > highOf(at)) return false;
  }
  return true;
}

/** `node` is closed, and nothing comes in its place: nothing in it beats `cut`. */
export function closingWeights(node: i32, cut: i32, place: string): void {
  for (let r = 0; r < rowCount(); r++) mustHold(rowValue(r) <= cut || !onPath(node, r), place);
}

/** All nodes of the heap are closed. */
export function closingHeap(cut: i32, place: string): void {
  for (let at = 0; at < WeightPool.open; at++) closingWeights(load<i32>(poolHeap + (<usize>at << 2)), cut, place);
}

/** `node` is worth `bound` at most. */
export function boundingWeights(node: i32, bound: i32, cut: i32, place: string): void {
  for (let r = 0; r < rowCount(); r++) mustHold(trueValue(r) <= max(cut, bound) || !onPath(node, r), place);
}

/** The whole tree is. */
export function boundingTree(bound: i32, place: string): void {
  for (let r = 0; r < rowCount(); r++) mustHold(trueValue(r) <= bound, place);
}

/** The boxes at hand are those of `node`, narrowed to what beats `cut`. */
export function narrowedBoxes(node: i32, cut: i32, place: string): void {
  for (let r = 0; r < rowCount(); r++) {
    mustHold(rowValue(r) <= cut || !onPath(node, r) || rowLies(r, boxLower, boxUpper), place);
  }
}

/** The root's boxes have been. */
export function narrowedRoot(cut: i32, place: string): void {
  for (let r = 0; r < rowCount(); r++) mustHold(rowValue(r) <= cut || rowLies(r, rootLow, rootHigh), place);
}

/** Cuts have been added that hold for everything that beats `cut`, where M is at most `most` (a smaller M is true of it too). */
export function addedCuts(cut: i32, most: i64, place: string): void {
  for (let r = 0; r < rowCount(); r++) {
    if (rowValue(r) <= cut) continue;
    const m = min(most, leastSumOn(treeRowAt(r), treeSides));
    for (let c = 0; c < Cuts.inUse; c++) {
      let sum: i64 = 0;
      for (let i = 0; i < inputs; i++) sum += <i64>load<i32>(alphaRow(c) + (<usize>i << 2)) * <i64>weightAt(treeRowAt(r), i);
      mustHold(sum - gammaOf(c) * m >= betaOf(c), place);
    }
  }
}
