import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { solve } from '../../../../src/stages/solve.js';
import { tinyProblem } from '../../../../src/testing/arbitraries.js';
import { bruteOptimum, expectHonest, freshEngine, stageCases } from '../../../engine/support.js';

/*
 * SM with hidden layers over the table of signs and the answers of the layers above: against brute force, with more samples
 * than a word has bits, and on the build that asserts.
 */

let engine: Engine;
let checked: Engine;
beforeAll(async () => {
  engine = await freshEngine();
  checked = await freshEngine('engine.checked.wasm');
  for (const one of [engine, checked]) one.setEnumerationLimit(1);
});

const shape = { maxLayers: 3, maxP: 3, maxInputs: 3, maxHidden: 3, maxSamples: 7 };
const hidden = tinyProblem(shape).filter(({ layers, weightBound }) => {
  let weights = 0;
  for (let l = 1; l < layers.length; l++) weights += layers[l - 1] * layers[l];
  return layers.length > 2 && (2 * weightBound + 1) ** weights <= 200_000;
});

/** The same samples many times over, in turn, with some labels the other way round. */
function repeated(problem: TrainingProblem, times: number, turned: number): TrainingProblem {
  const { sampleCount, samples, labels } = problem;
  const total = sampleCount * times;
  return {
    ...problem,
    sampleCount: total,
    samples: Int32Array.from({ length: total * problem.layers[0] }, (_, at) => samples[at % samples.length]),
    labels: Int8Array.from(
      { length: total },
      (_, k) => labels[k % sampleCount] * ((k + 1) % turned === 0 ? -1 : 1),
    ),
  };
}

function isProved(by: Engine, problem: TrainingProblem): boolean {
  const solution = solve(by, problem, { stages: ['sm'], workLimit: 2e7 });
  const [stage] = stageCases(problem, solution, { stages: ['sm'] });
  expectHonest(problem, stage, bruteOptimum(problem, stage)?.objective);
  return stage.record.stopReason === 'proved';
}

describe('SM over tables', () => {
  it('is proved, and as brute force says', { timeout: 120_000 }, () => {
    let proved = 0;
    fc.assert(
      fc.property(hidden, (problem) => {
        proved += isProved(engine, problem) ? 1 : 0;
      }),
      { numRuns: 150 },
    );
    expect(proved).toBeGreaterThan(140);
  });

  it('also with more samples than a word has bits, and on the build that asserts', {
    timeout: 120_000,
  }, () => {
    const times = fc.integer({ min: 9, max: 40 });
    const turned = fc.integer({ min: 2, max: 9 });
    fc.assert(
      fc.property(hidden, times, turned, (problem, times, turned) => {
        const many = repeated(problem, times, turned);
        expect(isProved(checked, many)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
