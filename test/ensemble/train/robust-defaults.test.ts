import { describe, expect, it } from 'vitest';
import { pairProblem } from '../../../src/ensemble/train/pairs.js';
import { planTraining } from '../../../src/ensemble/train/train.js';
import type { TrainingData, TrainOptions } from '../../../src/ensemble/types.js';
import type { TrainingProblem } from '../../../src/problem/types.js';

/** Two classes of pictures with values in 0..16, times `factor`. */
function pictures(factor: number, side = 8): TrainingData {
  const rows = 6;
  const values = Float64Array.from(
    { length: rows * side * side },
    (_, at) => ((at * 7 + (at >> 3)) % 17) * factor,
  );
  return {
    samples: { values, rows, columns: side * side },
    labels: Array.from({ length: rows }, (_, k) => (k % 2 ? 'b' : 'a')),
    image: { width: side, height: side },
  };
}

function problemOf(data: TrainingData, options: TrainOptions = {}): TrainingProblem {
  const { config, samples, pairs } = planTraining(data, { objective: 'robust', shots: 3, ...options });
  return pairProblem(pairs[0], samples, config);
}

const perturbOf = (data: TrainingData, options: TrainOptions = {}) => {
  const { perturb, fineness } = planTraining(data, { objective: 'robust', shots: 3, ...options }).config;
  return { linf: perturb.linf, shift: perturb.affine?.shift, bend: perturb.affine?.bend, fineness };
};

describe('what robust perturbs unless told', () => {
  it('is the same problem whatever the unit of the values', () => {
    const raw = problemOf(pictures(1));
    expect(problemOf(pictures(16))).toEqual(raw);
    expect(problemOf(pictures(1), { soft: 0 })).toEqual(problemOf(pictures(16), { soft: 0 }));
    expect(raw.linf).toBe(5);
    expect(raw.samples.reduce((a, b) => Math.max(a, b))).toBeGreaterThan(200);
  });

  it('is in parts of small values, and as ever where values go up to 255', () => {
    const moved = { shift: 1.6 * 1.25 * (8 / 28), bend: 1.25 * (8 / 28) };
    expect(perturbOf(pictures(1))).toEqual({ linf: 5, ...moved, fineness: 16 });
    expect(perturbOf(pictures(3))).toEqual({ linf: 5, ...moved, fineness: 5 });
    expect(perturbOf(pictures(255 / 16))).toEqual({ linf: 5, ...moved, fineness: undefined });
    expect(perturbOf(pictures(1000))).toEqual({ linf: 314, ...moved, fineness: undefined });
    expect(perturbOf(pictures(255 / 16, 28), { shots: 3 })).toEqual({
      linf: 5,
      shift: 2,
      bend: 1.25,
      fineness: undefined,
    });
  });

  it('leaves a set that is asked for as it is, in units of the data', () => {
    const perturb = { linf: 2, affine: 3 };
    expect(perturbOf(pictures(1), { perturb })).toEqual({
      linf: 2,
      shift: 1.5,
      bend: 0,
      fineness: undefined,
    });
    expect(problemOf(pictures(1), { perturb, soft: 0 }).linf).toBe(2);
  });

  it('is a share of the widest column of a table', () => {
    const table = (values: number[]): TrainingData => ({
      samples: { values, rows: 4, columns: 2 },
      labels: ['a', 'b', 'a', 'b'],
    });
    const of = (values: number[], options: TrainOptions = {}) => {
      const { linf, fineness } = perturbOf(table(values), { shots: 2, ...options });
      return [linf, fineness];
    };
    expect(of([0, 1, 1, 0, 1, 1, 0, 1])).toEqual([4, 254]);
    expect(of([-1, 1, 1, -1, 1, 1, -1, 1])).toEqual([4, 127]);
    expect(of([0, 100, 1, 0, 1, 20, 0, 12])).toEqual([5, 3]);
    expect(of([0, 10000, 1, 0, 1, 20, 0, 12])).toEqual([157, undefined]);
    expect(of([0, 10000, 1, 0, 1, 20, 0, 12], { scaling: 'range' })).toEqual([4, undefined]);
  });

  it('multiplies extra samples alike', () => {
    const data = pictures(1);
    const extra = { samples: [Array.from({ length: 64 }, (_, i) => i % 17)], of: [0] };
    const { samples } = planTraining(data, { objective: 'robust', shots: 3, extra });
    expect(samples.extra?.rows[5]).toBe(80);
  });
});
