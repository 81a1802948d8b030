import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classWeights, copiesOf } from '../../../src/ensemble/train/constraints.js';
import { pairProblem } from '../../../src/ensemble/train/pairs.js';
import { planTraining } from '../../../src/ensemble/train/train.js';
import type { TrainOptions } from '../../../src/ensemble/types.js';
import { InputError } from '../../../src/errors.js';

const data = {
  samples: [
    [1, 20, 3],
    [2, 10, 4],
    [3, 15, 9],
    [4, 0, 1],
    [5, 5, 2],
    [6, 6, 6],
  ],
  labels: ['a', 'a', 'b', 'b', 'b', 'c'],
  columns: ['age', 'dose', 'level'],
};

/** The problem of a pair, by its position. */
function problemOf(options: TrainOptions, pair = 0) {
  const { config, samples, pairs } = planTraining(data, { hidden: [], weightBound: 3, ...options });
  return pairProblem(pairs[pair], samples, config);
}

describe('constraints of a training', () => {
  it('become ranges of the columns that they name, pair by pair', () => {
    const asked = { monotone: { age: 'b', level: 'c' }, ranges: { dose: [0, 2] as const } };
    // a against b, a against c, b against c: a positive weight speaks for the first.
    expect(problemOf(asked, 0).ranges).toEqual([
      [-3, 0],
      [0, 2],
      [-3, 3],
    ]);
    expect(problemOf(asked, 1).ranges).toEqual([
      [-3, 3],
      [0, 2],
      [-3, 0],
    ]);
    expect(problemOf(asked, 2).ranges).toEqual([
      [0, 3],
      [0, 2],
      [-3, 0],
    ]);
    expect(problemOf({ ...asked, bias: true }, 0)).toMatchObject({
      ranges: [
        [-3, 0],
        [0, 2],
        [-3, 3],
        [-127, 127],
      ],
      free: [3],
    });
  });

  it('become groups of the inputs of the columns that they name, under every objective', () => {
    const asked = { exclusive: [['age', 'dose']], together: [['dose', 'level']] };
    const groups = { exclusive: [[[0], [1]]], together: [[[1], [2]]] };
    expect(problemOf(asked)).toMatchObject(groups);
    expect(
      problemOf({ ...asked, objective: 'robust', soft: 0.8, perturb: { linf: 0 }, bias: true }),
    ).toMatchObject(groups);
    expect(problemOf({ ...asked, encode: 'whole,dose:at=5|10' })).toMatchObject({
      exclusive: [[[0], [1, 2]]],
      together: [[[1, 2], [3]]],
    });
    expect(() => problemOf({ exclusive: [['age', 'weight']] })).toThrow(
      'exclusive: there is no column "weight"',
    );
    expect(() => problemOf({ ...asked, hidden: [2] })).toThrow(
      'exclusive: only with networks without hidden layers',
    );
    expect(() => problemOf({ together: [['age']] })).toThrow(
      'together: expected lists of two columns or more',
    );
  });

  it('become limits of weights and of errors, and costs', () => {
    const problem = problemOf({ maxNonzero: 2, atMostWrong: { a: 0, c: 1 }, classWeight: { b: 3 } });
    expect(problem).toMatchObject({ maxNonzero: 2, atMostWrong: { plus: 0 } });
    expect([...(problem.costs ?? [])]).toEqual([1, 1, 3, 3, 3]);
    expect(problemOf({ atMostWrong: { a: 0, c: 1 } }, 1).atMostWrong).toEqual({ plus: 0, minus: 1 });
    expect([...(problemOf({ classWeight: 'balanced' }).costs ?? [])]).toEqual([3, 3, 2, 2, 2]);
    const plain = problemOf({});
    for (const name of ['ranges', 'maxNonzero', 'costs', 'atMostWrong', 'free'] as const) {
      expect(plain[name]).toBeUndefined();
    }
  });

  it('repeat rows under soft margins, which know no costs', () => {
    const soft: TrainOptions = { objective: 'robust', soft: 1, perturb: {}, classWeight: 'balanced' };
    const problem = problemOf(soft);
    expect([...problem.labels]).toEqual([1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1]);
    expect(problem.costs).toBeUndefined();
  });

  it.each<[TrainOptions, string]>([
    [{ monotone: { weight: 'a' } }, 'monotone: there is no column "weight"'],
    [{ monotone: { age: 'z' } }, 'monotone: there is no class "z"'],
    [{ ranges: { age: [0, 4] } }, 'ranges: "age": 0..4 is beyond the weights -3..3'],
    [{ ranges: { age: [2, 1] } }, 'ranges: "age": expected [least, largest]'],
    [{ ranges: { age: [-3, -1] }, monotone: { age: 'a' } }, 'monotone: column "age"'],
    [{ classWeight: { z: 1 } }, 'classWeight: there is no class "z"'],
    [{ classWeight: { a: -1 } }, 'classWeight: "a": expected a whole number >= 0, got -1'],
    [{ atMostWrong: { z: 1 } }, 'atMostWrong: there is no class "z"'],
    [{ maxNonzero: -1 }, 'maxNonzero: must be a whole number >= 0, got -1'],
    [{ maxNonzero: 1, objective: 'robust' }, 'maxNonzero: only with objective bemi'],
    [{ classWeight: 'balanced', objective: 'robust', soft: 0 }, 'classWeight: not with the largest margin'],
  ])('refuses %j', (options, message) => {
    expect(() => problemOf(options)).toThrow(InputError);
    expect(() => problemOf(options)).toThrow(message);
  });
});

