import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { formatProblem, parseProblem } from '../../src/problem/file.js';
import { withTargets } from '../../src/problem/objective.js';
import { holdOfMinWeight } from '../../src/problem/semantics.js';
import { softLoss } from '../../src/problem/soft.js';
import { softTargets } from '../../src/problem/soft-targets.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { networkFor, type TinyShape } from '../../src/testing/arbitraries.js';
import { tinyRobust } from '../../src/testing/robust-arbitraries.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { allowedLoss, families, RobustEvaluation } from '../../src/verify/robust.js';
import { freshEngine } from './support.js';

/*
 * Soft margins (docs/robust.md) against exhaustive search: the loss, its least value, and the fewest weights within a
 * limit of it. With enumeration turned off the same problems go through clusters, descent and rounding.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

/** Robust problems with a target for every row, some of them out of reach, some met by anything. */
function tinySoft(shape: TinyShape): fc.Arbitrary<TrainingProblem> {
  return tinyRobust(shape).chain((problem) =>
    fc
      .array(fc.integer({ min: 0, max: 12 }), {
        minLength: problem.sampleCount,
        maxLength: problem.sampleCount,
      })
      .map((targets) => withTargets(problem, Int32Array.from(targets))),
  );
}

const shape: TinyShape = { maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 2, maxSamples: 6, withKeep: true };

function isSmall({ layers, weightBound }: TrainingProblem): boolean {
  const weights = layers.slice(1).reduce((sum, size, l) => sum + size * layers[l], 0);
  return (2 * weightBound + 1) ** weights <= 20_000;
}

const everyFamily = (problem: TrainingProblem): number[] => families(problem).map((_, sample) => sample);

