import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { noLooks, rivalFaults } from '../../src/fuzz/judge.js';
import { solve } from '../../src/stages/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { drawn, randomProblem, withCopies, withTargets } from './problems.js';
import { expectHonest, freshEngine, stageCases, timeless } from './support.js';

/*
 * A tree that has used up its memory goes on depth first: later, but with the same optimum, and never with a false bound.
 */

/** Far below what `memoryLimit` lets a user ask for: 4096 nodes of either tree. */
const NEXT_TO_NOTHING = 2 ** 16;

describe('little memory', () => {
  let engine: Engine;
  let cramped: Engine;
  beforeAll(async () => {
    engine = await freshEngine();
    cramped = await freshEngine();
    const load = cramped.loadSteps.bind(cramped);
    cramped.loadSteps = (problem) => load(problem, NEXT_TO_NOTHING);
    for (const each of [engine, cramped]) each.setEnumerationLimit(0);
  });

  it('finds the optimum of a neuron whose tree does not fit', { timeout: 300_000 }, () => {
    const problem = randomProblem([60, 1], 10, 3);
    const options = { stages: ['mm'], workLimit: 6e9 } as const;
    const [roomy] = solve(engine, problem, options).stages;
    const tight = solve(cramped, problem, options);
    expect(roomy.status).toBe('optimal');
    expect(roomy.nodes).toBeGreaterThan(5000); // else it would have fitted
    expect(tight.stages[0].status).toBe('optimal');
    expect(tight.stages[0].objective).toBe(roomy.objective);
    expect(checkSolution(problem, tight).valid).toBe(true);
  });

  it('stays honest where the tree over activations does not fit', { timeout: 300_000 }, () => {
    // 44 samples: too many for a list of patterns, so that the tree starts from nothing decided.
    const problem = randomProblem([24, 3, 1], 44, 5);
    const options = { stages: ['mm'], workLimit: 4e8 } as const;
    let differ = 0;
    let compared = 0;
    const keep = Array.from({ length: 44 }, (_, k) => k).filter((k) => k % 4 < 2);
    const part = { ...problem, keep };
    for (const each of [part, problem]) {
      const roomy = solve(engine, each, options);
      const tight = solve(cramped, each, options);
      const [record] = tight.stages;
      if (record.nodes !== roomy.stages[0].nodes) differ++;
      const [case_] = stageCases(each, tight, options);
      expectHonest(each, case_, undefined);
      if (record.objective !== null && roomy.stages[0].bound !== null) {
        compared++;
        expect(record.objective).toBeLessThanOrEqual(roomy.stages[0].bound);
        expect(record.bound as number).toBeGreaterThanOrEqual(roomy.stages[0].objective as number);
      }
    }
    expect(differ).toBeGreaterThan(0); // else everything would have fitted
    expect(compared).toBeGreaterThan(0);
  });

  it('finds the optimum of a robust neuron whose tree does not fit', { timeout: 300_000 }, () => {
    const bright = drawn({ seed: 6, layers: [44, 1], count: 14, noise: 0, least: -20, most: 20 });
    const problem = withCopies(bright, 0, 3);
    const options = { stages: ['mm'], workLimit: 1e9 } as const;
    const [roomy] = solve(engine, problem, options).stages;
    const tight = solve(cramped, problem, options);
    expect(roomy.status).toBe('optimal');
    expect(tight.stages[0].nodes).not.toBe(roomy.nodes); // else it would have fitted
    expect(tight.stages[0].status).toBe('optimal');
    expect(tight.stages[0].objective).toBe(roomy.objective);
    expect(checkSolution(problem, tight).valid).toBe(true);
  });

  it('stays honest where the tree over literals does not fit, with soft margins too', {
    timeout: 60_000,
  }, () => {
    const noisy = drawn({ seed: 5, layers: [12, 2, 1], count: 12, noise: 60, least: -20, most: 20 });
    const hard = withCopies(noisy, 1, 3);
    const options = { workLimit: 1e8 } as const;
    let differ = 0;
    for (const problem of [hard, withTargets(hard)]) {
      const roomy = solve(engine, problem, options);
      const tight = solve(cramped, problem, options);
      for (const one of stageCases(problem, tight, options)) expectHonest(problem, one, undefined);
      expect(checkSolution(problem, tight).valid).toBe(true);
      const faults = rivalFaults(
        problem,
        stageCases(problem, roomy, options),
        stageCases(problem, tight, options),
        noLooks(),
      );
      expect(faults).toEqual([]);
      if (tight.stages.some(({ nodes }, n) => nodes !== roomy.stages[n].nodes)) differ++;
    }
    expect(differ).toBeGreaterThan(0); // else everything would have fitted
  });

  it('is told by what it leaves open, not by what ran before', { timeout: 300_000 }, async () => {
    // A tree that has filled its memory on one problem begins the next one with all of it, whatever the objective.
    const noisy = drawn({ seed: 5, layers: [12, 2, 1], count: 12, noise: 60, least: -20, most: 20 });
    const kinds = [noisy, withCopies(noisy, 1, 3), withTargets(withCopies(noisy, 1, 3))];
    const options = { workLimit: 2e7 } as const;
    for (const problem of [...kinds, ...kinds.toReversed()]) {
      const fresh = await freshEngine();
      fresh.setEnumerationLimit(0);
      const load = fresh.loadSteps.bind(fresh);
      fresh.loadSteps = (one) => load(one, NEXT_TO_NOTHING);
      expect(timeless(solve(cramped, problem, options))).toBe(timeless(solve(fresh, problem, options)));
    }
  });

  it('refuses a limit out of range', () => {
    const problem = randomProblem([4, 1], 4, 1);
    for (const memoryLimit of [0, 1025, Number.NaN]) {
      expect(() => solve(engine, problem, { memoryLimit })).toThrow(
        /memoryLimit: .* is not in 1\.\.1024 MiB/,
      );
    }
  });
});
