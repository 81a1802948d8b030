import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import { imagesFromIdx, parseIdx } from '../../src/data/idx.js';
import { EnsembleClassifier } from '../../src/ensemble/predict/classifier.js';
import { planTraining, train } from '../../src/ensemble/train/train.js';
import { InputError } from '../../src/errors.js';
import { parseProblem, parseSolution } from '../../src/problem/file.js';
import { validateProblem } from '../../src/problem/validate.js';
import '../../src/run/node.js';

/*
 * The library's entrances, all with the same manners: options that do not exist are refused by name, whatever else is
 * wrong is an InputError of one line, and columns are found by their names.
 */

const data = {
  samples: [
    [5, 1, 0],
    [6, 0, 1],
    [1, 5, 0],
    [0, 6, 1],
  ],
  labels: ['x', 'x', 'y', 'y'],
  columns: ['a', 'b', 'c'],
};
const quick = { hidden: [], workLimit: 100_000, workers: 0 };
let classifier: EnsembleClassifier;
let saved: string;

beforeAll(async () => {
  ({ classifier } = await train(data, quick));
  saved = JSON.stringify(classifier);
});

/** What a call ends with: `fine`, or the line of its InputError. Anything else is thrown on, and fails the test. */
async function outcome(call: () => unknown): Promise<string> {
  try {
    await call();
    return 'fine';
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    expect(error.message).toMatch(/^[^\n\r]+$/);
    return error.message;
  }
}

describe('an option that does not exist', () => {
  const odd = { hiden: 1, vtoe: 'paper' } as object;
  it.each<[string, () => unknown]>([
    ['train', () => train(data, odd)],
    ['predict', () => classifier.predict(data.samples, odd)],
    ['predictOne', () => classifier.predictOne(data.samples[0], odd)],
    ['evaluate', () => classifier.evaluate(data, odd)],
    ['score', () => classifier.score(data.samples, data.labels, odd)],
    ['evaluateCertificates', () => classifier.evaluateCertificates(data, odd)],
    ['certify', () => classifier.certify(data.samples[0], odd)],
    ['attack', () => classifier.attack(data.samples[0], odd)],
    ['load', () => EnsembleClassifier.load(saved, 'm', odd)],
    ['parseCsv', () => parseCsv('a,label\n1,x\n2,y\n', odd)],
  ])('is refused by %s', async (_name, call) => {
    expect(await outcome(call)).toMatch(/unknown option "hiden"; (did you mean|there are)/);
  });

  it('comes with what was meant', async () => {
    expect(await outcome(() => train(data, { hiden: [2] } as object))).toBe(
      'train: unknown option "hiden"; did you mean "hidden"?',
    );
    expect(await outcome(() => classifier.predict(data.samples, { vtoe: 'paper' } as object))).toBe(
      'predict: unknown option "vtoe"; did you mean "vote"?',
    );
  });
});

/** Values of every kind, in place of what was expected. */
const junk: unknown[] = [
  ...[
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    7n,
    '',
    'x',
    '\x1b[0m',
  ],
  ...[
    [],
    [null],
    [[]],
    ['x'],
    [1, 2, 3],
    {},
    { length: 3 },
    { length: -1 },
    { values: 1, rows: 1, columns: 1 },
  ],
  ...[Symbol('s'), () => 1, new Float64Array(3), new Map(), new Date(0), new DataView(new ArrayBuffer(8))],
];

