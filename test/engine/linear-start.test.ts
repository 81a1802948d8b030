import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { Network } from '../../src/network/types.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { below, sfc32 } from '../../src/random.js';
import { solve } from '../../src/stages/solve.js';
import { freshEngine } from './support.js';

/*
 * The linear start of SM: data that one neuron separates are separated for a small part of what a relaxation costs, in whatever
 * boxes and shapes, and what is handed on in the end is the relaxation's separator all the same.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
  engine.setEnumerationLimit(0);
});

/** Bright noise; a class lights its own half of the inputs more. */
function images(seed: number, layers: readonly number[], count: number, lit = 160): TrainingProblem {
  const random = sfc32(seed);
  const width = layers[0];
  const labels = Int8Array.from({ length: count }, (_, k) => (k < count / 2 ? 1 : -1));
  const samples = Int32Array.from({ length: count * width }, (_, at) => {
    const own = at % width < width / 2 === labels[Math.floor(at / width)] > 0;
    return below(random, own ? 256 : lit);
  });
  return { layers, weightBound: 1, epsilon: 0.1, samples, sampleCount: count, labels, linf: 0 };
}

function leastReach({ samples, labels, layers }: TrainingProblem, row: readonly number[]): number {
  const reaches = [...labels].map(
    (label, k) => label * row.reduce((sum, w, i) => sum + w * samples[k * layers[0] + i], 0),
  );
  return Math.min(...reaches);
}

const firstRow = (network: Network | null): readonly number[] => network?.weights[0][0] ?? [];

describe('the linear start', () => {
  it.each([
    [1, [400, 1], 20],
    [3, [400, 1], 20],
    [1, [784, 1], 80],
    [1, [400, 4, 1], 20],
  ])('separates for a tenth of what the stage takes: P = %i, %j, %i rows', (weightBound, layers, count) => {
    for (let seed = 1; seed <= 3; seed++) {
      const problem = { ...images(seed, layers, count), weightBound };
      const whole = solve(engine, problem, { stages: ['sm'] });
      expect(whole.stages[0]).toMatchObject({ objective: count, status: 'optimal', stopReason: 'proved' });
      const short = solve(engine, problem, { stages: ['sm'], workLimit: whole.stages[0].work / 10 });
      expect(short.stages[0]).toMatchObject({ objective: count, status: 'optimal', stopReason: 'proved' });
      if (layers.length > 2) continue;
      // What is handed on has more to spare than what comes first.
      const first = leastReach(problem, firstRow(short.network));
      expect(4 * first).toBeGreaterThanOrEqual(weightBound * (layers[0] + 1));
      expect(leastReach(problem, firstRow(whole.network))).toBeGreaterThan(first);
    }
  });

  it('wins the last rows where classes are close', () => {
    // Rounded, some rows of each are lost: 40 rows a class that differ by a few grey values.
    for (let seed = 1; seed <= 3; seed++) {
      const problem = images(seed, [300, 1], 80, 225);
      const whole = solve(engine, problem, { stages: ['sm'] });
      const short = solve(engine, problem, { stages: ['sm'], workLimit: whole.stages[0].work / 4 });
      expect(short.stages[0].objective).toBe(80);
    }
  });

  it('keeps to ranges, radii and a confidence of its own', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const plain = images(seed, [120, 1], 16);
      const ranges = Array.from({ length: 120 }, (_, i): [number, number] =>
        i % 4 > 0 ? [-1, 1] : seed % 2 === 0 ? [0, 1] : [-1, 0],
      );
      for (const problem of [
        { ...plain, linf: 3 },
        { ...plain, ranges },
        { ...plain, confidence: 700 },
        { ...plain, weightBound: 2, confidence: 0 },
      ]) {
        const { stages, network } = solve(engine, problem, { stages: ['sm'], workLimit: 1e5 });
        expect(stages[0].objective).toBe(16);
        const toll = problem.linf * firstRow(network).reduce((sum, w) => sum + Math.abs(w), 0);
        const asked = 'confidence' in problem ? problem.confidence : 121 / 4;
        expect(leastReach(problem, firstRow(network)) - toll).toBeGreaterThanOrEqual(asked ?? 0);
        if (!('ranges' in problem)) continue;
        firstRow(network).forEach((w, i) => {
          expect(w).toBeGreaterThanOrEqual(ranges[i][0]);
          expect(w).toBeLessThanOrEqual(ranges[i][1]);
        });
      }
    }
  });

  it('is proved wherever a limit cuts it off once all samples count', () => {
    const problem = images(5, [200, 1], 20);
    const { work } = solve(engine, problem, { stages: ['sm'] }).stages[0];
    let met = 0;
    for (let workLimit = 0; workLimit <= work; workLimit += Math.ceil(work / 40)) {
      const { objective, bound, status, stopReason } = solve(engine, problem, { stages: ['sm'], workLimit })
        .stages[0];
      expect(status === 'optimal').toBe(objective === bound);
      expect(stopReason).toBe(objective === bound ? 'proved' : 'work-limit');
      if (objective === bound) met++;
    }
    expect(met).toBeGreaterThan(30);
  });

  it('leaves nothing to choose to the stage that comes after it was cut off', async () => {
    const problem = images(6, [200, 1], 20);
    const first = solve(engine, problem, { stages: ['sm'] }).stages[0].work;
    // One input says the class: SM is closed before it is set up.
    const obvious: TrainingProblem = {
      ...problem,
      layers: [2, 1],
      sampleCount: 4,
      samples: Int32Array.from([9, 1, 9, 2, -9, 1, -9, 2]),
      labels: Int8Array.from([1, 1, -1, -1]),
    };
    solve(engine, problem, { stages: ['sm'], workLimit: first / 2 });
    const { network, stages } = solve(engine, obvious, { stages: ['sm'] });
    const fresh = await freshEngine();
    fresh.setEnumerationLimit(0);
    const alone = solve(fresh, obvious, { stages: ['sm'] });
    expect(network?.weights).toEqual(alone.network?.weights);
    expect(stages[0].work).toBe(alone.stages[0].work);
  });
});
