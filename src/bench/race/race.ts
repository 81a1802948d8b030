import { existsSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../../data/files/read.js';
import { InputError } from '../../errors.js';
import { parseJson } from '../../json.js';
import { referee } from '../../testing/referee.js';
import { permuted } from '../permute.js';
import { gapOf } from '../statistics.js';
import type { Instance, Run } from '../types.js';
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
    await mkdir(out, { recursive: true });
    for (const run of await finished(join(out, RUNS))) before.set(keyOf(run), run);
  }
  const runs: Run[] = [];
  for (const instance of instances) {
    for (let permutation = 0; permutation < permutations; permutation++) {
      for (const contestant of contestants) {
        if (signal?.aborted) return runs;
        const known = before.get(keyOf({ ...about(instance, contestant, permutation, options) }));
        const run = known ?? (await judged(instance, contestant, permutation, options));
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

type Key = Pick<Run, 'instance' | 'stage' | 'solver' | 'version' | 'permutation' | 'limit'>;

function keyOf({ instance, stage, solver, version, permutation, limit }: Key): string {
  return JSON.stringify([instance, stage, solver, version, permutation, limit]);
}

function about(
  { name, stage }: Instance,
  contestant: Contestant,
  permutation: number,
  { limit }: RaceOptions,
): Key {
  return { instance: name, stage, solver: contestant.name, version: contestant.version, permutation, limit };
}

/** The runs of a file; a last line that was cut off is nothing. */
async function finished(file: string): Promise<Run[]> {
  if (!existsSync(file)) return [];
  const lines = (await readText(file)).split('\n').slice(0, -1);
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
): Promise<Run> {
  const { limit, core, signal } = options;
  const problem = permuted(instance.problem, permutation);
  const raw = await contestant.solve({
    instance: { ...instance, problem },
    limit,
    seed: permutation,
    core,
    signal,
  });
  const { solution, status, objective, bound, seconds, nodes, memory, incumbents, bounds } = raw;
  const known = instance.known === undefined ? {} : { known: instance.known };
  const ruling = solution === undefined ? undefined : referee(problem, solution, undefined, known);
  const said = ruling?.faults.map(({ text }) => text).join('; ') || raw.said;
  return {
    ...about(instance, contestant, permutation, options),
    status,
    objective,
    bound,
    gap: gapOf(objective, bound),
    seconds,
    nodes,
    memory,
    incumbents,
    bounds,
    verdict: ruling?.verdict ?? 'unchecked',
    ...(said === undefined || said === '' ? {} : { said }),
  };
}
