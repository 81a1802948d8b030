import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fewbit, temporaryFolder, tinyProblem, write } from './support.js';

const folder = temporaryFolder();

interface Verdict {
  stages: { stage: string; boundHolds: boolean | null; reason?: string }[];
}

describe('a proof of robust bounds', () => {
  // Two images a sample; too many networks to be enumerated.
  const rows = Array.from({ length: 12 }, (_, k) =>
    Array.from({ length: 9 }, (_, i) => ((Math.floor(k / 2) + 2) * (i + 3) + (k % 2)) % 11),
  );
  const robust = {
    ...tinyProblem,
    layers: [9, 2, 1],
    objective: 'robust',
    groups: rows.map((_, k) => Math.floor(k / 2)),
    samples: rows,
    labels: rows.map((_, k) => (k < 6 ? 1 : -1)),
    perturbations: { linf: 0 },
  };
  const path = write(folder, 'robust.problem.json', JSON.stringify(robust));
  const answer = join(folder, 'robust.solution.json');
  const file = join(folder, 'robust.proof');
  const solved = fewbit([
    'solve',
    path,
    '--proof',
    file,
    '--solution',
    answer,
    '--work-limit',
    '300000000',
    '--quiet',
  ]);
  const judged = async (proofFile: string) => {
    const { code, stdout } = await fewbit(['verify', path, answer, '--proof', proofFile, '--json']);
    return { code, verdict: JSON.parse(stdout) as Verdict };
  };

  it('is written, and makes every bound hold', async () => {
    const { code, stderr } = await solved;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(readFileSync(file, 'utf8')).toMatch(/\nmethod tree\np /);
    const { code: verified, verdict } = await judged(file);
    expect(verdict.stages.map(({ stage, boundHolds }) => [stage, boundHolds])).toEqual([
      ['sm', true],
      ['mm', true],
      ['mw', true],
    ]);
    expect(verified).toBe(0);
    const without = JSON.parse((await fewbit(['verify', path, answer, '--json'])).stdout) as Verdict;
    expect(without.stages[1].boundHolds).toBeNull();
  });

  it('is refused with a branch left out, and where it proves less than the bound', async () => {
    await solved;
    const text = readFileSync(file, 'utf8');
    const lines = text.split('\n');
    const at = lines.findIndex((line, n) => line === 'l' && lines.indexOf('stage mm') < n);
    const shorter = await judged(write(folder, 'short.proof', lines.toSpliced(at, 1).join('\n')));
    expect(shorter.code).toBe(1);
    expect(shorter.verdict.stages.map(({ boundHolds }) => boundHolds)).toEqual([true, false, true]);
    const claim = Number(/stage mm\nkeep .*\nclaim (\d+)/.exec(text)?.[1]);
    const weaker = text.replace(`claim ${claim}\n`, `claim ${claim + 10}\n`);
    const { verdict } = await judged(write(folder, 'weak.proof', weaker));
    expect(verdict.stages[1]).toMatchObject({ boundHolds: false, reason: expect.stringContaining('weaker') });
  });
});

describe('a proof of soft margins', () => {
  const soft = {
    ...tinyProblem,
    objective: 'robust',
    soft: tinyProblem.samples.map(() => 4),
    perturbations: { linf: 0 },
  };

  it('has a block a stage, and verify takes them', async () => {
    const path = write(folder, 'soft.problem.json', JSON.stringify(soft));
    const answer = join(folder, 'soft.solution.json');
    const file = join(folder, 'soft.proof');
    const solving = [
      'solve',
      path,
      '--proof',
      file,
      '--solution',
      answer,
      '--work-limit',
      '30000000',
      '--quiet',
    ];
    const { code, stderr } = await fewbit(solving);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const text = readFileSync(file, 'utf8');
    expect(text.match(/^stage .*$/gm)).toEqual(['stage sm', 'stage mm', 'stage mw']);
    expect(text.endsWith('\nend\n')).toBe(true);
    const verified = await fewbit(['verify', path, answer, '--proof', file, '--require-proof', '--json']);
    expect(verified.code).toBe(0);
    expect((JSON.parse(verified.stdout) as Verdict).stages).toMatchObject([
      { stage: 'sm', boundHolds: true },
      { stage: 'mm', boundHolds: true },
      { stage: 'mw', boundHolds: true },
    ]);
  });
});
