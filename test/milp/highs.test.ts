import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { exportStage } from '../../src/milp/export.js';
import { type HighsModule, importHighs, solveWithHighs } from '../../src/milp/highs.js';
import { networkMargins } from '../../src/network/margins.js';
import type { Network } from '../../src/network/types.js';
import { marginUnits } from '../../src/problem/semantics.js';
import type { StageRecord } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import type { Solution } from '../../src/stages/types.js';
import { tinyProblem } from '../../src/testing/arbitraries.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { haveInstances, readInstance } from '../support/instances.js';
import { loadedHighs, optimumOf, type Reader } from './reader.js';

/** Two hidden layers of larger weights take HiGHS minutes where brute force takes milliseconds. */
const small = { maxInputs: 3, maxHidden: 2, maxSamples: 5 };
const problems = () =>
  fc.oneof(
    tinyProblem({ ...small, maxLayers: 2, maxP: 3 }),
    tinyProblem({ ...small, maxLayers: 3, maxP: 1 }),
  );
const all = (problem: TrainingProblem) => Array.from({ length: problem.sampleCount }, (_, k) => k);

let reader: Reader;
let load: () => Promise<HighsModule>;

beforeAll(async () => {
  ({ reader, load } = await loadedHighs());
});

/** The margins of a network on the kept samples, in the units of a problem file. */
function realMargins(problem: TrainingProblem, network: Network): number[][] {
  const units = marginUnits(problem);
  const margins = networkMargins(network, problem, problem.keep!, units);
  return margins.map((layer) => layer.map((margin) => margin / units.scale));
}

