import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/ensemble/options.js';
import { allPairs, countOfPairs, pairIndex, pairsOf } from '../../../src/ensemble/pair-order.js';
import { pairProblem, pairSeed } from '../../../src/ensemble/train/pairs.js';
import { checkData, chooseSamples } from '../../../src/ensemble/train/samples.js';
import { planTraining } from '../../../src/ensemble/train/train.js';
import type { TrainingData, TrainOptions } from '../../../src/ensemble/types.js';
import { InputError } from '../../../src/errors.js';
import { checkPerturbations, perturbationFamily } from '../../../src/perturb/index.js';
import { brightThirds } from '../support.js';

const images: TrainingData = {
  samples: {
    values: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]),
    rows: 4,
    columns: 4,
  },
  labels: ['q', 'p', 'q', 'p'],
  image: { width: 2, height: 2 },
};

describe('the order of pairs', () => {
  it('is lexicographic, and the index says where', () => {
    expect(allPairs(4)).toEqual([
      [0, 1],
      [0, 2],
      [0, 3],
      [1, 2],
      [1, 3],
      [2, 3],
    ]);
    for (const classes of [2, 3, 7, 10]) {
      expect(allPairs(classes).length).toBe(countOfPairs(classes));
      for (const [index, [p, q]] of allPairs(classes).entries()) expect(pairIndex(p, q, classes)).toBe(index);
    }
    expect(pairsOf(['a', 'b', 'c']).map((pair) => pair.classes.join())).toEqual(['a,b', 'a,c', 'b,c']);
  });
});

describe('the training problem of a pair', () => {
  it('has the first class as +1, the samples in the order of the data, and the paper epsilon', () => {
    const plan = planTraining(images, { hidden: [3], weightBound: 3 });
    expect(plan.samples.classes).toEqual(['p', 'q']);
    const problem = pairProblem(plan.pairs[0], plan.samples, plan.config);
    expect(problem).toMatchObject({
      layers: [4, 3, 1],
      weightBound: 3,
      epsilon: 0.1,
      sampleCount: 4,
      linf: 0,
    });
    expect(Array.from(problem.labels)).toEqual([-1, 1, -1, 1]);
    expect(Array.from(problem.samples)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]);
  });

  it('follows every sample with its perturbed copies, for either objective', () => {
    for (const objective of ['bemi', 'robust'] as const) {
      const plan = planTraining(images, { objective, perturb: { shift: 1, linf: 2 } });
      const problem = pairProblem(plan.pairs[0], plan.samples, plan.config);
      expect(problem.linf).toBe(2);
      const first = [1, 2, 3, 4];
      const set = checkPerturbations({ shift: 1 }, true);
      const family = perturbationFamily(first, { width: 2, height: 2 }, set).map((copy) => Array.from(copy));
      expect(family.length).toBeGreaterThan(5);
      expect(Array.from(problem.samples.subarray(0, 4 * family.length))).toEqual(family.flat());
      expect(Array.from(problem.labels.subarray(0, family.length + 1))).toEqual([
        ...new Array(family.length).fill(-1),
        1,
      ]);
    }
  });

  it('holds only the two classes of the pair', () => {
    const plan = planTraining(brightThirds(3), { shots: 2 });
    const problem = pairProblem(plan.pairs[2], plan.samples, plan.config);
    expect(plan.pairs[2].classes).toEqual(['green', 'blue']);
    expect(problem.sampleCount).toBe(4);
    expect(Array.from(problem.labels)).toEqual([1, -1, 1, -1]);
  });
});

describe('the seed of a pair', () => {
  it('is 32 bits, fixed by seed and index, and different for each', () => {
    const seeds = new Set<number>();
    for (const seed of [0, 1, 2, 2 ** 32 - 1]) {
      for (let index = 0; index < 1000; index++) {
        const found = pairSeed(seed, index);
        expect(Number.isInteger(found) && found >= 0 && found < 2 ** 32).toBe(true);
        expect(pairSeed(seed, index)).toBe(found);
        seeds.add(found);
      }
    }
    expect(seeds.size).toBe(4000);
  });
});

