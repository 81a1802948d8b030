import type { EnsembleClassifier } from '../ensemble/predict/classifier.js';
import type { VoteRule } from '../ensemble/types.js';

/** What a converted model says of a row. */
export interface Answer {
  /** -1: no label. */
  readonly label: number;
  readonly votes: readonly number[];
  /** `Infinity`: no input changes the label. 0 without a label. */
  readonly radius: number;
}

/** A row with the answer that is known. */
export interface Golden extends Answer {
  /** In the units of the converted model. */
  readonly row: readonly number[];
}

/** What the library says of one row. */
export function answerOf(
  judge: EnsembleClassifier,
  row: readonly number[],
  raw: ArrayLike<number>,
  vote: VoteRule,
): Golden {
  const { label, radius } = judge.certify(raw, { vote });
  return {
    row,
    label: label === null ? -1 : judge.classes.indexOf(label),
    votes: judge.votes(raw),
    radius: radius ?? 0,
  };
}
