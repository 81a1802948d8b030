import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runHere } from './in-process.js';
import { start, temporaryFolder } from './support.js';

const folder = temporaryFolder();
const write = (name: string, spec: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof spec === 'string' ? spec : JSON.stringify(spec));
  return path;
};
const OPTIONS = { data: 'digits', classes: '0,1,2', hidden: 'none', 'work-limit': 5_000_000, perClass: 20 };
const small = (shots: readonly number[]) => ({
  name: 'small',
  options: { ...OPTIONS, shots, stages: ['sm', 'sm,mm'], vote: ['paper', 'recursive'] },
  instances: 2,
});
const text = (out: string, name: string): string => readFileSync(join(out, name), 'utf8');
const trainings = (out: string): string[] => readdirSync(join(out, 'trainings')).sort();
const files = ['results.csv', 'results.json'] as const;

describe('fewbit experiment', { timeout: 240_000 }, () => {
  const grid = write('small.json', small([2]));
  const whole = join(folder, 'whole');

  it('trains once what is judged twice, and writes tables, a page and one document', async () => {
    const { code, stdout, stderr } = await runHere([
      'experiment',
      grid,
      '--out',
      whole,
      '--workers',
      '0',
      '--json',
    ]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      name: 'small',
      trainings: 8,
      done: 8,
      there: 0,
      failed: [],
      interrupted: false,
    });
    expect(document.rows).toHaveLength(8);
    expect(document.summary).toHaveLength(4);
    expect(trainings(whole)).toHaveLength(4);
    const told = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told[0]).toMatchObject({ type: 'plan', trainings: 8, networks: 12, networksThere: 0 });
    expect(told.filter(({ type }) => type === 'pair')).toHaveLength(12);
    expect(text(whole, 'report.html')).toContain('fewbit experiment small.json --out DIR');
    expect(text(whole, 'results.csv').trim().split('\n')).toHaveLength(9);
  });

  it('killed at once after some pairs, goes on to the bytes of one run with any number of workers', async () => {
    const out = join(folder, 'killed');
    const { child, ended, says } = start(['experiment', grid, '--out', out, '--workers', '2', '--json']);
    await says('"type":"pair"');
    child.kill('SIGKILL');
    await ended;
    const pairs = readdirSync(join(out, 'trainings')).flatMap((name) => {
      const at = join(out, 'trainings', name, 'pairs');
      return existsSync(at) ? readdirSync(at).filter((file) => file.endsWith('.json')) : [];
    });
    expect(pairs.length).toBeGreaterThan(0);
    const resumed = await runHere(['experiment', grid, '--out', out, '--workers', '1', '--resume', '--json']);
    expect(resumed.code).toBe(0);
    for (const name of files) expect(text(out, name), name).toBe(text(whole, name));
    for (const id of trainings(whole)) {
      expect(text(join(out, 'trainings', id), 'model.json')).toBe(
        text(join(whole, 'trainings', id), 'model.json'),
      );
    }
  });

  it('adds to what is there: a larger grid trains what is new, and the same again nothing', async () => {
    const again = await runHere(['experiment', grid, '--out', whole, '--workers', '0', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ there: 8, done: 8 });
    expect(again.stderr).not.toContain('"type":"pair"');
    const larger = write('larger.json', small([2, 3]));
    const more = await runHere(['experiment', larger, '--out', whole, '--workers', '0', '--json']);
    expect(JSON.parse(more.stdout)).toMatchObject({ there: 8, done: 16 });
    expect(more.stderr.match(/"type":"pair"/g)).toHaveLength(12);
  });

  it('names a training that cannot be, and goes on with the others', async () => {
    const table = write('odd.csv', 'a,b,label\n9,1,x\n1,1,x\n1,9,y\n1,1,y\n');
    const options = {
      data: table,
      shots: [1, 2],
      stages: 'mm',
      hidden: 'none',
      'no-bias': true,
      scaling: 'none',
    };
    const out = join(folder, 'odd');
    const run = await runHere([
      'experiment',
      write('odd.json', { options }),
      '--out',
      out,
      '--workers',
      '0',
      '--json',
    ]);
    const { failed, done, summary } = JSON.parse(run.stdout);
    expect(failed).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^no pair has a network/) }),
    ]);
    expect([run.code, done, summary.length]).toEqual([1, 1, 1]);
    expect(summary[0].setting.shots).toBe('1');
  });

  it('shares a budget of work among all networks', async () => {
    const budget = { options: { ...OPTIONS, 'work-limit': 7, shots: [1, 2] }, budget: { work: 12_000_000 } };
    const out = join(folder, 'budget');
    const { code } = await runHere([
      'experiment',
      write('budget.json', budget),
      '--out',
      out,
      '--workers',
      '0',
      '--quiet',
    ]);
    expect(code).toBe(0);
    const [id] = trainings(out);
    expect(JSON.parse(text(join(out, 'trainings', id), 'run.json')).identity['options.workLimit']).toBe(
      2_000_000,
    );
  });

  it('reads YAML, and says where it is none', async () => {
    const yaml = write(
      'grid.yaml',
      'options:\n  data: digits # drawn\n  shots: [1, 2]\n  hidden: ["none", "4,4"]\nseeds: 2\n',
    );
    const { stdout } = await runHere(['experiment', yaml, '--list', '--json']);
    expect(JSON.parse(stdout).name).toBe('grid');
    expect(JSON.parse(stdout).trainings).toHaveLength(8);
    const bad = await runHere(['experiment', write('bad.yml', 'a: [1'), '--list']);
    expect([bad.code, bad.stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(bad.stderr).toContain('bad.yml: no YAML');
  });

  it('lists what has a name, and the trainings of a spec', async () => {
    const named = await runHere(['experiment', '--list']);
    expect(named.stdout).toMatch(/^paper-1 +120 +120 /m);
    const own = await runHere(['experiment', grid, '--list']);
    expect(own.stdout.trim().split('\n').at(-1)).toBe('8 trainings');
  });

  it.each([
    [[], 'experiment: no spec is given; fewbit experiment --list says their names'],
    [
      ['paper-7', '--out', 'o'],
      'paper-7: no such file, and no experiment of this name; did you mean paper-1?',
    ],
    [[grid], 'option --out: is needed: the folder of results'],
    [
      [write('name.json', { name: 'paper-1', options: { data: 'digits' } }), '--list'],
      /name: paper-1 is the name of/,
    ],
    [[write('none.json', { options: { shots: 1 } }), '--list'], /none\.json: options: data is missing/],
    [
      [write('slip.json', { options: { data: 'digits', shot: 1 } }), '--list'],
      /"shot" is no option .* did you mean shots\?/,
    ],
    [
      [write('bad.json', { options: { data: 'digits', shots: 'x' } }), '--list'],
      /bad\.json: options: shots=x: Expected a whole number/,
    ],
    [
      [write('off.json', { options: { data: 'digits', contrast: 3 } }), '--list'],
      /off\.json: options: contrast: expected on or off/,
    ],
    [[write('text.json', '{'), '--list'], /text\.json: no JSON/],
    [
      [write('gone.json', { options: { data: 'gone.csv' } }), '--list'],
      /^fewbit: gone\.csv: no such file or folder/,
    ],
  ])('refuses %j in one line', async (args, message) => {
    const { code, stdout, stderr } = await runHere(['experiment', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
  });

  it('trains nothing where one of many trainings cannot be, and names it', async () => {
    const spec = write('wide.json', { options: { ...OPTIONS, shots: [1, 100_000] } });
    const out = join(folder, 'wide');
    const { code, stderr } = await runHere(['experiment', spec, '--out', out, '--json']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^fewbit: data=digits .* shots=100000 instance=0: .*\n$/);
    expect(trainings(out)).toEqual([]);
  });
});
