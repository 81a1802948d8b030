import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { documentChecksum } from '../../src/ensemble/model/checksum.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { InterruptedError } from '../../src/ensemble/train/errors.js';
import type { PairSolver } from '../../src/ensemble/train/pool.js';
import { InputError } from '../../src/errors.js';
import { type FolderOptions, trainInFolder } from '../../src/run/run-folder.js';
import { runId } from '../../src/run/run-identity.js';
import { pairFile, pairFiles } from '../../src/run/run-layout.js';
import { LockLostError } from '../../src/run/run-lock.js';
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

type Json = Record<string, unknown>;

const read = async (path: string): Promise<Json> => JSON.parse(await readFile(path, 'utf8'));
const pairDocument = (pair: number) => read(pairFile(folder, pair));

/** As if another version of the package had begun the run: `run.json` and the pairs that are there name it. */
async function changeVersion(fewbit: string): Promise<void> {
  const path = join(folder, 'run.json');
  const document = await read(path);
  const fields = document.identity as Json;
  const run = runId(fields, { fewbit, engine: document.engine as string });
  await writeFile(path, JSON.stringify({ ...document, fewbit, run }));
  for (const { path } of await pairFiles(folder)) await editPair(path, { run });
}

/** Changes a pair file and its checksum with it. */
async function editPair(path: string, change: Json): Promise<void> {
  const document = { ...(await read(path)), ...change };
  await writeFile(path, JSON.stringify({ ...document, checksum: documentChecksum(document) }));
}

const model = (where = folder): Promise<string> => readFile(join(where, 'model.json'), 'utf8');

