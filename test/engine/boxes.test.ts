import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { judge, noLooks } from '../../src/fuzz/judge.js';
import { activeInputs } from '../../src/problem/active.js';
import { rangeOf } from '../../src/problem/boxes.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { validateProblem } from '../../src/problem/validate.js';
import { solve } from '../../src/stages/solve.js';
import type { Solution } from '../../src/stages/types.js';
import { withBoxes } from '../../src/testing/draw-boxes.js';
import { drawPlain, drawProblem } from '../../src/testing/draw-problem.js';
import { Draws } from '../../src/testing/draws.js';
import { freshEngine, timeless } from './support.js';

/*
 * Ranges, radii and free weights of single inputs. That their answers are those of brute force is among what is drawn in
 * test/engine/fuzz.test.ts; here are relations between problems, and figures known beforehand.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

/** Everything goes through trees, and through enumeration. */
function bothWays(problem: TrainingProblem, options: Parameters<typeof solve>[2]): Solution[] {
  return [0, 30_000].map((networks) => {
    engine.setEnumerationLimit(networks);
    return solve(engine, problem, options);
  });
}

const RUN = {
  stages: ['sm', 'mm', 'mw'],
  tolerance: 0,
  seed: 1,
  workLimit: 2e6,
  proof: false,
  enumeration: 0,
} as const;
const WORK = { workLimit: 1e6 } as const;

/** Problems with fields, as they are drawn. */
function* drawn(seed: number, count: number, hidden: readonly number[] = []): Generator<TrainingProblem> {
  const draws = new Draws(seed);
  for (let n = 0; n < count; n++) {
    const { keep: _keep, margins: _margins, ...problem } = drawPlain(draws, [draws.int(1, 3), ...hidden, 1]);
    yield withBoxes(draws, problem, 1);
  }
}

/** The optima of SM alone, and of MM alone, which every network of the problem may answer. */
function optima(problem: TrainingProblem): (number | null)[] {
  const [mm, again] = bothWays(problem, { stages: ['mm'] }).map(({ stages }) => stages[0]);
  expect(mm.stopReason).toBe('proved');
  expect(again.objective).toBe(mm.objective);
  const [sm] = solve(engine, problem, { stages: ['sm'] }).stages; // enumerated: trees begin after millions of units
  return [sm.objective, mm.objective];
}

