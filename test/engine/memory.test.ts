import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { expectHonest, freshEngine, stageCases } from './support.js';

/*
 * A tree that has used up its memory goes on depth first: later, but with the same optimum, and never with a false bound.
 */

/** Far below what `memoryLimit` lets a user ask for: 4096 nodes of either tree. */
const NEXT_TO_NOTHING = 2 ** 16;

function randomProblem(layers: readonly number[], sampleCount: number, seed: number): TrainingProblem {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    layers,
    weightBound: 1,
    epsilon: 0.1,
    samples: Int32Array.from({ length: layers[0] * sampleCount }, () => Math.floor(next() * 256)),
    sampleCount,
    labels: Int8Array.from({ length: sampleCount }, (_, k) => (k % 2 === 0 ? -1 : 1)),
    linf: 0,
  };
}

describe('little memory', () => {
  let engine: Engine;
  let cramped: Engine;
  beforeAll(async () => {
    engine = await freshEngine();
    cramped = await freshEngine();
    const load = cramped.load.bind(cramped);
    cramped.load = (problem) => load(problem, NEXT_TO_NOTHING);
    for (const each of [engine, cramped]) each.setEnumerationLimit(0);
  });

  it('finds the optimum of a neuron whose tree does not fit', { timeout: 60_000 }, () => {
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

  it('stays honest where the tree over activations does not fit', { timeout: 60_000 }, () => {
    // 44 samples: too many for a list of patterns, so that the tree starts from nothing decided.
    const problem = randomProblem([24, 3, 1], 44, 5);
    const options = { stages: ['mm'], workLimit: 2e9 } as const;
    const keep = Array.from({ length: 44 }, (_, k) => k).filter((k) => k % 4 < 2);
    const part = { ...problem, keep };
    for (const each of [part, problem]) {
      const roomy = solve(engine, each, options);
      const tight = solve(cramped, each, options);
      const [record] = tight.stages;
      const [case_] = stageCases(each, tight, options);
      expectHonest(each, case_, undefined);
      if (record.objective !== null && roomy.stages[0].bound !== null) {
        expect(record.objective).toBeLessThanOrEqual(roomy.stages[0].bound);
        expect(record.bound as number).toBeGreaterThanOrEqual(roomy.stages[0].objective as number);
      }
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
