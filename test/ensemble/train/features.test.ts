import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawDigits } from '../../../src/data/digits/index.js';
import type { DataSet } from '../../../src/data/types.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { pairProblem } from '../../../src/ensemble/train/pairs.js';
import { planTraining, train } from '../../../src/ensemble/train/train.js';
import type { TrainingData } from '../../../src/ensemble/types.js';
import { InputError } from '../../../src/errors.js';
import { outputSign } from '../../../src/network/forward.js';
import type { Network } from '../../../src/network/types.js';
import { perturbationFamily } from '../../../src/perturb/index.js';
import { byTheBook } from '../../features/by-the-book.js';
import { violation } from '../model/json-schema.js';
import '../../../src/run/node.js';

const digits = drawDigits({ seed: 1, perClass: 3, stream: 'train' });
const test = drawDigits({ seed: 1, perClass: 12, stream: 'test' });
const pictureOf = ({ samples }: DataSet, row: number): number[] =>
  Array.from(samples.values.subarray(row * 784, (row + 1) * 784));

/** Every third pixel and row: 8 x 8 pictures (and a bit) of 16 greys. */
function small({ samples, labels, classes }: DataSet, factor = 1): TrainingData {
  const rows = Array.from({ length: samples.rows }, (_, row) => {
    const at = (x: number, y: number) => samples.values[row * 784 + (3 * y + 2) * 28 + 3 * x + 2];
    return Array.from({ length: 64 }, (_, k) => Math.floor(at(k % 8, k >> 3) / 16) * factor);
  });
  return { samples: rows, labels, classes, image: { width: 8, height: 8 } };
}

