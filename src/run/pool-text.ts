import type { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import { knownInputNames } from '../ensemble/predict/explain.js';
import type { TrainedPool } from '../ensemble/types.js';

/** The pool of a training as the text of its file: docs/formats.md, "Pool of a training". */
export function poolToText(pool: TrainedPool, { classes, model }: EnsembleClassifier): string {
  const { weightBound } = model;
  const inputs = knownInputNames(model);
  const document = { format: 'fewbit-pool', version: 1, classes, weightBound, inputs, ...pool };
  return `${JSON.stringify(document)}\n`;
}
