import { groupsOf } from '../problem/groups.js';
import { isRobust } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';

/** What the engine is told to limit; -1: any number. A limit that nothing can go beyond is none, and costs of 1 are no costs. */
export interface Limits {
  readonly nonzeros: number;
  readonly wrongPlus: number;
  readonly wrongMinus: number;
  readonly costs?: Int32Array;
}

/**
 * @param active inputs that are weights at all
 * @returns undefined where the problem is the paper's
 */
export function limitsOf(problem: TrainingProblem, active: Int32Array): Limits | undefined {
  const { layers, labels, maxNonzero, atMostWrong = {}, costs } = problem;
  // A sample is a family of rows under the robust objective.
  const signs = isRobust(problem) ? groupsOf(problem).rows.map(([row]) => labels[row]) : Array.from(labels);
  const plus = signs.reduce((count, label) => count + (label > 0 ? 1 : 0), 0);
  const isFree = new Set(problem.free);
  const counted = layers[1] * active.reduce((count, i) => count + (isFree.has(i) ? 0 : 1), 0);
  const limits: Limits = {
    nonzeros: limit(maxNonzero, counted),
    wrongPlus: limit(atMostWrong.plus, plus),
    wrongMinus: limit(atMostWrong.minus, signs.length - plus),
    ...(costs === undefined || costs.every((cost) => cost === 1) ? {} : { costs }),
  };
  const isPlain = limits.nonzeros < 0 && limits.wrongPlus < 0 && limits.wrongMinus < 0;
  return isPlain && limits.costs === undefined ? undefined : limits;
}

function limit(most: number | undefined, all: number): number {
  return most === undefined || most >= all ? -1 : most;
}
