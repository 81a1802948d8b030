import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { checkRange, validateProblem } from '../../src/problem/validate.js';

const good = {
  layers: [2, 1],
  weightBound: 1,
  epsilon: 0.1,
  samples: [
    [1, -2],
    [0, 3],
    [4, 4],
  ],
  labels: [1, -1, 1],
};

describe('validateProblem', () => {
  it('packs a problem', () => {
    const problem = validateProblem({ ...good, keep: [2, 0], margins: [[1.7]], known: {} }, 'p');
    expect(problem).toEqual({
      layers: [2, 1],
      weightBound: 1,
      epsilon: 0.1,
      samples: Int32Array.of(1, -2, 0, 3, 4, 4),
      sampleCount: 3,
      labels: Int8Array.of(1, -1, 1),
      linf: 0,
      keep: [0, 2],
      margins: [[1.7]],
    });
    expect(validateProblem({ ...good, perturbations: { linf: 2, shift: 1 } }, 'p').linf).toBe(2);
    expect(
      validateProblem({ ...good, samples: good.samples.map((row) => Int16Array.from(row)) }, 'p').samples,
    ).toEqual(problem.samples);
    expect(validateProblem({ ...good, keep: [] }, 'p').keep).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['a list', [], 'p: expected an object with layers, samples and labels, got []'],
    [
      'no layers',
      { layers: undefined },
      'p: layers: expected at least two layer sizes like [64, 4, 1], got nothing',
    ],
    ['a wide layer', { layers: [2, 5000, 1] }, 'p: layers: entry 1 must be an integer in 1..4096, got 5000'],
    ['P of 0', { weightBound: 0 }, 'p: weightBound: must be an integer in 1..127, got 0'],
    ['no epsilon', { epsilon: undefined }, 'p: epsilon: must be a number in (0, 1], got nothing'],
    ['epsilon 0', { epsilon: 0 }, 'p: epsilon: must be a number in (0, 1], got 0'],
    ['epsilon NaN', { epsilon: Number.NaN }, 'p: epsilon: must be a number in (0, 1], got NaN'],
    ['epsilon above 1', { epsilon: 1.5 }, 'p: epsilon: must be a number in (0, 1], got 1.5'],
    ['five decimals', { epsilon: 0.00012 }, 'p: epsilon: at most 4 decimals, got 0.00012'],
    [
      'a negative confidence',
      { confidence: -1 },
      'p: confidence: must be a whole number in 0..2147483647, got -1',
    ],
    [
      'half a confidence',
      { confidence: 0.5 },
      'p: confidence: must be a whole number in 0..2147483647, got 0.5',
    ],
    [
      'confidence beyond 32 bits',
      { confidence: 2 ** 31 },
      'p: confidence: must be a whole number in 0..2147483647, got 2147483648',
    ],
    [
      'confidence as text',
      { confidence: '1' },
      'p: confidence: must be a whole number in 0..2147483647, got "1"',
    ],
    [
      'a negative radius',
      { perturbations: { linf: -1 } },
      'p: perturbations: linf must be an integer in 0..32767, got -1',
    ],
    [
      'a radius as list',
      { perturbations: [] },
      'p: perturbations: expected an object like {"linf": 0}, got []',
    ],
    ['no samples', { samples: [] }, 'p: samples: expected a list of at least one sample, got none'],
    ['samples as text', { samples: 'x' }, 'p: samples: expected a list of at least one sample, got "x"'],
    [
      'a ragged row',
      { samples: [[1, 2], [1], [1, 2]] },
      'p: samples, sample 1: expected 2 inputs (layers[0]), got 1',
    ],
    [
      'a row that is none',
      { samples: [[1, 2], 3, 4] },
      'p: samples, sample 1: expected 2 inputs (layers[0]), got 3',
    ],
    [
      'a fraction',
      {
        samples: [
          [1, 2],
          [1, 0.5],
          [1, 2],
        ],
      },
      'p: samples, sample 1, column 1: must be an integer in -32767..32767, got 0.5',
    ],
    [
      'a NaN',
      {
        samples: [
          [1, 2],
          [Number.NaN, 1],
          [1, 2],
        ],
      },
      'p: samples, sample 1, column 0: must be an integer in -32767..32767, got NaN',
    ],
    [
      'a hole',
      {
        samples: [
          [1, 2],
          [null, 1],
          [1, 2],
        ],
      },
      'p: samples, sample 1, column 0: must be an integer in -32767..32767, got null',
    ],
    [
      'a value beyond 16 bits',
      {
        samples: [
          [1, 2],
          [1, 2],
          [1, -32768],
        ],
      },
      'p: samples, sample 2, column 1: must be an integer in -32767..32767, got -32768',
    ],
    ['a missing label', { labels: [1, -1] }, 'p: labels: expected one label per sample (3), got 2'],
    ['a label 0', { labels: [1, 0, 1] }, 'p: labels, sample 1: must be 1 or -1, got 0'],
    ['a label as text', { labels: [1, '1', 1] }, 'p: labels, sample 1: must be 1 or -1, got "1"'],
    ['keep out of range', { keep: [0, 3] }, 'p: keep, entry 1: must be a sample index in 0..2, got 3'],
    ['keep twice', { keep: [0, 0] }, 'p: keep, entry 1: sample 0 is listed twice'],
    ['keep as number', { keep: 1 }, 'p: keep: expected a list of sample indices, got 1'],
    [
      'margins of a wrong depth',
      { margins: [[1], [1]] },
      'p: margins: expected one list per layer (1), got 2',
    ],
    [
      'margins of a wrong width',
      { margins: [[1, 2]] },
      'p: margins, layer 0: expected one margin per neuron (1), got 2',
    ],
    [
      'a negative margin',
      { margins: [[-1]] },
      'p: margins, layer 0, neuron 0: must be a number in [0, 2^31 / 10), got -1',
    ],
    [
      'a margin between the units',
      { margins: [[0.15]] },
      'p: margins, layer 0, neuron 0: must be a multiple of 0.1 as epsilon is, got 0.15',
    ],
  ])('refuses %s in one line that names it', (_, change, message) => {
    const raw = Array.isArray(change) ? change : { ...good, ...(change as object) };
    expect(() => validateProblem(raw, 'p')).toThrow(new InputError(message));
    expect(message).not.toContain('\n');
  });

  it('refuses sums that leave 32 bits in the unit of the margins, and says where', () => {
    const wide = {
      layers: [100, 1],
      weightBound: 1,
      epsilon: 0.0001,
      samples: [new Array(100).fill(2), new Array(100).fill(32767)],
      labels: [1, -1],
    };
    expect(() => validateProblem(wide, 'p')).toThrow(
      /^p: samples, sample 1: a pre-activation can reach 3276700, 32767010000 in units of 1\/10000, which does not stay below 2\^31/,
    );
    expect(validateProblem({ ...wide, epsilon: 0.1 }, 'p').epsilon).toBe(0.1);
  });

  it('looks at sizes before it allocates', () => {
    const row: number[] = [];
    row.length = 65536; // holes: reading a value would be the first thing to fail
    const many = {
      layers: [65536, 1],
      weightBound: 1,
      epsilon: 1,
      samples: new Array(5000).fill(row),
      labels: [],
    };
    expect(() => validateProblem(many, 'p')).toThrow(/5000 samples of 65536 inputs are 327680000 numbers/);
    expect(() => validateProblem({ ...good, samples: new Array(100_001).fill([1, 1]) }, 'p')).toThrow(
      'p: samples: 100001 samples; at most 100000 are supported',
    );
  });
});

