import { objectiveOf } from '../../problem/objective.js';
import type { TrainingProblem } from '../../problem/types.js';
import { PaperWorth } from './paper.js';
import { RobustWorth } from './robust.js';
import { SoftWorth } from './soft.js';
import type { Worth } from './types.js';

export type { Measured, Worth } from './types.js';

const KINDS = { paper: PaperWorth, robust: RobustWorth, soft: SoftWorth };

/** What networks are worth on this problem. */
export function worthOf(problem: TrainingProblem): Worth {
  return new KINDS[objectiveOf(problem)](problem);
}
