import { existsSync } from 'node:fs';
import { InputError } from '../errors.js';
import type { Network } from '../network/types.js';
import { fitNetwork, networkOfStage } from '../problem/chain.js';
import { parseSolution } from '../problem/file.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { comesBefore, STAGE_NAMES } from '../stage-list.js';
import { readText } from './files.js';

/** A network to begin with, and what to say about it. */
export interface FoundStart {
  readonly network?: Network;
  readonly note?: string;
}

/**
 * Stages run apart: where `fewbit solve --solution FILE` is about to write over the solution of a stage before the first one it
 * runs, that stage's network is what it begins with. A file that is anything else is only written over, as it always was; so
 * the same command twice gives the same answer twice.
 *
 * @param stages that are run, in order
 */
export async function startOf(
  path: string | undefined,
  problem: TrainingProblem,
  stages: readonly StageName[],
): Promise<FoundStart> {
  const first = stages[0];
  const earlier = STAGE_NAMES.filter((name) => comesBefore(name, first));
  if (path === undefined || earlier.length === 0 || !existsSync(path)) return {};
  try {
    const solution = parseSolution(await readText(path), path);
    if (solution.stages.some(({ stage }) => !earlier.includes(stage))) return {};
    for (const stage of earlier.toReversed()) {
      const raw = networkOfStage(solution, stage);
      if (raw === undefined) continue;
      const network = fitNetwork(problem, raw, `${path}: network of stage ${stage}`);
      return { network, note: `begins with the network of stage ${stage} in ${path}` };
    }
    return {};
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { note: `no start from what is to be written over: ${error.message}` };
  }
}