describe('the soft loss of a network', () => {
  it('is the judges own', () => {
    const cases = tinySoft({ ...shape, maxInputs: 3, maxHidden: 3, maxLinf: 2 }).chain((problem) =>
      fc.tuple(fc.constant(problem), networkFor(problem)),
    );
    fc.assert(
      fc.property(cases, ([problem, network]) => {
        const keep = problem.keep ?? everyFamily(problem);
        expect(softLoss(problem, network, keep)).toBe(new RobustEvaluation(problem, network).softLoss(keep));
      }),
      { numRuns: 500 },
    );
  });

  it('is 0 at a target of 0 exactly where every row is certified', () => {
    const cases = tinyRobust({ ...shape, maxLinf: 2 }).chain((problem) =>
      fc.tuple(fc.constant(problem), networkFor(problem)),
    );
    fc.assert(
      fc.property(cases, ([problem, network]) => {
        const soft = withTargets(problem, new Int32Array(problem.sampleCount));
        const evaluation = new RobustEvaluation(problem, network);
        const certified = new Set(evaluation.certifiedSamples());
        for (const sample of everyFamily(problem)) {
          expect(softLoss(soft, network, [sample]) === 0).toBe(certified.has(sample));
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** Runs MM and MW; each stage's figures against the optimum of what it starts from. Returns how many ended proved. */
function judge(problem: TrainingProblem, tolerance: number): number {
  const solution = solve(engine, problem, { stages: ['mm', 'mw'], tolerance });
  const keep = problem.keep ?? everyFamily(problem);
  const [mm, mw] = solution.stages;
  const least = bruteStage(problem, 'mm', keep).objective;
  // Upper layers that give every row its label are always found.
  expect([mm.objective, least]).not.toContain(null);
  expect(mm.objective).toBeLessThanOrEqual(least as number);
  expect(mm.bound).toBeGreaterThanOrEqual(least as number);
  if (mm.status === 'optimal') expect(mm.objective).toBe(least);
  const evaluation = new RobustEvaluation(problem, mm.network as NonNullable<typeof mm.network>);
  expect(0 - evaluation.softLoss(keep) + 0).toBe(mm.objective);
  const most = allowedLoss(evaluation.softLoss(keep), tolerance);
  expect(holdOfMinWeight(problem, ['mm'], mm.network ?? null, keep, tolerance)).toEqual({
    kind: 'loss',
    most,
  });
  const fewest = bruteStage(problem, 'mw', keep, { kind: 'loss', most }).objective as number;
  expect(mw.objective).toBeGreaterThanOrEqual(fewest);
  expect(mw.bound).toBeLessThanOrEqual(fewest);
  if (mw.status === 'optimal') expect(mw.objective).toBe(fewest);
  const verdict = checkSolution(problem, solution);
  expect(verdict.faults ?? []).toEqual([]);
  expect(verdict.valid).toBe(true);
  return solution.stages.filter(({ stopReason }) => stopReason === 'proved').length;
}

describe('the stages with soft margins', () => {
  const problems = tinySoft(shape).filter(isSmall);
  const tolerance = fc.constantFrom(0, 0, 0.25, 1);

  it('are optimal where all networks can be looked at', () => {
    fc.assert(
      fc.property(problems, tolerance, (problem, slack) => {
        const proved = judge(problem, slack);
        if (proved > 0) expect(proved).toBe(2);
      }),
      { numRuns: 60 },
    );
  });

  it('say what is true where they search, and often reach the optimum', () => {
    engine.setEnumerationLimit(0);
    let met = 0;
    let cases = 0;
    fc.assert(
      fc.property(problems, tolerance, (problem, slack) => {
        judge(problem, slack);
        const best = bruteStage(problem, 'mm', problem.keep ?? everyFamily(problem)).objective;
        const found = solve(engine, problem, { stages: ['mm'] }).stages[0].objective;
        if (best === null) return;
        cases++;
        if (found === best) met++;
      }),
      { numRuns: 80, seed: 20261125 },
    );
    engine.setEnumerationLimit(600_000);
    expect(met / cases).toBeGreaterThan(0.4);
  });

  it('give the same solution twice, and the oracle chain passes the checker', () => {
    fc.assert(
      fc.property(problems, (problem) => {
        const strip = () =>
          solve(engine, problem, { stages: ['mm', 'mw'] }).stages.map(({ seconds: _, ...stage }) => stage);
        expect(strip()).toEqual(strip());
        expect(checkSolution(problem, bruteSolve(problem, ['mm', 'mw'])).valid).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});

describe('a problem with soft margins', () => {
  it('survives its file, and is refused where it does not fit', () => {
    fc.assert(
      fc.property(tinySoft(shape), (problem) => {
        expect(parseProblem(formatProblem(problem), 'p')).toEqual(problem);
      }),
      { numRuns: 50 },
    );
    const fields = { layers: [1, 1], weightBound: 1, epsilon: 0.1, samples: [[1], [2]], labels: [1, -1] };
    const read = (more: object) =>
      parseProblem(JSON.stringify({ format: 'fewbit-problem', version: 1, ...fields, ...more }), 'p');
    expect(() => read({ soft: [1, 1] })).toThrow(/^p: soft: only with objective robust$/);
    const robust = { objective: 'robust' };
    expect(() => read({ ...robust, soft: [1] })).toThrow(
      /^p: soft: expected one reach per row \(2\), got 1$/,
    );
    expect(() => read({ ...robust, soft: [1, -1] })).toThrow(/^p: soft, row 1: must be an integer in 0\.\./);
    expect(() => read({ ...robust, layers: [1, 11, 1], soft: [1, 1] })).toThrow(/at most 10 neurons/);
    expect(() => read({ ...robust, soft: [2 ** 30, 2 ** 30] })).toThrow(/does not stay below 2\^53/);
  });

  it('wants a share of the mean reach, half of it in proportion to the brightness', () => {
    const problem = {
      layers: [2, 1],
      weightBound: 1,
      linf: 1,
      samples: Int32Array.from([30, 40, 3, 4]),
      sampleCount: 2,
      labels: Int8Array.from([1, -1]),
    };
    // Means 13.5 and 18 of the signed rows, less the radius: 29.5. Norms 50 and 5, 27.5 in the mean.
    expect(Array.from(softTargets(problem, 1))).toEqual([
      Math.round(14.75 * (1 + 50 / 27.5)),
      Math.round(14.75 * (1 + 5 / 27.5)),
    ]);
  });
});