describe('boxes of single inputs', () => {
  it('that say what the paper says are the paper, to the last node', () => {
    for (const problem of [...drawn(1, 12), ...drawn(5, 6, [2])]) {
      const { ranges: _ranges, radii: _radii, free: _free, ...plain } = problem;
      const inputs = plain.layers[0];
      const P = plain.weightBound;
      const said: TrainingProblem = {
        ...plain,
        linf: 0,
        ranges: Array.from({ length: inputs }, () => [-P, P] as const),
        radii: new Int32Array(inputs).fill(plain.linf),
        free: [],
      };
      const known = bothWays(plain, WORK).map(timeless);
      expect(bothWays(said, WORK).map(timeless)).toEqual(known);
    }
  });

  it('never worsen anything where one is widened', () => {
    const draws = new Draws(2);
    let changed = 0;
    for (const problem of drawn(2, 60)) {
      const i = draws.int(0, problem.layers[0] - 1);
      const ranges = Array.from({ length: problem.layers[0] }, (_, n) => rangeOf(problem, n));
      const wider = ranges.map(([low, high], n) =>
        n === i ? ([low - 1, high + 1] as const) : ([low, high] as const),
      );
      const before = optima({ ...problem, ranges });
      const after = optima({ ...problem, ranges: wider });
      for (const [at, value] of before.entries()) {
        if (value !== null) expect(after[at]).toBeGreaterThanOrEqual(value);
        if (value !== after[at]) changed++;
      }
    }
    expect(changed).toBeGreaterThan(5);
  });

  it('are those of brute force with hidden layers, too', () => {
    const looks = noLooks();
    for (const problem of [...drawn(4, 20, [2]), ...drawn(6, 10, [2, 2])]) {
      for (const [at, solution] of bothWays(problem, { workLimit: 2e6 }).entries()) {
        const options = { ...RUN, enumeration: at };
        expect(judge({ problem, options }, { solution, slices: 0 }, 2 ** 16, looks)).toEqual([]);
      }
    }
    expect(looks.enumerated).toBeGreaterThan(60);
    expect(looks.proved).toBeGreaterThan(40);
  });

  it('are those of brute force under the robust objective, with soft margins or without', () => {
    const looks = noLooks();
    for (const objective of ['robust', 'soft'] as const) {
      const draws = new Draws(7, objective.length);
      for (let left = 25; left > 0; ) {
        const problem = drawProblem(draws, objective, 'tiny');
        if ((problem.ranges ?? problem.radii ?? problem.free) === undefined) continue;
        left--;
        for (const [at, solution] of bothWays(problem, { workLimit: 1e6 }).entries()) {
          const options = { ...RUN, enumeration: at };
          expect(judge({ problem, options }, { solution, slices: 0 }, 2 ** 14, looks)).toEqual([]);
        }
      }
    }
    expect(looks.enumerated).toBeGreaterThan(150);
    expect(looks.proved).toBeGreaterThan(100);
  });

  it('of one value take the best value where all of them are tried', () => {
    for (const problem of drawn(3, 25)) {
      const i = activeInputs(problem)[0];
      if (i === undefined) continue;
      const ranges = Array.from({ length: problem.layers[0] }, (_, n) => rangeOf(problem, n));
      const [low, high] = [Math.max(-4, ranges[i][0]), Math.min(4, ranges[i][1])];
      if (low > high) continue;
      const within = (from: number, to: number) =>
        optima({ ...problem, ranges: ranges.map((range, n) => (n === i ? [from, to] : range)) });
      const whole = within(low, high);
      const single = Array.from({ length: high - low + 1 }, (_, n) => within(low + n, low + n));
      for (const [at, value] of whole.entries()) {
        const best = single.flatMap((values) => values[at] ?? []);
        expect(best.length === 0 ? null : Math.max(...best)).toBe(value);
      }
    }
  });

  it('make a bias of a free column that does not move', () => {
    // 3, 4 and 5 against 1 and 2 of one input: without a bias no weight tells them apart.
    const raw = {
      layers: [2, 1],
      weightBound: 1,
      epsilon: 0.1,
      samples: [
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 1],
        [5, 1],
      ],
      labels: [-1, -1, 1, 1, 1],
    };
    const biased = {
      ...raw,
      ranges: [
        [-1, 1],
        [-9, 9],
      ],
      free: [1],
      confidence: 0,
    };
    for (const { stages, network } of bothWays(validateProblem(biased, 'p'), { stages: ['mm', 'mw'] })) {
      // w = 1, b = -3: 3 - 3 = 0 on the + side, -(2 - 3) - 0.1 on the other.
      expect(stages.map(({ objective, bound, status }) => [objective, bound, status])).toEqual([
        [0, 0, 'optimal'],
        [1, 1, 'optimal'],
      ]);
      expect(network?.weights).toEqual([[[1, -3]]]);
      expect(network?.weightBound).toBe(9);
    }
    const without = { ...biased, samples: raw.samples.map(([x]) => [x, 0]) };
    expect(solve(engine, validateProblem(without, 'p'), { stages: ['mm'] }).stages[0].status).toBe(
      'infeasible',
    );
    // The radius of the other input leaves nothing between 2 and 3; that of the bias does not count.
    const moved = {
      ...biased,
      samples: raw.samples.map(([x]) => [4 * x, 1]),
      ranges: [
        [-1, 1],
        [-20, 20],
      ],
    };
    for (const [radius, objective] of [
      [0, 1.9],
      [1, 0.9],
      [2, null],
    ] as const) {
      for (const { stages } of bothWays(validateProblem({ ...moved, radii: [radius, 0] }, 'p'), {
        stages: ['mm'],
      }))
        expect(stages[0].objective).toBe(objective);
    }
  });

  it('count what cannot be 0, and not what is free', () => {
    const raw = {
      layers: [3, 1],
      weightBound: 1,
      epsilon: 0.1,
      samples: [
        [5, 1, 0],
        [-5, 0, 1],
      ],
      labels: [1, -1],
      ranges: [
        [-1, 1],
        [2, 3],
        [-3, -2],
      ],
    };
    const figures = (problem: object) =>
      bothWays(validateProblem(problem, 'p'), { stages: ['mw'] }).map(({ stages }) => stages[0].objective);
    expect(figures(raw)).toEqual([2, 2]);
    expect(figures({ ...raw, free: [2] })).toEqual([1, 1]);
    expect(figures({ ...raw, free: [1, 2] })).toEqual([0, 0]);
    expect(figures({ ...raw, keep: [] })).toEqual([2, 2]);
  });

  it('fit the sums that they can reach, to the ends of 32 bits', () => {
    // 127 * 32767 + 127 * 16384, times 300 or so: as much as a problem may ask.
    const wide = { layers: [2, 1], weightBound: 1, epsilon: 0.01, labels: [1, -1] };
    const problem = validateProblem(
      {
        ...wide,
        samples: [
          [32767, 16384],
          [-32767, -16383],
        ],
        ranges: [
          [-127, 127],
          [100, 127],
        ],
        radii: [1, 0],
      },
      'p',
    );
    for (const { stages } of bothWays(problem, { stages: ['mm'] })) {
      expect(stages[0].status).toBe('optimal');
      expect(stages[0].objective).toBe(127 * 32766 + 127 * 16383 - 0.01);
    }
  });
});
