import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import type { SolveOptions } from '../../src/stages/types.js';
import { numbers } from './problems.js';
import { bruteOptimum, expectHonest, freshEngine, stageCases } from './support.js';

/* Inputs of up to 15 bits and weights of up to 7: sums beyond 16 bits, against the brute force. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const LARGEST = 32767;

/** A tiny problem with large numbers in it: half of the entries lie at the ends of what is allowed. */
function wide(seed: number, layers: number[], weightBound: number, linf = 0): TrainingProblem {
  const next = numbers(seed);
  const largest = [127, 1023, LARGEST][next(3)];
  const count = 3 + next(8);
  const samples = Int32Array.from({ length: count * layers[0] }, () => {
    const x = next(2) ? largest - next(4) : next(largest + 1);
    return next(2) ? x : -x;
  });
  const labels = Int8Array.from({ length: count }, () => (next(2) ? 1 : -1));
  return { layers, weightBound, epsilon: [0.1, 1][next(2)], samples, sampleCount: count, labels, linf };
}

const SHAPES: readonly (readonly [layers: number[], weightBound: number])[] = [
  [[1, 1], 127],
  [[2, 1], 127],
  [[2, 1], 40],
  [[3, 1], 31],
  [[4, 1], 12],
  [[7, 1], 2],
  [[10, 1], 1],
  [[2, 1, 1], 31],
  [[2, 2, 1], 3],
  [[3, 2, 1], 1],
  [[2, 2, 2, 1], 1],
];

describe('large inputs, large weights', () => {
  it.each(SHAPES)('%j with P = %i: trees agree with the brute force', (layers, weightBound) => {
    engine.setEnumerationLimit(0);
    let proved = 0;
    let judged = 0;
    for (let seed = 1; seed <= 9; seed++) {
      const radius = seed % 3 === 0 ? [1, 100, LARGEST][seed % 9 === 0 ? 2 : seed % 2] : 0;
      const problem = wide(seed * 7919 + weightBound * 31 + layers.length, layers, weightBound, radius);
      for (const stages of [['sm'], ['sm', 'mm', 'mw'], ['mm', 'mw']] as const) {
        const options: SolveOptions = { stages, workLimit: 1e8, seed };
        const solution = solve(engine, problem, options);
        for (const stage of stageCases(problem, solution, options)) {
          const best = bruteOptimum(problem, stage);
          expectHonest(problem, stage, best === undefined ? undefined : best.objective);
          if (best !== undefined) judged++;
          if (best !== undefined && stage.record.stopReason === 'proved') proved++;
        }
      }
    }
    engine.setEnumerationLimit(600_000);
    expect(judged).toBeGreaterThan(40);
    if (layers.length === 2) expect(proved).toBe(judged);
  });
});
