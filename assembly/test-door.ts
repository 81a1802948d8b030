/**
 * A door for the tests only: the engine's own, and parts of rooms one by one. The engine does not import it, so nothing of it is in the package.
 */
import { FlipLists, FlipTree } from './neuron/flips/state';
import { packColumn, packRows } from './neuron/packing';
import { Move, Packing, Packings, pairBest, pairHome, Pairs } from './neuron/state';
import { chooseStep, makeMove } from './neuron/tabu';
import * as recorded from './record/state';
import { Cuts, LastBound, Planted } from './relax/exact/state';
import { Tableau } from './relax/lp/state';
import { Pool } from './search/sides/state';
import { Witness } from './witness/state';
import { WeightPool } from './search/weights/state';

export * from './door';
export { arenaReset, reserve } from './base/arena';
export { clearTrail, setI16, setI32, setI8, trailMark, trailRoom, undoTo } from './base/trail';
export { reserveTrail } from './base/state';
export { beginFlipJoin, flipJoinFits, stepFlipJoin } from './neuron/flips/flip-join';
export { addFlip, clearFlips, entryAt, entryCount, flipOf, listFlips, priceOf } from './neuron/flips/flip-lists';
export { beginJoin, buildFlipTree, endJoin, joinOpen, setAllowance, stepJoin } from './neuron/flips/flip-tree';
export { need, reserveFlipLists, reserveFlipTree, rowWeights, shares } from './neuron/flips/state';
export { beginMaxMin, leastMargin, roundBest, searchMaxMin } from './neuron/max-min-search';
export { beginCover, covers, searchCover } from './neuron/cover-search';
export { searchShortfall } from './neuron/shortfall-search';
export { packSoft, penaltyNow, penaltyWithout, settleSoft } from './neuron/soft-neuron';
export { seedRandom } from './base/random';
export { alphaRow, betaOf, gammaOf, setCut } from './relax/exact/cut-rows';
/** The pair that `stepJoin` has found, the pairs of nodes it has looked at, and the flip that `flipOf` was asked for. */
export function foundLeft(): usize {
  return FlipTree.foundLeft;
}
export function foundRight(): usize {
  return FlipTree.foundRight;
}
export function visited(): i32 {
  return FlipTree.visited;
}
export function flipInput(): i32 {
  return FlipLists.input;
}
export function flipStep(): i32 {
  return FlipLists.step;
}
export { beginColumns, beginCountSearch, fillColumn } from './neuron/count-search';
export { beginPairs, searchPairs } from './neuron/count-pairs';
/** The descent by pairs: whether it can run, the ramp's width; the best weights and their rows; the home's weights and worth. */
export function pairsFit(): bool {
  return Pairs.fits;
}
export function pairsRamp(): i32 {
  return Pairs.ramp;
}
export function pairsBestAt(): usize {
  return pairBest;
}
export function pairsBest(): i32 {
  return Pairs.best;
}
export function pairsHomeAt(): usize {
  return pairHome;
}
export function pairsHomeWorth(): i32 {
  return Pairs.homeWorth;
}
/** The tabu core, on the packing of max-min: every input is a column. */
export function packAll(sides: usize, low: i32, high: i32, columns: i32): void {
  const packing = Packings.maxMin;
  packRows(packing, sides);
  packing.columns = columns;
  for (let i = 0; i < columns; i++) {
    store<i32>(packing.inputOf + (<usize>i << 2), i);
    store<i16>(packing.lows + (<usize>i << 1), <i16>low);
    store<i16>(packing.highs + (<usize>i << 1), <i16>high);
    packColumn(packing, sides, i, i);
  }
}
/** A turn: chooses, and moves where there is a move; the column, or -1. */
export function turnTabu(aspires: bool, least: i32, spread: i32): i32 {
  const packing: Packing = Packings.maxMin;
  packing.turn++;
  chooseStep(packing, aspires, 4);
  if (Move.column >= 0) makeMove(packing, Move.column, least, spread);
  return Move.column;
}
export function moveAfter(): i32 {
  return Move.after;
}
export function movePenalty(): f32 {
  return Move.penalty;
}
/** What packed rows lack, f32 [rows padded]; the moving weights, i16 [NP]; column 0 of the packing and the padded rows. */
export function lacksAt(): usize {
  return Packings.maxMin.lacks;
}
export function movingAt(): usize {
  return Packings.maxMin.moving;
}
export function matrixAt(): usize {
  return Packings.maxMin.matrix;
}
export function rowsPadded(): i32 {
  return Packings.maxMin.rowsPadded;
}

/** The pool of Level B: nodes in the heap and on the stack, the bound of the stack. */
export function weightsOpen(): i32 {
  return WeightPool.open;
}
export function weightsStacked(): i32 {
  return WeightPool.stacked;
}
export function weightsStackedBound(): i32 {
  return WeightPool.stackedBound;
}
export { bestWeightsBound, clearWeightPool, closeStack, closeWeights, newWeightNode, openNode, replaceByChildren, roomForTwo, takeWeights } from './search/weights/weight-pool';
export { beginNeuronTree, growNeuronTree } from './search/weights/neuron-tree';
export { exchangeWeights, narrowRelated, relateWeights } from './search/weights/dominance';
export { reservePool } from './search/weights/state';

/** The pool of Level A. */
export function nodesOpen(): i32 {
  return Pool.open;
}
export { bestOpen, clearNodes, decide, dropSlot, freeSlots, isTouched, popLast, popNode, pushNode, setTotal, sideOf, takeSlot, totalOf, turnNeuron } from './search/sides/node-pool';
export { reserveNodes } from './search/sides/state';

/** The record. */
export { beginRecord } from './record/state';
export { closed, declareInfeasible, improveBound, offer, offerEqual } from './record/incumbent';
export function recordObjective(): i64 {
  return recorded.objective;
}
export function recordBound(): i64 {
  return recorded.bound;
}
export { tableauIs, tableauIsOf, tableauMark } from './relax/lp/tableau-mark';
/** Cuts in use. */
export function cutsInUse(): i32 {
  return Cuts.inUse;
}
export { rawMultipliers, relaxMaxMin, solution } from './relax/lp/neuron-lp';
export { coverBound, coverCostBox, maxMinBound, provesUnreachable, reducedCostBox, resetBoxes, setBounds } from './relax/exact/safe-bound';
export { boxLower, boxUpper, cutMultipliers, multipliers } from './relax/exact/state';
export { separateCuts } from './relax/cuts/gomory';
export { useCuts } from './relax/exact/cut-rows';
export { measureInputs } from './relax/exact/cut-rows';
export { resolveMaxMin } from './relax/lp/neuron-lp';
export { reserveDualSimplex, reserveTableau } from './relax/lp/state';
export { solve } from './relax/lp/dual-simplex';
export { addRow, begin, multiplier, reducedCost, restoreTableau, saveTableau, setBox, setColumn, snapshotBytes, valueOf } from './relax/lp/tableau';
export { relaxMaxMinWithCuts } from './relax/lp/neuron-lp';
/** What 1.0 was rounded to in the last bound. */
export function multiplierScale(): i64 {
  return LastBound.scale;
}
/** Rows of the tableau that stands. */
export function tableauRows(): i32 {
  return Tableau.rows;
}
export { rootHighOf, rootLowOf } from './search/weights/neuron-root';
/** The witness is said to be worth so much more than it is: what a prune that is wrong by as much would do to it. */
export function exaggerate(by: i32): void {
  Witness.more = by;
}
/** From now on bounds of a neuron's margin come out too low by so many units of 1/D. */
export function plantFault(by: i32): void {
  Planted.lower = by;
}
