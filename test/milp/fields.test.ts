import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { exportStage } from '../../src/milp/export.js';
import { type HighsModule, solveWithHighs } from '../../src/milp/highs.js';
import { keptSamples, marginUnits } from '../../src/problem/semantics.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { tinyProblem } from '../../src/testing/arbitraries.js';
import { withFields } from '../../src/testing/fields-arbitraries.js';
import { networkCount } from '../../src/testing/networks.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { loadedHighs, optimumOf, type Reader } from './reader.js';

/*
 * The MILP of problems with ranges, radii, free weights, limits and costs: what HiGHS makes of it against enumeration.
 */

const small = { maxInputs: 3, maxHidden: 2, maxSamples: 5, withKeep: true };
const problems = () =>
  fc
    .oneof(
      tinyProblem({ ...small, maxLayers: 2, maxP: 3 }),
      tinyProblem({ ...small, maxLayers: 3, maxP: 1, maxInputs: 2 }),
    )
    .chain(withFields)
    .filter((problem) => problem.confidence !== 0 && networkCount(problem) < 20_000);

let reader: Reader;
let load: () => Promise<HighsModule>;

beforeAll(async () => {
  ({ reader, load } = await loadedHighs());
});

const stages = ['sm', 'mm', 'mw'] as const;

describe('HiGHS and brute force', () => {
  it('agree on every stage by itself', { timeout: 240_000 }, async () => {
    const seen = { optimal: 0, infeasible: 0 };
    await fc.assert(
      fc.asyncProperty(problems(), async (problem) => {
        const keep = keptSamples(problem);
        for (const stage of stages) {
          const expected = bruteStage(problem, stage, keep, { kind: 'correct' });
          const solution = await solveWithHighs(load, problem, [stage]);
          const [record] = solution.stages;
          const scale = stage === 'mm' ? marginUnits(problem).scale : 1;
          const status = expected.objective === null ? 'infeasible' : 'optimal';
          expect({ status: record.status, objective: record.objective }, stage).toEqual({
            status,
            objective: expected.objective === null ? null : expected.objective / scale,
          });
          seen[status]++;
          expect(checkSolution(problem, solution).valid).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
    expect(seen.optimal).toBeGreaterThan(80);
    expect(seen.infeasible).toBeGreaterThan(5);
  });

  it('agree on the files, MPS and LP, of a whole chain', { timeout: 240_000 }, () => {
    let looked = 0;
    fc.assert(
      fc.property(problems(), (problem) => {
        const solution = bruteSolve(problem);
        for (const { stage, objective } of solution.stages) {
          if (objective === null) return;
          for (const format of ['mps', 'lp'] as const) {
            const optimum = optimumOf(reader, exportStage(problem, stage, format, solution), format);
            expect(optimum, `${stage} ${format}`).toBeCloseTo(stage === 'mw' ? objective : 0 - objective, 5);
            looked++;
          }
        }
      }),
      { numRuns: 30 },
    );
    expect(looked).toBeGreaterThan(60);
  });
});

describe('by hand', () => {
  const base: TrainingProblem = problemOf(
    [
      [3, 0, 1],
      [1, 2, 1],
      [-1, 1, 1],
    ],
    [1, 1, -1],
  );

  it('a bias of a box of its own moves the threshold, and nobody counts it', async () => {
    // Without a bias w = (1, 0, 0): 3, 1, -1. With -8 .. 8 on the third input, which is always 1, MM lifts the least.
    const problem = { ...base, ranges: [[-1, 1] as const, [-1, 1] as const, [-8, 8] as const], free: [2] };
    for (const stage of ['mm', 'mw'] as const) {
      const [record] = (await solveWithHighs(load, problem, [stage])).stages;
      const scale = stage === 'mm' ? 10 : 1;
      expect(record.objective).toBe(bruteStage(problem, stage).objective! / scale);
      if (stage === 'mw') expect(record.objective).toBe(1); // (1, 0, *): one weight beside the bias
    }
  });

  it('costs choose whom to get right, limits whom to get wrong', async () => {
    const twins = problemOf([[1], [1], [1]], [1, 1, -1], { confidence: 1 });
    const solve = async (rest: Partial<TrainingProblem>) =>
      (await solveWithHighs(load, { ...twins, ...rest }, ['sm'])).stages[0];
    expect(await solve({})).toMatchObject({ objective: 2 });
    expect(await solve({ costs: Int32Array.of(1, 1, 5) })).toMatchObject({ objective: 5 });
    expect(await solve({ atMostWrong: { minus: 0 } })).toMatchObject({ objective: 1 });
    expect(await solve({ atMostWrong: { plus: 1 } })).toMatchObject({ objective: 2 });
    expect(await solve({ atMostWrong: { plus: 1, minus: 0 } })).toMatchObject({
      status: 'infeasible',
      objective: null,
    });
  });
});
