import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { InputError } from '../../../src/errors.js';
import { outputSign } from '../../../src/network/forward.js';
import { checkPerturbations, perturbationFamily } from '../../../src/perturb/index.js';
import { anyModel, classifierOf, modelOf, neuron, paperSized } from '../support.js';

/** Three classes; the label is where the one bright input is. Pairs: (x, y), (x, z), (y, z). */
const brightest = classifierOf(['x', 'y', 'z'], [neuron(1, -1, 0), neuron(1, 0, -1), neuron(0, 1, -1)]);
/** A circle: on an all-zero sample every neuron says +1, on (1, 1, 1) x > y, z > x, y > z. */
const circle = classifierOf(['x', 'y', 'z'], [neuron(1, 0, 0), neuron(0, -1, 0), neuron(0, 0, 1)]);

describe('EnsembleClassifier', () => {
  it('names the label of a sample, and null where the vote names none', () => {
    expect(
      brightest.predict([
        [9, 1, 1],
        [1, 9, 1],
        [1, 1, 9],
      ]),
    ).toEqual(['x', 'y', 'z']);
    expect(brightest.predictOne([0, 7, 3])).toBe('y');
    expect(circle.predictOne([1, 1, 1])).toBeNull();
    expect(circle.predict([[1, 1, 1]], { vote: 'recursive' })).toEqual([null]);
  });

  it('takes typed arrays with their shape, and nested rows of any kind', () => {
    const values = Uint8Array.from([9, 1, 1, 1, 9, 1]);
    expect(brightest.predict({ values, rows: 2, columns: 3 })).toEqual(['x', 'y']);
    expect(brightest.predict([values.subarray(0, 3), [1, 1, 9]])).toEqual(['x', 'z']);
    expect(brightest.predictOne(values.subarray(3))).toBe('y');
    expect(brightest.predict([])).toEqual([]);
  });

  it('shows votes and decisions', () => {
    expect(brightest.votes([9, 5, 1])).toEqual([2, 1, 0]);
    expect(Array.from(brightest.decisions([1, 5, 9]))).toEqual([-1, -1, -1]);
    const gap = classifierOf(['x', 'y', 'z'], [neuron(1, -1, 0), null, neuron(0, 1, -1)]);
    expect(Array.from(gap.decisions([9, 1, 1]))).toEqual([1, 0, 1]);
    expect(gap.votes([9, 1, 1])).toEqual([1, 1, 0]);
  });

  it('does not let one prediction leak into the next', () => {
    const first = brightest.decisions([9, 1, 1]);
    brightest.decisions([1, 1, 9]);
    expect(Array.from(first)).toEqual([1, 1, 1]);
  });

  it('answers as the networks do, by their reference forward pass', () => {
    const cases = anyModel.chain((model) =>
      fc.tuple(
        fc.constant(model),
        fc.array(fc.integer({ min: -50, max: 50 }), {
          minLength: model.layers[0],
          maxLength: model.layers[0],
        }),
      ),
    );
    fc.assert(
      fc.property(cases, ([model, row]) => {
        const expected = model.pairs.map(({ network }) => (network === null ? 0 : outputSign(network, row)));
        expect(Array.from(new EnsembleClassifier(model).decisions(row))).toEqual(expected);
      }),
    );
  });

  it('scores the share of right labels', () => {
    const samples = [
      [9, 1, 1],
      [1, 9, 1],
      [1, 1, 9],
      [9, 1, 1],
    ];
    expect(brightest.score(samples, ['x', 'y', 'z', 'z'])).toBe(0.75);
  });

  it.each([
    ['a row of another width', () => brightest.predict([[1, 2]]), /samples: rows have 2 values, expected 3/],
    ['NaN', () => brightest.predict([[1, 2, Number.NaN]]), /samples\[0\]\[2\]/],
    ['no array', () => brightest.predictOne(7 as never), /sample: expected one row/],
    ['a short sample', () => brightest.predictOne([1]), /sample: rows have 1 values, expected 3/],
    [
      'an unknown rule',
      () => brightest.predict([[1, 2, 3]], { vote: 'loudest' as never }),
      /vote: expected paper/,
    ],
    ['labels that are too few', () => brightest.score([[1, 2, 3]], []), /labels: 0 labels for 1 samples/],
    ['labels of other classes', () => brightest.score([[1, 2, 3]], ['q']), /no sample is of a class/],
    ['no samples per class', () => brightest.evaluate(one, { perClass: 0 }), /per-?class/i],
    ['a shift of what is no image', () => brightest.evaluate(one, { perturb: { shift: 1 } }), /needs images/],
  ])('refuses %s', (_, act, message) => {
    expect(act).toThrow(InputError);
    expect(act).toThrow(message);
  });
});

