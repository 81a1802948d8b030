import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

describe('instances and permutations', () => {
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

  it('are another order of the same problem', async () => {
    const { permuted } = await part('permute');
    expect(permuted(problem, 0)).toBe(problem);
    for (const permutation of [1, 2, 3]) {
      const other = permuted(problem, permutation);
      expect(other).toEqual(permuted(problem, permutation));
      expect(other.samples).not.toEqual(problem.samples);
      for (const stage of ['sm', 'mm', 'mw'] as const) {
        expect(bruteStage(other, stage, other.keep).objective).toBe(
          bruteStage(problem, stage, problem.keep).objective,
        );
      }
    }
  });
});

describe('a race', () => {
  it('gives every engine every permutation, and its figures in order', { timeout: 60_000 }, async () => {
    const { race, perEngine, perInstance, CSV_FIELDS } = await part('rivals');
    const { readInstances } = await part('instances');
    const { csv, textTable } = await part('table');
    const { solvedOverTime } = await part('chart');
    const engines = ['fewbit', 'highs', 'fewbit-cold'];
    const runs = await race({ instances: readInstances('-a', folder), engines, limit: 10, permutations: 2 });
    expect(runs.map((one: Record<string, unknown>) => [one.engine, one.permutation])).toEqual([
      ['fewbit', 0],
      ['highs', 0],
      ['fewbit-cold', 0],
      ['fewbit', 1],
      ['highs', 1],
    ]);
    for (const one of runs) {
      expect(one).toMatchObject({ status: 'optimal', objective: best, bound: best, gap: 0, wrong: false });
      expect(one.first).toBeLessThanOrEqual(one.best);
      expect(one.best).toBeLessThanOrEqual(one.proof);
    }
    // A cold run has its process's start in every figure.
    expect(runs[2].first).toBeGreaterThan(0.02);
    const table = textTable(perEngine(runs, 10));
    expect(table).toMatch(/^fewbit +2\/2 /m);
    expect(table).toMatch(/^fewbit-cold +1\/1 /m);
    expect(textTable(perInstance(runs), 2)).toMatch(/^tiny-a +highs .* 2\/2$/m);
    const lines = csv([
      CSV_FIELDS,
      ...runs.map((one: Record<string, unknown>) => CSV_FIELDS.map((f: string) => one[f])),
    ])
      .trim()
      .split('\n');
    expect(lines).toHaveLength(1 + runs.length);
    expect(lines.every((line: string) => line.split(',').length === CSV_FIELDS.length)).toBe(true);
    const drawing = solvedOverTime([{ name: 'a <b>', times: [0.5, 0.01] }], 2, 10);
    expect(drawing).toContain('a &lt;b&gt; (2)');
    expect(drawing.match(/H[\d.]+V[\d.]+/g)).toHaveLength(2);
  });

  it('kills a process that does not answer, and goes on with another', { timeout: 60_000 }, async () => {
    const { Contestant } = await part('contestant');
    const contestant = new Contestant('highs', 'cold', -9.99);
    try {
      const killed = await contestant.solve({ problem, stage: 'sm', limit: 10 });
      expect(killed).toMatchObject({ status: 'killed', objective: null, proof: null, gap: null });
      contestant.grace = 5;
      const answered = await contestant.solve({ problem, stage: 'sm', limit: 10 });
      expect(answered).toMatchObject({ status: 'optimal', objective: best });
      const failed = await contestant.solve({ problem: { ...problem, epsilon: 7 }, stage: 'sm', limit: 10 });
      expect(failed).toMatchObject({ status: 'failed', objective: null });
    } finally {
      contestant.close();
    }
  });
});

const LOGS = {
  glpsol: `+    55: mip =     not found yet >=              -inf        (1; 0)
+  1069: >>>>>  -9.000000000e+00 >=  -1.600000000e+01  77.8% (149; 45)
+  4007: >>>>>  -1.200000000e+01 >=  -1.400000000e+01  16.7% (457; 286)
+  9001: mip =  -1.200000000e+01 >=     tree is empty   0.0% (0; 2157)
INTEGER OPTIMAL SOLUTION FOUND`,
  cbc: `Cbc0012I Integer solution of -11 found by feasibility pump after 0 iterations and 0 nodes (0.21 seconds)
Cbc0010I After 0 nodes, 1 on tree, -12 best solution, best possible -17.18386 (0.41 seconds)
Result - Optimal solution found

Objective value:                -12.00000000
Enumerated nodes:               126`,
  'highs-native': `        Src  Proc. InQueue |  Leaves   Expl. | BestBound       BestSol              Gap |   Cuts   InLp Confl. | LpIters     Time
         0       0         0   0.00%   -20             inf                  inf        0      0      0         0     0.0s
 C       0       0         0   0.00%   -18.81047803    -11               71.00%        0      0      0        55     0.0s
  Status            Optimal
  Primal bound      -12
  Dual bound        -12
  Nodes             370`,
} as const;

