import { FIELDS, refuseNotYet } from '../problem/not-yet.js';
import type { TrainingProblem } from '../problem/types.js';
import { drawFields } from '../testing/draw-fields.js';
import type { Draws } from '../testing/draws.js';

/** The problem with some of the fields that ask for more than the paper, those left out that the engine does not know yet. */
export function withKnownFields(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const all = drawFields(draws, problem);
  let known = problem;
  for (const field of FIELDS) {
    if (all[field] === undefined) continue;
    const more = { ...known, [field]: all[field], ...(field === 'radii' ? { linf: 0 } : {}) };
    if (isKnown(more)) known = more;
  }
  return known;
}

function isKnown(problem: TrainingProblem): boolean {
  try {
    refuseNotYet(problem, 'problem');
    return true;
  } catch {
    return false;
  }
}
