/**
 * A door for the tests only: the engine's own, a look at what Level B has cut off, and the parts of the flip join one by
 * one. The engine does not import it, so nothing of it is in the package.
 */
import { FlipLists, FlipTree } from './neuron/flips/state';
import { Cuts, LastBound } from './relax/exact/state';
import { Tableau } from './relax/lp/state';

export * from './door';
export { arenaReset, reserve } from './base/arena';
export { clearTrail, setI16, setI32, setI8, trailMark, trailRoom, undoTo } from './base/trail';
export { reserveTrail } from './base/state';
export { beginFlipJoin, flipJoinFits, stepFlipJoin } from './neuron/flips/flip-join';
export { addFlip, clearFlips, entryAt, entryCount, flipOf, listFlips, priceOf } from './neuron/flips/flip-lists';
export { beginJoin, buildFlipTree, endJoin, joinOpen, setAllowance, stepJoin } from './neuron/flips/flip-tree';
export { need, reserveFlipLists, reserveFlipTree, rowWeights, shares } from './neuron/flips/state';
export { leastMargin, roundBest } from './neuron/max-min-search';
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
