import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outwardBound } from '../../src/bench/claimed-run.js';
import { NATIVE } from '../../src/bench/native.js';
import { permuted } from '../../src/bench/permute.js';
import { runProcess } from '../../src/bench/race/process.js';
import { race } from '../../src/bench/race/race.js';
import { gapOf, mean, median, shiftedGeometricMean } from '../../src/bench/statistics.js';
import { SUITES, suite } from '../../src/bench/suite.js';
import { profiles, summaries, withCrossChecks } from '../../src/bench/summary.js';
import type { RawRun, Run } from '../../src/bench/types.js';
import { InputError } from '../../src/errors.js';
import { formatProblem, parseProblem } from '../../src/problem/file.js';
import { planted } from '../../src/testing/planted.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { bin, fewbit, root } from '../cli/support.js';
import { drawn } from '../engine/problems.js';

const problem = { ...drawn({ seed: 5, layers: [7, 1], count: 9 }), keep: [0, 1, 2, 4, 5, 7, 8] };
const best = bruteStage(problem, 'sm').objective!;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-race-test-'));
  mkdirSync(join(folder, 'suite'));
  const known = JSON.stringify({ stage: 'sm', best, proven: true });
  const text = formatProblem(problem).replace(/\n}\n$/, `,\n  "known": ${known}\n}\n`);
  writeFileSync(join(folder, 'suite', 'tiny.problem.json'), text);
  mkdirSync(join(folder, 'slow'));
  // Noise: no tree ends it within the limit.
  const slow = { ...drawn({ seed: 3, layers: [60, 1], count: 120 }), keep: [...Array(120).keys()] };
  writeFileSync(join(folder, 'slow', 'slow.problem.json'), formatProblem(slow));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A run that proves what is true, or what is said instead. */
function runOf(change: Partial<Run>): Run {
  const figures = { objective: best, bound: best, gap: 0, seconds: 1, nodes: 1, memory: null, limit: 10 };
  const about = { instance: 'a', stage: 'sm', solver: 'x', version: '1', permutation: 0 } as const;
  return {
    ...about,
    ...figures,
    status: 'optimal',
    incumbents: [[0.5, best]],
    bounds: [],
    verdict: 'right',
    ...change,
  };
}

