import { describe, expect, it } from 'vitest';
import { trainingFamily } from '../../../src/ensemble/train/extra.js';
import { pairProblem } from '../../../src/ensemble/train/pairs.js';
import { planTraining } from '../../../src/ensemble/train/train.js';
import type { ExtraSamples, TrainingData } from '../../../src/ensemble/types.js';
import { InputError } from '../../../src/errors.js';

const data: TrainingData = {
  samples: [
    [9, 1, 1, 1],
    [8, 1, 2, 1],
    [1, 9, 1, 1],
    [1, 8, 1, 2],
  ],
  labels: ['a', 'a', 'b', 'b'],
};
const extra: ExtraSamples = {
  samples: [
    [1, 7, 7, 7],
    [5, 5, 5, 5],
    [1, 9, 1, 1],
    [6, 6, 6, 6],
    [1, 7, 7, 7],
  ],
  of: [2, 1, 2, 2, 2],
};

describe('extra samples', () => {
  it('join the family of the sample they belong to, each once and last', () => {
    const { samples, config } = planTraining(data, { extra });
    const families = [0, 1, 2, 3].map((k) =>
      trainingFamily(samples, k, config).map((row) => Array.from(row)),
    );
    expect(families).toEqual([
      [[9, 1, 1, 1]],
      [
        [8, 1, 2, 1],
        [5, 5, 5, 5],
      ],
      [
        [1, 9, 1, 1],
        [1, 7, 7, 7],
        [6, 6, 6, 6],
      ],
      [[1, 8, 1, 2]],
    ]);
  });

  it('are rows of the pair with the label of their sample', () => {
    const plan = planTraining(data, { extra, shots: 1, instance: 1 });
    const problem = pairProblem(plan.pairs[0], plan.samples, plan.config);
    expect(problem.sampleCount).toBe(3);
    expect(Array.from(problem.samples)).toEqual([8, 1, 2, 1, 5, 5, 5, 5, 1, 8, 1, 2]);
    expect(Array.from(problem.labels)).toEqual([1, 1, -1]);
  });

  it('follow the moved copies of an image, and have none of their own', () => {
    const images = { ...data, image: { width: 2, height: 2 } };
    const { samples, config } = planTraining(images, { extra, perturb: { shift: 1 } });
    const family = trainingFamily(samples, 1, config).map((row) => row.join());
    expect(family[0]).toBe('8,1,2,1');
    expect(family[family.length - 1]).toBe('5,5,5,5');
    expect(family).toHaveLength(10);
  });

  it('are part of the fingerprint where they belong to chosen samples, and only there', () => {
    const print = (options: object) => planTraining(data, options).samples.fingerprint;
    expect(print({ extra })).not.toBe(print({}));
    expect(print({ extra: { ...extra, of: [2, 1, 2, 2, 3] } })).not.toBe(print({ extra }));
    expect(print({ extra: { samples: [[1, 1, 1, 1]], of: [3] }, shots: 1 })).toBe(print({ shots: 1 }));
  });

  it.each<[string, unknown, RegExp]>([
    ['no object', null, /^extra: expected \{ samples, of \}, got null$/],
    [
      'rows of another width',
      { samples: [[1, 2]], of: [0] },
      /^extra.samples: rows have 2 values, expected 4$/,
    ],
    ['too few owners', { samples: [[1, 2, 3, 4]], of: [] }, /^extra.of: 0 entries for 1 samples$/],
    ['no owners', { samples: [[1, 2, 3, 4]] }, /^extra.of: no entries for 1 samples$/],
    ['an owner beyond the data', { samples: [[1, 2, 3, 4]], of: [4] }, /^extra.of\[0\]: .* 0..3, got 4$/],
    ['half an owner', { samples: [[1, 2, 3, 4]], of: [0.5] }, /^extra.of\[0\]: .*got 0.5$/],
  ])('refuse %s', (_, given, message) => {
    expect(() => planTraining(data, { extra: given as ExtraSamples })).toThrow(InputError);
    expect(() => planTraining(data, { extra: given as ExtraSamples })).toThrow(message);
  });
});
