import { inputNames } from '../data/encoding.js';
import type { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { TrainedPool } from '../ensemble/types.js';

/** The pool of a training as the text of its file: docs/formats.md, "Pool of a training". */
export function poolToText(pool: TrainedPool, { classes, model }: EnsembleClassifier): string {
  const { columns, encoding, weightBound } = model;
  const inputs = columns === undefined || encoding === undefined ? columns : inputNames(encoding, columns);
  const document = { format: 'fewbit-pool', version: 1, classes, weightBound, inputs, ...pool };
  return `${JSON.stringify(document)}\n`;
}
