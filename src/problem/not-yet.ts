import { InputError } from '../errors.js';
import { isRobust } from './objective.js';
import type { TrainingProblem } from './types.js';

const BOXES = ['ranges', 'radii', 'free'] as const;
const LIMITS = ['maxNonzero', 'costs', 'atMostWrong'] as const;

/**
 * Refuses what the engine and its proofs do not know yet: an answer that leaves a field out of account would be about another problem.
 *
 * @param where the start of the error line
 * @throws InputError naming the first such field
 */
export function refuseNotYet(problem: TrainingProblem, where: string): void {
  const field = [...(areBoxesKnown(problem) ? [] : BOXES), ...LIMITS].find(
    (name) => problem[name] !== undefined,
  );
  if (field === undefined) return;
  throw new InputError(
    `${where}: ${field}: the default engine does not know this field yet; use --engine highs or brute`,
  );
}

/** Whether ranges, radii and free weights of single inputs may be given with these layers and this objective. */
export function areBoxesKnown(problem: TrainingProblem): boolean {
  return problem.layers.length === 2 && !isRobust(problem);
}

/** Whether proofs have no records for what the problem asks beyond the paper. */
export function areRecordsMissing(problem: TrainingProblem): boolean {
  return [...BOXES, ...LIMITS].some((name) => problem[name] !== undefined);
}

/** @throws InputError where a proof is asked for that has no records */
export function refuseProofNotYet(problem: TrainingProblem, where: string): void {
  const field = [...BOXES, ...LIMITS].find((name) => problem[name] !== undefined);
  if (field === undefined) return;
  throw new InputError(`${where}: ${field}: proofs have no records for this field yet; leave --proof out`);
}
