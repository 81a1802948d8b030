import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileEngine, type Engine } from '../../../../src/engine/index.js';
import { STAGE_SETS } from '../../../../src/fuzz/draw-run.js';
import { noLooks } from '../../../../src/fuzz/judge.js';
import { withKnownFields } from '../../../../src/fuzz/known-fields.js';
import { NO_JUDGES, trial } from '../../../../src/fuzz/trial.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { builtFile } from '../../../../src/run/wasm-file.js';
import { solve } from '../../../../src/stages/solve.js';
import type { StageName } from '../../../../src/stages/types.js';
import { drawProblem } from '../../../../src/testing/draw-problem.js';
import { Draws } from '../../../../src/testing/draws.js';
import { checkSolution } from '../../../../src/verify/checker.js';
import { freshEngine } from '../../../engine/support.js';

/*
 * Few weights other than 0, few samples of a label left out, samples with costs: every tree that knows them against brute force and the checker,
 * the checked build with a witness, and what has to be so from problem to problem.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

/** One neuron, rows of small numbers, labels that nothing separates. */
function noise(seed: number, inputs: number, sampleCount: number, weightBound: number): TrainingProblem {
  const draws = new Draws(seed, 77);
  return {
    layers: [inputs, 1],
    weightBound,
    epsilon: 0.1,
    sampleCount,
    samples: Int32Array.from(draws.list(inputs * sampleCount, () => draws.int(-9, 9))),
    labels: Int8Array.from(draws.list(sampleCount, () => draws.pick([1, -1]))),
    linf: 0,
    confidence: 1,
  };
}

/** A stage's optimum as the trees have it; `null`: there is none. */
function optimum(problem: TrainingProblem, stage: StageName = 'sm'): number | null {
  engine.setEnumerationLimit(0);
  const solution = solve(engine, problem, { stages: [stage], workLimit: 2e9 });
  expect(checkSolution(problem, solution)).toMatchObject({ valid: true });
  expect(solution.stages[0].stopReason).toBe('proved');
  return solution.stages[0].objective;
}

describe('limits', () => {
  it('are kept, and what is best under them is found, whatever the shape', {
    timeout: 120_000,
  }, async () => {
    const [release, checked] = await Promise.all(
      ['engine.wasm', 'engine.checked.wasm'].map(async (name) =>
        compileEngine(await readFile(builtFile(name))),
      ),
    );
    const bench = { release, checked };
    const looks = noLooks();
    let limited = 0;
    for (let n = 0; limited < 100; n++) {
      const draws = new Draws(2026, n);
      const problem = withKnownFields(draws, drawProblem(draws, 'paper', 'tiny'));
      const { maxNonzero, costs, atMostWrong } = problem;
      if (maxNonzero === undefined && costs === undefined && atMostWrong === undefined) continue;
      limited++;
      const options = {
        stages: draws.pick(STAGE_SETS),
        tolerance: 0,
        seed: 0,
        workLimit: 3e6,
        proof: false,
        enumeration: 0,
        treeBytes: 2 ** 20,
      };
      const judges = { ...NO_JUDGES, checked: draws.once(4), fresh: draws.once(8) };
      expect(await trial(engine, { problem, options }, bench, judges, draws, looks)).toEqual([]);
    }
    expect(looks.enumerated).toBeGreaterThan(120);
    expect(looks.proved).toBeGreaterThan(120);
  });

  it.each([1, 2, 3])('say the same of costs and of rows, seed %i', (seed) => {
    const problem = noise(seed, 5, 24, 2);
    const draws = new Draws(seed, 5);
    const plain = optimum(problem);
    expect(optimum({ ...problem, costs: new Int32Array(24).fill(1) })).toBe(plain);
    expect(optimum({ ...problem, costs: new Int32Array(24).fill(1000) })).toBe(1000 * (plain as number));
    const costs = Int32Array.from(draws.list(24, () => draws.int(0, 3)));
    const rows = [...costs.keys()].flatMap((k) => new Array<number>(costs[k]).fill(k));
    const copies = {
      ...problem,
      sampleCount: rows.length,
      samples: Int32Array.from(rows.flatMap((k) => [...problem.samples.subarray(5 * k, 5 * k + 5)])),
      labels: Int8Array.from(rows, (k) => problem.labels[k]),
    };
    expect(optimum({ ...problem, costs })).toBe(optimum(copies));
  });

  it.each([1, 2])('that allow all there is are none, and a tighter one is never better, seed %i', (seed) => {
    const problem = noise(seed, 5, 30, 2);
    const plain = optimum(problem) as number;
    expect(optimum({ ...problem, atMostWrong: { plus: 30, minus: 30 } })).toBe(plain);
    expect(optimum({ ...problem, maxNonzero: 5 })).toBe(plain);
    let last = 0;
    for (let k = 0; k < 5; k++) {
      const found = optimum({ ...problem, maxNonzero: k }) as number;
      expect(found).toBeGreaterThanOrEqual(last);
      last = found;
    }
    expect(last).toBeLessThanOrEqual(plain);
    let best = Number.POSITIVE_INFINITY;
    for (let wrong = 30; wrong >= 0; wrong -= 3) {
      const found = optimum({ ...problem, atMostWrong: { plus: wrong } }) ?? -1;
      expect(found).toBeLessThanOrEqual(best);
      best = found;
    }
    expect(best).toBe(-1);
  });

  it.each([5, 6])(
    'of non-zeros hold in MM of a neuron: as SM alone says what can be right, seed %i',
    (seed) => {
      const noisy = noise(seed, 12, 10, 2);
      const plane = new Draws(seed, 9).list(12, () => new Draws(seed, 8).int(-1, 1));
      const labels = noisy.labels.map((_, k) =>
        plane.reduce((sum, w, i) => sum + w * noisy.samples[12 * k + i], 0) > 0 ? 1 : -1,
      );
      const problem = { ...noisy, labels, keep: [...labels.keys()] };
      let last: number | null = null;
      for (let maxNonzero = 0; maxNonzero <= 12; maxNonzero += 2) {
        const limited = { ...problem, maxNonzero };
        const margin = optimum(limited, 'mm');
        expect(margin ?? -1).toBeGreaterThanOrEqual(last ?? -1);
        // A margin of more than 0 is confidence 1 on every sample, and the other way round.
        expect((margin ?? -1) >= 0.9).toBe(optimum(limited) === 10);
        last = margin;
      }
      expect(last).toBe(optimum(problem, 'mm'));
      expect(last).not.toBeNull();
    },
  );

  it('of non-zeros hold in MM with hidden layers, too: more never worsens', () => {
    const problem = { ...noise(4, 3, 5, 1), layers: [3, 2, 1], keep: [0, 1] };
    const found = [2, 3, 4, 5, 6].map((maxNonzero) => optimum({ ...problem, maxNonzero }, 'mm') ?? -1);
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found.at(-1)).toBe(optimum(problem, 'mm'));
  });
});
