export { FeatureRange } from './map.js';
export { halvesOf, middleStance, type StanceRange } from './stance.js';