describe('checkRange', () => {
  const packed = (samples: number[][], weightBound = 1) => ({
    ...validateProblem({ ...good, layers: [2, 1], samples: [[1, 2]], labels: [1], weightBound }, 'p'),
    samples: Int32Array.from(samples.flat()),
  });

  it('refuses what the engine cannot hold, of problems made in memory', () => {
    expect(() => checkRange(packed([[32767, -32767]], 127), 'p')).not.toThrow();
    expect(() =>
      checkRange(
        packed([
          [1, 2],
          [3, -32768],
        ]),
        'p',
      ),
    ).toThrow('p: samples, sample 1, column 1: must be an integer in -32767..32767, got -32768');
    const wide = {
      ...packed([]),
      layers: [60_000, 1],
      weightBound: 127,
      samples: new Int32Array(60_000).fill(255),
    };
    expect(() => checkRange(wide, 'p')).toThrow(
      /^p: samples, sample 0: a pre-activation can reach 1943100000, /,
    );
  });

  it('refuses an objective that is none, which must not pass for the default', () => {
    const one = packed([[1, 2]], 1);
    expect(() => checkRange({ ...one, objective: { kind: 'robust' } }, 'p')).not.toThrow();
    for (const objective of ['robust', null, { kind: 'bemi' }, {}]) {
      expect(() => checkRange({ ...one, objective: objective as never }, 'p')).toThrow(
        /^p: objective: expected { kind: "paper" \| "robust" \| "soft", .. }, got [^\n]+$/,
      );
    }
  });
});
