import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/index.js';
import { noLooks, rivalFaults } from '../../src/fuzz/judge.js';
import { formatProblem, formatSolution } from '../../src/problem/file.js';
import { compilePackagedEngine } from '../../src/run/wasm-file.js';
import { solve } from '../../src/stages/solve.js';
import { rangeOfAnswer } from '../../src/testing/optimum-range.js';
import { planted } from '../../src/testing/planted.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { referee } from '../../src/testing/referee.js';
import { stageCases } from '../../src/testing/stage-case.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create(await compilePackagedEngine());
});

const problem = problemOf(
  [
    [3, 1, 0],
    [2, 2, 1],
    [0, 1, 3],
    [1, 0, 2],
  ],
  [1, 1, -1, -1],
  { layers: [3, 2, 1] },
);

describe('the referee', () => {
  it('finds an honest answer right, in memory and as files', () => {
    const solution = solve(engine, problem, { workLimit: 1e6 });
    expect(referee(problem, solution)).toMatchObject({ verdict: 'right', valid: true, faults: [] });
    expect(referee(formatProblem(problem), formatSolution(solution)).stages).toHaveLength(3);
  });

  it('names what is wrong, by stage', () => {
    const solution = solve(engine, problem, { workLimit: 1e6 });
    const [sm, mm, mw] = solution.stages;
    const lie = {
      ...solution,
      stages: [sm, { ...mm, objective: (mm.objective ?? 0) + 1, bound: (mm.bound ?? 0) + 1 }, mw],
    };
    const { verdict, stages, faults } = referee(problem, lie);
    expect(verdict).toBe('wrong');
    expect(stages.map((stage) => stage.verdict)).toEqual(['right', 'wrong', expect.any(String)]);
    expect(faults[0]).toMatchObject({ kind: 'claim', stage: 'mm' });
  });

  it('calls what nothing shows unchecked, and a proof shows it', () => {
    const { problem: large, optimum } = planted('level', { inputs: 30, rows: 6 }, 3);
    const lines: string[] = [];
    const solution = solve(engine, large, {
      stages: ['mm'],
      workLimit: 2e7,
      proof: (text) => lines.push(text),
    });
    expect(solution.stages[0]).toMatchObject({ status: 'optimal', objective: optimum });
    expect(
      referee(large, {
        ...solution,
        stages: [
          {
            ...solution.stages[0],
            bound: optimum + 5,
            gap: 5 / Math.max(1, optimum),
            status: 'feasible',
            stopReason: 'work-limit',
          },
        ],
      }).verdict,
    ).toBe('unchecked');
    expect(referee(large, solution, lines.join('')).verdict).toBe('right');
    const broken = lines
      .join('')
      .replace(/^claim .*$/m, (line) => line.replace(/\d+$/, (n) => String(Number(n) - 20)));
    expect(broken).not.toBe(lines.join(''));
    expect(referee(large, solution, broken).faults.some(({ kind }) => kind === 'proof')).toBe(true);
  });

  it('rules an answer that is none wrong, and refuses a problem that is none', () => {
    expect(referee(problem, '{"format": "fewbit-solution"}').faults[0].kind).toBe('file');
    expect(referee(problem, { stages: [], network: null }).verdict).toBe('wrong');
    expect(() => referee('{}', '{}')).toThrow(/problem: format/);
  });
});

describe('an answer in memory', () => {
  const record = {
    stage: 'mm',
    status: 'feasible',
    stopReason: 'work-limit',
    objective: 0,
    bound: null,
  } as const;
  const network = { layers: [3, 2, 1], weightBound: 1, weights: [[[1, 0, -1]], [[1, 1]]] };
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['an empty object', {}],
    ['no list of stages', { stages: 5 }],
    ['no stage', { stages: [null], network }],
    ['a stage that is none', { stages: [{ ...record, stage: 'xx' }], network }],
    ['a whole number of another kind', { stages: [{ ...record, objective: 1n }], network }],
    ['no number', { stages: [{ ...record, objective: Number.NaN }], network }],
    ['an empty network', { stages: [record], network: {} }],
    ['a network without weights', { stages: [record], network: { ...network, weights: null } }],
    ['a network with a hole', { stages: [record], network: { ...network, weights: [[null], [[1, 1]]] } }],
    ['a stage with such a network', { stages: [{ ...record, network: { layers: 3 } }], network }],
  ])('that is none is ruled wrong: %s', (_name, answer) => {
    const ruling = referee(problem, answer as never);
    expect([ruling.verdict, ruling.stages, ruling.faults.map(({ kind }) => kind)]).toEqual([
      'wrong',
      [],
      ['file'],
    ]);
  });

  it('needs no network where it names none, and may have weights in typed arrays', () => {
    const none = { stages: [{ ...record, status: 'unknown', objective: null }] };
    expect(referee(problem, none as never).verdict).toBe('right');
    const { stages, network: found } = bruteSolve(problem, ['sm']);
    const weights = found!.weights.map((layer) => layer.map((row) => Int8Array.from(row)));
    const typed = { stages: [{ ...stages[0], network: undefined }], network: { ...found, weights } };
    expect(referee(problem, typed as never).verdict).toBe('right');
  });

  it('is not judged on a document of JSON, which looks much like a problem', () => {
    const document = JSON.parse(formatProblem(problem));
    for (const none of [document, undefined, 5, {}]) {
      expect(() => referee(none as never, { stages: [], network: null })).toThrow(
        /problem: expected a problem/,
      );
    }
  });
});

describe('an SM that no network can meet', () => {
  it('bars the stages behind it, unless the problem says what they keep', () => {
    const problem = { ...problemOf([[0]], [1]), atMostWrong: { plus: 0 } };
    const solution = bruteSolve(problem);
    expect(solution.stages.map(({ status }) => status)).toEqual(['infeasible', 'infeasible', 'infeasible']);
    expect(referee(problem, solution)).toMatchObject({ verdict: 'right', faults: [] });
    const lie = solution.stages.map((record, at) =>
      at === 0 ? record : { ...record, status: 'optimal' as const },
    );
    expect(referee(problem, { ...solution, stages: lie }).verdict).toBe('wrong');
  });

  it('says nothing of what they are by themselves, to relatives and to other runs', () => {
    const problem = { ...problemOf([[0]], [1]), atMostWrong: { plus: 0 } };
    const [chain, alone] = [bruteSolve(problem), bruteSolve(problem, ['mm'])];
    expect(alone.stages[0].objective).toBe(0);
    expect(rangeOfAnswer(problem, chain, 'sm')).toEqual({ low: -Infinity, high: -Infinity });
    expect(rangeOfAnswer(problem, chain, 'mm')).toBe(undefined);
    expect(rangeOfAnswer(problem, alone, 'mm')).toEqual({ low: 0, high: 0 });
    const looks = noLooks();
    const [barred, free] = [chain, alone].map((solution) => stageCases(problem, solution, {}));
    expect(rivalFaults(problem, barred, free, looks)).toEqual([]);
    expect(looks.compared).toBe(0);
  });
});
