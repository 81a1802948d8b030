import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { boundOf, largestWeight, radiusOf, rangeOf } from '../../src/problem/boxes.js';
import { fitNetwork } from '../../src/problem/chain.js';
import { formatProblem, parseProblem } from '../../src/problem/file.js';
import { confidentSamples, countedWeights, countedWorth, isAllowed } from '../../src/problem/semantics.js';
import { validateProblem } from '../../src/problem/validate.js';
import { freshEngine } from '../engine/support.js';

const good = {
  layers: [2, 1],
  weightBound: 1,
  epsilon: 0.1,
  samples: [
    [3, 0],
    [-2, 1],
  ],
  labels: [1, -1],
};
const full = {
  ...good,
  ranges: [
    [-3, 2],
    [0, 127],
  ],
  radii: [1, 0],
  free: [1],
  maxNonzero: 1,
  costs: [2, 0],
  atMostWrong: { '1': 0, '-1': 3 },
};

describe('fields that ask for more than the paper', () => {
  it('are read, written and read again', () => {
    const problem = validateProblem(full, 'p');
    expect(problem).toMatchObject({
      ranges: full.ranges,
      radii: Int32Array.of(1, 0),
      free: [1],
      maxNonzero: 1,
      costs: Int32Array.of(2, 0),
      atMostWrong: { plus: 0, minus: 3 },
      linf: 0,
    });
    expect(parseProblem(formatProblem(problem), 'p')).toEqual(problem);
    const { atMostWrong } = validateProblem({ ...good, atMostWrong: { '-1': 1, others: 7 } }, 'p');
    expect(atMostWrong).toEqual({ minus: 1 });
  });

  const robust = { objective: 'robust', groups: [0, 0], labels: [1, 1] };
  it.each<[string, object, RegExp]>([
    ['too few ranges', { ranges: [[0, 1]] }, /^p: ranges: expected one \[lo, hi\] per input \(2\), got 1$/],
    ['ranges of text', { ranges: 'all' }, /^p: ranges: expected one \[lo, hi\] per input \(2\), got "all"$/],
    [
      'half a range',
      { ranges: [[0], [0, 1]] },
      /^p: ranges, input 0: must be \[lo, hi\], integers in -127\.\.127, got \[0\]$/,
    ],
    [
      'a range too far',
      {
        ranges: [
          [0, 128],
          [0, 1],
        ],
      },
      /^p: ranges, input 0: must be \[lo, hi\], integers/,
    ],
    [
      'a fraction',
      {
        ranges: [
          [0, 1],
          [0.5, 1],
        ],
      },
      /^p: ranges, input 1: must be \[lo, hi\], integers/,
    ],
    [
      'a range upside down',
      {
        ranges: [
          [0, 1],
          [1, -1],
        ],
      },
      /^p: ranges, input 1: lo 1 is above hi -1$/,
    ],
    [
      'a dark input that may not be 0',
      {
        samples: [
          [3, 0],
          [1, 0],
        ],
        ranges: [
          [0, 1],
          [1, 2],
        ],
      },
      /^p: ranges, input 1: the input is 0 in every sample, so its weight is 0, which 1\.\.2 does not allow$/,
    ],
    [
      'two kinds of radius',
      { radii: [1, 1], perturbations: { linf: 1 } },
      /^p: radii: not beside perturbations\.linf; leave one out$/,
    ],
    ['too many radii', { radii: [1, 1, 1] }, /^p: radii: expected one radius per input \(2\), got 3$/],
    ['a radius below 0', { radii: [0, -1] }, /^p: radii, input 1: must be an integer in 0\.\.32767, got -1$/],
    ['a free input that is none', { free: [2] }, /^p: free, entry 0: must be an input in 0\.\.1, got 2$/],
    ['a free input twice', { free: [1, 1] }, /^p: free, entry 1: input 1 is listed twice$/],
    ['no list of free inputs', { free: 1 }, /^p: free: expected a list of inputs, got 1$/],
    ['half a limit', { maxNonzero: 0.5 }, /^p: maxNonzero: must be a whole number >= 0, got 0\.5$/],
    [
      'a limit below what ranges ask for',
      {
        layers: [2, 3, 1],
        ranges: [
          [1, 2],
          [-1, 1],
        ],
        maxNonzero: 2,
      },
      /^p: maxNonzero: 2, but ranges leave 3 weights no 0 \(3 neurons\)$/,
    ],
    [
      'a cost below 0',
      { costs: [1, -1] },
      /^p: costs, sample 1: must be an integer in 0\.\.1000000000, got -1$/,
    ],
    ['costs of rows', { ...robust, costs: [1, 1] }, /^p: costs: expected one cost per sample \(1\), got 2$/],
    [
      'a list of errors',
      { atMostWrong: [1] },
      /^p: atMostWrong: expected an object like \{"1": 0, "-1": 3\}, got \[1\]$/,
    ],
    [
      'half an error',
      { atMostWrong: { '-1': 0.5 } },
      /^p: atMostWrong, label -1: must be a whole number >= 0, got 0\.5$/,
    ],
    [
      'sums beyond 32 bits',
      {
        samples: [
          [32767, 0],
          [1, 1],
        ],
        ranges: [
          [-127, 127],
          [0, 1],
        ],
        radii: [32767, 0],
        epsilon: 0.0001,
      },
      /^p: samples, sample 0: a pre-activation can reach 8322818, /,
    ],
  ])('%s is refused', (_what, change, message) => {
    expect(() => validateProblem({ ...good, ...change }, 'p')).toThrow(InputError);
    expect(() => validateProblem({ ...good, ...change }, 'p')).toThrow(message);
  });

  it('are what the engine does not know yet, by name', async () => {
    const engine = await freshEngine();
    expect(() => engine.load(validateProblem(good, 'p'))).not.toThrow();
    const { ranges, radii, free } = full;
    for (const objective of ['bemi', 'robust'])
      expect(() =>
        engine.load(validateProblem({ ...good, objective, ranges, radii, free }, 'p')),
      ).not.toThrow();
    for (const field of ['maxNonzero', 'costs', 'atMostWrong'] as const) {
      const problem = validateProblem({ ...good, [field]: full[field] }, 'p');
      expect(() => engine.load({ ...problem, objective: { kind: 'robust' } })).not.toThrow();
      expect(() => engine.load(problem)).not.toThrow();
    }
  });
});

