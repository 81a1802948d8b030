import { count, COUNT_CUT_ROUNDS, COUNT_FIXINGS } from '../../base/counts';
import { CHECKED } from '../../base/check';
import { spend } from '../../base/clock';
import { Boxes, leastWeight, mostWeight } from '../../problem/boxes';
import { epsilon, inputs, keptCount, marginScale } from '../../problem/shape';
import { measureInputs, useCuts } from '../../relax/exact/cut-rows';
import { boxLower, boxUpper, cutMultipliers, Cuts, MOST_CUTS } from '../../relax/exact/state';
import { dropSlackCuts, separateCuts } from '../../relax/cuts/gomory';
import { narrow, openColumns, rawMultipliers, relaxCover, relaxMaxMinWithCuts, resolveMaxMin, tableauIs, tableauMark } from '../../relax/lp/neuron-lp';
import { boxHigh, boxLow, coverBound, coverCostBox, maxMinBound, reducedCostBox } from '../../relax/exact/safe-bound';
import { addedCuts, narrowedRoot } from './weight-witness';
import { NeuronTree, Root, rootCuts, rootHigh, rootLow, rootRows, treeNeeds, treeSides } from './state';

/**
 * The root of a tree of Level B (neuron-tree.ts says whom it serves), which keeps improving while the tree grows: its
 * boxes are what the root's reduced costs leave of the problem's, given the best cut-off so far, and its cuts are separated
 * again each time the tree has grown several times over. Both hold for the whole tree: everything that they cut off is
 * worth no more than the cut-off. Weights that are fixed at the root become constants of a smaller tableau as soon as
 * that saves a quarter of it.
 */

/** A tree that ends within so many nodes is not worth a cut. */
const SEPARATE_AT = 100;
const SEPARATE_AGAIN = 8;
const MOST_ROUNDS = 30;
const MOST_IDLE = 3;

/** A new tree, its root just relaxed. */
export function beginRoot(knownCeiling: i32): void {
  Root.ceiling = knownCeiling;
  Root.tableau = tableauMark();
  Root.stale = false;
  Root.cuts = 0;
  Root.age = 0;
  Root.nextSeparation = SEPARATE_AT;
  Root.round = -1;
  memory.copy(rootRows, rawMultipliers, <usize>keptCount << 3);
  for (let i = 0; i < inputs; i++) {
    store<i16>(rootLow + (<usize>i << 1), <i16>leastWeight(i));
    store<i16>(rootHigh + (<usize>i << 1), <i16>mostWeight(i));
  }
}

/** The cut-off has risen: the boxes may be narrower now. */
export function loosenRoot(): void {
  Root.stale = true;
}

// @ts-ignore: decorator
@inline
export function rootLowOf(i: i32): i32 {
  return <i32>load<i16>(rootLow + (<usize>i << 1));
}
// @ts-ignore: decorator
@inline
export function rootHighOf(i: i32): i32 {
  return <i32>load<i16>(rootHigh + (<usize>i << 1));
}

/**
 * Before a node: makes the tableau the tree's own, and the root's boxes know the cut-off. True when it did a round of cuts
 * instead, a slice of its own: the node has to wait.
 */
export function prepareRoot(cutOff: i32, treeBound: i32): bool {
  if (Root.round < 0 && ++Root.age == Root.nextSeparation && !NeuronTree.covers && !Boxes.moved) {
    Root.nextSeparation *= SEPARATE_AGAIN;
    Root.round = 0;
    measureInputs();
    Root.idle = 0;
    Root.roundBound = i32.MAX_VALUE;
  }
  if (Root.round >= 0) {
    separationRound(cutOff, treeBound);
    return true;
  }
  if (!Root.stale && tableauIs(Root.tableau)) return false;
  Root.stale = false;
  toRoot();
  if (NeuronTree.covers) coverBound(rootRows, treeSides, treeNeeds);
  else {
    useCuts(Root.cuts);
    memory.copy(cutMultipliers, rootCuts, MOST_CUTS << 3);
    maxMinBound(rootRows, treeSides, Root.ceiling);
  }
  fixRoot(cutOff);
  if (tableauIs(Root.tableau) && 4 * openInputs() > 3 * openColumns()) {
    for (let i = 0; i < inputs; i++) narrow(i);
    return false;
  }
  relaxRoot(cutOff);
  return false;
}

