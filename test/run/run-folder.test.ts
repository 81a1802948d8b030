import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnsembleClassifier } from '../../src/ensemble/classifier.js';
import { InterruptedError } from '../../src/ensemble/errors.js';
import type { PairSolver } from '../../src/ensemble/pool.js';
import { InputError } from '../../src/errors.js';
import { type FolderOptions, pairFile, trainInFolder } from '../../src/run/run-folder.js';
import { builtFile } from '../../src/run/wasm-file.js';
import { brightThirds, fakeSolver, withSolver } from '../ensemble/support.js';

const data = brightThirds(3);
const options = { shots: 3, hidden: [2], seed: 5, workers: 1 } as const;

let parent: string;
let folder: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'fewbit-run-'));
  folder = join(parent, 'out');
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const model = (where = folder): Promise<string> => readFile(join(where, 'model.json'), 'utf8');

function trainFake(more: FolderOptions = {}, solver: PairSolver = fakeSolver(1)) {
  return withSolver(solver, () => trainInFolder(data, folder, { ...options, ...more }));
}

/** Pairs that were solved and not taken over. */
function counting(): { solver: PairSolver; solved: number[] } {
  const solved: number[] = [];
  const solver: PairSolver = (task, shouldStop) => {
    solved.push(task.pair);
    return fakeSolver(1)(task, shouldStop);
  };
  return { solver, solved };
}

