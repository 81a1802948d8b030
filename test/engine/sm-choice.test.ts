import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { randomProblem } from './problems.js';
import { freshEngine } from './support.js';

/*
 * Which of SM's optima a single neuron hands on: the one that has most to spare on the rows that it keeps, because MM goes on from
 * there. All weights are looked at here, and the problems are fixed, so nothing is left to chance.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const INPUTS = 5;
const SAMPLES = 14;

/** Inputs of both signs, labels that no weights have all of. */
function noise(seed: number, weightBound: number): TrainingProblem {
  const problem = randomProblem([INPUTS, 1], SAMPLES, seed, 40);
  return {
    ...problem,
    weightBound,
    samples: problem.samples.map((value, at) => ((at * 7 + seed) % 3 === 0 ? -value : value)),
  };
}

/** Every row's sum on its label's side. */
function reaches(problem: TrainingProblem, weights: readonly number[]): number[] {
  return [...problem.labels].map(
    (label, k) => label * weights.reduce((sum, w, i) => sum + w * problem.samples[k * INPUTS + i], 0),
  );
}

const isConfident = (problem: TrainingProblem, reach: number) =>
  4 * reach >= problem.weightBound * (INPUTS + 1);

/** The most rows that weights have, and the most that such weights have to spare on all they keep. */
function bestOfAll(problem: TrainingProblem): { count: number; least: number } {
  const values = Array.from({ length: 2 * problem.weightBound + 1 }, (_, v) => v - problem.weightBound);
  let best = { count: 0, least: 0 };
  const look = (weights: readonly number[]): void => {
    if (weights.length < INPUTS) {
      for (const value of values) look([...weights, value]);
      return;
    }
    const kept = reaches(problem, weights).filter((reach) => isConfident(problem, reach));
    const least = Math.min(...kept);
    if (kept.length > best.count || (kept.length === best.count && least > best.least))
      best = { count: kept.length, least };
  };
  look([]);
  return best;
}

describe('which optimum SM hands on', () => {
  it.each([
    [1, 600_000],
    [1, 0],
    [2, 600_000],
    [2, 0],
  ])(
    'has most to spare of all: P = %i, enumerated up to %i networks',
    { timeout: 60_000 },
    (weightBound, limit) => {
      engine.setEnumerationLimit(limit);
      let several = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const problem = noise(seed, weightBound);
        const { network, stages } = solve(engine, problem, { stages: ['sm'], seed });
        const best = bestOfAll(problem);
        expect(stages[0].objective).toBe(best.count);
        expect(stages[0].status).toBe('optimal');
        if (best.count === SAMPLES || network === null) continue;
        several++;
        const kept = reaches(problem, network.weights[0][0]).filter((reach) => isConfident(problem, reach));
        expect(kept.length).toBe(best.count);
        expect(Math.min(...kept)).toBe(best.least);
      }
      expect(several).toBeGreaterThan(6);
    },
  );

  it('is proved wherever a limit of work cuts it off once bound and objective meet', {
    timeout: 60_000,
  }, () => {
    engine.setEnumerationLimit(0);
    const problem = noise(3, 2);
    const whole = solve(engine, problem, { stages: ['sm'] }).stages[0];
    let met = 0;
    for (let workLimit = 0; workLimit <= whole.work; workLimit += Math.ceil(whole.work / 60)) {
      const { objective, bound, status, stopReason } = solve(engine, problem, { stages: ['sm'], workLimit })
        .stages[0];
      expect(status === 'optimal').toBe(objective === bound);
      expect(stopReason).toBe(objective === bound ? 'proved' : 'work-limit');
      if (objective === bound) met++;
    }
    expect(met).toBeGreaterThan(0);
  });
});
