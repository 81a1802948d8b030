import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readText } from '../../data/files/read.js';
import { parseJson } from '../../json.js';
import { importHighs } from '../../milp/highs.js';
import { formatMps } from '../../milp/mps.js';
import { networkOfPoint, stageOfProblem } from '../../milp/point.js';
import { formatProblem } from '../../problem/file.js';
import { builtFile } from '../../run/wasm-file.js';
import { STAGES } from '../../stage-list.js';
import { scaleOf } from '../../verify/claims.js';
import { VERSION } from '../../version.js';
import { claimedRun, outwardBound, wholeOf } from '../claimed-run.js';
import { NATIVE } from '../native.js';
import type { Instance, Moment, RawRun } from '../types.js';
import { type Ended, runProcess } from './process.js';
import { isOnPath, versionOf } from './system.js';

/** Seconds after the limit at which a process is killed. */
export const GRACE = 5;

export interface Contestant {
  readonly name: string;
  readonly version: string;
  solve(asked: Asked): Promise<RawRun & { readonly memory: number | null }>;
}

export interface Asked {
  readonly instance: Instance;
  readonly limit: number;
  readonly seed: number;
  readonly core?: number;
  readonly signal?: AbortSignal;
}

/** Everybody who can take part here, our engine first. */
export async function contestants(): Promise<Contestant[]> {
  const found: Contestant[] = [inNode('fewbit', VERSION)];
  try {
    const runtime = (await (await importHighs()).default()) as unknown as { version?: { string?: string } };
    found.push(inNode('highs', runtime.version?.string ?? '?'));
  } catch {
    // not installed
  }
  for (const [name, { program, version }] of Object.entries(NATIVE)) {
    if (isOnPath(program)) found.push(executable(name, await versionOf(program, version)));
  }
  return found;
}

/** Names of those who could take part. */
export const CONTESTANTS: readonly string[] = ['fewbit', 'highs', ...Object.keys(NATIVE)];

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fewbit-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A process that gave no answer of its own: what was heard of it until then stands, and nobody can judge it. */
function silent(
  { end, seconds, said }: Ended,
  incumbents: readonly Moment[],
  bounds: readonly Moment[],
): RawRun {
  const status = end === 'killed' ? 'killed' : 'failed';
  const [objective, bound] = [incumbents.at(-1)?.[1] ?? null, bounds.at(-1)?.[1] ?? null];
  return {
    status,
    objective,
    bound,
    seconds,
    nodes: null,
    incumbents,
    bounds,
    ...(said === '' ? {} : { said }),
  };
}

/** Our engine, or npm's HiGHS, in a Node process of its own (child.ts). */
function inNode(name: string, version: string): Contestant {
  const child = fileURLToPath(builtFile('bench/race/child.js'));
  return {
    name,
    version,
    solve: ({ instance: { problem, stage }, limit, seed, core, signal }) =>
      inFolder(async (folder) => {
        const file = join(folder, 'problem.json');
        await writeFile(file, formatProblem(problem));
        const [incumbents, bounds]: Moment[][] = [[], []];
        let run: RawRun | undefined;
        const ended = await runProcess({
          program: process.execPath,
          args: [child, name, file, stage, String(limit), String(seed)],
          seconds: limit + GRACE + START,
          onLine: (line) => {
            const said = parseJson(line, name) as Said;
            if (said.run !== undefined) run = said.run;
            else if (said.incumbent !== undefined) incumbents.push([said.seconds ?? 0, said.incumbent]);
            else if (said.bound !== undefined) bounds.push([said.seconds ?? 0, said.bound]);
          },
          core,
          signal,
        });
        const { memory } = ended;
        if (ended.end !== 'done' || run === undefined)
          return { ...silent(ended, incumbents, bounds), memory };
        return {
          ...run,
          incumbents: withLast(incumbents, run.objective, run.seconds),
          bounds: withLast(bounds, run.bound, run.seconds),
          memory,
        };
      }),
  };
}
/** Seconds for a process to start and to warm up, which are not in any figure. */
const START = 20;

interface Said {
  readonly incumbent?: number;
  readonly bound?: number;
  readonly seconds?: number;
  readonly run?: RawRun;
}

function withLast(moments: readonly Moment[], value: number | null, seconds: number): Moment[] {
  const isNew = value !== null && moments.at(-1)?.[1] !== value;
  return isNew ? [...moments, [seconds, value]] : [...moments];
}

/** A program on the exported model. Its clock runs from its start to its end, reading the model included. */
function executable(name: string, version: string): Contestant {
  const solver = NATIVE[name];
  return {
    name,
    version,
    solve: ({ instance: { problem, stage }, limit, core, signal }) =>
      inFolder(async (folder) => {
        const files = {
          model: join(folder, 'model.mps'),
          options: join(folder, 'options.txt'),
          solution: join(folder, 'solution.txt'),
        };
        const model = stageOfProblem(problem, stage);
        const scale = scaleOf(problem, stage);
        const { sense } = STAGES[stage];
        await writeFile(files.model, formatMps(model));
        if (solver.options !== undefined) await writeFile(files.options, solver.options(1 / scale));
        const log = solver.log();
        const [incumbents, bounds]: Moment[][] = [[], []];
        const ended = await runProcess({
          program: solver.program,
          args: solver.command(files, limit, 1 / scale),
          cwd: folder,
          seconds: limit + GRACE,
          onLine: (line, seconds) => {
            log.read(line);
            const objective = log.incumbent === null ? null : wholeOf(-sense * log.incumbent, scale);
            incumbents.splice(0, incumbents.length, ...withLast(incumbents, objective, seconds));
            bounds.splice(
              0,
              bounds.length,
              ...withLast(bounds, outwardBound(stage, log.bound, scale), seconds),
            );
          },
          core,
          signal,
        });
        const { memory, seconds } = ended;
        if (ended.end !== 'done') return { ...silent(ended, incumbents, bounds), memory };
        const text = await readText(files.solution).catch(() => '');
        const point = solver.point(text, model);
        const objective = log.incumbent === null ? null : wholeOf(-sense * log.incumbent, scale);
        const run = claimedRun(problem, {
          stage,
          status: log.status,
          objective,
          bound: outwardBound(stage, log.bound, scale),
          seconds,
          nodes: log.nodes,
          ...(point === undefined ? {} : { network: networkOfPoint(problem, point, model) }),
        });
        return { ...run, incumbents, bounds, memory };
      }),
  };
}
