export {
  type AffineCopies,
  type AffineSpread,
  checkPerturbations,
  type ElasticCopies,
  HANDWRITING_SPREAD,
  isGeometric,
  MAX_SD,
  movesColumns,
  NO_PERTURBATIONS,
  PERTURBATION_FIELDS,
  type PerturbationSet,
  type Perturbations,
} from './description.js';
export { familyBound, type ImageShape, perturbationFamily } from './family.js';
export { narrowed } from './narrow.js';
