import { groupsOf } from '../problem/groups.js';
import { refuseNotYet } from '../problem/not-yet.js';
import { isRobust } from '../problem/objective.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Draws } from './draws.js';

/** Some limits on a problem: few weights other than 0, few samples left out, costs; those that the engine does not know yet left out. */
export function withLimits(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const { layers } = problem;
  const kinds = isRobust(problem) ? groupsOf(problem).count : problem.sampleCount;
  const cap = (name: 'plus' | 'minus') => (draws.once(2) ? {} : { [name]: draws.int(0, 2) });
  const most = draws.pick([1, 2, 5, 5, 1_000_000_000]);
  const fields: readonly Partial<TrainingProblem>[] = [
    { maxNonzero: draws.int(0, Math.min(layers[0] * layers[1], 6)) },
    { costs: Int32Array.from(draws.list(kinds, () => draws.int(0, most))) },
    { atMostWrong: { ...cap('plus'), ...cap('minus') } },
  ];
  let limited = problem;
  for (const field of fields) if (draws.once(2)) limited = ifKnown({ ...limited, ...field }, limited);
  return limited;
}

function ifKnown(problem: TrainingProblem, otherwise: TrainingProblem): TrainingProblem {
  try {
    refuseNotYet(problem, 'problem');
    return problem;
  } catch {
    return otherwise;
  }
}