describe('trainInFolder', () => {
  it('leaves the documented files and no lock', async () => {
    const result = await trainFake();
    expect((await readdir(folder)).sort()).toEqual(['model.json', 'pairs', 'run.json']);
    expect((await readdir(join(folder, 'pairs'))).sort()).toEqual([
      'pair-0000.json',
      'pair-0001.json',
      'pair-0002.json',
    ]);
    expect(result).toMatchObject({ modelFile: join(folder, 'model.json'), resumed: 0 });
    const loaded = EnsembleClassifier.load(await model(), 'model.json');
    expect(loaded.predict(data.samples)).toEqual(result.classifier.predict(data.samples));
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toMatchObject({
      format: 'fewbit-run',
      version: 1,
      fewbit: expect.stringMatching(/^\d+\.\d+\.\d+/),
      identity: { 'options.seed': 5, data: result.classifier.model.data.fingerprint },
    });
  });

  it('resumes: finished pairs are not solved again, and the model is the same', async () => {
    await trainFake();
    const whole = await model();
    await rm(pairFile(folder, 1));
    await rm(join(folder, 'model.json'));
    const { solver, solved } = counting();
    const result = await trainFake({ resume: true }, solver);
    expect(solved).toEqual([1]);
    expect(result.resumed).toBe(2);
    expect(await model()).toBe(whole);
    expect(result.pairs[0].stages[0].seconds).toBeGreaterThanOrEqual(0);
  });

  it('takes away what a killed process left of a file, and nothing else', async () => {
    await trainFake();
    const left = ['.model.json.17-ab.tmp', 'pairs/.pair-0001.json.17-ab.tmp'];
    const foreign = ['.notes.tmp', 'pairs/notes.txt'];
    for (const name of [...left, ...foreign]) await writeFile(join(folder, name), '{"format":');
    await trainFake({ resume: true });
    for (const name of left) expect(existsSync(join(folder, name)), name).toBe(false);
    await trainFake();
    for (const name of foreign) expect(existsSync(join(folder, name)), name).toBe(true);
  });

  it('starts anew without resume, and with it where there is nothing to resume', async () => {
    const first = counting();
    await trainFake({ resume: true }, first.solver);
    const second = counting();
    await trainFake({}, second.solver);
    expect([first.solved, second.solved]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
  });

  it('trains a pair again whose file is damaged, cut off or of another pair', async () => {
    await trainFake();
    const whole = await model();
    const good = await readFile(pairFile(folder, 0), 'utf8');
    for (const bad of [
      good.slice(0, good.length / 2),
      '',
      good.replace('"+', '"-'),
      await readFile(pairFile(folder, 1), 'utf8'),
    ]) {
      expect(bad).not.toBe(good);
      await writeFile(pairFile(folder, 0), bad);
      const { solver, solved } = counting();
      await trainFake({ resume: true }, solver);
      expect(solved).toEqual([0]);
      expect(await model()).toBe(whole);
    }
  });

  it.each([
    ['options.seed', { seed: 6 }],
    ['options.hidden', { hidden: [3] }],
    ['options.stages', { stages: ['sm'] as const }],
    ['options.perturb', { perturb: { linf: 1 } }],
    ['options.workLimit', { workLimit: 9 }],
    ['classes', { classes: ['red', 'blue'] }],
    ['options.shots', { shots: 2 }],
  ])('refuses to resume with another %s and says so', async (field, change) => {
    await trainFake();
    const refusal = trainFake({ ...change, resume: true });
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(`run.json: ${field} is `);
    expect(existsSync(join(folder, 'model.json'))).toBe(true);
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  });

  it('refuses to resume with other data, even by one value', async () => {
    await trainFake();
    const samples = structuredClone(data.samples) as number[][];
    samples[4][2] += 1;
    const refusal = withSolver(fakeSolver(1), () =>
      trainInFolder({ ...data, samples }, folder, { ...options, resume: true }),
    );
    await expect(refusal).rejects.toThrow(/run\.json: data is "sha256:.*resume with what it began with/);
  });

  it('may resume with another number of workers', async () => {
    await trainFake();
    await expect(trainFake({ workers: 2, resume: true })).resolves.toMatchObject({ resumed: 3 });
  });

  it('an interrupt leaves the best so far and no file of the pair it cut; resumed, the model is the whole one', async () => {
    await trainFake({}, fakeSolver(20, 2));
    const whole = await model();
    const controller = new AbortController();
    const cut = await trainFake(
      {
        signal: controller.signal,
        onProgress: (event) => {
          if (event.type === 'pair-progress' && event.pair === 1) controller.abort();
        },
      },
      fakeSolver(20, 2),
    );
    expect(cut.interrupted).toBe(true);
    expect(await readdir(join(folder, 'pairs'))).toEqual(['pair-0000.json']);
    expect(EnsembleClassifier.load(await model()).pairs[2].network).toBeNull();
    const resumed = await trainFake({ resume: true }, fakeSolver(20, 2));
    expect(resumed).toMatchObject({ resumed: 1, interrupted: false });
    expect(await model()).toBe(whole);
  });

  it('an interrupt with nothing usable leaves no model and no lock', async () => {
    await expect(trainFake({ signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
    expect(existsSync(join(folder, 'model.json'))).toBe(false);
    expect(existsSync(join(folder, 'run.lock'))).toBe(false);
  });

  it('two runs do not share a folder', async () => {
    const slow = trainFake({}, fakeSolver(20, 5));
    while (!existsSync(join(folder, 'run.lock'))) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(trainInFolder(data, folder, options)).rejects.toThrow(
      /run\.lock: this run folder is in use/,
    );
    await slow;
  });

  it.each([
    ['no JSON', 'run.json: no JSON'],
    ['{"format":"other"}', 'run.json: not a run'],
    ['[]', 'run.json: expected an object'],
  ])('refuses to resume from a run.json that is %s', async (text, message) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'run.json'), text);
    await expect(trainFake({ resume: true })).rejects.toThrow(message);
    await expect(trainFake()).resolves.toMatchObject({ resumed: 0 });
  });

  it('names a folder that cannot be made', async () => {
    await writeFile(folder, 'a file');
    await expect(trainFake()).rejects.toThrow(InputError);
    await expect(trainFake()).rejects.toThrow(folder);
    expect((await stat(folder)).isFile()).toBe(true);
  });

  it('bad options leave no trace', async () => {
    await expect(trainFake({ shots: 99 })).rejects.toThrow(InputError);
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a run that is killed', () => {
  it('at a random pair is resumed by another process to the same model, byte for byte', async () => {
    const limited = { ...options, workLimit: 3000, workers: 1 };
    const program = `
      const { trainInFolder } = await import(${JSON.stringify(builtFile('run/node.js').href)});
      const [data, folder, options] = ${JSON.stringify([data, folder, limited])};
      await trainInFolder(data, folder, {
        ...options,
        onProgress: (event) => {
          if (event.type === 'pair-done') console.log(event.done);
        },
      });`;
    const kill = randomInt(1, 3);
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.stdout.on('data', (chunk: Buffer) => {
      if (
        chunk
          .toString()
          .split('\n')
          .some((line) => Number(line) >= kill)
      )
        child.kill('SIGKILL');
    });
    await ended;
    // The other process must find the finished pairs, and the lock of a holder that is gone.
    expect(existsSync(pairFile(folder, 0)), `killed after pair ${kill}`).toBe(true);
    const { train } = await import('../../src/run/node.js');
    const resumed = await trainInFolder(data, folder, { ...limited, resume: true });
    expect(resumed.resumed, `killed after pair ${kill}`).toBeGreaterThanOrEqual(kill);
    const fresh = await train(data, limited);
    expect(await model()).toBe(`${JSON.stringify(fresh.classifier)}\n`);
  });
});
