import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import type { StageRecord } from '../../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { solve } from '../../../../src/stages/solve.js';
import { numbers } from '../../../engine/problems.js';
import { bruteOptimum, expectHonest, freshEngine, stageCases } from '../../../engine/support.js';

/*
 * SM of a single neuron on rows that nothing separates: the trees over weights and over rows (conflicts and their packing) against
 * brute force, on both builds.
 */

let engine: Engine;
let checked: Engine;
beforeAll(async () => {
  engine = await freshEngine();
  checked = await freshEngine('engine.checked.wasm');
  for (const one of [engine, checked]) one.setEnumerationLimit(0);
});

/** Rows at random with labels at random: every other one has to be given up. */
const noise = fc
  .record({
    inputs: fc.integer({ min: 2, max: 4 }),
    weightBound: fc.integer({ min: 1, max: 5 }),
    sampleCount: fc.integer({ min: 5, max: 60 }),
    most: fc.constantFrom(2, 20, 255),
    linf: fc.constantFrom(0, 0, 1),
    confidence: fc.constantFrom(1, 1, 3, 30),
  })
  .chain(({ inputs, sampleCount, most, ...rest }) =>
    fc.record({
      ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, fc.constant(value)])),
      layers: fc.constant([inputs, 1]),
      epsilon: fc.constant(0.1),
      sampleCount: fc.constant(sampleCount),
      samples: fc
        .array(fc.integer({ min: -most, max: most }), {
          minLength: inputs * sampleCount,
          maxLength: inputs * sampleCount,
        })
        .map((values) => Int32Array.from(values)),
      labels: fc
        .array(fc.constantFrom(1, -1), { minLength: sampleCount, maxLength: sampleCount })
        .map((values) => Int8Array.from(values)),
    }),
  )
  .map((problem) => problem as unknown as TrainingProblem);

function judge(by: Engine, problem: TrainingProblem): StageRecord {
  const solution = solve(by, problem, { stages: ['sm'], workLimit: 3e7 });
  const [stage] = stageCases(problem, solution, { stages: ['sm'] });
  expectHonest(problem, stage, bruteOptimum(problem, stage)?.objective);
  return stage.record;
}

describe('SM of a neuron whose rows nothing separates', () => {
  it('is as brute force says', { timeout: 120_000 }, () => {
    let proved = 0;
    fc.assert(
      fc.property(noise, (problem) => {
        proved += judge(engine, problem).stopReason === 'proved' ? 1 : 0;
      }),
      { numRuns: 150 },
    );
    expect(proved).toBeGreaterThan(140);
  });

  it('also on the build that asserts', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(noise, (problem) => {
        expect(judge(checked, problem).stopReason).toBe('proved');
      }),
      { numRuns: 30 },
    );
  });
});

describe('leaves that real weights satisfy', () => {
  it('are settled by whole weights', { timeout: 120_000 }, () => {
    let settled = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const next = numbers(seed);
      const inputs = 3 + (seed % 4);
      const sampleCount = 6 + next(8);
      const problem: TrainingProblem = {
        layers: [inputs, 1],
        weightBound: 1 + (seed % 2),
        epsilon: seed % 5 === 0 ? 1 : 0.1,
        sampleCount,
        samples: Int32Array.from({ length: inputs * sampleCount }, () => next(19) - 9),
        labels: Int8Array.from({ length: sampleCount }, () => (next(2) ? 1 : -1)),
        linf: seed % 7 === 0 ? 1 : 0,
        confidence: 6 + next(8),
      };
      for (const one of [engine, checked]) expect(judge(one, problem).stopReason).toBe('proved');
      const { counters } = solve(engine, problem, { stages: ['sm'], workLimit: 3e7 }).stages[0];
      if ((counters?.nodes?.weights ?? 0) > 0) settled++;
    }
    expect(settled).toBeGreaterThan(0);
  });
});