describe('choosing samples', () => {
  const choose = (data: TrainingData, options: TrainOptions) =>
    chooseSamples(data, checkData(data), options.classes, resolveConfig(options, 6, false));

  it('takes the block of each class, and fits the scaling on nothing else', () => {
    const data = brightThirds(4);
    const second = choose(data, { shots: 2, instance: 1 });
    expect(second.labels).toEqual(Int32Array.from([0, 1, 2, 0, 1, 2]));
    expect(Array.from(second.values.subarray(0, 2))).toEqual([202, 202]);
    const without = {
      ...data,
      samples: (data.samples as number[][]).slice(6),
      labels: Array.from(data.labels).slice(6),
    };
    expect(choose(without, { shots: 2 })).toEqual(second);
  });

  it('has a fingerprint of exactly what it chose', () => {
    const data = brightThirds(4);
    const base = choose(data, { shots: 2 }).fingerprint;
    expect(choose(data, { shots: 2 }).fingerprint).toBe(base);
    expect(choose(data, { shots: 3 }).fingerprint).not.toBe(base);
    expect(choose(data, { shots: 2, classes: ['green', 'red', 'blue'] }).fingerprint).not.toBe(base);
    const touched = structuredClone(data.samples) as number[][];
    touched[11][0] += 1;
    expect(choose({ ...data, samples: touched }, { shots: 2 }).fingerprint).toBe(base);
    touched[0][0] += 1;
    expect(choose({ ...data, samples: touched }, { shots: 2 }).fingerprint).not.toBe(base);
  });

  it('orders classes as given, as the data says, or naturally', () => {
    const samples = [
      [1, 2, 3, 4, 5, 6],
      [2, 2, 3, 4, 5, 6],
      [3, 2, 3, 4, 5, 6],
    ];
    expect(choose({ samples, labels: [10, 9, 2] }, {}).classes).toEqual(['2', '9', '10']);
    expect(choose({ samples, labels: [10, 9, 2], classes: ['9', '10', '2'] }, {}).classes).toEqual([
      '9',
      '10',
      '2',
    ]);
    expect(choose({ samples, labels: [10, 9, 2] }, { classes: ['10', '2'] }).classes).toEqual(['10', '2']);
  });

  const bad: [string, unknown, TrainOptions, RegExp][] = [
    ['no data', null, {}, /^data: expected/],
    ['no samples', { samples: [], labels: [] }, {}, /^samples: there are none$/],
    ['too few labels', { samples: [[1], [2]], labels: ['a'] }, {}, /^labels: 1 labels for 2 samples$/],
    ['no labels', { samples: [[1], [2]] }, {}, /^labels: no labels for 2 samples$/],
    ['a label that is no name', { samples: [[1], [2]], labels: ['a', null] }, {}, /^labels\[1\]: .* null$/],
    [
      'a label outside the classes',
      { samples: [[1], [2]], labels: ['a', 'b'], classes: ['a', 'c'] },
      {},
      /^labels\[1\]/,
    ],
    ['one class', { samples: [[1], [2]], labels: ['a', 'a'] }, {}, /^classes: at least two/],
    ['an unknown class', { samples: [[1], [2]], labels: ['a', 'b'] }, { classes: ['a', 'z'] }, /"z"/],
    [
      'a class twice',
      { samples: [[1], [2]], labels: ['a', 'b'] },
      { classes: ['a', 'a'] },
      /"a" is there twice/,
    ],
    [
      'a class without samples',
      { samples: [[1], [2]], labels: ['a', 'b'], classes: ['a', 'b', 'c'] },
      {},
      /no sample is of class "c"/,
    ],
    [
      'too many shots',
      { samples: [[1], [2]], labels: ['a', 'b'] },
      { shots: 2 },
      /^shots: class "a" has 1 samples/,
    ],
    [
      'too few column names',
      { samples: [[1], [2]], labels: ['a', 'b'], columns: [] },
      {},
      /^columns: 0 names for 1/,
    ],
    [
      'an image of another size',
      { samples: [[1], [2]], labels: ['a', 'b'], image: { width: 2, height: 1 } },
      {},
      /^image: 2 x 1 pixels, but a sample has 1 values$/,
    ],
  ];
  it.each(bad)('refuses %s', (_, data, options, message) => {
    expect(() => planTraining(data as TrainingData, options)).toThrow(InputError);
    expect(() => planTraining(data as TrainingData, options)).toThrow(message);
  });
});
