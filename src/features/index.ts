export { greyLevels, greyRange } from './levels.js';
export { FeatureMap, FeatureReader, fitMeans } from './map.js';
export {
  autoFeatures,
  type BytesOf,
  channelsAsked,
  checkSpec,
  FEATURES_VERSION,
  featureCount,
  featuresText,
  hogShape,
  parseFeatures,
} from './name.js';
export { featureStrokes, type Stroke, type Strokes } from './strokes.js';
export type { DeskewSpec, FeatureSpec, FittedFeatures, GreyRange, HogSpec, ImageSize } from './types.js';
