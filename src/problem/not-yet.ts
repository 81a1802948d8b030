import { InputError } from '../errors.js';
import { isRobust } from './objective.js';
import type { TrainingProblem } from './types.js';

/** What the robust objective is not searched with. */
const LIMITS = ['maxNonzero', 'costs', 'atMostWrong'] as const;
/** The fields that ask for more than the paper. */
export const FIELDS = ['ranges', 'radii', 'free', ...LIMITS] as const;

/**
 * Refuses what the engine does not know yet: an answer that leaves a field out of account would be about another problem.
 *
 * @param where the start of the error line
 * @throws InputError naming the first such field
 */
export function refuseNotYet(problem: TrainingProblem, where: string): void {
  const field = LIMITS.find((name) => problem[name] !== undefined);
  if (field === undefined || !isRobust(problem)) return;
  throw new InputError(
    `${where}: ${field}: the default engine does not know this field under the robust objective yet; use --engine highs or brute`,
  );
}