describe('training on features', () => {
  const choice = { objective: 'robust', features: 'auto', shots: 3, seed: 4, workers: 0 } as const;

  it('is better than on pixels, and the model answers as the page says', async () => {
    const classes = ['1', '3', '7', '9'];
    const same = { perturb: { linf: 4, affine: 10 }, soft: 0.45, hidden: [], stages: ['mm'] } as const;
    const { classifier, links } = await train(digits, { ...choice, ...same, classes });
    expect(links).toBe(6 * 1728);
    expect(classifier.layers).toEqual([1728, 1]);
    expect(classifier.inputs).toBe(784);
    const saved = JSON.stringify(classifier);
    const document = JSON.parse(saved);
    expect(document.version).toBe(2);
    expect(document.features).toMatchObject({
      name: 'hog',
      version: 1,
      black: 0,
      cell: 4,
      bins: 12,
      mean: 100,
    });
    expect(document.training.features).toBe('hog,cell=4,bins=12,zoom=1,deskew=1,mean=100');
    const schema = readFileSync(new URL('../../../src/model.schema.json', import.meta.url), 'utf8');
    expect(violation(JSON.parse(schema), document)).toBeNull();
    const loaded = EnsembleClassifier.load(saved);
    expect(JSON.stringify(loaded)).toBe(saved);
    const { black, white, middle } = document.features;
    for (let row = 0; row < 40; row++) {
      const picture = pictureOf(test, row);
      const features = byTheBook({ name: 'hog' }, picture, 28, 28, black, white);
      const read = features.map((value, at) => value - middle[at]);
      expect([...loaded.decisions(picture)]).toEqual(
        classifier.pairs.map((pair) => outputSign(pair.network as Network, read)),
      );
    }
    const accuracy = loaded.evaluate(test, { vote: 'recursive' }).accuracy;
    const pixels = await train(digits, { ...choice, ...same, features: 'none', classes });
    expect(JSON.parse(JSON.stringify(pixels.classifier)).version).toBe(1);
    expect(accuracy).toBeGreaterThan(pixels.classifier.evaluate(test, { vote: 'recursive' }).accuracy);
  });

  it('makes copies of pictures and maps them afterwards', () => {
    const perturb = { linf: 2, shift: 1, affine: 3 };
    const plan = planTraining(digits, { ...choice, perturb, classes: ['4', '9'], shots: 2 });
    const problem = pairProblem(plan.pairs[0], plan.samples, plan.config);
    const { features, image, values, labels } = plan.samples;
    const { black, white, middle } = features as NonNullable<typeof features>;
    const rows: number[][] = [];
    for (const label of [0, 1]) {
      labels.forEach((own, sample) => {
        if (own !== label) return;
        const picture = values.subarray(sample * 784, (sample + 1) * 784);
        const grey = Int32Array.from(picture, (v) => Math.floor((510 * v + white) / (2 * white)));
        for (const copy of perturbationFamily(grey, image, plan.config.perturb, 4)) {
          rows.push(byTheBook({ name: 'hog' }, copy, 28, 28, 0, 255).map((value, at) => value - middle[at]));
        }
      });
    }
    expect(black).toBe(0);
    expect(problem.sampleCount).toBe(rows.length);
    expect(rows).toHaveLength(4 * 12);
    expect(problem.linf).toBe(2);
    // The families of a pair come in the order of the data, 4 and 9 in turn.
    const found = Array.from({ length: rows.length }, (_, k) =>
      problem.samples.slice(k * 1728, (k + 1) * 1728).join(),
    );
    expect(found.sort()).toEqual(rows.map((row) => row.join()).sort());
    // Means of all these rows: what is left adds up to nothing but roundings.
    const sums = rows[0].map((_, at) => rows.reduce((sum, row) => sum + row[at], 0));
    expect(Math.max(...sums.map(Math.abs))).toBeLessThanOrEqual(rows.length / 2);
  });

  it('does not depend on the unit of grey, on small pictures too', async () => {
    const classes = ['0', '1', '5'];
    const weightsOf = async (factor: number): Promise<unknown> => {
      const { classifier } = await train(small(digits, factor), { ...choice, classes });
      expect(classifier.layers[0]).toBe(5 * 5 * 48);
      return JSON.parse(JSON.stringify(classifier)).pairs.map((pair: { weights: unknown }) => pair.weights);
    };
    expect(await weightsOf(16)).toEqual(await weightsOf(1));
  });

  it("takes the paper's objective, hidden layers and extra samples", async () => {
    const pictures = [pictureOf(test, 4), pictureOf(test, 9)];
    const { classifier, trainAccuracy } = await train(digits, {
      features: 'deskew,root=1,mean=50',
      classes: ['4', '9'],
      hidden: [2],
      shots: 2,
      extra: { samples: pictures, of: [4, 9] },
      seed: 1,
      workers: 0,
      workLimit: 4_000_000,
    });
    expect(trainAccuracy).toBe(1);
    expect(classifier.layers).toEqual([784, 2, 1]);
    expect(EnsembleClassifier.load(JSON.stringify(classifier)).predict(pictures)).toEqual(['4', '9']);
  });

  it('judges copies as it was trained on them', async () => {
    const perturb = { shift: 1, affine: 4 };
    const { classifier } = await train(digits, {
      ...choice,
      classes: ['0', '1'],
      perturb,
      workLimit: 2_000_000,
    });
    const { samples, labels } = digits;
    const rows = labels.flatMap((label, row) => (label < '2' ? [row] : []));
    const train01 = {
      samples: rows.map((row) => pictureOf(digits, row)),
      labels: rows.map((row) => labels[row]),
    };
    expect(samples.rows).toBeGreaterThan(rows.length);
    // Soft margins are off where a set is asked for: all copies are right, or the result says otherwise.
    expect(classifier.evaluate(train01, { perturb }).accuracy).toBe(1);
    const certified = classifier.certify(train01.samples[0]);
    expect(certified.label).toBe(train01.labels[0]);
    expect(classifier.attack(train01.samples[0])?.radius).toBeGreaterThan(certified.radius as number);
    const clip = [0, 255] as const;
    let found = 0;
    for (const [k, sample] of train01.samples.entries()) {
      const attack = classifier.attackPixels(sample, { clip, seed: k });
      if (attack === null) continue;
      found++;
      expect(attack.input).toHaveLength(784);
      expect(attack.radius).toBe(Math.max(...sample.map((x, i) => Math.abs(x - attack.input[i]))));
      expect(Math.min(...attack.input)).toBeGreaterThanOrEqual(0);
      expect(classifier.predictOne(attack.input)).toBe(attack.label);
      expect(attack.label).not.toBe(train01.labels[k]);
    }
    expect(found).toBeGreaterThan(0);
    const report = classifier.evaluateCertificates(train01, { radii: [1, 64], attack: 4 });
    expect(report.pixels?.right).toBe(report.attack?.right);
    expect(report.pixels?.radii.map(({ radius }) => radius)).toEqual([1, 64]);
    for (const { certified, broken, undecided } of report.pixels?.radii ?? []) {
      expect(undecided).toBeGreaterThanOrEqual(0);
      expect(certified + broken + undecided).toBe(report.pixels?.right);
    }
  });

  it.each([
    [{ features: 'sift' }, /features: expected none, deskew, hog or auto, got "sift"/],
    [{ features: 3 as unknown as string }, /features: expected a name, got 3/],
    [{ features: 'hog', contrast: true }, /contrast: features make roots of their own/],
    [{ features: 'hog,cell=9', stages: ['mm' as const] }, undefined],
  ])('checks %j', (options, message) => {
    const plan = () => planTraining(digits, { classes: ['4', '9'], ...options });
    if (message === undefined) expect(plan().samples.inputs).toBe(2 * 2 * 48);
    else {
      expect(plan).toThrow(InputError);
      expect(plan).toThrow(message);
    }
  });

  it.each([
    // 45 networks: 4 neurons on 48 features and 20 weights above, two bits each; one neuron; one with 4 bits a weight; one pair.
    [{}, 2_385, 'hog,cell=14,bins=12'],
    [{ objective: 'robust' as const }, 1_800, 'hog,cell=9,bins=10'],
    [{ objective: 'robust' as const, weightBound: 7 }, 3_600, 'hog,cell=9,bins=10'],
    [{ objective: 'robust' as const, classes: ['4', '9'] }, 432, 'hog,cell=4,bins=12'],
  ])('chooses a map by the bytes of all networks: %j, %i', (options, bytes, text) => {
    const named = (most: number) =>
      planTraining(digits, { ...options, features: `auto,bytes=${most}` }).config.features;
    expect(named(bytes)).toBe(`${text},zoom=1,deskew=1,mean=100`);
    expect(named(bytes - 1)).not.toBe(named(bytes));
  });

  it('is only for images', () => {
    const table = { samples: [[1], [2]], labels: ['a', 'b'] };
    expect(() => planTraining(table, { features: 'auto' })).toThrow(/features: needs images/);
    expect(planTraining(table, { features: 'none' }).config.features).toBeUndefined();
  });
});

