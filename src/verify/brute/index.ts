import { InputError } from '../../errors.js';
import { objectiveOf } from '../../problem/objective.js';
import type { Hold, StageName } from '../../problem/solution.js';
import type { TrainingProblem } from '../../problem/types.js';
import { families } from '../robust.js';
import { brutePaper, MAX_COMBINATIONS } from './paper.js';
import { bruteRobust, MAX_ROBUST_COMBINATIONS } from './robust.js';
import { bruteSoft } from './soft.js';
import type { BruteResult } from './types.js';

export type { BruteResult } from './types.js';

/*
 * Exhaustive optimum of a stage, as an oracle: one enumeration (enumerate.ts), and what networks are worth under each
 * objective. It shares no code with what it judges.
 */

const KINDS = {
  paper: { brute: brutePaper, most: MAX_COMBINATIONS },
  robust: { brute: bruteRobust, most: MAX_ROBUST_COMBINATIONS },
  soft: { brute: bruteSoft, most: MAX_ROBUST_COMBINATIONS },
};

/**
 * The optimum of one stage over all networks of the problem's shape.
 *
 * @param keep the samples MM and MW keep; SM counts over all samples and ignores it
 * @param hold what MW holds; SM and MM ignore it
 * @param limit combinations at most, by the worst case before searching; default: what takes seconds
 * @throws InputError when the problem is too large to enumerate
 */
export function bruteStage(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[] = families(problem).map((_, sample) => sample),
  hold: Hold = { kind: 'correct' },
  limit?: number,
): BruteResult {
  const { brute, most } = KINDS[objectiveOf(problem)];
  return brute({ problem, stage, keep, hold, limit: limit ?? most });
}

/** Optima of problems of which `rememberOptima` was told, by what was asked, with the limit that had sufficed. */
const remembered = new WeakMap<TrainingProblem, Map<string, { objective: number | null; limit: number }>>();

/**
 * From now on what `bruteOptimum` has found of this problem is not looked for again: referee, checker and verifier ask the same of
 * every run. For problems that nobody changes in place.
 */
export function rememberOptima(problem: TrainingProblem): void {
  if (!remembered.has(problem)) remembered.set(problem, new Map());
}

/** The same, in whole units; `null`: there is no network, undefined: too large to enumerate. */
export function bruteOptimum(...task: Parameters<typeof bruteStage>): number | null | undefined {
  const [problem, stage, keep, hold, limit = Number.POSITIVE_INFINITY] = task;
  const optima = remembered.get(problem);
  const asked = optima && JSON.stringify([stage, stage === 'sm' || keep, stage === 'mw' && hold]);
  const known = asked === undefined ? undefined : optima?.get(asked);
  // A smaller limit may say that it is too large, and has to say so again.
  if (known !== undefined && known.limit <= limit) return known.objective;
  try {
    const { objective } = bruteStage(...task);
    if (asked !== undefined) optima?.set(asked, { objective, limit });
    return objective;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
