import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pairProblem } from '../../src/ensemble/train/pairs.js';
import type { PairPool, PairTask } from '../../src/ensemble/train/pool.js';
import { planTraining } from '../../src/ensemble/train/train.js';
import { InputError } from '../../src/errors.js';
import { WorkerPool } from '../../src/run/pool.js';
import { builtFile, compilePackagedEngine } from '../../src/run/wasm-file.js';
import { brightThirds, noise } from '../ensemble/support.js';

const never = new AbortController().signal;
const ignore = (): void => {};

let folder: string;
let pool: PairPool | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fewbit-pool-'));
});
afterEach(async () => {
  await pool?.close();
  pool = undefined;
  await rm(folder, { recursive: true, force: true });
});

function task(pair: number, workLimit = 5000): PairTask {
  const plan = planTraining(brightThirds(2), { hidden: [2] });
  return {
    pair,
    problem: pairProblem(plan.pairs[pair], plan.samples, plan.config),
    options: { workLimit, seed: 1 },
  };
}

describe('WorkerPool with the real engine', () => {
  let module: WebAssembly.Module;
  beforeAll(async () => {
    module = await compilePackagedEngine();
  });

  it('solves more pairs than it has threads, each as if it were alone', async () => {
    pool = new WorkerPool(module, 2);
    const progress: number[] = [];
    const together = await Promise.all(
      [0, 1, 2].map((pair) => pool?.run(task(pair), () => progress.push(pair), never)),
    );
    for (const [pair, outcome] of together.entries()) {
      const alone = new WorkerPool(module, 1);
      const again = await alone.run(task(pair), ignore, never);
      await alone.close();
      expect(again.network).toEqual(outcome?.network);
      expect(again.network).not.toBeNull();
    }
    expect(new Set(progress).size).toBeGreaterThan(0);
  });

  it('passes on what the engine refuses, once, as InputError', async () => {
    pool = new WorkerPool(module, 1);
    const bad = { ...task(0), options: { stages: ['xx' as 'sm'] } };
    await expect(pool.run(bad, ignore, never)).rejects.toThrow(InputError);
    await expect(pool.run(task(0), ignore, never)).resolves.toMatchObject({ network: { weightBound: 1 } });
  });

  it('stops a busy thread with its best so far', async () => {
    pool = new WorkerPool(module, 1);
    const plan = planTraining(noise(40, 60), { hidden: [4, 4] });
    const problem = pairProblem(plan.pairs[0], plan.samples, plan.config);
    const controller = new AbortController();
    const running = pool.run(
      { pair: 0, problem, options: { workLimit: 2 ** 50 } },
      () => controller.abort(),
      controller.signal,
    );
    const outcome = await running;
    expect(outcome.stages.some((stage) => stage.stopReason === 'interrupted')).toBe(true);
    expect(outcome.network).not.toBeNull();
  });
});

describe('WorkerPool and workers that die', () => {
  const noModule = {} as WebAssembly.Module;

  /** A worker that runs `body` with `task`, `port` and the number of this attempt at the task (a file remembers). */
  async function script(body: string): Promise<URL> {
    const path = join(folder, 'worker.mjs');
    await writeFile(
      path,
      `import { appendFileSync, readFileSync } from 'node:fs';
       import { parentPort as port, workerData } from 'node:worker_threads';
       const outcome = (task) => ({ stages: [], network: null, keep: [task.pair] });
       port.on('message', ({ task }) => {
         const file = ${JSON.stringify(folder)} + '/attempts-' + task.pair;
         appendFileSync(file, 'x');
         const attempt = readFileSync(file, 'utf8').length;
         ${body}
         port.postMessage({ type: 'outcome', outcome: outcome(task) });
       });`,
    );
    return pathToFileURL(path);
  }

  it.each([
    ['an exception', `if (task.pair === 1 && attempt === 1) throw new Error('trapped');`],
    ['an exit', 'if (task.pair === 1 && attempt === 1) process.exit(3);'],
    [
      'an unhandled rejection',
      `if (task.pair === 1 && attempt === 1) { Promise.reject(new Error('lost')); return; }`,
    ],
  ])('after %s the pair is tried once more, and the others never notice', async (_, body) => {
    pool = new WorkerPool(noModule, 2, await script(body));
    const outcomes = await Promise.all([0, 1, 2, 3].map((pair) => pool?.run(task3(pair), ignore, never)));
    expect(outcomes.map((outcome) => outcome?.keep)).toEqual([[0], [1], [2], [3]]);
    expect(existsSync(join(folder, 'attempts-1'))).toBe(true);
  });

  it('a pair that kills twice is the error, and the pool lives on', async () => {
    pool = new WorkerPool(noModule, 1, await script(`if (task.pair === 1) process.exit(3);`));
    await expect(pool.run(task3(1), ignore, never)).rejects.toThrow('the worker of pair 1 died: exit code 3');
    await expect(pool.run(task3(2), ignore, never)).resolves.toMatchObject({ keep: [2] });
  });

  it('an idle worker that dies is replaced when work comes', async () => {
    const dying = await script('if (task.pair === 0) setTimeout(() => process.exit(1), 20);');
    pool = new WorkerPool(noModule, 1, dying);
    await pool.run(task3(0), ignore, never);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(pool.run(task3(1), ignore, never)).resolves.toMatchObject({ keep: [1] });
  });

  it('closing ends what waits and what runs', async () => {
    pool = new WorkerPool(noModule, 1, await script('for (;;);'));
    const running = pool.run(task3(0), ignore, never);
    const waiting = pool.run(task3(1), ignore, never);
    const both = Promise.allSettled([running, waiting]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await pool.close();
    expect((await both).map((settled) => settled.status)).toEqual(['rejected', 'rejected']);
    await expect(pool.run(task3(2), ignore, never)).rejects.toThrow('closed');
  });

  it('the stop flag is set for a task that starts after the signal', async () => {
    const url = await script(
      `port.postMessage({ type: 'outcome', outcome: { stages: [], network: null, keep: [Atomics.load(new Int32Array(workerData.stop), 0)] } }); return;`,
    );
    pool = new WorkerPool(noModule, 1, url);
    await expect(pool.run(task3(0), ignore, AbortSignal.abort())).resolves.toMatchObject({ keep: [1] });
    await expect(pool.run(task3(0), ignore, never)).resolves.toMatchObject({ keep: [0] });
  });

  /** The stand-in workers look at nothing but the pair. */
  function task3(pair: number): PairTask {
    return { ...task(0), pair };
  }
});

describe('builtFile', () => {
  it('finds what was built, from the sources too', () => {
    expect(existsSync(builtFile('engine.wasm'))).toBe(true);
    expect(existsSync(builtFile('run/worker.js'))).toBe(true);
    expect(existsSync(builtFile('model.schema.json'))).toBe(true);
  });
});
