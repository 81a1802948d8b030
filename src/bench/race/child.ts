import { readText } from '../../data/files/read.js';
import { Engine } from '../../engine/index.js';
import { importHighs } from '../../milp/highs.js';
import { parseProblem } from '../../problem/file.js';
import type { StageName } from '../../problem/solution.js';
import { compilePackagedEngine } from '../../run/wasm-file.js';
import { solve } from '../../stages/solve.js';
import { planted } from '../../testing/planted.js';
import type { RawRun } from '../types.js';
import { type Hear, raceHighs } from './child-highs.js';

/*
 * A solver in a process of its own: `child.js SOLVER PROBLEM STAGE LIMIT SEED`. It solves something else first, so that nothing
 * is compiled any more when the clock starts. Lines on standard output: `{ incumbent | bound, seconds }`, and at the end the run.
 */

const [solver, file, stage, limit, seed] = process.argv.slice(2);

const say = (value: object): void => {
  process.stdout.write(`${JSON.stringify(value)}\n`);
};
const hear: Hear = (kind, value, seconds) => say({ [kind]: value, seconds });

const problem = parseProblem(await readText(file), file);
const task = { problem, stage: stage as StageName, limit: Number(limit), seed: Number(seed) };
const warmUp = {
  problem: planted('level', { inputs: 12, rows: 4 }, 1).problem,
  stage: 'mm' as const,
  limit: 1,
  seed: 0,
};
const run = solver === 'highs' ? await highs() : await fewbit();
run(warmUp, () => {});
say({ run: run(task, hear) });

type Solve = (asked: typeof task, hear: Hear) => RawRun;

async function highs(): Promise<Solve> {
  const runtime = await (await importHighs()).default();
  return (asked, listen) => raceHighs(runtime, asked, listen);
}

async function fewbit(): Promise<Solve> {
  const engine = await Engine.create(await compilePackagedEngine());
  return ({ problem: asked, stage: name, limit: timeLimit, seed: start }, listen) => {
    const began = performance.now();
    const elapsed = () => (performance.now() - began) / 1000;
    let [objective, bound]: (number | null)[] = [null, null];
    const solution = solve(engine, asked, {
      stages: [name],
      timeLimit,
      seed: start,
      onProgress: (progress) => {
        // MW without a stage before it opens with a search for any network at all, whose figures are not MW's.
        if (progress.stage !== name) return;
        if (progress.objective !== null && progress.objective !== objective)
          listen('incumbent', progress.objective, elapsed());
        if (progress.bound !== null && progress.bound !== bound) listen('bound', progress.bound, elapsed());
        [objective, bound] = [progress.objective, progress.bound];
      },
    });
    const seconds = elapsed();
    const [{ status, objective: best, bound: limitOf, nodes }] = solution.stages;
    return { status, objective: best, bound: limitOf, seconds, nodes, incumbents: [], bounds: [], solution };
  };
}
