import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { marginsHold, networkMargins } from '../../src/network/margins.js';
import { parseProblem } from '../../src/problem/file.js';
import { marginUnits } from '../../src/problem/semantics.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { sfc32 } from '../../src/random.js';
import { solve, solveSteps } from '../../src/stages/solve.js';
import type {
  Solution,
  SolveOptions,
  StageName,
  StageProgress,
  StageResult,
} from '../../src/stages/types.js';
import { checkSolution } from '../../src/verify/checker.js';
import { drawn } from './problems.js';
import { freshEngine } from './support.js';

/* A stopped engine is a valid answer at every moment, and more work never makes it a worse one. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const HARD: readonly (readonly [name: string, problem: TrainingProblem])[] = [
  ['one neuron', drawn({ seed: 11, layers: [60, 1], count: 30, noise: 0, least: 0, most: 255 })],
  ['one neuron, noise', drawn({ seed: 12, layers: [24, 1], count: 30 })],
  ['hidden layers', drawn({ seed: 13, layers: [40, 4, 3, 1], count: 16, noise: 0, least: 0, most: 255 })],
  ['hidden layers, noise', drawn({ seed: 14, layers: [12, 3, 2, 1], count: 14 })],
  ['a radius', drawn({ seed: 15, layers: [40, 3, 1], count: 12, noise: 0, least: 0, most: 99 }, { linf: 3 })],
];

/** Larger is better, for objectives; a bound is better when it is smaller in the same sense. */
const sense = (stage: StageName): number => (stage === 'mw' ? -1 : 1);

describe('along a run', () => {
  it.each(HARD)('%s: incumbents and bounds only improve', (_, problem) => {
    const seen: StageProgress[] = [];
    const steps = solveSteps(engine, problem, {
      workLimit: 6e7,
      onProgress: (progress) => seen.push(progress),
    });
    const yielded: StageProgress[] = [];
    let step = steps.next();
    for (; !step.done; step = steps.next()) yielded.push(step.value);
    expect(seen).toEqual(yielded);
    expect(yielded.length).toBeGreaterThan(3);
    expect(yielded.at(-1)!.work).toBeGreaterThan(0);
    for (let n = 1; n < yielded.length; n++) {
      const [before, after] = [yielded[n - 1], yielded[n]];
      expect(after.stageIndex).toBeGreaterThanOrEqual(before.stageIndex);
      if (after.stageIndex !== before.stageIndex) continue;
      const sign = sense(after.stage);
      if (before.objective !== null)
        expect(sign * after.objective!).toBeGreaterThanOrEqual(sign * before.objective);
      if (before.bound !== null) expect(sign * after.bound!).toBeLessThanOrEqual(sign * before.bound);
      expect(after.work).toBeGreaterThanOrEqual(before.work);
      expect(after.nodes).toBeGreaterThanOrEqual(before.nodes);
    }
    for (const record of step.value.stages) {
      const last = yielded.findLast((progress) => progress.stage === record.stage);
      expect([last?.objective ?? null, last?.bound ?? null]).toEqual([record.objective, record.bound]);
    }
    expect(checkSolution(problem, step.value).valid).toBe(true);
  });
});

describe('twice the work', () => {
  const better = (less: StageResult, more: StageResult): void => {
    const sign = sense(less.stage);
    if (less.objective !== null) {
      expect(more.objective).not.toBeNull();
      expect(sign * more.objective!).toBeGreaterThanOrEqual(sign * less.objective);
    }
    if (less.bound !== null && more.status !== 'infeasible') {
      expect(sign * more.bound!).toBeLessThanOrEqual(sign * less.bound);
    }
    if (less.stopReason === 'proved') expect(more.status).toBe(less.status);
  };

  it.each(HARD)('%s: never a worse incumbent or bound', (_, problem) => {
    for (const stage of ['sm', 'mm'] as const) {
      const runs = [2.5e6, 5e6, 1e7, 2e7].map((workLimit) =>
        solve(engine, problem, { stages: [stage], workLimit }),
      );
      for (let n = 1; n < runs.length; n++) better(runs[n - 1].stages[0], runs[n].stages[0]);
    }
  });

  // Noise that no network answers rightly has no margins to hold unless SM says which samples to leave out.
  it.each(HARD)('%s: nor for MW, started from one and the same network', (_, problem) => {
    const mm = solve(engine, problem, { stages: ['sm', 'mm'], workLimit: 4e7 }).stages[1];
    const keep = mm.keep!;
    expect(keep.length).toBeGreaterThan(problem.sampleCount / 2);
    const margins = networkMargins(mm.network!, problem, keep, marginUnits(problem));
    expect(marginsHold(margins)).toBe(true);
    let last: { objective: number; bound: number } | undefined;
    for (const work of [2.5e6, 5e6, 1e7, 2e7]) {
      engine.load(problem);
      engine.begin('mw', keep, { kind: 'margins', margins }, mm.network!, 0);
      engine.step(work);
      const { objective, bound } = engine.figures();
      expect(objective).not.toBeNull();
      if (last !== undefined) {
        expect(objective!).toBeLessThanOrEqual(last.objective);
        expect(bound!).toBeGreaterThanOrEqual(last.bound);
      }
      last = { objective: objective!, bound: bound! };
    }
  });
});

