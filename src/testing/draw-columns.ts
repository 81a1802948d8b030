import type { ColumnGroup } from '../problem/combinations.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Draws } from './draws.js';
import { isSound } from './sound.js';

/** Tries, until the groups are such that some weights keep to them. */
const TRIES = 4;

/**
 * The problem with groups of columns (`exclusive`, `together`), each one time in two; as it is where it has hidden layers or a single input, or
 * where what is drawn contradicts its other fields.
 */
export function drawColumnGroups(draws: Draws, problem: TrainingProblem): TrainingProblem {
  if (problem.layers.length > 2 || problem.layers[0] < 2) return problem;
  for (let n = 0; n < TRIES; n++) {
    const columns = drawColumns(draws, problem.layers[0]);
    if (columns.length < 2) continue;
    const exclusive = draws.once(2) ? drawGroups(draws, columns) : undefined;
    const together = draws.once(2) ? drawGroups(draws, columns) : undefined;
    const grouped = {
      ...problem,
      ...(exclusive === undefined ? {} : { exclusive }),
      ...(together === undefined ? {} : { together }),
    };
    if (isSound(grouped)) return grouped;
  }
  return problem;
}

/** All inputs in any order, one a column or two. */
function drawColumns(draws: Draws, inputs: number): number[][] {
  const order = draws.order(inputs);
  const columns: number[][] = [];
  while (order.length > 0) columns.push(order.splice(0, draws.once(4) ? 2 : 1));
  return columns;
}

/** A group of some columns, or two that may have columns in common. */
function drawGroups(draws: Draws, columns: readonly number[][]): ColumnGroup[] {
  return draws.list(draws.once(3) ? 2 : 1, () => {
    const size = draws.int(2, Math.min(4, columns.length));
    return draws
      .order(columns.length)
      .slice(0, size)
      .map((at) => columns[at]);
  });
}