describe('suites', () => {
  it.each(SUITES)('%s is made of problems with names of their own, the same each time', (name) => {
    const instances = suite(name);
    expect(new Set(instances.map((one) => one.name)).size).toBe(instances.length);
    expect(instances.length).toBeGreaterThan(10);
    expect(new Set(instances.map(({ stage }) => stage))).toEqual(new Set(['sm', 'mm', 'mw']));
    for (const { problem: one, name: own } of instances)
      expect(parseProblem(formatProblem(one), own)).toEqual(one);
    expect(JSON.stringify(suite(name))).toBe(JSON.stringify(instances));
  });

  it('are the same problems in another order of rows and columns', () => {
    expect(permuted(problem, 0)).toBe(problem);
    for (const permutation of [1, 2, 3]) {
      const other = permuted(problem, permutation);
      expect(other).toEqual(permuted(problem, permutation));
      expect(other.samples).not.toEqual(problem.samples);
      for (const stage of ['sm', 'mm', 'mw'] as const) {
        const [theirs, ours] = [other, problem].map((one) => bruteStage(one, stage, one.keep).objective);
        expect(theirs).toBe(ours);
      }
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
  scip: ` time | node  | left  |LP iter|LP it/n|mem/heur|mdpt |vars |cons |rows |cuts |sepa|confs|strbr|  dualbound   | primalbound  |  gap   | compl.
 0.1s|     1 |     0 |    31 |     - |   705k |   0 |  21 |  20 |  20 |   0 |  0 |   0 |   0 |-1.881048e+01 |-1.100000e+01 |  71.00%| unknown
SCIP Status        : problem is solved [optimal solution found]
Solving Nodes      : 412 (total of 419 nodes in 2 runs)
Primal Bound       : -1.20000000000000e+01 (3 solutions)
Dual Bound         : -1.20000000000000e+01`,
} as const;

describe('native solvers', () => {
  it('are read off their logs', () => {
    const read = (name: keyof typeof LOGS, lines: number) => {
      const log = NATIVE[name].log();
      for (const line of LOGS[name].split('\n').slice(0, lines)) log.read(line);
      return { ...log };
    };
    expect(read('glpsol', 1)).toEqual({ incumbent: null, bound: null, nodes: 1, status: null });
    expect(read('glpsol', 3)).toEqual({ incumbent: -12, bound: -14, nodes: 743, status: null });
    expect(read('glpsol', 5)).toEqual({ incumbent: -12, bound: -14, nodes: 2157, status: 'optimal' });
    expect(read('cbc', 1)).toMatchObject({ incumbent: -11, status: null });
    expect(read('cbc', 2)).toEqual({ incumbent: -12, bound: -17.18386, nodes: 0, status: null });
    expect(read('cbc', 6)).toEqual({ incumbent: -12, bound: -17.18386, nodes: 126, status: 'optimal' });
    const none = NATIVE.cbc.log(); // its first linear programme is not feasible: there is no summary
    none.read('Problem is infeasible - 0.00 seconds');
    expect(none.status).toBe('infeasible');
    expect(read('highs-native', 2)).toMatchObject({ incumbent: null, bound: -20 });
    expect(read('highs-native', 3)).toMatchObject({ incumbent: -11, bound: -18.81047803, status: null });
    expect(read('highs-native', 7)).toEqual({ incumbent: -12, bound: -12, nodes: 370, status: 'optimal' });
    expect(read('scip', 2)).toMatchObject({ incumbent: -11, bound: -18.81048, status: null });
    expect(read('scip', 6)).toEqual({ incumbent: -12, bound: -12, nodes: 412, status: 'optimal' });
  });

  it('are read off what they write', () => {
    const columns = ['w_1', 'w_2', 'z_1'].map((name) => ({
      name,
      lower: -1,
      upper: 1,
      integer: true,
      cost: 0,
    }));
    const model = { name: 'm', columns, rows: [], weightColumns: [], tolerance: 1e-6 };
    const point = (name: string, text: string) => NATIVE[name].point(text, model);
    const highs =
      'Model status\nOptimal\n\n# Primal solution values\nFeasible\nObjective -1\n# Columns 3\nw_1 1\nw_2 -1\nz_1 0.5\n# Rows 1\nz_1 9\n';
    expect(point('highs-native', highs)).toEqual(Float64Array.of(1, -1, 0.5));
    expect(
      point('highs-native', 'Model status\nInfeasible\n# Primal solution values\nNone\n'),
    ).toBeUndefined();
    expect(point('glpsol', 'c x\ns mip 2 3 o -1\ni 1 4\nj 1 1\nj 3 0.5\ne o f\n')).toEqual(
      Float64Array.of(1, 0, 0.5),
    );
    expect(point('glpsol', 's mip 2 3 u 0\n')).toBeUndefined();
    expect(
      point('cbc', 'Optimal - objective value -1\n      0 w_1     1       0\n      2 z_1  0.5   -1\n'),
    ).toEqual(Float64Array.of(1, 0, 0.5));
    expect(point('cbc', 'Infeasible - objective value 0\n      0 w_1   1   0\n')).toBeUndefined();
    expect(
      point(
        'scip',
        'solution status: optimal\nobjective value:   -1\nw_1    1 \t(obj:0)\nz_1   0.5 \t(obj:-1)\n',
      ),
    ).toEqual(Float64Array.of(1, 0, 0.5));
    expect(point('scip', 'no solution available\n')).toBeUndefined();
    // A bound of the minimised model, rounded away from the optimum; of MW it is the stage's own.
    expect([
      outwardBound('mm', -12.3401, 10),
      outwardBound('mm', -12.3, 10),
      outwardBound('mw', 7.01, 1),
    ]).toEqual([12.3, 12.3, 8]);
    expect([
      outwardBound('sm', Number.NEGATIVE_INFINITY, 1),
      outwardBound('sm', 1e20, 1),
      outwardBound('sm', null, 1),
    ]).toEqual([null, null, null]);
  });
});

describe('what a race comes to', () => {
  it('are means, medians and gaps as stated', () => {
    expect(shiftedGeometricMean([1, 7])).toBeCloseTo(3, 12); // sqrt(2 * 8) - 1
    expect([shiftedGeometricMean([0, 0]), shiftedGeometricMean([])]).toEqual([0, null]);
    expect([median([5, 1, 3]), median([4, 1, 3, 2]), median([])]).toEqual([3, 2, null]);
    expect([mean([1, 2]), mean([]), gapOf(4, 5), gapOf(0, 2), gapOf(null, 1)]).toEqual([
      1.5,
      null,
      0.25,
      2,
      null,
    ]);
  });

  it('counts a wrong answer as none, whoever gave it', () => {
    const runs = withCrossChecks([
      runOf({}),
      runOf({ solver: 'y', objective: best - 1, bound: best - 1, verdict: 'unchecked' }),
      runOf({
        solver: 'z',
        status: 'infeasible',
        objective: null,
        bound: null,
        gap: null,
        verdict: 'unchecked',
      }),
      runOf({
        solver: 'w',
        status: 'feasible',
        bound: best + 2,
        gap: 2 / best,
        seconds: 10,
        verdict: 'unchecked',
      }),
    ]);
    expect(runs.map(({ verdict }) => verdict)).toEqual(['right', 'wrong', 'wrong', 'unchecked']);
    const [x, y, , w] = summaries(runs);
    expect(x).toMatchObject({ proved: 1, sgm: 1, wrong: 0 });
    expect(y).toMatchObject({
      proved: 0,
      sgm: expect.closeTo(10, 9),
      wrong: 1,
      sgmBest: expect.closeTo(10, 9),
    });
    expect(w).toMatchObject({ proved: 0, gap: 2 / best, sgmBest: 0.5 });
    const reached = [{ name: 'b', problem, stage: 'sm', reached: best + 1 } as const];
    expect(withCrossChecks([runOf({ instance: 'b', verdict: 'unchecked' })], reached)[0]).toMatchObject({
      verdict: 'wrong',
      said: `bound ${best} is beaten by ${best + 1} of the file`,
    });
    // What enumeration has shown is not refuted by what a file says.
    expect(withCrossChecks([runOf({ instance: 'b' })], reached)[0].verdict).toBe('right');
    const profile = profiles([
      runOf({}),
      runOf({ solver: 'y', seconds: 4 }),
      runOf({ solver: 'z', status: 'feasible' }),
    ]);
    expect(profile.map(({ ratios, total }) => [ratios, total])).toEqual([
      [[1], 1],
      [[4], 1],
      [[], 1],
    ]);
  });

  it('counts a proof after the limit as none', () => {
    const late = runOf({ seconds: 10.5 });
    expect(summaries([late, runOf({ seconds: 10 })])[0]).toMatchObject({ proved: 1, wrong: 0 });
    expect(summaries([late])[0].sgm).toBeCloseTo(10, 9);
    expect(profiles([late])[0]).toMatchObject({ ratios: [], total: 1 });
  });

  it('holds nobody to figures without a network: those of a process that fell or was killed', () => {
    const boast = { solver: 'y', objective: best + 5, bound: null, gap: null, verdict: 'unchecked' } as const;
    for (const status of ['failed', 'killed'] as const) {
      const runs = withCrossChecks([runOf({ verdict: 'unchecked' }), runOf({ ...boast, status })]);
      expect(runs[0]).toMatchObject({ verdict: 'unchecked', status: 'optimal' });
    }
  });

  it('goes on where somebody has no model of a problem', async () => {
    const instance = { name: 'p', problem, stage: 'sm' } as const;
    const unable = (error: Error) => ({
      name: 'x',
      version: '1',
      solve: async () => Promise.reject(error),
    });
    const options = { instances: [instance], permutations: 2, limit: 1 };
    const runs = await race({ ...options, contestants: [unable(new InputError('no model of it'))] });
    const none = { status: 'failed', said: 'no model of it', verdict: 'unchecked', objective: null };
    expect(runs).toMatchObject([none, none]);
    await expect(race({ ...options, contestants: [unable(new Error('broken'))] })).rejects.toThrow('broken');
  });

  it('believes what a file says of its optimum until a network beats it, or enumeration says otherwise', async () => {
    const { stages, network } = bruteSolve(problem, ['sm']);
    const honest = {
      name: 'honest',
      version: '1',
      solve: async () => ({
        ...stages[0],
        incumbents: [],
        bounds: [],
        memory: null,
        solution: { stages, network },
      }),
    };
    for (const told of [best - 1, best + 1]) {
      const instance = { name: 'p', problem, stage: 'sm', known: { sm: told } } as const;
      const [run] = await race({ instances: [instance], contestants: [honest], permutations: 1, limit: 1 });
      expect(run).toMatchObject({
        verdict: 'right',
        said: `the known optimum ${told} of the instance is not one`,
      });
    }
  });

  it('judges every answer before it counts, and takes over what is there', async () => {
    const { problem: one, network, optimum } = planted('level', { inputs: 20, rows: 5 }, 4);
    const instance = { name: 'p', problem: one, stage: 'mm', known: { mm: optimum } } as const;
    const record = {
      stage: 'mm',
      status: 'optimal',
      stopReason: 'proved',
      objective: optimum,
      bound: optimum,
      gap: 0,
      nodes: 0,
      work: 0,
      seconds: 0,
    } as const;
    let asked = 0;
    const says = (
      name: string,
      change: object,
    ): { name: string; version: string; solve(): Promise<RawRun & { memory: null }> } => ({
      name,
      version: '1',
      solve: async () => {
        asked++;
        const stage = { ...record, ...change };
        const solution = { stages: [stage], network };
        return { ...stage, nodes: 0, incumbents: [], bounds: [], memory: null, solution };
      },
    });
    const out = join(folder, 'out');
    const contestants = [says('honest', {}), says('liar', { objective: optimum + 1, bound: optimum + 1 })];
    const options = { instances: [instance], contestants, permutations: 1, limit: 1, out };
    const runs = await race(options);
    expect(runs.map(({ verdict }) => verdict)).toEqual(['right', 'wrong']);
    const file = join(out, 'runs.jsonl');
    writeFileSync(file, `${readFileSync(file, 'utf8')}{"cut off`);
    expect(await race(options)).toEqual(runs);
    expect(asked).toBe(2);
    await race({ ...options, limit: 2 });
    expect(asked).toBe(4);
    await race({ ...options, limit: 2 }); // what was cut off is no part of the line behind it
    expect(asked).toBe(4);
    // Neither another problem of that name is taken over, nor what was judged by another word on it.
    const other = { ...instance, problem: { ...one, samples: one.samples.map((x) => 2 * x) } };
    const told = { ...instance, known: undefined };
    await race({ ...options, instances: [other, told] });
    expect(asked).toBe(8);
  });
});

describe('a process of its own', () => {
  it('is killed with what it has started', async () => {
    const lines: string[] = [];
    const start = {
      program: 'sh',
      args: ['-c', 'echo one; sleep 30 & sleep 30'],
      onLine: (line: string) => lines.push(line),
    };
    const ended = await runProcess({ ...start, seconds: 0.5 });
    expect([ended.end, lines]).toEqual(['killed', ['one']]);
    expect(ended.seconds).toBeLessThan(20);
    expect(await runProcess({ ...start, program: '/no/such', seconds: 9 })).toMatchObject({ end: 'failed' });
    expect(await runProcess({ ...start, args: ['-c', 'echo no >&2; exit 4'], seconds: 9 })).toMatchObject({
      end: 'failed',
      said: 'no',
    });
    const silent = await runProcess({ ...start, args: ['-c', 'kill -SEGV $$'], seconds: 9 });
    expect(silent).toMatchObject({ end: 'failed', said: 'ended by SIGSEGV' });
    expect(await runProcess({ ...start, args: ['-c', 'exit 4'], seconds: 9 })).toMatchObject({
      said: 'exit code 4',
    });
  });
});

describe('fewbit bench', () => {
  it('races a folder with what is there, and writes JSON and a page', { timeout: 120_000 }, async () => {
    const page = join(folder, 'page.html');
    const words = [
      '--suite',
      join(folder, 'suite'),
      '--rivals',
      'highs',
      '--permutations',
      '2',
      '--time-limit',
      '20',
    ];
    const { code, stdout, stderr } = await fewbit(['bench', ...words, '--report', page, '--json']);
    expect(code).toBe(0);
    const { runs, summary } = JSON.parse(stdout);
    expect(runs.map((run: Run) => [run.solver, run.permutation])).toEqual([
      ['fewbit', 0],
      ['highs', 0],
      ['fewbit', 1],
      ['highs', 1],
    ]);
    for (const run of runs) {
      expect(run).toMatchObject({
        instance: 'tiny',
        stage: 'sm',
        status: 'optimal',
        objective: best,
        bound: best,
        verdict: 'right',
      });
      expect(run.incumbents.at(-1)[1]).toBe(best);
    }
    expect(summary).toMatchObject([
      { solver: 'fewbit', proved: 2, wrong: 0 },
      { solver: 'highs', proved: 2, version: expect.stringMatching(/^\d+\.\d+/) },
    ]);
    expect(stderr).toMatch(/^tiny fewbit #0: optimal /m);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('Share of the runs proved within a factor of the fastest');
    expect(html.match(/<svg /g)).toHaveLength(3);
  });

  it.skipIf(process.platform === 'win32')('takes a program from the PATH', { timeout: 60_000 }, async () => {
    const programs = join(folder, 'bin');
    mkdirSync(programs);
    writeFileSync(
      join(programs, 'glpsol'),
      `#!/bin/sh\n[ "$1" = --version ] && echo 'GLPSOL 9.9' && exit\ncat <<'END'\n${LOGS.glpsol}\nEND\n`,
    );
    chmodSync(join(programs, 'glpsol'), 0o755);
    const words = ['bench', '--suite', join(folder, 'suite'), '--rivals', 'glpsol', '--json'];
    const { stdout } = await fewbit(words, { PATH: `${programs}${delimiter}${process.env.PATH}` });
    // It claims an optimum of 12 and has no network to show.
    expect(JSON.parse(stdout).runs[1]).toMatchObject({
      solver: 'glpsol',
      version: '9.9',
      objective: 12,
      verdict: 'wrong',
    });
  });

  it('says what is wrong with an option', async () => {
    const said = async (...words: string[]) => {
      const { code, stderr } = await fewbit(['bench', ...words]);
      return [code, stderr.trim()];
    };
    expect(await said('--suite', 'huge')).toEqual([
      2,
      'fewbit: option --suite: huge is neither small, medium, hard nor a folder that can be read',
    ]);
    expect(await said('--suite', root)).toEqual([
      2,
      `fewbit: option --suite: ${root} has no files *.problem.json`,
    ]);
    const file = join(folder, 'suite', 'tiny.problem.json');
    expect(await said('--suite', join(folder, 'suite'), '--rivals', 'none', '--out', file)).toEqual([
      2,
      `fewbit: ${file}: is a file, and a folder is needed`,
    ]);
    const odd = join(folder, 'odd');
    mkdirSync(odd);
    const told = formatProblem(problem).replace(
      /\n}\n$/,
      ',\n  "known": { "stage": "sm", "best": "7" }\n}\n',
    );
    writeFileSync(join(odd, 'a.problem.json'), told);
    expect(await said('--suite', odd)).toEqual([
      2,
      `fewbit: ${join(odd, 'a.problem.json')}: known, best: must be a number, got "7"`,
    ]);
    expect(await said('--rivals', 'gurobi')).toEqual([
      2,
      expect.stringContaining("no rival 'gurobi'; there are none, highs, highs-native"),
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'interrupted, takes its processes along',
    { timeout: 60_000 },
    async () => {
      const temporary = mkdtempSync(join(folder, 'tmp-'));
      const args = [bin, 'bench', '--suite', join(folder, 'slow'), '--rivals', 'none', '--time-limit', '100'];
      const child = spawn(process.execPath, args, {
        stdio: 'ignore',
        env: { ...process.env, TMPDIR: temporary },
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      const pause = () => new Promise((resolve) => setTimeout(resolve, 100));
      for (let tries = 0; readdirSync(temporary).length === 0 && tries < 300; tries++) await pause();
      await pause();
      child.kill('SIGTERM');
      expect(await ended).toBe(130);
      expect(readdirSync(temporary)).toEqual([]);
    },
  );
});
