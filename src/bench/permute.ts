import type { TrainingProblem } from '../problem/types.js';
import { Draws } from '../testing/draws.js';
import { ofInputs, ofRows } from '../testing/rows.js';

/**
 * The problem with inputs and rows in another order; permutation 0 is the problem as it is. Optimum and bound are what they were; a
 * solver that was lucky with one order is not with three (Danna 2008, performance variability).
 */
export function permuted(problem: TrainingProblem, permutation: number): TrainingProblem {
  if (permutation === 0) return problem;
  const draws = new Draws(permutation);
  return ofInputs(ofRows(problem, draws.order(problem.sampleCount)), draws.order(problem.layers[0]));
}
