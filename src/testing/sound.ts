import { InputError } from '../errors.js';
import { problemDocument } from '../problem/file.js';
import type { TrainingProblem } from '../problem/types.js';
import { validateProblem } from '../problem/validate.js';

/** Whether a problem made in memory is one that a file could hold: what was changed may no longer fit. */
export function isSound(problem: TrainingProblem): boolean {
  try {
    validateProblem(problemDocument(problem), 'problem');
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
