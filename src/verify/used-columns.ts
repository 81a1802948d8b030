import type { TrainingProblem } from '../problem/types.js';

/** Whether a single neuron uses at most one column of every `exclusive` group, and all or none of every `together` group. */
export function keepsToGroups(
  { exclusive, together }: Pick<TrainingProblem, 'exclusive' | 'together'>,
  weights: ArrayLike<number>,
): boolean {
  for (const group of exclusive ?? []) {
    let used = 0;
    for (const column of group) if (isUsed(column, weights)) used++;
    if (used > 1) return false;
  }
  for (const group of together ?? []) {
    const first = isUsed(group[0], weights);
    for (const column of group) if (isUsed(column, weights) !== first) return false;
  }
  return true;
}

function isUsed(column: readonly number[], weights: ArrayLike<number>): boolean {
  for (const i of column) if (weights[i] !== 0) return true;
  return false;
}