describe('HiGHS and brute force', () => {
  it('agree on every stage, the samples kept and the margins held being the same', async () => {
    await fc.assert(
      fc.asyncProperty(problems(), fc.constantFrom(0, 0, 0.25), async (problem, tolerance) => {
        fc.pre(problem.confidence !== 0); // then MM may have no network
        const expected = bruteSolve(problem, ['sm', 'mm', 'mw'], tolerance);
        const [sm] = (await solveWithHighs(load, problem, ['sm'])).stages;
        expect(sm).toMatchObject({ status: 'optimal', objective: expected.stages[0].objective });
        const kept = { ...problem, keep: expected.keep };
        const [mm] = (await solveWithHighs(load, kept, ['mm'])).stages;
        expect(mm).toMatchObject({ status: 'optimal', objective: expected.stages[1].objective, gap: 0 });
        const margins = realMargins(kept, expected.stages[1].network!);
        const [mw] = (await solveWithHighs(load, { ...kept, margins }, ['mw'], { tolerance })).stages;
        expect(mw).toMatchObject({ status: 'optimal', objective: expected.stages[2].objective });
      }),
      { numRuns: 30 },
    );
  });

  it('agree with two hidden layers of larger weights', async () => {
    const rows = [
      [3, -1],
      [-2, 2],
      [1, 4],
    ];
    const problem = problemOf(rows, [1, -1, 1], { layers: [2, 2, 1, 1], weightBound: 2 });
    const expected = bruteSolve(problem, ['sm', 'mm', 'mw'], 0);
    const { stages } = await solveWithHighs(load, problem, ['sm', 'mm', 'mw']);
    expect(stages.map(({ objective }) => objective)).toEqual(
      expected.stages.map(({ objective }) => objective),
    );
  });

  it('agree on what is infeasible, and on MW without margins', async () => {
    await fc.assert(
      fc.asyncProperty(problems(), async (problem) => {
        for (const stage of ['mm', 'mw'] as const) {
          const expected = bruteStage(problem, stage, all(problem), { kind: 'correct' });
          const [record] = (await solveWithHighs(load, problem, [stage])).stages;
          const scale = stage === 'mm' ? marginUnits(problem).scale : 1;
          expect(record.status).toBe(expected.objective === null ? 'infeasible' : 'optimal');
          expect(record.objective).toBe(expected.objective === null ? null : expected.objective / scale);
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe('exported model files', () => {
  it('read back by HiGHS as MPS and as LP have the optimum of the stage', async () => {
    fc.assert(
      fc.property(problems(), (problem) => {
        fc.pre(problem.confidence !== 0); // then MM may have no network
        const solution = bruteSolve(problem);
        for (const { stage, objective } of solution.stages) {
          const minimum = stage === 'mw' ? objective! : 0 - objective!;
          for (const format of ['mps', 'lp'] as const) {
            const optimum = optimumOf(reader, exportStage(problem, stage, format, solution), format);
            expect(optimum).toBeCloseTo(minimum, 5);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('say infeasible where there is no variable left to say it with', () => {
    const dark = problemOf([[0, 0]], [-1], { keep: [0] });
    for (const format of ['mps', 'lp'] as const) {
      expect(optimumOf(reader, exportStage(dark, 'mw', format), format)).toBe(null);
      expect(optimumOf(reader, exportStage({ ...dark, labels: Int8Array.of(1) }, 'mw', format), format)).toBe(
        0,
      );
    }
  });
});

/** A HiGHS that answers with the given status, point and dual bound instead of solving. */
function claiming(
  status: number,
  dualBound: number,
  point: readonly number[] | null,
): () => Promise<HighsModule> {
  const info: Record<string, number | bigint> = {
    primal_solution_status: point === null ? 0 : 2,
    mip_dual_bound: dualBound,
    mip_node_count: 7n,
    simplex_iteration_count: 30,
  };
  const model = {
    options: { set: () => {} },
    info: { get: (name: string) => info[name] },
    run: () => {},
    getModelStatus: () => status,
    getSolution: () => ({ colValue: Float64Array.from(point ?? []) }),
    dispose: () => {},
  };
  return async () => ({ default: async () => ({ createModel: () => model }) });
}

describe('solveWithHighs', () => {
  const problem = problemOf(
    [
      [3, 1, 0],
      [-3, 1, 0],
      [2, 2, 1],
    ],
    [1, -1, 1],
    { layers: [3, 2, 1] },
  );
  const separable = problemOf([[3], [-3]], [1, -1]);

  it('runs the chain and leaves a solution that the checker confirms', async () => {
    const solution: Solution = await solveWithHighs(load, problem);
    const expected = bruteSolve(problem).stages;
    // SM counts all three samples, so MM is about the same ones; MW depends on which of MM's optima was found.
    expect(solution.stages.slice(0, 2).map(({ status, objective }) => [status, objective])).toEqual([
      ['optimal', 3],
      ['optimal', expected[1].objective],
    ]);
    const verdict = checkSolution(problem, solution);
    expect(verdict.valid).toBe(true);
    expect(verdict.stages.map((stage) => [stage.objectiveHolds, stage.boundHolds])).toEqual([
      [true, true],
      [true, true],
      [true, true],
    ]);
  });

  it('is the same twice', async () => {
    const timeless = ({ seconds: _seconds, ...record }: StageRecord) => record;
    const [first, second] = [await solveWithHighs(load, problem), await solveWithHighs(load, problem)];
    expect(second.stages.map(timeless)).toEqual(first.stages.map(timeless));
  });

  it('stops at a time limit of nothing, with nothing or better', async () => {
    const solution = await solveWithHighs(load, problem, ['sm', 'mm'], { timeLimit: 0 });
    expect(checkSolution(problem, solution).valid).toBe(true);
    expect(solution.stages.reduce((sum, record) => sum + record.seconds, 0)).toBeLessThan(2);
  });

  it('keeps the network of the stage before where a limit leaves no better one', async () => {
    const [sm] = (await solveWithHighs(load, separable, ['sm'])).stages;
    let calls = 0;
    const limited = async () => ({
      default: async () => {
        const real = await (await load()).default();
        const fake = await (await claiming(13, Number.NEGATIVE_INFINITY, null)()).default();
        return {
          createModel: (source: { format: 'mps'; data: Uint8Array }) =>
            (calls++ === 0 ? real : fake).createModel(source),
        };
      },
    });
    const solution = await solveWithHighs(limited, separable, ['sm', 'mm']);
    expect(solution.stages[1]).toMatchObject({
      status: 'feasible',
      stopReason: 'time-limit',
      objective: 2.9,
      bound: null,
      gap: null,
      nodes: 7,
      work: 30,
      network: sm.network,
    });
  });

  it('evaluates what HiGHS returns, and believes no bound that this refutes', async () => {
    // Columns of the only neuron: w_1_0_0, m_1_0. The claim is a margin of 1; the network has 2.9.
    const [modest] = (await solveWithHighs(claiming(7, -1, [0.999999, 1]), separable, ['mm'])).stages;
    expect(modest).toMatchObject({ status: 'feasible', objective: 2.9, bound: null });
    // A claim a hair below the exact objective is rounded outward to it.
    const [close] = (await solveWithHighs(claiming(7, -2.8999999, [1, 2.9]), separable, ['mm'])).stages;
    expect(close).toMatchObject({
      status: 'optimal',
      stopReason: 'proved',
      objective: 2.9,
      bound: 2.9,
      gap: 0,
    });
    // A bound between two units says as much as the lower one.
    const [between] = (await solveWithHighs(claiming(13, -2.97, [1, 2.9]), separable, ['mm'])).stages;
    expect(between).toMatchObject({ status: 'optimal', bound: 2.9 });
    const [loose] = (await solveWithHighs(claiming(13, -3.01, [1, 2.9]), separable, ['mm'])).stages;
    expect(loose).toMatchObject({ status: 'feasible', stopReason: 'time-limit', bound: 3 });
    // A point that is no feasible network after rounding is no solution.
    const [wrong] = (await solveWithHighs(claiming(13, -3, [-1, 0]), separable, ['mm'])).stages;
    expect(wrong).toMatchObject({ status: 'unknown', objective: null, bound: 3 });
    expect(wrong.network).toBeUndefined();
  });

  it('can be interrupted', async () => {
    const hard = problemOf(
      Array.from({ length: 24 }, (_, k) =>
        Array.from({ length: 14 }, (_, i) => ((k * 7 + i * i * 3 + k * i) % 11) - 5),
      ),
      Array.from({ length: 24 }, (_, k) => (k % 3 === 0 ? 1 : -1)),
    );
    const solution = await solveWithHighs(load, hard, ['sm'], { shouldStop: () => true });
    expect(solution.stages[0]).toMatchObject({ stopReason: 'interrupted' });
    expect(checkSolution(hard, solution).valid).toBe(true);
  });

  it('keeps nothing where nothing is confident', async () => {
    const dark = problemOf(
      [
        [0, 0],
        [0, 0],
      ],
      [1, -1],
    );
    const solution = await solveWithHighs(load, dark);
    expect(solution.stages.map(({ status, objective, bound }) => [status, objective, bound])).toEqual([
      ['optimal', 0, 0],
      ['optimal', 0, 0],
      ['optimal', 0, 0],
    ]);
  });

  it('says how to install the package where it is missing', async () => {
    const missing = () => importHighs('no-such-package-as-highs');
    await expect(solveWithHighs(missing, problem)).rejects.toThrow(InputError);
    await expect(solveWithHighs(missing, problem)).rejects.toThrow(
      /^engine highs: [^\n]*run: npm install highs/,
    );
  });
});

describe.skipIf(!haveInstances)('known optima of the benchmark instances', () => {
  it.each([
    'easy-r20-10x1-P1-SM',
    'easy-r6s1-6x2x1-P1-MM',
    'easy-d4v9n10-64x1-P1-MM',
    'easy-d4v9n5-64x2x1-P1-SM',
  ])('%s', async (name) => {
    const { problem, stage, best } = readInstance(name);
    const solution = await solveWithHighs(load, problem, [stage]);
    expect(solution.stages[0]).toMatchObject({ status: 'optimal', objective: best, bound: best, gap: 0 });
    expect(checkSolution(problem, solution).stages[0]).toMatchObject({ objectiveHolds: true });
  });
});
