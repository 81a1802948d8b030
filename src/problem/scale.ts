import type { MarginUnits } from '../network/margins.js';
import type { TrainingProblem } from './types.js';

/**
 * Margins are multiples of epsilon's last decimal (0.1 in the paper), so they are held as integers in units of
 * `1 / marginScale`. Floating point never decides a margin.
 */
export const MAX_EPSILON_DECIMALS = 4;

/** The smallest power of ten `D` with `D * epsilon` an integer, or `undefined` beyond four decimals. */
export function marginScale(epsilon: number): number | undefined {
  for (let scale = 1, digits = 0; digits <= MAX_EPSILON_DECIMALS; scale *= 10, digits++) {
    const scaled = Math.round(epsilon * scale);
    if (scaled > 0 && scaled / scale === epsilon) return scale;
  }
  return undefined;
}

/** The unit in which this problem's margins are integers. A validated problem always has one. */
export function marginUnits(problem: Pick<TrainingProblem, 'epsilon'>): MarginUnits {
  const scale = marginScale(problem.epsilon);
  if (scale === undefined) throw new RangeError(`epsilon ${problem.epsilon} has more than four decimals`);
  return { scale, epsilon: Math.round(problem.epsilon * scale) };
}
