import type { Matrix, WorstError } from '../types.js';
import { type Ballot, NO_LABEL } from '../vote/vote.js';

/**
 * The errors that the vote was surest of: largest lead over the truth first, then by their place in the data. They are taken while an
 * evaluation answers its samples, so that none is answered twice.
 */
export class WorstErrors {
  private readonly errors: WorstError[] = [];

  constructor(
    private readonly classes: readonly string[],
    private readonly most: number,
  ) {}

  /** @param truth index of the sample's class @param votes networks for each class @param scores what speaks for each class */
  take(
    sample: number,
    truth: number,
    { label }: Ballot,
    votes: readonly number[],
    scores: readonly number[],
  ): void {
    if (label === truth) return;
    const { classes } = this;
    const answer = label === NO_LABEL ? null : classes[label];
    const by = Math.max(...scores) - scores[truth];
    this.errors.push({ sample, truth: classes[truth], answer, votes, by });
  }

  list(): WorstError[] {
    return this.errors.sort((a, b) => b.by - a.by || a.sample - b.sample).slice(0, this.most);
  }
}

/** One row of a matrix. */
export function rowOf(samples: Matrix, row: number): ArrayLike<number> {
  if (!('columns' in samples)) return samples[row];
  const { values, columns } = samples;
  return Array.from({ length: columns }, (_, column) => values[row * columns + column]);
}