describe('limits', () => {
  const large = drawn({ seed: 20, layers: [784, 8, 8, 1], count: 120, noise: 5, least: 0, most: 255 });
  const wide = drawn({ seed: 21, layers: [784, 1], count: 160, noise: 0, least: 0, most: 255 });
  const noisy = drawn({ seed: 22, layers: [100, 6, 4, 1], count: 300 });
  const LARGE: readonly (readonly [string, TrainingProblem, SolveOptions])[] = [
    ['all stages, 784-8-8-1', large, {}],
    ['MM, 784-1', wide, { stages: ['mm'] }],
    ['SM, 300 noisy samples', noisy, { stages: ['sm'] }],
    ['MW alone, 784-8-8-1', large, { stages: ['mw'] }],
  ];
  const MOST_OVERSHOOT = 0.2;

  /** Seconds of processor time: on a busy machine the clock says nothing about the engine. */
  const processorTime = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };

  /** Seconds past the limit, by the best of three tries: the compiler's own threads count too, but not every time. */
  function overshoot(run: () => number): number {
    let least = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 3 && least > MOST_OVERSHOOT; n++) least = Math.min(least, run());
    return least;
  }

  it.each(LARGE)('%s: a time limit holds within a fifth of a second', (_, problem, options) => {
    const timeLimit = 0.4;
    const late = overshoot(() => {
      const began = performance.now();
      let inTime = processorTime();
      const onProgress = () => {
        if (performance.now() - began < 1000 * timeLimit) inTime = processorTime();
      };
      const solution = solve(engine, problem, { ...options, timeLimit, onProgress });
      const late = processorTime() - inTime; // since the last look before the limit: no less than what is past it
      const last = solution.stages.at(-1)!;
      expect(['time-limit', 'proved', 'work-limit']).toContain(last.stopReason);
      expect(checkSolution(problem, solution).valid).toBe(true);
      return late;
    });
    expect(late).toBeLessThanOrEqual(MOST_OVERSHOOT);
  });

  it('a time limit of nothing ends with a valid answer, at once', () => {
    const late = overshoot(() => {
      const began = processorTime();
      const solution = solve(engine, large, { timeLimit: 0 });
      const late = processorTime() - began;
      expect(checkSolution(large, solution).valid).toBe(true);
      return late;
    });
    expect(late).toBeLessThanOrEqual(MOST_OVERSHOOT);
  });

  it.each(LARGE)('%s: shouldStop ends it between two slices, with the best so far', (_, problem, options) => {
    let asked = 0;
    let solution: Solution | undefined;
    const late = overshoot(() => {
      asked = 0;
      let toldAt = Number.POSITIVE_INFINITY;
      const shouldStop = () => {
        asked++;
        if (asked >= 4 && toldAt === Number.POSITIVE_INFINITY) toldAt = processorTime();
        return asked >= 4;
      };
      solution = solve(engine, problem, { ...options, timeLimit: 20, shouldStop });
      return processorTime() - toldAt;
    });
    expect(asked).toBeGreaterThanOrEqual(4);
    expect(late).toBeLessThanOrEqual(MOST_OVERSHOOT);
    expect(solution!.stages.some((record) => record.stopReason === 'interrupted')).toBe(true);
    expect(checkSolution(problem, solution!).valid).toBe(true);
  });

  it('a work limit is overshot by a slice of the search, not by a stage', () => {
    for (const workLimit of [1e6, 1e7, 5e7]) {
      const solution = solve(engine, noisy, { workLimit });
      const spent = solution.stages.reduce((sum, record) => sum + record.work, 0);
      expect(spent).toBeLessThanOrEqual(workLimit + 3 * 2e7);
    }
  });
});

describe('tiny problems, which are settled by looking at every network', () => {
  /** Rows whose label is a threshold of two of the inputs; a bias, where there is one, is the last input. */
  const labelled = (seed: number, hidden: readonly number[], bias: boolean): TrainingProblem => {
    const draw = sfc32(seed);
    const count = 40;
    const rows = Array.from({ length: count }, () => Array.from({ length: 4 }, () => (draw() % 61) - 10));
    const samples = bias ? rows.map((row) => [...row, 1]) : rows;
    const range = bias ? { ranges: [...Array(4).fill([-1, 1]), [-80, 80]], free: [4] } : {};
    const text = JSON.stringify({
      ...{ format: 'fewbit-problem', version: 1, weightBound: 1, epsilon: 0.1, confidence: 1 },
      ...{ layers: [bias ? 5 : 4, ...hidden, 1], samples, ...range },
      labels: rows.map(([a, b]) => (bias ? (a + b > 40 ? 1 : -1) : a > b ? 1 : -1)),
    });
    return parseProblem(text, 'drawn');
  };

  it.each([
    ['one neuron with a bias', [], true],
    ['hidden layers', [2], false],
  ] as const)('%s: a share of the work finds most of what all of it does', (_, hidden, bias) => {
    for (let seed = 1; seed <= 5; seed++) {
      const problem = labelled(seed, hidden, bias);
      const [all] = solve(engine, problem, { stages: ['sm'], workLimit: 1e9 }).stages;
      const networks = 3 ** (bias ? 4 : 10) * (bias ? 161 : 1);
      const [some] = solve(engine, problem, { stages: ['sm'], workLimit: networks * 20 }).stages;
      expect(all.status).toBe('optimal');
      expect(some.objective!, `seed ${seed}`).toBeGreaterThanOrEqual(0.8 * all.objective!);
    }
  });
});