describe('a value of the wrong kind', () => {
  const options = [
    ...['shots', 'instance', 'classes', 'maxClasses', 'hidden', 'weightBound', 'objective', 'stages'],
    ...['perturb', 'extra', 'tolerance', 'adapt', 'soft', 'contrast', 'timeLimit', 'workLimit', 'seed'],
    ...['workers', 'signal', 'onProgress', 'completed'],
  ];
  it.each(options)('as the option %s is a sentence', async (name) => {
    for (const value of junk) {
      const given = { ...quick, workLimit: 1000, stages: ['sm'], [name]: value } as object;
      // Workers are fine in any number; only their kind is asked here.
      if (name === 'workers' && value === undefined) continue;
      await outcome(() => train(data, given));
    }
  });

  it.each(['samples', 'labels', 'classes', 'columns', 'image'])(
    "as the data's %s is a sentence",
    async (name) => {
      for (const value of junk) {
        await outcome(() => planTraining({ ...data, [name]: value } as never, quick));
        await outcome(() => classifier.evaluate({ ...data, [name]: value } as never));
        await outcome(() => classifier.evaluateCertificates({ ...data, [name]: value } as never));
      }
    },
  );

  it('anywhere else is a sentence', async () => {
    for (const value of junk as never[]) {
      await outcome(() => train(value, quick));
      await outcome(() => train(data, value));
      await outcome(() => classifier.predict(value));
      await outcome(() => classifier.predict(data.samples, value));
      await outcome(() => classifier.predict(data.samples, { vote: value }));
      await outcome(() => classifier.predictOne(value));
      await outcome(() => classifier.votes(value));
      await outcome(() => classifier.decisions(value));
      await outcome(() => classifier.score(value, value));
      await outcome(() => classifier.score(data.samples, value));
      await outcome(() => classifier.evaluate(value));
      await outcome(() => classifier.evaluate(data, value));
      await outcome(() => classifier.evaluate(data, { perClass: value }));
      await outcome(() => classifier.evaluate(data, { perturb: value }));
      await outcome(() => classifier.evaluate(data, { perturb: { linf: 1 }, seed: value }));
      await outcome(() => classifier.evaluateCertificates(data, { radii: value }));
      await outcome(() => classifier.evaluateCertificates(data, { attack: value }));
      await outcome(() => classifier.evaluateCertificates(data, { clip: value }));
      await outcome(() => classifier.certify(value));
      await outcome(() => classifier.certify(data.samples[0], { clip: value }));
      await outcome(() => classifier.attack(value));
      await outcome(() => classifier.attack(data.samples[0], { clip: value }));
      await outcome(() => classifier.attack(data.samples[0], { maxRadius: value }));
      await outcome(() => classifier.attack(data.samples[0], { seed: value }));
      await outcome(() => EnsembleClassifier.load(value));
      await outcome(() => EnsembleClassifier.load(saved, 'm', value));
      await outcome(() => parseCsv(value));
      await outcome(() => parseCsv('a,label\n1,x\n2,y\n', value));
      await outcome(() => parseIdx(value, 'f'));
      await outcome(() => imagesFromIdx(value, value, { images: 'i', labels: 'l' }));
      await outcome(() => parseProblem(value, 'p'));
      await outcome(() => parseSolution(value, 's'));
      await outcome(() => validateProblem(value, 'p'));
    }
  });
});

describe('columns with names', () => {
  it('are found by them, in any order', () => {
    const turned = { ...data, columns: ['c', 'a', 'b'], samples: data.samples.map(([a, b, c]) => [c, a, b]) };
    expect(classifier.evaluate(turned)).toEqual(classifier.evaluate(data));
    expect(classifier.evaluateCertificates(turned)).toEqual(classifier.evaluateCertificates(data));
    expect(classifier.evaluate(data).accuracy).toBe(1);
  });

  it('must be those of the model', async () => {
    const named = (...columns: string[]) => outcome(() => classifier.evaluate({ ...data, columns }));
    expect(await named('a', 'b', 'd')).toBe(
      'columns: no column named "c", which the model has; there is "d", which the model does not have',
    );
    expect(await named('a', 'b')).toBe('columns: no column named "c", which the model has');
    expect(await named('a', 'b', 'c', 'd')).toMatch(/column "d" is none of those that the model has/);
    expect(await named('a', 'b', 'c', 'c')).toMatch(/two columns are named "c"/);
  });
});

describe('labels that the model does not know', () => {
  it('count as wrong, and are counted', () => {
    const labels = ['x', 'X', 'q\u202e', 'y'];
    expect(classifier.evaluate({ ...data, labels })).toMatchObject({
      accuracy: 0.5,
      images: 4,
      correct: 2,
      wrong: 2,
      outcomes: [2, 0, 0, 0, 0, 0, 2],
      confusion: [
        [1, 0, 0],
        [0, 1, 0],
      ],
      unknownLabels: [
        { label: 'X', images: 1 },
        { label: 'q\u202e', images: 1 },
      ],
      leftOutLabels: [],
    });
    const certified = classifier.evaluateCertificates({ ...data, labels });
    expect(certified).toMatchObject({ images: 4, right: 2, attack: { images: 2 } });
  });

  it('are left out where the training left them out', async () => {
    const three = {
      samples: [...data.samples, [9, 9, 9]],
      labels: [...data.labels, 'z'],
      columns: data.columns,
    };
    const { classifier: two } = await train(three, { ...quick, classes: ['x', 'y'] });
    expect(two.model.leftOut).toEqual(['z']);
    const again = EnsembleClassifier.load(JSON.stringify(two));
    const evaluation = again.evaluate({ ...three, labels: [...data.labels.slice(0, 3), 'Y', 'z'] });
    expect(evaluation).toMatchObject({
      images: 4,
      correct: 3,
      unknownLabels: [{ label: 'Y', images: 1 }],
      leftOutLabels: [{ label: 'z', images: 1 }],
    });
  });

  it('are left out by models of early releases, which do not say', () => {
    const { leftOut: _, ...model } = classifier.model;
    const early = new EnsembleClassifier(model);
    expect(early.evaluate({ ...data, labels: ['x', 'q', 'y', 'y'] })).toMatchObject({
      images: 3,
      unknownLabels: [],
      leftOutLabels: [{ label: 'q', images: 1 }],
    });
  });

  it('come first of each label under perClass, and without end in bounded numbers', () => {
    const rows = 5000;
    const many = {
      samples: { values: new Float64Array(rows * 3), rows, columns: 3 },
      labels: Array.from({ length: rows }, (_, row) => (row === 0 ? 'x' : `label ${row % 2500}`)),
    };
    const evaluation = classifier.evaluate(many, { perClass: 1 });
    expect(evaluation.images).toBe(2501);
    expect(evaluation.unknownLabels).toHaveLength(1001);
    expect(evaluation.unknownLabels.at(-1)).toEqual({ label: null, images: 1500 });
  });

  it('alone are no evaluation', async () => {
    const line = await outcome(() => classifier.evaluate({ ...data, labels: ['p', 'q', 'r', 's'] }));
    expect(line).toBe('labels: no sample is of a class of this model ("x", "y")');
  });
});

