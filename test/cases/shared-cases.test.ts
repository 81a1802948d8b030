import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/types.js';
import { parseProblem } from '../../src/problem/file.js';
import { confidentSamples } from '../../src/problem/semantics.js';
import type { TrainingProblem } from '../../src/problem/types.js';

/*
 * The small failing inputs that issues come with, each a folder with its commands and what is right: `FEWBIT_CASES`, or
 * beside the repository. Here are those that need no second machine and no suspended process; 08 and 18 are about the
 * packed package (test/package), 22 about a run that is stopped (test/run).
 */

const folder = process.env.FEWBIT_CASES ?? fileURLToPath(new URL('../../../shared/cases', import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'dist', 'cli', 'main.js');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

function run(cwd: string, program: string, args: readonly string[]): Promise<Ended> {
  const began = performance.now();
  return new Promise((resolve) => {
    execFile(program, args, { cwd, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr, seconds: (performance.now() - began) / 1000 });
    });
  });
}

const scratch = mkdtempSync(join(tmpdir(), 'fewbit-cases-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A copy of a case to work in: what a command writes must not lie among the inputs. */
function caseFolder(number: string): string {
  const name = readdirSync(folder).find((entry) => entry.startsWith(`${number}-`));
  if (name === undefined) throw new Error(`${folder} has no case ${number}`);
  const copy = join(scratch, name);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const file of readdirSync(join(folder, name))) {
    writeFileSync(join(copy, file), readFileSync(join(folder, name, file)));
  }
  return copy;
}

describe.skipIf(!existsSync(folder))('cases of issues', () => {
  let cwd = '';
  const fewbit = (...args: string[]) => run(cwd, process.execPath, [bin, ...args]);
  const json = async (...args: string[]) => {
    const ended = await fewbit(...args, '--json');
    expect(ended).toMatchObject({ code: 0 });
    return JSON.parse(ended.stdout);
  };
  const refuses = async (line: RegExp, ...args: string[]) => {
    const ended = await fewbit(...args);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^(?:.*\n)?fewbit: [^\n]*\n$/);
    expect(ended.stderr).toMatch(line);
  };
  const small = ['--hidden', 'none', '--work-limit', '1000000', '--quiet'];

  it('01: columns are found by their names', async () => {
    cwd = caseFolder('01');
    await json('train', '--data', 'tr.csv', ...small, '--out', 'm');
    expect(await json('evaluate', 'm', '--data', 'te.csv')).toMatchObject({ accuracy: 1, images: 2 });
    expect(await json('evaluate', 'm', '--data', 'tr.csv', '--test', 'te.csv')).toMatchObject({
      accuracy: 1,
    });
    await refuses(/te-other\.csv: no column named "len"/, 'evaluate', 'm', '--data', 'te-other.csv');
    const test = ['--test', 'te-other.csv', '--out', 'n'];
    await refuses(/te-other\.csv: no column/, 'train', '--data', 'tr.csv', ...small, ...test);
  });

  it('02: what train writes, evaluate reads; or train refuses before the work', async () => {
    cwd = caseFolder('02');
    for (const name of ['k101', 'longname', 'longcol']) {
      const args = [
        'train',
        '--data',
        `${name}.csv`,
        '--hidden',
        'none',
        '--work-limit',
        '1000',
        '--out',
        name,
      ];
      await refuses(/101 different labels|characters; at most 1000/, ...args);
      expect(existsSync(join(cwd, name))).toBe(false);
    }
    const args = ['--data', 'k101.csv', '--hidden', 'none', '--work-limit', '1000', '--out', 'm', '--quiet'];
    await json('train', ...args, '--max-classes', '101');
    expect(await json('evaluate', 'm', '--data', 'k101.csv')).toMatchObject({ images: 202 });
  });

  it('03: whole numbers above 1,023 stay what they are', async () => {
    cwd = caseFolder('03');
    const trained = await json('train', '--data', 'big.csv', '--hidden', 'none', '--out', 'm', '--quiet');
    expect(trained.trainAccuracy).toBe(1);
    expect(await json('evaluate', 'm', '--data', 'big.csv')).toMatchObject({ accuracy: 1 });
    const { stages } = await json('solve', 'big-raw.json', '--stages', 'sm', '--quiet');
    expect(stages[0]).toMatchObject({ objective: 8, status: 'optimal' });
  });

  it('04: SM of one neuron has a search beyond 16-bit sums', async () => {
    cwd = caseFolder('04');
    const { stages } = await json('solve', 'sm16.json', '--stages', 'sm', '--quiet');
    expect(stages[0]).toMatchObject({ objective: 3, bound: 3, status: 'optimal' });
    const args = ['--stages', 'sm', '--work-limit', '300000000', '--quiet'];
    const large = await json('solve', 'iris-1-2-P127.json', ...args);
    expect(large.stages[0].objective).toBeGreaterThanOrEqual(94);
    expect(large.stages[0].bound).toBeLessThanOrEqual(100);
  });

  it('06: a run of another version is not resumed without a word', async () => {
    cwd = caseFolder('06');
    const args = ['train', '--data', 'r4.csv', '--hidden', 'none', '--work-limit', '100000', '--out', 'rv'];
    expect(await fewbit(...args)).toMatchObject({ code: 0 });
    for (const name of ['pairs/pair-0003.json', 'pairs/pair-0004.json', 'model.json']) {
      rmSync(join(cwd, 'rv', name));
    }
    const other = join(cwd, 'fewbit-0.9.0');
    mkdirSync(other);
    cpSync(join(root, 'dist'), join(other, 'dist'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(other, 'node_modules'));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    for (const file of ['package.json', 'dist/version.js']) {
      const text = readFileSync(file === 'package.json' ? join(root, file) : join(other, file), 'utf8');
      writeFileSync(join(other, file), text.replace(version, '0.9.0'));
    }
    const resumed = [join(other, 'dist', 'cli', 'main.js'), ...args, '--resume'];
    const ended = await run(cwd, process.execPath, resumed);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`${version.replaceAll('.', '\\.')}.*0\\.9\\.0`));
    expect(existsSync(join(cwd, 'rv', 'model.json'))).toBe(false);
  });

  it('09: one class or one row is enough to evaluate', async () => {
    cwd = caseFolder('09');
    await json('train', '--data', 'tr.csv', ...small, '--out', 'm');
    expect(await json('evaluate', 'm', '--data', 'one.csv')).toMatchObject({ accuracy: 1, images: 1 });
    expect(await json('evaluate', 'm', '--data', 'onecls.csv')).toMatchObject({ accuracy: 1, images: 2 });
  });

  it('11: byte order marks and UTF-16 are recognised everywhere', async () => {
    cwd = caseFolder('11');
    expect(await json('evaluate', 'mbom.json', '--data', 'tr.csv')).toMatchObject({ accuracy: 1 });
    expect(await json('solve', 'pbom.json', '--quiet')).toMatchObject({ format: 'fewbit-solution' });
    await refuses(/p16\.json: text in UTF-16; save it as UTF-8/, 'solve', 'p16.json');
    await refuses(/p16\.json: text in UTF-16/, 'evaluate', 'p16.json', '--data', 'tr.csv');
    await refuses(/p16\.json: text in UTF-16/, 'train', '--data', 'p16.json', '--out', 'x');
  });

  it('14: a table of 54,675 columns is read, and its model', async () => {
    cwd = caseFolder('14');
    const script = readFileSync(join(cwd, 'make.py'), 'utf8');
    expect(script).toContain('54675');
    expect(await run(cwd, 'python3', ['make.py'])).toMatchObject({ code: 0 });
    const trained = await json('train', '--data', 'wide.csv', ...small, '--out', 'm');
    expect(trained.links).toBe(54_675);
    const evaluated = await json('evaluate', 'm', '--data', 'wide.csv');
    expect(evaluated.accuracy).toBe(trained.trainAccuracy);
  });

  it('17: no report lies beside the model of another training', async () => {
    cwd = caseFolder('17');
    const args = (data: string) => [
      'train',
      '--data',
      data,
      '--hidden',
      'none',
      '--work-limit',
      '1000',
      '--out',
      'st',
    ];
    const model = () => JSON.parse(readFileSync(join(cwd, 'st', 'model.json'), 'utf8')).classes.length;
    expect(await fewbit(...args('r4.csv'))).toMatchObject({ code: 0 });
    expect(model()).toBe(4);
    // A finished run is not overwritten unasked; then its report is still its own.
    expect(await fewbit(...args('tr.csv'), '--no-report')).toMatchObject({ code: 2 });
    expect(model()).toBe(4);
    expect(readFileSync(join(cwd, 'st', 'report.html'), 'utf8')).toContain('r4.csv');
    expect(await fewbit(...args('tr.csv'), '--no-report', '--force')).toMatchObject({ code: 0 });
    expect(model()).toBe(2);
    expect(existsSync(join(cwd, 'st', 'report.html'))).toBe(false);
  });

  it('20: a whole number beyond 2^53 is refused, or said to be rounded', async () => {
    cwd = caseFolder('20');
    const ended = await fewbit('train', '--data', 'bigint.csv', '--work-limit', '1000000', '--out', 'm');
    const said = `${ended.stdout}${ended.stderr}`;
    expect(said).toMatch(/"t"/);
    if (ended.code === 0) expect(said).toMatch(/round/);
    else expect(ended).toMatchObject({ code: 2, stdout: '' });
  });

  it('21: SM is never infeasible, whatever a proof says', async () => {
    cwd = caseFolder('21');
    for (const proof of [['--proof', 'f.proof'], []]) {
      const ended = await fewbit('verify', 'p.json', 's.json', ...proof, '--json');
      expect(ended.code).toBe(1);
      expect(JSON.parse(ended.stdout)).toMatchObject({ valid: false, proved: false });
    }
  });

  describe('23: a limit holds, and leaves at least what constant networks have', () => {
    beforeAll(() => {
      cwd = caseFolder('23');
    });
    it.each([
      ['a', ['3072', '400', '4'], 1],
      ['b', ['20', '20000', 'none'], 1],
      ['c', ['784', '2000', 'none'], 2],
    ] as const)('%s', async (name, sizes, limit) => {
      const file = `${name}.json`;
      expect(await run(cwd, process.execPath, ['gen.mjs', ...sizes, file])).toMatchObject({ code: 0 });
      const stages = ['--stages', 'sm', '--time-limit', String(limit), '--json', '--quiet'];
      const ended = await fewbit('solve', file, ...stages);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const [stage] = JSON.parse(ended.stdout).stages;
      // On an idle machine 0.2 s; tests share theirs with others.
      expect(stage.seconds).toBeLessThan(limit + 2);
      const problem = parseProblem(readFileSync(join(cwd, file), 'utf8'), file);
      expect(stage.objective).toBeGreaterThanOrEqual(Math.max(constant(problem, 1), constant(problem, -1)));
      expect(stage.bound).toBeGreaterThanOrEqual(stage.objective);
    });
  });
});

/** The samples that SM counts for the network whose weights are all `weight` in the last layer, and +1 before it. */
function constant(problem: TrainingProblem, weight: number): number {
  const { layers, weightBound } = problem;
  const last = layers.length - 2;
  const weights = layers
    .slice(1)
    .map((width, l) =>
      Array.from({ length: width }, () => new Array<number>(layers[l]).fill(l === last ? weight : 1)),
    );
  const network: Network = { layers, weightBound, weights };
  return confidentSamples(problem, network).length;
}
