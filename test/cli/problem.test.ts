import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pairSeed } from '../../src/ensemble/train/pairs.js';
import { parseProblem } from '../../src/problem/file.js';
import { groupingOf } from '../../src/problem/objective.js';
import { fewbit, table, temporaryFolder, write } from './support.js';

const folder = temporaryFolder();
const data = write(folder, 'table.csv', table);

interface Stage {
  stage: string;
  objective: number;
  bound: number;
  work: number;
}
const essence = (stages: Stage[]) =>
  stages.map(({ stage, objective, bound, work }) => [stage, objective, bound, work]);

describe('fewbit problem', () => {
  it('writes what train solves: the same stages come out, to the last unit of work', async () => {
    const choice = ['--data', 'digits', '--classes', '1,7', '--shots', '2', '--hidden', '2', '--seed', '6'];
    const limit = ['--work-limit', '3000000', '--json', '--quiet'];
    const file = join(folder, 'pair.problem.json');
    const written = await fewbit(['problem', ...choice, '--out', file]);
    expect(written).toEqual({ code: 0, stdout: '', stderr: '' });
    const out = join(folder, 'trained');
    const trained = await fewbit([
      'train',
      ...choice,
      ...limit,
      '--workers',
      '0',
      '--no-report',
      '--out',
      out,
    ]);
    const solved = await fewbit(['solve', file, ...limit, '--seed', String(pairSeed(6, 0))]);
    const [pair] = (JSON.parse(trained.stdout) as { pairs: { stages: Stage[] }[] }).pairs;
    expect(essence(pair.stages)).toHaveLength(3);
    expect(essence((JSON.parse(solved.stdout) as { stages: Stage[] }).stages)).toEqual(essence(pair.stages));
  });

  it('prints the same without --out, with copies, radius and groups where they are asked for', async () => {
    const args = ['problem', '--data', 'digits', '--classes', '4,9', '--shots', '1', '--hidden', 'none'];
    const more = [...args, '--objective', 'robust', '--perturb', 'linf=3,shift=1', '--weight-bound', '3'];
    const { code, stdout, stderr } = await fewbit(more);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const problem = parseProblem(stdout, 'out');
    expect(problem).toMatchObject({
      layers: [784, 1],
      weightBound: 3,
      linf: 3,
      objective: { kind: 'robust' },
    });
    expect(problem.sampleCount).toBeGreaterThan(2);
    expect(new Set(groupingOf(problem))).toEqual(new Set([0, 1]));
    const file = join(folder, 'robust.problem.json');
    await fewbit([...more, '--out', file]);
    expect(readFileSync(file, 'utf8')).toBe(stdout);
  });

  it('takes two classes of a table, the first of the data for +1', async () => {
    const { stdout } = await fewbit(['problem', '--data', data, '--classes', 'y,z', '--hidden', 'none']);
    const problem = parseProblem(stdout, 'out');
    const named = table
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(',').at(-1));
    const signs = named.filter((name) => name !== 'x').map((name) => (name === 'y' ? 1 : -1));
    expect([...problem.labels]).toEqual(signs);
  });

  it('wants two classes', async () => {
    const { code, stdout, stderr } = await fewbit(['problem', '--data', 'digits', '--classes', '1,2,3']);
    expect(stderr).toBe('fewbit: option --classes: a problem has two classes; name two of "1", "2", "3"\n');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