const one = { samples: [[1, 2, 3]], labels: ['x'] };

describe('evaluate', () => {
  it('counts outcomes and confusion, no label in the last column', () => {
    const samples = [
      [9, 1, 1],
      [9, 1, 1],
      [1, 9, 1],
      [1, 1, 9],
    ];
    expect(brightest.evaluate({ samples, labels: ['x', 'y', 'y', 'z'] })).toEqual({
      accuracy: 0.75,
      images: 4,
      correct: 3,
      wrong: 1,
      unlabelled: 0,
      outcomes: [3, 0, 0, 0, 0, 0, 1],
      confusion: [
        [1, 0, 0, 0],
        [1, 1, 0, 0],
        [0, 0, 1, 0],
      ],
      labels: ['x', 'y', 'z'],
      balancedAccuracy: 2.5 / 3,
      macroF1: (2 / 3 + 2 / 3 + 1) / 3,
      auc: expect.closeTo((10 / 12 + 7 / 8 + 1) / 3, 12),
      perClass: [
        { label: 'x', images: 1, precision: 0.5, recall: 1, f1: 2 / 3, auc: 5 / 6 },
        { label: 'y', images: 2, precision: 1, recall: 0.5, f1: 2 / 3, auc: 7 / 8 },
        { label: 'z', images: 1, precision: 1, recall: 1, f1: 1, auc: 1 },
      ],
      unknownLabels: [],
      leftOutLabels: [],
    });
    const undecided = circle.evaluate({ samples: [[1, 1, 1]], labels: ['y'] });
    expect(undecided).toMatchObject({
      accuracy: 0,
      unlabelled: 1,
      wrong: 0,
      outcomes: [0, 0, 0, 1, 0, 0, 0],
    });
    expect(undecided.confusion).toEqual([
      [0, 0, 0, 0],
      [0, 0, 0, 1],
      [0, 0, 0, 0],
    ]);
  });

  it('leaves out classes the model does not know, and takes the first of each class', () => {
    const data = {
      samples: [
        [9, 1, 1],
        [5, 5, 5],
        [1, 1, 9],
        [9, 1, 1],
        [1, 9, 1],
      ],
      labels: ['x', 'other', 'x', 'x', 'y'],
    };
    expect(brightest.evaluate(data)).toMatchObject({ images: 4, correct: 3 });
    expect(brightest.evaluate(data, { perClass: 1 })).toMatchObject({ images: 2, correct: 2 });
    expect(brightest.evaluate(data, { perClass: 2 })).toMatchObject({ images: 3, correct: 2 });
  });

  it('keeps the errors that the vote was surest of, surest first', () => {
    const samples = [
      [1, 5, 9],
      [5, 9, 1],
      [9, 1, 1],
      [9, 5, 1],
      [1, 1, 9],
    ];
    const data = { samples, labels: ['x', 'x', 'x', 'z', 'other'] };
    const { worst, ...rest } = brightest.evaluate(data, { worst: 2 });
    expect(rest).toEqual(brightest.evaluate(data));
    expect(worst).toEqual([
      { sample: 0, truth: 'x', answer: 'z', votes: [0, 1, 2], by: 2 },
      { sample: 3, truth: 'z', answer: 'x', votes: [2, 1, 0], by: 2 },
    ]);
    expect(brightest.evaluate(data, { worst: 9 }).worst?.map(({ sample }) => sample)).toEqual([0, 3, 1]);
    const [only] = classifierOf(['x', 'y'], [neuron(1, -1)]).evaluate(
      { samples: [[3, 9]], labels: ['x'] },
      { worst: 1 },
    ).worst as [object];
    expect(only).toEqual({ sample: 0, truth: 'x', answer: 'y', votes: [0, 1], by: 12 });
    expect(() => brightest.evaluate(data, { worst: 0 })).toThrow('worst: must be a whole number >= 1, got 0');
    expect(() => brightest.evaluate(data, { worst: 1, perturb: { linf: 1 } })).toThrow(
      'worst: not with perturb',
    );
  });

  it('finds the columns of errors by their names', () => {
    const model = { ...brightest.model, columns: ['a', 'b', 'c'] };
    const named = new EnsembleClassifier(model);
    const data = { samples: [[9, 1, 5]], labels: ['x'], columns: ['c', 'a', 'b'] };
    expect(named.evaluate(data, { worst: 1 }).worst).toEqual([
      { sample: 0, truth: 'x', answer: 'z', votes: [0, 1, 2], by: 2 },
    ]);
  });

  it('takes numbers for labels where the classes are numbers', () => {
    const digits = classifierOf(['4', '9'], [neuron(1, -1)]);
    expect(
      digits.score(
        [
          [3, 1],
          [1, 3],
        ],
        Uint8Array.from([4, 9]),
      ),
    ).toBe(1);
  });

  it('under perturb, judges an image by the worst of its copies', () => {
    // A 3 x 1 image; the pair says "left" when the left pixel outweighs the right one.
    const image = { width: 3, height: 1 };
    const model = modelOf(['left', 'right'], [3, 1], 1, [neuron(1, 0, -1)], image);
    const judge = new EnsembleClassifier(model);
    const samples = [
      [9, 9, 0],
      [0, 5, 9],
      [0, 9, 0],
      [9, 0, 0],
    ];
    const labels = ['left', 'right', 'left', 'left'];
    expect(judge.evaluate({ samples, labels }).correct).toBe(4);
    const byHand = samples.filter((row, k) =>
      perturbationFamily(row, image, checkPerturbations({ shift: 1 }, true)).every(
        (copy) => judge.predictOne(copy) === labels[k],
      ),
    ).length;
    const worst = judge.evaluate({ samples, labels }, { perturb: { shift: 1 } });
    expect(worst.correct).toBe(byHand);
    expect(byHand).toBeLessThan(4);
    expect(worst.images).toBe(4);
  });

  it('under linf, counts a sample only when no input within the radius turns it', () => {
    const judge = classifierOf(['a', 'b'], [neuron(1, -1)]);
    const samples = [
      [9, 1],
      [5, 3],
      [3, 3],
      [1, 9],
    ];
    const labels = ['a', 'a', 'a', 'b'];
    expect(judge.evaluate({ samples, labels }, { perturb: { linf: 1 } }).correct).toBe(3);
    expect(judge.evaluate({ samples, labels }, { perturb: { linf: 2 } }).correct).toBe(2);
    expect(judge.evaluate({ samples, labels }, { perturb: { linf: 4 } })).toMatchObject({
      correct: 1,
      outcomes: [1, 0, 0, 0, 0, 0, 3],
    });
  });
});

describe('speed', () => {
  it('predicts 8000 images with 45 networks of [784, 4, 4, 1] well under 2 s', () => {
    const classifier = paperSized();
    // A fifth of the pixels is ink, as in MNIST.
    const values = Uint8Array.from({ length: 8000 * 784 }, (_, at) => (at % 5 === 0 ? 1 + (at % 255) : 0));
    // Processor time, not the clock: other tests share the machine.
    const before = process.cpuUsage();
    classifier.predict({ values, rows: 8000, columns: 784 });
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(2);
  });
});