function relaxRoot(cutOff: i32): void {
  if (NeuronTree.covers) relaxCover(treeSides, treeNeeds);
  else {
    useCuts(Root.cuts);
    relaxMaxMinWithCuts(treeSides, Root.ceiling, i32.MIN_VALUE);
  }
  Root.tableau = tableauMark();
  memory.copy(rootRows, rawMultipliers, <usize>keptCount << 3);
  memory.copy(rootCuts, cutMultipliers, MOST_CUTS << 3);
  fixRoot(cutOff);
}

/** One round: solve, drop what is slack when room is short, separate. The last round leaves the cuts that bind. */
function separationRound(cutOff: i32, treeBound: i32): void {
  toRoot();
  useCuts(Root.cuts);
  let bound: i32;
  if (Root.round == 0 || !tableauIs(Root.tableau)) bound = relaxMaxMinWithCuts(treeSides, Root.ceiling, i32.MIN_VALUE);
  else bound = resolveMaxMin(treeSides, Root.ceiling);
  if (Cuts.inUse > MOST_CUTS - 12) {
    dropSlackCuts();
    bound = relaxMaxMinWithCuts(treeSides, Root.ceiling, i32.MIN_VALUE);
  }
  Root.tableau = tableauMark();
  Root.idle = bound < Root.roundBound ? 0 : Root.idle + 1;
  Root.roundBound = min(Root.roundBound, bound);
  const most = (<i64>min(treeBound, max(Root.roundBound, cutOff)) + <i64>epsilon) / <i64>marginScale;
  count(COUNT_CUT_ROUNDS);
  const more = Root.round < MOST_ROUNDS && Root.idle < MOST_IDLE && bound > cutOff && separateCuts(treeSides, most) > 0;
  if (CHECKED) addedCuts(cutOff, most, 'gomory: a cut');
  if (!more) dropSlackCuts();
  Root.cuts = Cuts.inUse;
  Root.round = more ? Root.round + 1 : -1;
  if (!more) relaxRoot(cutOff);
}

function toRoot(): void {
  memory.copy(boxLower, rootLow, <usize>inputs << 1);
  memory.copy(boxUpper, rootHigh, <usize>inputs << 1);
}

/** Narrows the root's boxes by the certificate of the last bound, which must have been taken over them. */
function fixRoot(cutOff: i32): void {
  for (let i = 0; i < inputs; i++) if (boxLow(i) != boxHigh(i)) fixInput(i, NeuronTree.covers, cutOff);
  memory.copy(rootLow, boxLower, <usize>inputs << 1);
  memory.copy(rootHigh, boxUpper, <usize>inputs << 1);
  if (CHECKED) narrowedRoot(cutOff, 'neuron-root: reduced costs');
  spend(<f64>inputs);
}

/**
 * Narrows the box of weight `i` to what can still beat the cut-off; exact, from the certificate of the last bound. A margin
 * below 0 is of no use to anybody, one of 0 is: to cut off at 0 where the cut-off is below lost neurons whose best margin is 0.
 */
export function fixInput(i: i32, covering: bool, cutOff: i32): bool {
  const narrower = covering ? cutOff > i32.MIN_VALUE && coverCostBox(i, -cutOff) : reducedCostBox(i, max(cutOff, -1));
  if (narrower) count(COUNT_FIXINGS);
  return narrower;
}

function openInputs(): i32 {
  let open = 0;
  for (let i = 0; i < inputs; i++) open += i32(boxLow(i) != boxHigh(i));
  return open;
}
