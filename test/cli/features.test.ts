import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { drawDigits } from '../../src/data/digits/index.js';
import { fewbit, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const choice = ['--data', 'digits', '--classes', '1,4,7', '--shots', '2', '--objective', 'robust'];
const small = [
  ...choice,
  '--features',
  'hog,cell=7,bins=6',
  '--perturb',
  'linf=2,affine=2',
  '--workers',
  '0',
  '--quiet',
];

describe('fewbit with --features', () => {
  const out = join(folder, 'run');
  const model = () => readFileSync(join(out, 'model.json'), 'utf8');

  it('trains, resumes, judges, draws and says what it is', async () => {
    const trained = await fewbit(['train', ...small, '--out', out]);
    expect(trained.code).toBe(0);
    expect(trained.stdout).toContain(
      "features          hog,cell=7,bins=6,zoom=1,deskew=1,mean=100; not the paper's",
    );
    expect(trained.stdout).toMatch(/non-zero weights {2}\d+ of 648 \([\d.]+ %\), \d+ bytes/);
    const first = model();
    expect(JSON.parse(first)).toMatchObject({
      version: 2,
      layers: [216, 1],
      image: { width: 28, height: 28 },
    });
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('every weight as a stroke');
    rmSync(join(out, 'pairs', 'pair-0001.json'));
    const resumed = await fewbit(['train', ...small, '--out', out, '--resume', '--json']);
    expect(resumed.code).toBe(0);
    expect(model()).toBe(first);
    expect(JSON.parse(resumed.stdout).bytes).toBeGreaterThan(0);
    const judged = await fewbit([
      'evaluate',
      out,
      '--data',
      'digits',
      '--per-class',
      '10',
      '--vote',
      'margin',
      '--json',
    ]);
    expect(JSON.parse(judged.stdout).images).toBe(30);
    expect(JSON.parse(judged.stdout).accuracy).toBeGreaterThan(0.6);
  });

  it('answers with the radius in pixels beside that of features', async () => {
    const { values } = drawDigits({ perClass: 1, stream: 'test' }).samples;
    const header = Array.from({ length: 784 }, (_, i) => `p${i}`).join();
    const table = join(folder, 'one.csv');
    writeFileSync(table, `${header}\n${values.subarray(784, 2 * 784).join()}\n`);
    const { code, stdout } = await fewbit(['predict', out, '--data', table, '--certify', '--certify-pixels']);
    expect(code).toBe(0);
    const [head, first] = stdout.split('\n');
    expect(head).toBe('row,label,radius,pixels');
    expect(first).toMatch(/^0,[147]?,\d*,\d*$/);
  });

  it('resumes with the same features only', async () => {
    const other = small.map((part) => (part === 'hog,cell=7,bins=6' ? 'hog,cell=7,bins=8' : part));
    const { code, stderr } = await fewbit(['train', ...other, '--out', out, '--resume']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/options\.features is "hog,cell=7,bins=6.*in this run and "hog,cell=7,bins=8/);
  });

  it('writes mapped rows as a problem', async () => {
    const pair = ['--data', 'digits', '--classes', '1,7', '--shots', '2', '--objective', 'robust'];
    const map = ['--features', 'hog,cell=7,bins=6', '--perturb', 'linf=2,affine=2'];
    const { code, stdout } = await fewbit(['problem', ...pair, ...map]);
    expect(code).toBe(0);
    const problem = JSON.parse(stdout);
    expect(problem.layers).toEqual([216, 1]);
    expect(problem.samples).toHaveLength(12);
    expect(problem.samples.every((row: number[]) => row.length === 216)).toBe(true);
  });

  it.each([
    [['--features', 'sift'], /features: expected none, deskew, hog or auto, got "sift"/],
    [['--features', 'hog,cell=99'], /features: cell must be a whole number in 2\.\.64, got "99"/],
  ])('refuses %j in one line', async (more, message) => {
    const { code, stderr } = await fewbit(['train', ...choice, ...more, '--out', join(folder, 'no')]);
    expect(code).toBe(2);
    expect(stderr.trim()).toMatch(message);
    expect(stderr.trim()).not.toContain('\n');
  });
});