/** Every file below the folder with its content. */
async function snapshot(): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[relative(folder, path)] = await readFile(path, 'utf8');
  }
  return files;
}

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
      version: 2,
      fewbit: expect.stringMatching(/^\d+\.\d+\.\d+/),
      engine: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      run: (await pairDocument(0)).run,
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
    await trainFake({ force: true });
    for (const name of foreign) expect(existsSync(join(folder, name)), name).toBe(true);
  });

  it('refuses a folder that holds a run, unless told to go on or to start anew', async () => {
    const notes: string[] = [];
    const onNote = (note: { line: string }) => notes.push(note.line);
    const first = counting();
    await trainFake({ resume: true, onNote, report: () => 'first' }, first.solver);
    expect(notes.splice(0)).toEqual([`nothing to resume in ${folder}: starting anew`]);
    const before = await snapshot();
    const refusal = trainFake({ seed: 6 });
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(
      `${folder}: holds a run already (3 finished pairs, model.json, report.html); --resume goes on with it, --force starts anew`,
    );
    expect(await snapshot()).toEqual(before);
    const second = counting();
    await trainFake({ force: true, onNote }, second.solver);
    expect([first.solved, second.solved, notes]).toEqual([[0, 1, 2], [0, 1, 2], []]);
    expect(existsSync(join(folder, 'report.html'))).toBe(false);
  });

  it.each(['model.json', 'report.html', 'pairs/pair-0000.json'])(
    'refuses for the sake of %s alone',
    async (name) => {
      await mkdir(join(folder, 'pairs'), { recursive: true });
      await writeFile(join(folder, name), 'worth something');
      await expect(trainFake()).rejects.toThrow(`${folder}: holds a run already`);
      expect(await readFile(join(folder, name), 'utf8')).toBe('worth something');
      await trainFake({ force: true });
      expect(await model()).toContain('fewbit-model');
    },
  );

  it('keeps no report beside a model that it is not about', async () => {
    await trainFake({ report: () => 'old' });
    await rm(pairFile(folder, 0));
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toBe('old');
    await trainFake({ resume: true });
    expect(existsSync(join(folder, 'report.html'))).toBe(false);
    await trainFake({ resume: true, report: ({ resumed }) => `${resumed} resumed` });
    expect(await readFile(join(folder, 'report.html'), 'utf8')).toBe('3 resumed');
    await expect(trainFake({ force: true, signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
    expect((await readdir(folder)).sort()).toEqual(['pairs', 'run.json']);
  });

  it('says that there is nothing to resume where a run had finished no pair', async () => {
    await expect(trainFake({ signal: AbortSignal.abort() })).rejects.toThrow(InterruptedError);
    expect(await readdir(folder)).toContain('run.json');
    const notes: string[] = [];
    await trainFake({ resume: true, onNote: ({ line }) => notes.push(line) });
    expect(notes).toEqual([`nothing to resume in ${folder}: starting anew`]);
  });

  it('a start anew that was killed half way is nothing to resume and nothing to refuse', async () => {
    await trainFake();
    const path = join(folder, 'run.json');
    await writeFile(path, JSON.stringify({ ...(await read(path)), clearing: true }));
    for (const more of [{ resume: true }, {}]) {
      const { solver, solved } = counting();
      await rm(join(folder, 'model.json'));
      await writeFile(path, JSON.stringify({ ...(await read(path)), clearing: true }));
      await trainFake(more, solver);
      expect(solved).toEqual([0, 1, 2]);
      expect(await read(path)).not.toHaveProperty('clearing');
    }
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
      const notes: string[] = [];
      await trainFake({ resume: true, onNote: ({ line }) => notes.push(line) }, solver);
      expect(solved).toEqual([0]);
      expect(notes).toEqual([
        expect.stringMatching(/pair-0000\.json: .*: this pair is trained again$/),
        '2 of 3 pairs taken over',
      ]);
      expect(await model()).toBe(whole);
    }
  });

  it('refuses the pair of another run, names its file, and trains it again with force', async () => {
    // Other data with the same classes: everything about the file is right but its run.
    const samples = structuredClone(data.samples) as number[][];
    samples[4][2] += 1;
    await withSolver(fakeSolver(2), () => trainInFolder({ ...data, samples }, folder, options));
    const foreign = await readFile(pairFile(folder, 1));
    await trainFake({ force: true });
    const whole = await model();
    await writeFile(pairFile(folder, 1), foreign);
    const before = await snapshot();
    const refusal = trainFake({ resume: true });
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(/pair-0001\.json: belongs to another run; remove it, or /);
    expect(await snapshot()).toEqual(before);
    const { solver, solved } = counting();
    await trainFake({ resume: true, force: true }, solver);
    expect(solved).toEqual([1]);
    expect(await model()).toBe(whole);
  });

  it('refuses pairs of another run, or of none, where run.json is lost; takes its own over', async () => {
    await trainFake();
    const whole = await model();
    await rm(join(folder, 'run.json'));
    await rm(pairFile(folder, 2));
    await expect(trainFake({ resume: true, seed: 6 })).rejects.toThrow(
      'pair-0000.json: belongs to another run',
    );
    await trainFake({ resume: true });
    expect(await model()).toBe(whole);
    expect(await read(join(folder, 'run.json'))).toMatchObject({ run: (await pairDocument(0)).run });
    await editPair(pairFile(folder, 1), { version: 1, run: undefined });
    await expect(trainFake({ resume: true })).rejects.toThrow('pair-0001.json: does not name its run');
  });

  it('refuses to resume what another version has begun, unless forced, and remembers whose pairs there are', async () => {
    await trainFake();
    const whole = await model();
    await rm(pairFile(folder, 2));
    await changeVersion('0.0.7');
    const before = await snapshot();
    const refusal = trainFake({ resume: true });
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(/run\.json: this run was begun by fewbit 0\.0\.7, and this is \d/);
    expect(await snapshot()).toEqual(before);
    for (const force of [true, undefined]) {
      const { solver, solved } = counting();
      const notes: string[] = [];
      await trainFake({ resume: true, force, onNote: ({ line }) => notes.push(line) }, solver);
      expect(notes).toEqual([`${force ? 2 : 3} of 3 pairs taken over, 2 of them trained by fewbit 0.0.7`]);
      expect(solved).toEqual(force ? [2] : []);
      expect(await model()).toBe(whole);
    }
    // Forced or not, other options are another run.
    await expect(trainFake({ resume: true, force: true, seed: 6 })).rejects.toThrow('options.seed is 5');
  });

  it('refuses to resume with another engine of the same version', async () => {
    await trainFake();
    const path = join(folder, 'run.json');
    const document = await read(path);
    const maker = { fewbit: document.fewbit as string, engine: 'sha256:0' };
    await writeFile(
      path,
      JSON.stringify({ ...document, ...maker, run: runId(document.identity as Json, maker) }),
    );
    await expect(trainFake({ resume: true })).rejects.toThrow(
      /begun by another build of fewbit .*, and its engine/,
    );
  });

  it('stops before it writes when another run has taken the folder', async () => {
    const other = JSON.stringify({ pid: 17, host: 'elsewhere', token: 'other', started: 'today' });
    const taken = trainFake(
      {
        onProgress: (event) => {
          if (event.type !== 'pair-done' || event.pair !== 0) return;
          writeFileSync(join(folder, 'run.lock'), other);
          rmSync(pairFile(folder, 0));
        },
        report: () => 'report',
      },
      fakeSolver(3, 2),
    );
    await expect(taken).rejects.toThrow(LockLostError);
    await expect(taken).rejects.toThrow(/run\.lock: process 17 on elsewhere has taken this run folder over/);
    const after = await snapshot();
    expect(Object.keys(after).sort()).toEqual(['run.json', 'run.lock']);
    expect(after['run.lock']).toBe(other);
  });

  it('writes no model when the folder is lost after the last pair', async () => {
    const taken = trainFake({
      report: () => {
        writeFileSync(join(folder, 'run.lock'), '{}');
        return 'report';
      },
    });
    await expect(taken).rejects.toThrow(LockLostError);
    expect((await readdir(folder)).sort()).toEqual(['pairs', 'run.json', 'run.lock']);
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
        force: true,
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
    await expect(trainFake({ force: true })).resolves.toMatchObject({ resumed: 0 });
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