describe('boxes', () => {
  it('are those of the inputs, or all alike', () => {
    const problem = validateProblem(full, 'p');
    expect([0, 1].map((i) => rangeOf(problem, i))).toEqual(full.ranges);
    expect([0, 1].map((i) => boundOf(problem, i))).toEqual([3, 127]);
    expect([0, 1].map((i) => radiusOf(problem, i))).toEqual([1, 0]);
    expect(largestWeight(problem)).toBe(127);
    const plain = validateProblem({ ...good, weightBound: 5, perturbations: { linf: 4 } }, 'p');
    expect(rangeOf(plain, 1)).toEqual([-5, 5]);
    expect([boundOf(plain, 0), radiusOf(plain, 0), largestWeight(plain)]).toEqual([5, 4, 5]);
  });
});

describe('what a network is worth with them', () => {
  it('counts costs and weights, and knows what is not allowed', () => {
    const problem = validateProblem({ ...full, confidence: 1, radii: [0, 0] }, 'p');
    const network = (a: number, b: number) => ({ layers: [2, 1], weightBound: 127, weights: [[[a, b]]] });
    expect(confidentSamples(problem, network(1, 0))).toEqual([0, 1]);
    expect(countedWorth(problem, [0, 1])).toBe(2);
    expect(countedWorth(problem, [0])).toBe(2); // one wrong of label -1 is allowed, and costs nothing
    expect(countedWorth(problem, [1])).toBeNull(); // none of label 1 may be wrong
    expect(countedWeights(problem, network(1, 100))).toBe(1);
    expect(countedWeights(problem, network(0, 100))).toBe(0);
    expect(isAllowed(problem, network(2, 127))).toBe(true);
    expect(isAllowed(problem, network(3, 0))).toBe(false);
    expect(isAllowed(problem, network(0, -1))).toBe(false);
    expect(isAllowed({ ...problem, maxNonzero: 0 }, network(1, 0))).toBe(false);
    expect(isAllowed({ ...problem, maxNonzero: 0 }, network(0, 5))).toBe(true);
  });

  it('is asked of networks that a stage goes on from', () => {
    const problem = validateProblem({ ...full, layers: [2, 1, 1], maxNonzero: 1 }, 'p');
    const network = (a: number, above: number) => ({
      layers: [2, 1, 1],
      weightBound: 127,
      weights: [[[a, 100]], [[above]]],
    });
    expect(fitNetwork(problem, network(-3, 1), 'n')).toMatchObject({ weightBound: 127 });
    for (const bad of [network(3, 1), network(2, 2)]) {
      expect(() => fitNetwork(problem, bad, 'n')).toThrow(/^n: its weights are not in the problem's ranges/);
    }
    expect(() =>
      fitNetwork(validateProblem(good, 'p'), { layers: [2, 1], weightBound: 127, weights: [[[1, 0]]] }, 'n'),
    ).toThrow("n: weightBound 127 is above the problem's 1");
  });
});
