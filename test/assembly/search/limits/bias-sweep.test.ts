import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileEngine, type Engine } from '../../../../src/engine/index.js';
import { execute } from '../../../../src/fuzz/execute.js';
import { noLooks } from '../../../../src/fuzz/judge.js';
import { NO_JUDGES, trial } from '../../../../src/fuzz/trial.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { builtFile } from '../../../../src/run/wasm-file.js';
import { Draws } from '../../../../src/testing/draws.js';
import { checkSolution } from '../../../../src/verify/checker.js';
import { verifyProof } from '../../../../src/verify/proof/index.js';
import { limitedCountsAtMost } from '../../../../src/verify/proof/limited-count.js';
import { freshEngine } from '../../../engine/support.js';

/*
 * SM of a neuron under limits with a free weight that is swept, a bias above all: against a plain count over all weights, replayed, and with the
 * checked build. `FEWBIT_SWEPT=1200` draws that many problems more.
 */

const COUNT = 60 + Number(process.env.FEWBIT_SWEPT ?? 0);
const RANGES: readonly (readonly [number, number])[] = [
  [-127, 127],
  [-127, 127],
  [-3, 100],
  [5, 40],
  [-60, -2],
  [0, 1],
  [-1, 0],
];

/** Small numbers, the last column free: constant in two of three problems. */
function drawn(draws: Draws): TrainingProblem {
  const width = draws.int(1, 3);
  const rows = draws.int(2, 16);
  const weightBound = draws.int(1, 2);
  const size = draws.pick([3, 20, 120]);
  const constant = draws.pick([-1, 1, 3, 17, 0]);
  const table = draws.list(rows, () => [
    ...draws.list(width, () => draws.int(-size, size)),
    constant === 0 ? draws.int(-5, 5) : constant,
  ]);
  const labels = draws.list(rows, () => draws.pick([1, -1]));
  const range = draws.pick(RANGES);
  const own = draws.list(width, () => draws.pick([undefined, [0, 2], [-1, 0], [1, 2]]));
  const problem: TrainingProblem = {
    layers: [width + 1, 1],
    weightBound,
    epsilon: 0.1,
    linf: 0,
    sampleCount: rows,
    samples: Int32Array.from(table.flat()),
    labels: Int8Array.from(labels),
    confidence: draws.pick([1, 1, 2, 30]),
    ranges: [
      ...own.map((box) => (box as [number, number] | undefined) ?? ([-weightBound, weightBound] as const)),
      range,
    ],
    free: draws.once(4) ? [0, width] : [width],
    maxNonzero: draws.int(own.filter((box) => box?.[0] === 1).length, width),
  };
  return {
    ...problem,
    ...(draws.once(3) ? { radii: Int32Array.from([...draws.list(width, () => draws.int(0, 2)), 0]) } : {}),
    ...(draws.once(2) ? { costs: Int32Array.from(draws.list(rows, () => draws.int(0, 4))) } : {}),
    ...(draws.once(3) ? { atMostWrong: { plus: draws.int(0, 4), minus: draws.int(0, 9) } } : {}),
  };
}

/** The most that any weights count, by the definition; -1: none keep the limits. */
function plainly(problem: TrainingProblem): number {
  const { samples, labels, sampleCount, ranges = [], radii, free = [], costs, atMostWrong, layers } = problem;
  const width = layers[0];
  // A column of zeros has no weight, whatever its range says.
  const isActive = ranges.map((_, i) => labels.some((_, k) => samples[k * width + i] !== 0));
  const weights = new Array<number>(width).fill(0);
  let best = -1;
  const decide = (i: number, nonzeros: number): void => {
    if (nonzeros > (problem.maxNonzero ?? width)) return;
    if (i < width) {
      const [low, high] = isActive[i] ? ranges[i] : [0, 0];
      for (let v = low; v <= high; v++) {
        weights[i] = v;
        decide(i + 1, nonzeros + (v !== 0 && !free.includes(i) ? 1 : 0));
      }
      return;
    }
    let worth = 0;
    const wrong = { plus: 0, minus: 0 };
    for (let k = 0; k < sampleCount; k++) {
      let sum = 0;
      for (let at = 0; at < width; at++)
        sum += labels[k] * weights[at] * samples[k * width + at] - (radii?.[at] ?? 0) * Math.abs(weights[at]);
      if (sum >= (problem.confidence ?? 1)) worth += costs?.[k] ?? 1;
      else wrong[labels[k] > 0 ? 'plus' : 'minus']++;
    }
    if (wrong.plus > (atMostWrong?.plus ?? sampleCount) || wrong.minus > (atMostWrong?.minus ?? sampleCount))
      return;
    best = Math.max(best, worth);
  };
  decide(0, 0);
  return best;
}

describe('a swept weight', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await freshEngine();
  });

  it('has the value that counts most, and its proof is the verifier’s own count', {
    timeout: 600_000,
  }, () => {
    let infeasible = 0;
    for (let n = 0; n < COUNT; n++) {
      const problem = drawn(new Draws(13_131, n));
      const options = {
        stages: ['sm'],
        tolerance: 0,
        seed: n,
        enumeration: 0,
        proof: true,
        workLimit: 1e9,
      } as const;
      const { solution, proof = '' } = execute(engine, { problem, options });
      const [record] = solution.stages;
      const best = plainly(problem);
      if (best < 0) {
        infeasible++;
        expect([n, record.status, record.stopReason]).toEqual([n, 'infeasible', 'proved']);
        continue;
      }
      expect([n, record.status, record.objective]).toEqual([n, 'optimal', best]);
      const verdict = checkSolution(
        problem,
        solution,
        verifyProof(problem, solution, proof.trimEnd().split('\n')),
      );
      expect([n, verdict.valid, verdict.proved]).toEqual([n, true, true]);
      expect([n, limitedCountsAtMost(problem, best, 1e9)]).toEqual([n, true]);
      if (best > 0) expect([n, limitedCountsAtMost(problem, best - 1, 1e9)]).toEqual([n, false]);
    }
    expect(infeasible).toBeLessThan(COUNT / 2);
  });

  it('is not lost in the checked build, nor by what was solved before', { timeout: 120_000 }, async () => {
    const [release, checked] = await Promise.all(
      ['engine.wasm', 'engine.checked.wasm'].map(async (name) =>
        compileEngine(await readFile(builtFile(name))),
      ),
    );
    const judges = { ...NO_JUDGES, checked: true, fresh: true };
    const looks = noLooks();
    for (let n = 0; n < COUNT / 3; n++) {
      const draws = new Draws(31_313, n);
      const problem = drawn(draws);
      const options = {
        stages: ['sm', 'mm', 'mw'],
        tolerance: 0,
        seed: n,
        workLimit: 3e6,
        proof: true,
        enumeration: 0,
        treeBytes: 2 ** 20,
      } as const;
      expect(await trial(engine, { problem, options }, { release, checked }, judges, draws, looks)).toEqual(
        [],
      );
    }
    expect(looks.proved).toBeGreaterThan(COUNT / 6);
  });
});
