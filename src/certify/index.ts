export { type Adversarial, Attacker, type AttackOptions, attackNetwork, type Goal } from './attack.js';
export { FirstLayers, firstBiases, type PlacedNetwork, placeNetworks } from './first-layers.js';
export { certifyNetwork, type NetworkCertificate } from './network.js';
export { type Clip, certifiedRadius, holdRadius } from './radius.js';
export { attackBySquares, type Lead } from './squares.js';
export { type InputPart, SumRange } from './sum-range.js';
export { UpperFunction } from './upper.js';
