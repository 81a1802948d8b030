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

describe('MW of a single neuron by itself', () => {
  it('is what brute force says it is, also where nothing holds the margins', { timeout: 120_000 }, () => {
    const alone = tinyProblem({
      maxLayers: 1,
      maxP: 2,
      maxInputs: 5,
      maxHidden: 1,
      maxSamples: 7,
      withKeep: true,
    });
    fc.assert(
      fc.property(alone.chain(held), fc.constantFrom(0, 0, 0.3), (problem, tolerance) => {
        const options = { stages: ['mw'] as const, tolerance, workLimit: 1e7 };
        for (const stage of stageCases(problem, solve(engine, problem, options), options)) {
          const best = bruteOptimum(problem, stage)?.objective;
          expectHonest(problem, stage, best);
          expect(stage.record.objective ?? null).toBe(best ?? null);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('asks for what is held at once, and says that nothing holds more than there is', () => {
    const problem = drawn({ seed: 12, layers: [24, 1], count: 10, least: 0, most: 30, noise: 0 });
    const [mm] = solve(engine, problem, { stages: ['mm'], workLimit: 1e9 }).stages;
    expect(mm.status).toBe('optimal');
    const alone = (margin: number) =>
      solve(engine, { ...problem, margins: [[margin]] }, { stages: ['mw'], workLimit: 1e9 }).stages[0];
    expect(alone(mm.objective!).status).toBe('optimal');
    const { scale } = decimalUnits(problem.epsilon);
    expect(alone((Math.round(mm.objective! * scale) + 1) / scale).status).toBe('infeasible');
  });

  it('has a bound worth the name before it has a network', () => {
    const problem = drawn({ seed: 13, layers: [60, 1], count: 16, least: 0, most: 200, noise: 0 });
    const [mm] = solve(engine, problem, { stages: ['mm'], workLimit: 2e7 }).stages;
    const margin = Math.floor((mm.objective! + mm.bound!) / 2); // nobody knows
    const [record] = solve(
      engine,
      { ...problem, margins: [[margin]] },
      { stages: ['mw'], workLimit: 2e7 },
    ).stages;
    expect(record.bound).toBeGreaterThan(30); // 5 by what any weights need
  });
});
