export { type Adversarial, Attacker, type AttackOptions, attackNetwork, type Goal } from './attack.js';
export { certifiedRadius, certifyNetwork, holdRadius, type NetworkCertificate } from './radius.js';
export { UpperFunction } from './upper.js';
