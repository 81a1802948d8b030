import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NetworkPool } from '../../src/problem/solution.js';
import { fewbit, start, temporaryFolder, tinyProblem, write } from './support.js';

const folder = temporaryFolder();
const problem = write(folder, 'tiny.problem.json', JSON.stringify(tinyProblem));

interface Solved {
  format: string;
  version: number;
  stages: Record<string, string | number | null>[];
  network: { layers: number[]; weightBound: number; weights: number[][][] };
}
const solved = (text: string) => JSON.parse(text) as Solved;
const objectives = (text: string) =>
  solved(text).stages.map(({ stage, objective, status }) => [stage, objective, status]);

describe('fewbit solve', () => {
  it('answers with the document of the contract and nothing else', async () => {
    const { code, stdout } = await fewbit(['solve', problem, '--json']);
    expect(code).toBe(0);
    const { format, version, stages, network } = solved(stdout);
    expect({ format, version }).toEqual({ format: 'fewbit-solution', version: 1 });
    expect(stages.map((stage) => stage.stage)).toEqual(['sm', 'mm', 'mw']);
    for (const stage of stages) {
      expect(['optimal', 'feasible']).toContain(stage.status);
      expect(['proved', 'work-limit']).toContain(stage.stopReason);
      for (const field of ['objective', 'nodes', 'work', 'seconds'])
        expect(typeof stage[field]).toBe('number');
    }
    expect(network).toMatchObject({ layers: [4, 2, 1], weightBound: 1 });
    expect(network.weights.map((layer) => layer.map((neuron) => neuron.length))).toEqual([[4, 4], [2]]);
  });

  it('logs on standard error, unless quiet', async () => {
    const loud = await fewbit(['solve', problem]);
    expect(loud.stderr).toMatch(/^stage +nodes +incumbent +bound +gap +work +time\n/);
    expect(loud.stdout).toMatch(/^stage +objective/);
    expect(loud.stderr + loud.stdout).not.toContain('\x1b');
    const quiet = await fewbit(['solve', problem, '--quiet']);
    expect(quiet.stderr).toBe('');
  });

  it('writes the same solution to a file, which verify accepts', async () => {
    const file = join(folder, 'tiny.solution.json');
    const { stdout } = await fewbit(['solve', problem, '--json', '--quiet', '--solution', file]);
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    const { code, stdout: verdict } = await fewbit(['verify', problem, file, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(verdict)).toMatchObject({
      valid: true,
      stages: [
        { stage: 'sm', objectiveHolds: true },
        { stage: 'mm', objectiveHolds: true },
        { stage: 'mw', objectiveHolds: true },
      ],
    });
  });

  it('begins with what an earlier stage left in the solution file, and says so', async () => {
    const file = join(folder, 'apart.solution.json');
    const run = (stages: string) =>
      fewbit(['solve', problem, '--stages', stages, '--work-limit', '0', '--json', '--solution', file]);
    const sm = await fewbit(['solve', problem, '--stages', 'sm', '--quiet', '--solution', file]);
    expect(sm.code).toBe(0);
    const mm = await run('mm');
    expect(mm.stderr).toContain(`begins with the network of stage sm in ${file}`);
    expect(objectives(mm.stdout)).toEqual([['mm', expect.any(Number), 'feasible']]);
    const again = await run('mm'); // the file is now MM's own, which is no start
    expect(again.stderr).not.toContain('begins with');
    expect(objectives(again.stdout)[0][1]).toBeNull();
    expect(again.code).toBe(1);
  });

  it('only writes over what is no solution of an earlier stage', async () => {
    const other = { ...tinyProblem, layers: [4, 3, 1] };
    const otherPath = write(folder, 'other.problem.json', JSON.stringify(other));
    const left = join(folder, 'left.solution.json');
    await fewbit(['solve', otherPath, '--stages', 'sm', '--quiet', '--solution', left]);
    for (const [file, said] of [
      [left, 'layers [4,3,1] are not'],
      [write(folder, 'notes.txt', 'buy milk'), 'not valid JSON'],
    ]) {
      const { code, stdout, stderr } = await fewbit([
        ...['solve', problem, '--stages', 'mm', '--json', '--solution', file],
      ]);
      expect(code).toBe(0);
      expect(stderr).toContain(said);
      expect(readFileSync(file, 'utf8')).toBe(stdout);
    }
  });

  it('agrees with enumeration and with HiGHS', async () => {
    const [own, brute, highs] = await Promise.all(
      ['bnb', 'brute', 'highs'].map((engine) =>
        fewbit(['solve', problem, '--stages', 'sm,mm', '--engine', engine, '--json', '--quiet']),
      ),
    );
    expect(brute.code).toBe(0);
    expect(objectives(brute.stdout)).toEqual([
      ['sm', 6, 'optimal'],
      ['mm', expect.any(Number), 'optimal'],
    ]);
    expect(objectives(own.stdout)).toEqual(objectives(brute.stdout));
    expect(objectives(highs.stdout)).toEqual(objectives(brute.stdout));
  });

  it('lists the best networks of a single neuron, the same for everybody', async () => {
    const file = write(
      folder,
      'single.problem.json',
      JSON.stringify({ ...tinyProblem, layers: [4, 1], confidence: 1 }),
    );
    const out = join(folder, 'pool.solution.json');
    const args = ['solve', file, '--stages', 'sm', '--pool', '1000', '--within', '100%', '--quiet'];
    const { code, stdout } = await fewbit([...args, '--json', '--solution', out]);
    expect(code).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(stdout);
    const { pool } = JSON.parse(stdout) as { pool: NetworkPool };
    // Within all there is are all networks: 3^4.
    expect(pool).toMatchObject({ stage: 'sm', complete: true, stopReason: 'proved', outside: null });
    expect(pool.networks.length).toBe(81);
    expect(new Set(pool.networks.map(({ weights }) => weights.join())).size).toBe(81);
    const said = await fewbit(args);
    expect(said.stdout).toMatch(
      /Pool of sm: 81 networks within 100 % of the best .*; complete: these are all\./,
    );
    expect((await fewbit(['verify', file, out])).code).toBe(0);
  });

  it.each([
    [['--within', '1%'], 'option --within: needs --pool'],
    [['--pool', '3', '--within', 'some'], 'option --within: expected a share as in 1% or a number as in 2'],
    [['--pool', '3', '--engine', 'brute'], 'option --pool: not with engine brute'],
    [['--pool', '3'], 'of single neurons; these networks have hidden layers'],
  ])('refuses %j before any work', async (options, wanted) => {
    const { code, stdout, stderr } = await fewbit(['solve', problem, '--stages', 'sm', ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(wanted);
    expect(stderr.trim().split('\n').length).toBe(1);
  });

  it('gives the same bytes for the same work, but for the clock', async () => {
    const args = ['solve', problem, '--work-limit', '100000', '--seed', '3', '--json', '--quiet'];
    const [first, second] = await Promise.all([fewbit(args), fewbit(args)]);
    const timeless = (text: string) => text.replace(/"seconds":[^,}]+/g, '');
    expect(timeless(first.stdout)).toBe(timeless(second.stdout));
    expect(first.code).toBe(0);
  });

  it('is done when it is proved that there is no network', async () => {
    const twins = {
      ...tinyProblem,
      samples: [
        [1, 2, 3, 1],
        [1, 2, 3, 1],
      ],
      labels: [1, -1],
      keep: [0, 1],
    };
    const path = write(folder, 'twins.json', JSON.stringify(twins));
    const { code, stdout } = await fewbit([
      'solve',
      path,
      '--stages',
      'mm',
      '--engine',
      'brute',
      '--json',
      '--quiet',
    ]);
    expect(solved(stdout)).toMatchObject({
      stages: [{ status: 'infeasible', stopReason: 'proved' }],
      network: null,
    });
    expect(code).toBe(0);
  });
});

describe('an interrupt', () => {
  // 3^16 weight vectors of one neuron: many seconds of enumeration.
  const samples = Array.from({ length: 8 }, (_, k) =>
    Array.from({ length: 16 }, (_, i) => ((k + 1) * (i + 3)) % 7),
  );
  const long = { ...tinyProblem, layers: [16, 1], samples, labels: [1, 1, 1, 1, -1, -1, -1, -1] };
  const path = write(folder, 'long.json', JSON.stringify(long));

  it('with nothing usable ends with 130 and an honest answer', async () => {
    const run = start(['solve', path, '--engine', 'brute', '--json']);
    await run.says('says nothing before its end');
    run.child.kill('SIGINT');
    const { code, stdout, stderr } = await run.ended;
    expect(stderr).toContain('interrupted: stopping with the best so far');
    expect(solved(stdout).stages[0]).toMatchObject({
      stage: 'sm',
      status: 'unknown',
      stopReason: 'interrupted',
    });
    expect(code).toBe(130);
  });

  it('so does a time limit, but with 1', async () => {
    const args = ['solve', path, '--engine', 'brute', '--time-limit', '0.2', '--json', '--quiet'];
    const { code, stdout } = await fewbit(args);
    expect(solved(stdout).stages[0]).toMatchObject({
      status: 'unknown',
      stopReason: 'time-limit',
      objective: null,
    });
    expect(code).toBe(1);
  });
});

describe('fewbit verify', () => {
  it('ends with 1 and says why when a claim is false', async () => {
    const { stdout } = await fewbit(['solve', problem, '--stages', 'sm', '--json', '--quiet']);
    const claim = solved(stdout);
    claim.stages[0].objective = 5;
    const file = write(folder, 'false.solution.json', JSON.stringify(claim));
    const json = await fewbit(['verify', problem, file, '--json']);
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({
      valid: false,
      stages: [{ stage: 'sm', objectiveHolds: false }],
    });
    const text = await fewbit(['verify', problem, file]);
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(/sm +5 +NO/);
    expect(text.stdout).toMatch(/^not valid\n/);
  });

  it('refuses weights out of range', async () => {
    const { stdout } = await fewbit(['solve', problem, '--stages', 'sm', '--json', '--quiet']);
    const claim = solved(stdout.replaceAll('"network"', '"network"'));
    claim.network.weights[0][0][0] = 2;
    delete claim.stages[0].network;
    const file = write(folder, 'heavy.solution.json', JSON.stringify(claim));
    const { code, stdout: verdict } = await fewbit(['verify', problem, file, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(verdict).valid).toBe(false);
  });
});

describe('fields that ask for more than the paper', () => {
  const fields = {
    ranges: [
      [0, 1],
      [-1, 1],
      [-2, 2],
      [0, 0],
    ],
    free: [2],
    maxNonzero: 2,
  };
  const costs = tinyProblem.samples.map((_, k) => k + 1);

  it('are solved and verified by every engine', async () => {
    const file = write(folder, 'more.problem.json', JSON.stringify({ ...tinyProblem, ...fields, costs }));
    const answers: string[] = [];
    for (const engine of ['bnb', 'brute', 'highs']) {
      const { code, stdout } = await fewbit(['solve', file, '--engine', engine, '--json', '--quiet']);
      expect(code).toBe(0);
      answers.push(JSON.stringify(objectives(stdout)[0]));
      const solution = write(folder, `more.${engine}.json`, stdout);
      const verdict = await fewbit(['verify', file, solution, '--json']);
      expect({ code: verdict.code, ...JSON.parse(verdict.stdout) }).toMatchObject({ code: 0, valid: true });
    }
    expect(answers[0]).toBe(answers[1]);
    expect(answers[1]).toBe(answers[2]);
  });
});

describe('fewbit export', () => {
  it.each([
    ['lp', /^\\|^minimi[sz]e/im, /^end/im],
    ['mps', /^NAME/m, /^ENDATA/m],
  ])('writes %s to standard output or a file', async (format, first, last) => {
    const { code, stdout } = await fewbit(['export', problem, '--stage', 'sm', '--format', format]);
    expect(code).toBe(0);
    expect(stdout).toMatch(first);
    expect(stdout).toMatch(last);
    const file = join(folder, `tiny.${format}`);
    const written = await fewbit(['export', problem, '--stage', 'sm', '--format', format, '--out', file]);
    expect(written).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(file, 'utf8')).toBe(stdout);
  });

  it('starts MM and MW from a solution', async () => {
    const file = join(folder, 'before.solution.json');
    await fewbit(['solve', problem, '--stages', 'sm,mm', '--quiet', '--solution', file]);
    for (const stage of ['mm', 'mw']) {
      const args = ['export', problem, '--stage', stage, '--format', 'mps', '--solution', file];
      expect((await fewbit(args)).stdout).toContain('ENDATA');
    }
  });

  it('is quiet when its reader goes away', async () => {
    const width = 300;
    const samples = Array.from({ length: 40 }, (_, k) =>
      Array.from({ length: width }, (_, i) => (i * k) % 5),
    );
    const labels = samples.map((_, k) => (k % 2 === 0 ? 1 : -1));
    const large = write(
      folder,
      'wide.json',
      JSON.stringify({ ...tinyProblem, layers: [width, 4, 1], samples, labels }),
    );
    const run = start(['export', large, '--stage', 'sm', '--format', 'mps']);
    run.child.stdout?.destroy();
    expect(await run.ended).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('a problem with the robust objective', () => {
  const rows = [
    [200, 10, 30, 5],
    [190, 20, 40, 0],
    [10, 220, 20, 30],
    [20, 210, 0, 40],
  ];
  const robust = {
    ...tinyProblem,
    samples: rows,
    labels: [1, 1, -1, -1],
    objective: 'robust',
    groups: [0, 0, 1, 1],
    perturbations: { linf: 3 },
  };
  const path = write(folder, 'robust.problem.json', JSON.stringify(robust));

  it('is solved and verified; stages say how many rows they needed', async () => {
    const file = join(folder, 'robust.solution.json');
    const { code, stdout } = await fewbit(['solve', path, '--json', '--quiet', '--solution', file]);
    expect(code).toBe(0);
    expect(objectives(stdout)[0]).toEqual(['sm', 2, 'optimal']);
    expect(JSON.parse(stdout).stages[1].rows).toMatchObject({ total: 4 });
    const verified = await fewbit(['verify', path, file, '--json']);
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.stdout).stages.map((stage: object) => Object.values(stage)[2])).toEqual([
      true,
      true,
      true,
    ]);
    const wrong = JSON.parse(readFileSync(file, 'utf8'));
    wrong.stages[1].objective += 1;
    const spoilt = await fewbit(['verify', path, write(folder, 'spoilt.json', JSON.stringify(wrong))]);
    expect(spoilt.code).toBe(1);
    expect(spoilt.stdout).toMatch(/mm .*NO.*the network's objective is/);
  });

  it('agrees with enumeration', async () => {
    const [own, brute] = await Promise.all([
      fewbit(['solve', path, '--json', '--quiet']),
      fewbit(['solve', path, '--json', '--quiet', '--engine', 'brute']),
    ]);
    expect(objectives(own.stdout).slice(0, 2)).toEqual(objectives(brute.stdout).slice(0, 2));
  });

  it('has a MILP without hidden layers, has a proof, and refuses groups that do not fit', async () => {
    const milp = await fewbit(['export', path, '--stage', 'sm', '--format', 'lp']);
    expect([milp.code, milp.stderr]).toEqual([
      2,
      expect.stringMatching(/objective robust with hidden layers: .*no MILP/),
    ]);
    const single = write(folder, 'single.json', JSON.stringify({ ...robust, layers: [4, 1] }));
    const own = await fewbit(['export', single, '--stage', 'sm', '--format', 'lp']);
    expect([own.code, own.stdout]).toEqual([0, expect.stringContaining('certified_0')]);
    const proof = join(folder, 'robust.proof');
    const proved = await fewbit(['solve', path, '--proof', proof, '--solution', join(folder, 'p.json')]);
    expect(proved.code).toBe(0);
    expect(proved.stderr).not.toContain('shows nothing of the bound');
    expect(readFileSync(proof, 'utf8').match(/^stage /gm)).toHaveLength(3);
    expect((await fewbit(['verify', path, join(folder, 'p.json'), '--proof', proof])).code).toBe(0);
    const mixed = write(folder, 'mixed.json', JSON.stringify({ ...robust, groups: [0, 1, 1, 2] }));
    const refused = await fewbit(['solve', mixed]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/groups, row 2: sample 1 has rows of both labels/);
  });
});
