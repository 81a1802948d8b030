/**
 * A door for the tests only: the engine's own, and a look at what Level B has cut off. The engine does not import it, so
 * nothing of it is in the package.
 */
export * from './index';
export { alphaRow, betaOf, cutsInUse, gammaOf } from './relax/cut-rows';
export { rootHighOf, rootLowOf } from './search/neuron-root';
