import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { below, sfc32 } from '../../src/random.js';
import { solve } from '../../src/stages/solve.js';
import { freshEngine } from './support.js';

/*
 * SM of one neuron that may read few of many inputs. A network is planted that reads three, rows that it gets wrong included, so the optimum is known to be
 * as much at least.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const INPUTS = 60;

interface Planted {
  readonly problem: TrainingProblem;
  /** Rows that the planted network is right on, and which these are. */
  readonly right: number;
  readonly isRight: readonly boolean[];
}

/** Columns of 0 and 2, a constant of 1 as a bias; + is where more than `above` of the three are on, but for one row of `noise`. */
function planted(seed: number, rows: number, above: number, noise: number): Planted {
  const random = sfc32(seed, rows);
  const read = [3 + below(random, 15), 20 + below(random, 15), 40 + below(random, 15)];
  const width = INPUTS + 1;
  const samples = new Int32Array(rows * width);
  const labels = new Int8Array(rows);
  const isRight: boolean[] = [];
  for (let k = 0; k < rows; k++) {
    for (let i = 0; i < INPUTS; i++) samples[k * width + i] = 2 * below(random, 2);
    samples[k * width + INPUTS] = 1;
    const on = read.filter((i) => samples[k * width + i] > 0).length;
    const turned = below(random, noise) === 0;
    labels[k] = on > above !== turned ? 1 : -1;
    isRight.push(!turned);
  }
  const ranges = Array.from({ length: width }, (_, i) =>
    i < INPUTS ? ([-1, 1] as const) : ([-127, 127] as const),
  );
  return {
    ...{ isRight, right: isRight.filter(Boolean).length },
    problem: {
      ...{ layers: [width, 1], weightBound: 1, epsilon: 0.1, linf: 0, confidence: 1 },
      ...{ samples, labels, sampleCount: rows, ranges, free: [INPUTS], maxNonzero: 3 },
    },
  };
}

const sm = (problem: TrainingProblem, workLimit: number, seed = 1) => {
  const solution = solve(engine, problem, { stages: ['sm'], workLimit, seed });
  const weights = solution.network?.weights[0][0] ?? [];
  expect(weights.slice(0, INPUTS).filter((w) => w !== 0).length).toBeLessThanOrEqual(3);
  return solution.stages[0];
};

describe('SM of a neuron that may read three of sixty inputs', () => {
  it.each([
    ['half the rows +', 1],
    ['one row in eight +', 2],
    ['seven rows in eight +', 0],
  ])('finds the three, %s', (_, above) => {
    for (const seed of [1, 2]) {
      const { problem, right } = planted(seed, 300, above, 12);
      expect(sm(problem, 2e7).objective).toBeGreaterThanOrEqual(right);
    }
  });

  it('looks at a part of many rows, and counts all of them', () => {
    const { problem, right } = planted(5, 9000, 1, 6);
    const found = sm(problem, 1.2e8);
    expect(found.objective).toBeGreaterThanOrEqual(right);
    expect(sm(problem, 1.2e8)).toMatchObject({
      objective: found.objective,
      work: found.work,
      bound: found.bound,
    });
  });

  it('has what its plan gives it time for, without limits', () => {
    const { problem, right } = planted(6, 400, 2, 9);
    const solution = solve(engine, problem, { stages: ['sm', 'mm'], shouldStop: undefined });
    expect(solution.stages[0].objective).toBeGreaterThanOrEqual(right);
  });

  it('knows what rows cost, and how many of a label may be wrong', () => {
    const { problem, right, isRight } = planted(7, 300, 2, 12);
    const costs = Int32Array.from(problem.labels, (label) => (label > 0 ? 5 : 1));
    const worth = costs.reduce((sum, cost, k) => sum + (isRight[k] ? cost : 0), 0);
    expect(sm({ ...problem, costs }, 2e7).objective).toBeGreaterThanOrEqual(worth);
    const plus = isRight.filter((is, k) => !is && problem.labels[k] > 0).length;
    const most = sm({ ...problem, atMostWrong: { plus } }, 2e7);
    expect(most.objective).toBeGreaterThanOrEqual(right);
    const none = solve(engine, { ...problem, atMostWrong: { plus: 0 } }, { stages: ['sm'], workLimit: 2e7 });
    const all = none.network?.weights[0][0] as number[];
    for (let k = 0; k < problem.sampleCount; k++) {
      if (problem.labels[k] < 0) continue;
      const row = problem.samples.subarray(k * (INPUTS + 1), (k + 1) * (INPUTS + 1));
      expect(row.reduce((sum, x, i) => sum + x * all[i], 0)).toBeGreaterThanOrEqual(1);
    }
  });
});
