import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { appendFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../data/files/paths.js';
import { readText } from '../../data/files/read.js';
import { InputError } from '../../errors.js';
import { parseJson } from '../../json.js';
import { formatProblem } from '../../problem/file.js';
import type { SolutionRecord } from '../../problem/solution.js';
import { STAGES } from '../../stage-list.js';
import { type Ruling, referee } from '../../testing/referee.js';
import { permuted } from '../permute.js';
import { gapOf } from '../statistics.js';
import type { Instance, RawRun, Run } from '../types.js';
import type { Contestant } from './contestants.js';

export interface RaceOptions {
  readonly instances: readonly Instance[];
  readonly contestants: readonly Contestant[];
  readonly permutations: number;
  /** Seconds a run. */
  readonly limit: number;
  /** Folder with the runs so far, `runs.jsonl`: what stands there is not run again. */
  readonly out?: string;
  readonly core?: number;
  readonly signal?: AbortSignal;
  /** Told of every run, also of those taken over. */
  readonly onRun?: (run: Run, isNew: boolean) => void;
}

const RUNS = 'runs.jsonl';

/** Every contestant on every instance in every permutation, one process at a time, each answer judged before it counts. */
export async function race(options: RaceOptions): Promise<Run[]> {
  const { instances, contestants, permutations, out, signal, onRun = () => {} } = options;
  const before = new Map<string, Run>();
  if (out !== undefined) {
    await makeFolder(out);
    for (const run of await finished(join(out, RUNS))) before.set(keyOf(run), run);
  }
  const runs: Run[] = [];
  for (const instance of instances) {
    const digest = digestOf(instance);
    for (let permutation = 0; permutation < permutations; permutation++) {
      for (const contestant of contestants) {
        if (signal?.aborted) return runs;
        const key = about(instance, digest, contestant, permutation, options);
        const known = before.get(keyOf(key));
        const run = known ?? { ...key, ...(await judged(instance, contestant, permutation, options)) };
        if (signal?.aborted && known === undefined) return runs; // it was cut off, and counts for nothing
        if (known === undefined && out !== undefined)
          await appendFile(join(out, RUNS), `${JSON.stringify(run)}\n`);
        runs.push(run);
        onRun(run, known === undefined);
      }
    }
  }
  return runs;
}

type Key = Pick<Run, 'instance' | 'digest' | 'stage' | 'solver' | 'version' | 'permutation' | 'limit'>;

function keyOf({ instance, digest, stage, solver, version, permutation, limit }: Key): string {
  return JSON.stringify([instance, digest, stage, solver, version, permutation, limit]);
}

function about(
  { name, stage }: Instance,
  digest: string,
  contestant: Contestant,
  permutation: number,
  { limit }: RaceOptions,
): Key {
  return {
    instance: name,
    digest,
    stage,
    solver: contestant.name,
    version: contestant.version,
    permutation,
    limit,
  };
}

/** Of the problem and of what its answers are judged by: files of one name in two folders, or one that was changed, are not one instance. */
function digestOf({ problem, known }: Instance): string {
  const text = `${formatProblem(problem)}${JSON.stringify(known ?? null)}`;
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** The runs of a file; a last line that was cut off is nothing, and is taken off it: the next run is a line of its own. */
async function finished(file: string): Promise<Run[]> {
  if (!existsSync(file)) return [];
  const text = await readText(file);
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole.length < text.length) await truncate(file, Buffer.byteLength(whole));
  const lines = whole.split('\n').slice(0, -1);
  return lines.map((line, n) => {
    const run = parseJson(line, `${file}, line ${n + 1}`) as Run | null;
    if (typeof run?.instance !== 'string' || !Array.isArray(run.incumbents)) {
      throw new InputError(`${file}, line ${n + 1}: is no run of a race`);
    }
    return run;
  });
}

async function judged(
  instance: Instance,
  contestant: Contestant,
  permutation: number,
  options: RaceOptions,
): Promise<Omit<Run, keyof Key>> {
  const { limit, core, signal } = options;
  const problem = permuted(instance.problem, permutation);
  const asked = { instance: { ...instance, problem }, limit, seed: permutation, core, signal };
  const raw = await contestant.solve(asked).catch(unableTo);
  const { solution, status, objective, bound, seconds, nodes, memory, incumbents, bounds } = raw;
  const ruled = solution === undefined ? undefined : ruling({ ...instance, problem }, solution, objective);
  const said = ruled?.said ?? raw.said;
  return {
    status,
    objective,
    bound,
    gap: gapOf(objective, bound),
    seconds,
    nodes,
    memory,
    incumbents,
    bounds,
    verdict: ruled?.verdict ?? 'unchecked',
    ...(said === undefined || said === '' ? {} : { said }),
  };
}

/** What has no model of this stage takes no part in it, and the race goes on. */
function unableTo(error: unknown): RawRun & { readonly memory: null } {
  if (!(error instanceof InputError)) throw error;
  const none = { objective: null, bound: null, nodes: null, memory: null, incumbents: [], bounds: [] };
  return { status: 'failed', seconds: 0, said: error.message, ...none };
}

/**
 * The referee's word. What a file says of its optimum is believed until a sound network beats it, or the answer is shown without it: then it
 * is the file that is wrong, and said.
 */
function ruling(
  { problem, stage, known }: Instance,
  solution: SolutionRecord,
  objective: number | null,
): { readonly verdict: Ruling['verdict']; readonly said?: string } {
  const told = referee(problem, solution, undefined, known === undefined ? {} : { known });
  if (told.verdict === 'wrong' && known !== undefined) {
    const own = referee(problem, solution);
    const best = known[stage];
    const beats =
      typeof best === 'number' && objective !== null && STAGES[stage].sense * (objective - best) > 0;
    if (own.valid && (beats || own.verdict === 'right'))
      return { verdict: own.verdict, said: `the known optimum ${best} of the instance is not one` };
  }
  const said = told.faults.map(({ text }) => text).join('; ');
  return { verdict: told.verdict, ...(said === '' ? {} : { said }) };
}