describe('native solvers', () => {
  it('are read off their logs', async () => {
    const { NATIVE } = await part('native-logs');
    const read = (name: keyof typeof LOGS, lines: number) => {
      const log = new NATIVE[name].Log();
      for (const line of LOGS[name].split('\n').slice(0, lines)) log.read(line);
      return { ...log };
    };
    expect(read('glpsol', 1)).toEqual({ incumbent: null, bound: null, nodes: 1, status: null });
    expect(read('glpsol', 3)).toEqual({ incumbent: -12, bound: -14, nodes: 743, status: null });
    expect(read('glpsol', 5)).toEqual({ incumbent: -12, bound: -14, nodes: 2157, status: 'optimal' });
    expect(read('cbc', 1)).toMatchObject({ incumbent: -11, status: null });
    expect(read('cbc', 2)).toEqual({ incumbent: -12, bound: -17.18386, nodes: 0, status: null });
    expect(read('cbc', 6)).toEqual({ incumbent: -12, bound: -17.18386, nodes: 126, status: 'optimal' });
    expect(read('highs-native', 2)).toMatchObject({ incumbent: null, bound: -20 });
    expect(read('highs-native', 3)).toMatchObject({ incumbent: -11, bound: -18.81047803, status: null });
    expect(read('highs-native', 7)).toEqual({ incumbent: -12, bound: -12, nodes: 370, status: 'optimal' });
  });

  it.skipIf(process.platform === 'win32')('run where they are on the PATH', async () => {
    const { nativeOnPath, runNative } = await part('run-native');
    const path = process.env.PATH;
    writeFileSync(join(folder, 'glpsol'), `#!/bin/sh\ncat <<'END'\n${LOGS.glpsol}\nEND\n`, { mode: 0o755 });
    try {
      process.env.PATH = `${folder}:/bin:/usr/bin`;
      expect(nativeOnPath()).toContain('glpsol');
      const outcome = await runNative('glpsol', { problem, stage: 'sm', limit: 5, grace: 5 });
      expect(outcome).toMatchObject({ status: 'optimal', objective: 12, bound: 12, gap: 0, nodes: 2157 });
      // The shell is killed; what it has started still holds the pipe, and is not waited for.
      writeFileSync(join(folder, 'glpsol'), '#!/bin/sh\nsleep 5\n', { mode: 0o755 });
      const slow = await runNative('glpsol', { problem, stage: 'sm', limit: 0.1, grace: 0.1 });
      expect(slow).toMatchObject({ status: 'killed', objective: null });
      expect(slow.seconds).toBeLessThan(4);
    } finally {
      process.env.PATH = path;
    }
  });
});

describe('figures', () => {
  it('are means and medians as stated', async () => {
    const { median, shiftedGeometricMean } = await part('statistics');
    expect(shiftedGeometricMean([1, 7])).toBeCloseTo(3, 12); // sqrt(2 * 8) - 1
    expect(shiftedGeometricMean([0, 0])).toBe(0);
    expect(median([5, 1, 3])).toBe(3);
    expect(median([4, 1, 3, 2])).toBe(2);
    expect(median([])).toBeNull();
  });

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
  it('bench:highs writes its table, its CSV and its drawing', { timeout: 60_000 }, async () => {
    const out = join(folder, 'results');
    const words = [
      '--engines',
      'fewbit',
      '--permutations',
      '1',
      '--limit',
      '5',
      '--instances',
      'tiny-b',
      '--out',
      out,
    ];
    const { code, stdout } = await run('highs.mjs', words, { FEWBIT_INSTANCES: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^fewbit +1\/1 /m);
    expect(readFileSync(join(out, 'highs.txt'), 'utf8')).toBe(stdout);
    expect(readFileSync(join(out, 'highs.csv'), 'utf8')).toMatch(/\ntiny-b,sm,fewbit,0,optimal,/);
    expect(readFileSync(join(out, 'highs.svg'), 'utf8')).toMatch(/^<svg .*fewbit \(1\).*<\/svg>\n$/);
  });

  it('say what is wrong with an argument', async () => {
    const highs = await run('highs.mjs', ['--engines', 'fewbit,gurobi'], { FEWBIT_INSTANCES: folder });
    expect([highs.code, highs.stderr]).toEqual([2, expect.stringContaining('no engine gurobi')]);
    const paper = await run('paper.mjs', ['mnist99']);
    expect([paper.code, paper.stderr]).toEqual([2, expect.stringContaining('no section mnist99')]);
    const kernels = await run('kernels.mjs', ['dotI32']);
    expect([kernels.code, kernels.stderr]).toEqual([2, expect.stringContaining('no kernel dotI32')]);
  });

  it('skip visibly what is not there', async () => {
    const paper = await run('paper.mjs', ['margins'], { FEWBIT_DATA: join(folder, 'not-there') });
    expect([paper.code, paper.stdout]).toEqual([0, expect.stringContaining('skipped: mnist is not in')]);
    const highs = await run('highs.mjs', [], { FEWBIT_INSTANCES: join(folder, 'not-there') });
    expect([highs.code, highs.stderr]).toEqual([0, expect.stringContaining('no instances')]);
  });
});
