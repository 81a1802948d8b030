import type { Matrix, VoteRule } from '../types.js';
import type { EnsembleClassifier } from './classifier.js';
import { chooseSamples, type LabelledData, UNKNOWN } from './evaluate.js';

/** A sample that is not given its label. */
export interface WorstError {
  /** Its row in the data, from 0. */
  readonly sample: number;
  readonly truth: string;
  /** `null`: no label. */
  readonly answer: string | null;
  /** Networks that voted for each class. */
  readonly votes: readonly number[];
  /** By how much the largest score exceeds that of the truth: votes, of two classes sums of the last layer. */
  readonly by: number;
}

/**
 * The errors that the vote was surest of, among the samples that `evaluate` judges: largest lead over the truth first, then by their place
 * in the data.
 */
export function worstErrors(
  classifier: EnsembleClassifier,
  data: LabelledData,
  most: number,
  options: { readonly vote?: VoteRule; readonly perClass?: number } = {},
): WorstError[] {
  const { classes } = classifier;
  const { leftOut } = classifier.model;
  const { chosen } = chooseSamples(data.labels, { classes, leftOut }, options.perClass);
  const errors: WorstError[] = [];
  for (const { sample, truth } of chosen) {
    if (truth === UNKNOWN) continue;
    const { label, votes, scores } = classifier.answer(rowOf(data.samples, sample), { vote: options.vote });
    if (label === classes[truth]) continue;
    const by = Math.max(...scores) - scores[truth];
    errors.push({ sample, truth: classes[truth], answer: label, votes, by });
  }
  return errors.sort((a, b) => b.by - a.by || a.sample - b.sample).slice(0, most);
}

/** One row of a matrix. */
export function rowOf(samples: Matrix, row: number): ArrayLike<number> {
  if (!('columns' in samples)) return samples[row];
  const { values, columns } = samples;
  return Array.from({ length: columns }, (_, column) => values[row * columns + column]);
}
