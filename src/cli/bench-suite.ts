import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SUITES, type SuiteName, suite } from '../bench/suite.js';
import type { Instance } from '../bench/types.js';
import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import { show } from '../printable.js';
import { parseProblem } from '../problem/file.js';
import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { isStageName } from '../stage-list.js';
import { readText } from './files.js';

const ENDING = '.problem.json';

/** A suite of the package by its name, or the problem files of a folder. */
export async function instancesOf(name: string): Promise<Instance[]> {
  if ((SUITES as readonly string[]).includes(name)) return suite(name as SuiteName);
  let files: string[];
  try {
    files = (await readdir(name)).filter((file) => file.endsWith(ENDING)).sort();
  } catch {
    throw new InputError(
      `option --suite: ${name} is neither ${SUITES.join(', ')} nor a folder that can be read`,
    );
  }
  if (files.length === 0) throw new InputError(`option --suite: ${name} has no files *${ENDING}`);
  const instances: Instance[] = [];
  for (const file of files) instances.push(await instanceOf(join(name, file), file.slice(0, -ENDING.length)));
  return instances;
}

interface KnownBlock {
  readonly stage?: unknown;
  readonly best?: unknown;
  readonly proven?: unknown;
}

/** A problem file, with a `known` block where there is one: the stage, the best objective, whether it is proved. */
async function instanceOf(path: string, name: string): Promise<Instance> {
  const text = await readText(path);
  const problem = parseProblem(text, path);
  const { known } = parseJson(text, path) as { known?: KnownBlock };
  const stage = known?.stage ?? stageOf(problem);
  if (!isStageName(stage))
    throw new InputError(`${path}: known, stage: must be sm, mm or mw, got ${show(stage)}`);
  const best = known?.best;
  if (best === undefined || best === null) return { name, problem, stage };
  if (typeof best !== 'number')
    throw new InputError(`${path}: known, best: must be a number, got ${show(best)}`);
  return known?.proven === true
    ? { name, problem, stage, known: { [stage]: best } }
    : { name, problem, stage, reached: best };
}

/** Without a word on it: the last stage that the problem says something about. */
function stageOf({ margins, keep }: TrainingProblem): StageName {
  return margins !== undefined ? 'mw' : keep !== undefined ? 'mm' : 'sm';
}
