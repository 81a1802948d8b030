import { groupingOf } from './objective.js';
import type { TrainingProblem } from './types.js';

/** Neurons of the first hidden layer under the robust objective: all 2^16 answers of them fit a table. */
export const MAX_ROBUST_WIDTH = 16;

/** The same with soft margins: all 3^10 sets of literals are looked at. */
export const MAX_SOFT_WIDTH = 10;

/** The samples of a robust problem and the rows (images) of each. */
export interface Groups {
  readonly count: number;
  /** Per row, its sample. */
  readonly of: ArrayLike<number>;
  /** Per sample, its rows, ascending. */
  readonly rows: readonly (readonly number[])[];
}

/** Samples as the robust objective counts them: the problem's groups, or every row for itself. */
export function groupsOf(problem: Pick<TrainingProblem, 'sampleCount' | 'objective'>): Groups {
  const of = groupingOf(problem) ?? Int32Array.from({ length: problem.sampleCount }, (_, k) => k);
  const rows: number[][] = [];
  for (let k = 0; k < problem.sampleCount; k++) {
    const group = of[k];
    while (rows.length <= group) rows.push([]);
    rows[group].push(k);
  }
  return { count: rows.length, of, rows };
}
