import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { type HighsModule, importHighs, solveWithHighs } from '../../src/milp/highs.js';
import { solve } from '../../src/stages/solve.js';
import { tinyProblem } from '../../src/testing/arbitraries.js';
import { drawn } from './problems.js';
import { bruteOptimum, expectHonest, freshEngine, stageCases } from './support.js';

/*
 * MM with up to three first-layer neurons beyond the tables: the tree over functions of the upper layers and sides. Enumeration is
 * turned off; wide inputs keep the pattern table away.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine('engine.checked.wasm');
  engine.setEnumerationLimit(0);
});

describe('MM with a narrow first layer', () => {
  it('is what brute force says it is', { timeout: 240_000 }, () => {
    const shape = { maxLayers: 3, maxP: 2, maxInputs: 4, maxHidden: 3, maxSamples: 7, withKeep: true };
    const hidden = tinyProblem(shape).filter(({ layers }) => layers.length > 2);
    fc.assert(
      fc.property(hidden, (problem) => {
        const options = { stages: ['mm'] as const, workLimit: 1e7 };
        for (const stage of stageCases(problem, solve(engine, problem, options), options))
          expectHonest(problem, stage, bruteOptimum(problem, stage)?.objective);
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['two neurons, P = 3', drawn({ seed: 21, layers: [8, 2, 1], count: 6 }, { weightBound: 3 })],
    ['two hidden layers', drawn({ seed: 22, layers: [9, 2, 2, 1], count: 5, noise: 20 })],
    ['a radius', drawn({ seed: 23, layers: [12, 2, 1], count: 5, least: -9, most: 9 }, { linf: 1 })],
  ])('%s: is what HiGHS says it is, and proves it', { timeout: 120_000 }, async (_, problem) => {
    const highs = await (await importHighs()).default();
    const load: () => Promise<HighsModule> = async () => ({ default: async () => highs });
    const [mine] = solve(engine, problem, { stages: ['mm'], workLimit: 3e8 }).stages;
    const [rival] = (await solveWithHighs(load, problem, ['mm'], { timeLimit: 60 })).stages;
    expect(mine.stopReason).toBe('proved');
    expect(rival.status).toBe(mine.status);
    if (rival.objective !== null) expect(mine.objective).toBeCloseTo(rival.objective, 6);
  });
});
