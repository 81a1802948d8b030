/**
 * A door for the tests only: the engine's own, a look at what Level B has cut off, and the parts of the flip join one by
 * one. The engine does not import it, so nothing of it is in the package.
 */
export * from './index';
export { arenaReset, reserve } from './memory/arena';
export { beginFlipJoin, flipJoinFits, stepFlipJoin } from './primal/flip-join';
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
} from './primal/flip-lists';
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
} from './primal/flip-tree';
export { leastMargin, roundBest } from './primal/max-min-search';
export { seedRandom } from './problem/random';
export { alphaRow, betaOf, cutsInUse, gammaOf } from './relax/cut-rows';
export { rawMultipliers, relaxMaxMin, solution } from './relax/neuron-lp';
export { resetBoxes } from './relax/safe-bound';
export { rootHighOf, rootLowOf } from './search/neuron-root';
