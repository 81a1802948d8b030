import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { outputSign } from '../../src/network/forward.js';
import type { Network } from '../../src/network/types.js';
import { groupingOf } from '../../src/problem/objective.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { sfc32 } from '../../src/random.js';
import { solve, solveSteps } from '../../src/stages/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { digitPair } from '../support/digit-pair.js';
import { freshEngine } from './support.js';

/*
 * The robust stages on drawn digits with families of copies, too large to enumerate: what is reported has to hold for
 * the whole set, row by row and in random corners of every box, by a forward pass that knows nothing of certificates.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

/** Rows of kept samples on which the network is wrong: on the row itself, or in one of `corners` corners of its box. */
function broken(
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
  corners: number,
): number {
  const random = sfc32(7);
  const width = problem.layers[0];
  const kept = new Set(keep);
  let wrong = 0;
  for (let k = 0; k < problem.sampleCount; k++) {
    if (!kept.has(groupingOf(problem)?.[k] ?? k)) continue;
    for (let corner = 0; corner <= corners; corner++) {
      const point = problem.samples.slice(k * width, (k + 1) * width);
      if (corner > 0) for (let i = 0; i < width; i++) point[i] += (random() & 1 ? 1 : -1) * problem.linf;
      if (outputSign(network, point) !== problem.labels[k]) wrong++;
    }
  }
  return wrong;
}

describe('robust stages on drawn digits', () => {
  it('hold on every row of the set, of which the search needed a part', { timeout: 120_000 }, () => {
    const problem = digitPair(4, { shift: 1, rotate: 8, affine: 12 }, 2);
    const solution = solve(engine, problem, { workLimit: 8e8, seed: 3 });
    expect(solution.stages.map(({ stage, objective }) => [stage, objective !== null])).toEqual([
      ['sm', true],
      ['mm', true],
      ['mw', true],
    ]);
    expect(solution.stages[0]).toMatchObject({ objective: 8, bound: 8, status: 'optimal' });
    for (const { network, rows } of solution.stages) {
      expect(broken(problem, network!, solution.keep, 3)).toBe(0);
      expect(rows!.total).toBe(problem.sampleCount);
      expect(rows!.used).toBeGreaterThan(0);
      expect(rows!.used).toBeLessThan(problem.sampleCount);
    }
    const verdict = checkSolution(problem, solution);
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.stages.map((stage) => stage.objectiveHolds)).toEqual([true, true, true]);
  });

  it('cannot certify samples that contradict each other, and say so', { timeout: 60_000 }, () => {
    const problem = digitPair(3, { shift: 1 });
    const width = problem.layers[0];
    // The first three becomes, pixel for pixel, the first eight moved by a pixel.
    const eight = problem.labels.indexOf(-1);
    const samples = problem.samples.slice();
    samples.set(samples.slice((eight + 1) * width, (eight + 2) * width), 0);
    const solution = solve(engine, { ...problem, samples }, { workLimit: 3e8 });
    expect(solution.stages[0]).toMatchObject({ objective: 5, bound: 5, status: 'optimal' });
    expect(solution.keep).toHaveLength(5);
    expect(solution.keep.includes(0) && solution.keep.includes(3)).toBe(false);
    expect(solution.stages[1].objective).toBeGreaterThan(0);
    expect(broken({ ...problem, samples }, solution.network!, solution.keep, 0)).toBe(0);
    expect(checkSolution({ ...problem, samples }, solution).valid).toBe(true);
  });

  it('give the same bytes for the same seed, and only improve while they run', {
    timeout: 120_000,
  }, async () => {
    const problem = digitPair(3, { affine: 10 }, 1);
    const options = { workLimit: 3e8, seed: 11 };
    const first = solve(engine, problem, options);
    const second = solve(await freshEngine('engine.checked.wasm'), problem, options);
    const bare = (solution: typeof first) =>
      JSON.stringify({ ...solution, stages: solution.stages.map((stage) => ({ ...stage, seconds: 0 })) });
    expect(bare(second)).toBe(bare(first));
    const last = new Map<string, { objective: number; bound: number }>();
    const steps = solveSteps(engine, problem, options);
    for (let step = steps.next(); !step.done; step = steps.next()) {
      const { stage, objective, bound } = step.value;
      const sense = stage === 'mw' ? -1 : 1;
      const now = {
        objective: objective === null ? Number.NEGATIVE_INFINITY : sense * objective,
        bound: bound === null ? Number.POSITIVE_INFINITY : sense * bound,
      };
      const before = last.get(stage);
      if (before !== undefined) {
        expect(now.objective).toBeGreaterThanOrEqual(before.objective);
        expect(now.bound).toBeLessThanOrEqual(before.bound);
      }
      expect(now.bound).toBeGreaterThanOrEqual(now.objective);
      last.set(stage, now);
    }
    expect([...last.keys()]).toEqual(['sm', 'mm', 'mw']);
  });

  it('find margins under a radius that their relaxations promise, and stop in time', {
    timeout: 60_000,
  }, () => {
    const problem = digitPair(4, { shift: 0 }, 8);
    expect(problem.sampleCount).toBe(8);
    const { stages } = solve(engine, problem, { stages: ['mm'], workLimit: 1e9 });
    expect(stages[0].objective!).toBeGreaterThan(0.99 * stages[0].bound!);
    expect(stages[0].work).toBeLessThan(1.05e9);
  });

  it('bound the sparsity of what is held', { timeout: 60_000 }, () => {
    const few = solve(engine, digitPair(3, { shift: 0 }, 3), { workLimit: 1e9 }).stages[2];
    expect(few.bound!).toBeGreaterThan(few.objective! / 8);
    const families = solve(engine, digitPair(3, { affine: 40 }, 3), { workLimit: 1e9 }).stages[2];
    expect(families.rows!.total).toBeGreaterThan(200);
    expect(families.bound!).toBeGreaterThan(10);
  });

  it.each([[[]], [[2]], [[5]], [[9, 6]], [[10, 4, 3]]])(
    'build clusters into hidden layers %j',
    { timeout: 60_000 },
    (hidden) => {
      const problem = digitPair(3, { shift: 1 }, 0, hidden);
      const solution = solve(engine, problem, { stages: ['sm', 'mm'], workLimit: 2e8 });
      expect(solution.stages[0].objective).toBe(6);
      expect(broken(problem, solution.network!, solution.keep, 0)).toBe(0);
      expect(checkSolution(problem, solution).valid).toBe(true);
    },
  );
});
