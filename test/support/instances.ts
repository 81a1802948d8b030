import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseProblem } from '../../src/problem/file.js';
import type { StageName } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';

/** Where the benchmark instances lie: `FEWBIT_INSTANCES`, or beside the repository. */
export const instanceFolder =
  process.env.FEWBIT_INSTANCES ?? fileURLToPath(new URL('../../../shared/instances', import.meta.url));

/** Tests on instances are skipped, visibly, where there are none. */
export const haveInstances = existsSync(instanceFolder);

/** A benchmark instance and its known optimum. */
export interface Instance {
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  readonly best: number;
}

export function readInstance(name: string): Instance {
  const text = readFileSync(`${instanceFolder}/${name}.problem.json`, 'utf8');
  const { known } = JSON.parse(text) as { known: { stage: StageName; best: number } };
  return { problem: parseProblem(text, name), stage: known.stage, best: known.best };
}