describe('what is trained can be read', () => {
  const labelled = (labels: string[]) => ({ samples: labels.map((_, row) => [row, 1]), labels });
  const numbered = (count: number) => labelled(Array.from({ length: count }, (_, c) => `${c * 0.5}`));

  it('a label that is a quantity is a line at once', async () => {
    const began = performance.now();
    expect(await outcome(() => train(numbered(437), quick))).toBe(
      'classes: 437 different labels ("0", "0.5", "1", ... (437)) would be 95266 networks, one for each pair; at most 100 ' +
        'classes are taken. Is the label a quantity? Choose some with --classes (classes), or allow more with --max-classes ' +
        '(maxClasses, up to 1000)',
    );
    expect(await outcome(() => train(numbered(10_000), quick))).toMatch(
      /^classes: 10000 different labels .* would be 49995000 networks, .*--max-classes \(maxClasses\) allows 1000 at most$/,
    );
    expect(await outcome(() => train(numbered(200_000), { ...quick, maxClasses: 1000 }))).toMatch(
      /19999900000/,
    );
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('maxClasses allows more, or fewer', () => {
    expect(planTraining(numbered(120), { ...quick, maxClasses: 120 }).pairs).toHaveLength(7140);
    expect(() => planTraining(numbered(4), { ...quick, maxClasses: 3 })).toThrow(/4 different labels/);
    expect(planTraining(numbered(400), { ...quick, classes: ['1', '2'] }).pairs).toHaveLength(1);
    expect(() => planTraining(numbered(4), { ...quick, maxClasses: 1001 })).toThrow(/^maxClasses: /);
  });

  it("names have the readers' limit", async () => {
    const name = 'n'.repeat(1000);
    const fits = { ...labelled([name, name, 'y', 'y']), columns: [`${name.slice(1)}a`, 'b'] };
    const { classifier: trained } = await train(fits, quick);
    expect(EnsembleClassifier.load(JSON.stringify(trained)).classes).toEqual([name, 'y']);
    expect(await outcome(() => train(labelled([`${name}n`, 'y']), quick))).toMatch(/has 1001 characters/);
    expect(await outcome(() => train({ ...fits, columns: [`${name}n`, 'b'] }, quick))).toMatch(
      /^columns: .*1001 characters/,
    );
  });

  it("all weights together have the readers' limit", async () => {
    const wide = {
      samples: { values: new Float64Array(40 * 60_000), rows: 40, columns: 60_000 },
      labels: Array.from({ length: 40 }, (_, row) => `${row}`),
    };
    expect(await outcome(() => train(wide, { ...quick, hidden: [4] }))).toMatch(
      /^hidden: 780 networks of 240004 weights are 187203120; a model has 67108864 at most/,
    );
  });
});

describe('infinity', () => {
  it('stays what it is in JSON', async () => {
    const constant = { samples: [[1], [-1]], labels: ['x', 'y'] };
    const { classifier: one } = await train(constant, quick);
    const model = { ...one.model, pairs: one.model.pairs.map((pair) => ({ ...pair, network: zero })) };
    const certificate = new EnsembleClassifier(model).certify([1]);
    expect(certificate).toEqual({ label: 'x', radius: Number.POSITIVE_INFINITY });
    expect(JSON.stringify(certificate)).toBe('{"label":"x","radius":"Infinity"}');
    expect(JSON.stringify(one.certify([1]))).toMatch(/^\{"label":"x","radius":\d+\}$/);
  });
  const zero = { layers: [1, 1], weightBound: 1, weights: [[[0]]] };
});

describe('a model text with some bytes changed', () => {
  it('reads the same or is one line', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.nat(),
        fc.string({ unit: 'binary', maxLength: 3 }),
        async (at, cut, text) => {
          const from = at % saved.length;
          const changed = saved.slice(0, from) + text + saved.slice(from + (cut % 4));
          const line = await outcome(() => {
            expect(JSON.stringify(EnsembleClassifier.load(changed, 'm'))).toBe(saved);
          });
          if (line !== 'fine') expect(line).toMatch(/^m: /);
        },
      ),
      { numRuns: 500 },
    );
  });
});
