/**
 * Data without files: bytes and texts in, plain numbers and labels out. Works in a browser as it is. Reading and
 * fetching files is in `files/`, for Node only.
 */

export { decodeText, decodeText as decodeCsv } from '../decode-text.js';
export { type RandomSource, sfc32 } from '../random.js';
export { classOrder } from './classes.js';
export { CSV_LIMITS, type CsvLimits, type CsvOptions, parseCsv } from './csv.js';
export { type DigitsOptions, drawDigits } from './digits/index.js';
export { type ExtraRows, parseExtraCsv } from './extra.js';
export { greyOfColour } from './grey.js';
export {
  formatIdx,
  IDX_IMAGES_MAGIC,
  IDX_LABELS_MAGIC,
  type IdxArray,
  imagesFromIdx,
  parseIdx,
} from './idx.js';
export { type MergedColumn, mergedColumns } from './merged-columns.js';
export {
  applyScaling,
  type Scaling,
  scaleRows,
  scalingColumns,
  validateScaling,
} from './scaling.js';
export { fitScaling, type ScalingMode, type ScalingOptions } from './scaling-fit.js';
export { type ScalingSummary, scalingSummary } from './scaling-summary.js';
export {
  fewShotRows,
  firstPerClass,
  type Labelled,
  type Selection,
  type SplitOptions,
  selectRows,
} from './split.js';
export type { DataSet } from './types.js';
