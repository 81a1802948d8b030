import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { networkFor, tinyProblem } from '../../src/testing/arbitraries.js';
import { evaluate, everySample, marginsOf } from '../../src/verify/evaluate.js';
import { decimalUnits } from '../../src/verify/units.js';
import { drawn } from './problems.js';
import { bruteOptimum, expectHonest, freshEngine, stageCases } from './support.js';

/*
 * MW with hidden layers: the tree over sides with covers as its oracle, enumeration turned off, on the checked build.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine('engine.checked.wasm');
  engine.setEnumerationLimit(0);
});

/** Margins that some network of the problem has, or one more than it has; none where it answers wrongly. */
function held(problem: TrainingProblem): fc.Arbitrary<TrainingProblem> {
  const { scale } = decimalUnits(problem.epsilon);
  return fc.tuple(networkFor(problem), fc.constantFrom(0, 0, 0, 1)).map(([network, more]) => {
    const margins = marginsOf(problem, evaluate(problem, network), problem.keep ?? everySample(problem));
    return {
      ...problem,
      margins: margins.map((layer) => layer.map((margin) => (Math.max(0, margin) + more) / scale)),
    };
  });
}

describe('MW with hidden layers', () => {
  it('is what brute force says it is, and proves most of it', { timeout: 240_000 }, () => {
    const shape = { maxLayers: 3, maxP: 2, maxInputs: 4, maxHidden: 3, maxSamples: 6, withKeep: true };
    const hidden = tinyProblem(shape).filter(({ layers }) => layers.length > 2);
    let proved = 0;
    let all = 0;
    fc.assert(
      fc.property(hidden.chain(held), fc.constantFrom(0, 0, 0.3), (problem, tolerance) => {
        const options = { stages: ['mw'] as const, tolerance, workLimit: 1e7 };
        for (const stage of stageCases(problem, solve(engine, problem, options), options)) {
          expectHonest(problem, stage, bruteOptimum(problem, stage)?.objective);
          all++;
          if (stage.record.stopReason === 'proved') proved++;
        }
      }),
      { numRuns: 150 },
    );
    expect(proved).toBeGreaterThan(0.75 * all);
  });

  it('ends its opening as soon as the margins are held', () => {
    const problem = drawn({ seed: 11, layers: [30, 3, 1], count: 8, least: 0, most: 9, noise: 0 });
    const first = solve(engine, problem, { stages: ['mm'], workLimit: 2e7 });
    const margins = marginsOf(problem, evaluate(problem, first.network!), everySample(problem));
    const { scale } = decimalUnits(problem.epsilon);
    const task = { ...problem, margins: margins.map((layer) => layer.map((m) => m / scale)) };
    let opening = 0;
    const onProgress = (at: { stage: string; work: number }) => {
      if (at.stage === 'mm') opening = Math.max(opening, at.work);
    };
    const [record] = solve(engine, task, { stages: ['mw'], workLimit: 1e9, onProgress }).stages;
    expect(record.objective).not.toBeNull();
    expect(opening).toBeGreaterThan(0);
    expect(opening).toBeLessThan(3e7);
  });
});