describe('a model of version 2 that was tampered with', () => {
  it('is refused in one line that names the field', async () => {
    const { documentChecksum } = await import('../../../src/ensemble/model/checksum.js');
    const { classifier } = await train(digits, {
      objective: 'robust',
      features: 'hog,cell=9,bins=4',
      perturb: {},
      classes: ['0', '1'],
      shots: 1,
      workers: 0,
    });
    const good = JSON.parse(JSON.stringify(classifier));
    const refusal = (features: object, more: object = {}): string => {
      const document = { ...good, features: { ...good.features, ...features }, ...more };
      try {
        EnsembleClassifier.load({ ...document, checksum: documentChecksum(document) }, 'm');
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return (error as Error).message;
      }
      return 'taken';
    };
    expect(refusal({})).toBe('taken');
    expect(refusal({ version: 2 })).toMatch(/^m: features: version 2 of the map is not version 1/);
    expect(refusal({ cell: 1 })).toMatch(/^m: features: cell: expected a whole number in 2\.\.64, got 1/);
    expect(refusal({ cell: 8 })).toMatch(/^m: training.features: .*but the model's are/);
    expect(refusal({ cell: 4 })).toMatch(/^m: features: middle: expected 576 entries, got 64/);
    expect(refusal({ name: 'sift' })).toMatch(/^m: features: name: expected deskew or hog/);
    expect(refusal({ white: 0 })).toMatch(/^m: features: white: /);
    expect(refusal({ middle: [1] })).toMatch(/^m: features: middle: expected 64 entries, got 1/);
    expect(refusal({ ends: 101 })).toMatch(
      /^m: features: ends: expected a whole number in 0\.\.100, got 101/,
    );
    expect(refusal({ ends: 16 })).toMatch(/^m: training.features: .*but the model's are/);
    expect(refusal({ mean: 50 })).toMatch(/^m: training.features: .*but the model's are/);
    expect(refusal({}, { image: undefined })).toMatch(/^m: features: need the field image/);
    expect(refusal({}, { image: { width: 14, height: 56 } })).toMatch(/^m: features: /);
    expect(refusal({}, { layers: [65, 1] })).toMatch(/^m: /);
  });
});
