/**
 * A door for the tests only: the engine's own, a look at what Level B has cut off, and the parts of the flip join one by
 * one. The engine does not import it, so nothing of it is in the package.
 */
import { Cuts } from './relax/exact/state';

export * from './door';
export { arenaReset, reserve } from './base/arena';
export { beginFlipJoin, flipJoinFits, stepFlipJoin } from './neuron/flips/flip-join';
export {
  addFlip,
  clearFlips,
  entryAt,
  entryCount,
  flipInput,
  flipOf,
  flipStep,
  listFlips,
  priceOf,
  reserveFlipLists,
} from './neuron/flips/flip-lists';
export {
  beginJoin,
  buildFlipTree,
  endJoin,
  foundLeft,
  foundRight,
  joinOpen,
  need,
  reserveFlipTree,
  rowWeights,
  setAllowance,
  shares,
  stepJoin,
  visited,
} from './neuron/flips/flip-tree';
export { leastMargin, roundBest } from './neuron/max-min-search';
export { seedRandom } from './base/random';
export { alphaRow, betaOf, gammaOf } from './relax/exact/cut-rows';
/** Cuts in use. */
export function cutsInUse(): i32 {
  return Cuts.inUse;
}
export { rawMultipliers, relaxMaxMin, solution } from './relax/lp/neuron-lp';
export { resetBoxes } from './relax/exact/safe-bound';
export { rootHighOf, rootLowOf } from './search/weights/neuron-root';