describe('weights of classes', () => {
  it('are balanced exactly, and copies come as near as small numbers can', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 400 }), (first, second) => {
        const pair = { index: 0, first: 0, second: 1, classes: ['a', 'b'] as const };
        const labels = [...new Array<1>(first).fill(1), ...new Array<-1>(second).fill(-1)];
        const [a, b] = classWeights(pair, 'balanced', labels);
        expect(a * first).toBe(b * second);
        const [many, few] = copiesOf([a, b]);
        expect(Math.max(many, few)).toBeLessThanOrEqual(20);
        expect(Math.min(many, few)).toBeGreaterThanOrEqual(1);
        const off = (many * first) / (few * second);
        // The best fraction of numbers up to 20; a ratio beyond 20 is cut.
        if (a / b <= 20 && b / a <= 20) expect(Math.max(off, 1 / off)).toBeLessThan(1.06);
      }),
    );
  });
});

describe('the defaults of a table', () => {
  const config = (options: TrainOptions, columns = true) => {
    const { columns: names, ...rows } = data;
    return planTraining(columns ? { ...rows, columns: names } : rows, options).config;
  };

  it('are one neuron with a bias and soft margins on one scale', () => {
    expect(config({ weightBound: 7, seed: 3 })).toMatchObject({
      ...{ hidden: [], bias: true, objective: 'robust', stages: ['mm'], scaling: 'range' },
      perturb: { linf: 0 },
    });
    expect(config({}).soft).toBeGreaterThan(0);
    expect(config({ bias: false }).bias).toBeUndefined();
  });

  it('are those of the paper where limits ask for its stages, and none where an option says otherwise', () => {
    const limited = config({ maxNonzero: 2 });
    expect(limited).toMatchObject({
      hidden: [],
      bias: true,
      objective: 'bemi',
      stages: ['sm', 'mm'],
      confidence: 1,
    });
    for (const options of [{ hidden: [2] }, { objective: 'bemi' }, { scaling: 'auto' }] as const) {
      const said = config(options);
      expect(said.bias).toBeUndefined();
      expect(said.objective).toBe('bemi');
    }
    expect(config({}, false)).toMatchObject({ hidden: [4, 4], objective: 'bemi' });
  });
});
