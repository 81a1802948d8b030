import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/problem/file.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { drawn } from '../engine/problems.js';

/* The parts of the benchmark runner on one tiny instance. They are plain .mjs on the built library, without types. */

// biome-ignore lint/suspicious/noExplicitAny: untyped modules
const part = (name: string): Promise<any> =>
  import(/* @vite-ignore */ new URL(`../../bench/lib/${name}.mjs`, import.meta.url).href);

const problem = { ...drawn({ seed: 5, layers: [7, 1], count: 9 }), keep: [0, 1, 2, 4, 5, 7, 8] };
const best = bruteStage(problem, 'sm').objective!;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-bench-test-'));
  const text = formatProblem(problem).replace(
    /\n}\n$/,
    `,\n  "known": ${JSON.stringify({ stage: 'sm', best, proven: true, tier: 'easy', runs: {} })}\n}\n`,
  );
  writeFileSync(join(folder, 'tiny-a.problem.json'), text);
  writeFileSync(join(folder, 'tiny-b.problem.json'), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(
  script: string,
  words: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const path = fileURLToPath(new URL(`../../bench/${script}`, import.meta.url));
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [path, ...words],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      },
    );
  });
}

describe('instances', () => {
  it('are read by pattern', async () => {
    const { readInstances } = await part('instances');
    const names = (pattern: string) =>
      readInstances(pattern, folder).map((one: { name: string }) => one.name);
    expect(names('')).toEqual(['tiny-a', 'tiny-b']);
    expect(names('y-b,nothing')).toEqual(['tiny-b']);
    expect(names('nothing')).toEqual([]);
    expect(readInstances('', join(folder, 'not-there'))).toEqual([]);
    expect(readInstances('-a', folder)[0]).toMatchObject({ problem, stage: 'sm', known: { best } });
  });
});

describe('figures', () => {
  it('of a command come with its wall time and its peak memory', async () => {
    const { fewbit } = await part('cli');
    const { json, seconds, bytes } = await fewbit(
      'solve',
      join(folder, 'tiny-a.problem.json'),
      '--stages',
      'sm',
      '--quiet',
    );
    expect(json.stages[0]).toMatchObject({ status: 'optimal', objective: best });
    expect(seconds).toBeGreaterThan(0.02);
    expect(bytes).toBeGreaterThan(20 * 2 ** 20);
    expect(bytes).toBeLessThan(2 ** 31);
    await expect(fewbit('solve', join(folder, 'not-there.json'))).rejects.toThrow(
      /exit code 2\n.*not-there\.json/,
    );
  });
});

describe('the scripts', () => {
  it('say what is wrong with an argument', async () => {
    const paper = await run('paper.mjs', ['mnist99']);
    expect([paper.code, paper.stderr]).toEqual([2, expect.stringContaining('no section mnist99')]);
    const kernels = await run('kernels.mjs', ['dotI32']);
    expect([kernels.code, kernels.stderr]).toEqual([2, expect.stringContaining('no kernel dotI32')]);
  });

  it('skip visibly what is not there', async () => {
    const paper = await run('paper.mjs', ['margins'], { FEWBIT_DATA: join(folder, 'not-there') });
    expect([paper.code, paper.stdout]).toEqual([0, expect.stringContaining('skipped: mnist is not in')]);
  });
});
