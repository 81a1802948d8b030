import { InputError } from '../errors.js';
import type { TrainingProblem } from './types.js';

const FIELDS = ['ranges', 'radii', 'free', 'maxNonzero', 'costs', 'atMostWrong'] as const;

/**
 * Refuses what the engine and its proofs do not know yet: an answer that leaves a field out of account would be about another problem.
 *
 * @param where the start of the error line
 * @throws InputError naming the first such field
 */
export function refuseNotYet(problem: TrainingProblem, where: string): void {
  const field = FIELDS.find((name) => problem[name] !== undefined);
  if (field === undefined) return;
  throw new InputError(
    `${where}: ${field}: the default engine does not know this field yet; use --engine highs or brute`,
  );
}
