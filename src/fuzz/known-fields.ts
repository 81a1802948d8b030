import { FIELDS } from '../problem/fields.js';
import type { TrainingProblem } from '../problem/types.js';
import { drawFields } from '../testing/draw-fields.js';
import type { Draws } from '../testing/draws.js';

/** The problem with some of the fields that ask for more than the paper. */
export function withKnownFields(draws: Draws, problem: TrainingProblem): TrainingProblem {
  const all = drawFields(draws, problem);
  let known = problem;
  for (const field of FIELDS) {
    if (all[field] === undefined) continue;
    known = { ...known, [field]: all[field], ...(field === 'radii' ? { linf: 0 } : {}) };
  }
  return known;
}
