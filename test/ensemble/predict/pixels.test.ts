import { describe, expect, it } from 'vitest';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { PixelCertifier } from '../../../src/ensemble/predict/pixel-certificate.js';
import { FeatureReader, type FeatureSpec, featureCount, parseFeatures } from '../../../src/features/index.js';
import { type RandomSource, sfc32 } from '../../../src/random.js';
import { modelOf } from '../support.js';

const image = { width: 8, height: 8 };
const RULES = ['paper', 'recursive', 'margin'] as const;

/**
 * Three classes on features of 8 x 8: every first-layer neuron tells one random picture from another, where their features differ enough, and
 * the layers above are random.
 */
function anyClassifier(random: RandomSource, text: string, hidden: readonly number[]): EnsembleClassifier {
  const spec = parseFeatures(text, image) as FeatureSpec;
  const count = featureCount(spec, image);
  const features = { spec, black: 12, white: 243, middle: new Array<number>(count).fill(0) };
  const reader = new FeatureReader(features, image);
  const read = (): Int32Array => {
    const out = new Int32Array(count);
    reader.read(strokes(random), out);
    return out;
  };
  const typical = read();
  const layers = [count, ...hidden, 1];
  const networks = Array.from({ length: 3 }, () => {
    const weights = layers.slice(1).map((size, layer) =>
      Array.from({ length: size }, () => {
        if (layer > 0) return Array.from({ length: layers[layer] }, () => (random() % 3) - 1);
        const [one, other] = [read(), read()];
        return Array.from(one, (x, at) => (Math.abs(x - other[at]) < 30 ? 0 : Math.sign(x - other[at])));
      }),
    );
    return { layers, weightBound: 1, weights };
  });
  const model = modelOf(['x', 'y', 'z'], layers, 1, networks, image);
  return new EnsembleClassifier({ ...model, features: { ...features, middle: [...typical] } });
}

/** A slanting stroke and a level one. */
function strokes(random: RandomSource): Int32Array {
  const [a, b, c] = [(random() % 30) / 10 - 1.5, 3 + (random() % 3), 1 + (random() % 6)];
  const half = random() % 3;
  return Int32Array.from({ length: 64 }, (_, at) => {
    const [x, y] = [at % 8, at >> 3];
    if (y === c && (half === 0 ? x < 4 : half === 1 ? x >= 4 : false)) return 230;
    return Math.max(0, Math.min(255, Math.round(380 - 200 * Math.abs(x - b - a * (y - 3.5)))));
  });
}

describe('certificates in pixels', () => {
  it.each([
    ['hog,cell=4', []],
    ['hog,cell=2,bins=6,deskew=0', [3]],
    ['deskew,root=1', [2, 2]],
    ['deskew', []],
  ] as const)('no picture within the radius has another label: %s, hidden %j', (text, hidden) => {
    const random = sfc32(5, text.length, hidden.length);
    let certified = 0;
    let attacked = 0;
    for (let n = 0; n < 7; n++) {
      const classifier = anyClassifier(random, text, hidden);
      const row = strokes(random);
      for (const vote of RULES) {
        const { label, radius } = classifier.certifyPixels(row, { vote, maxRadius: 40 });
        expect(label).toBe(classifier.predictOne(row, { vote }));
        if (label === null || radius === null || radius === 0) continue;
        certified++;
        for (let k = 0; k < 30; k++) {
          const near = row.map((x) =>
            (k & 1) === 0
              ? x + radius * (1 - 2 * (random() & 1))
              : x - radius + (random() % (2 * radius + 1)),
          );
          expect(classifier.predictOne(near, { vote })).toBe(label);
        }
        if (n > 1) continue;
        const found = classifier.attackPixels(row, { vote, seed: n, maxRadius: 60 });
        if (found === null) continue;
        attacked++;
        expect(found.radius).toBeGreaterThan(radius);
      }
    }
    expect(certified).toBeGreaterThan(4);
    expect(attacked).toBeGreaterThan(0);
  });

  it('agrees with all pictures of small boxes', () => {
    const random = sfc32(6);
    let held = 0;
    let broken = 0;
    for (let n = 0; n < 40; n++) {
      const classifier = anyClassifier(random, 'hog,cell=4,bins=8', []);
      const certifier = certifierOf(classifier);
      const row = strokes(random);
      // All other pixels are beyond black and white by more than the radius: only four can move.
      const moving = [...row.keys()].filter((at) => row[at] > 30 && row[at] < 220).slice(0, 4);
      row.forEach((x, at) => {
        if (!moving.includes(at)) row[at] = x < 128 ? -300 : 600;
      });
      const label = classifier.predictOne(row);
      if (label === null) continue;
      const radius = [3, 40, 130][n % 3];
      const steps = [-radius, 0, radius];
      const labels = new Set<string | null>();
      for (let k = 0; k < 3 ** moving.length; k++) {
        const near = row.slice();
        for (const [digit, at] of moving.entries()) near[at] += steps[Math.floor(k / 3 ** digit) % 3];
        labels.add(classifier.predictOne(near));
      }
      const holds = certifier.holds(row, classifier.classes.indexOf(label), 'paper', radius);
      if (holds) held++;
      if (labels.size > 1) broken++;
      expect(holds && labels.size > 1).toBe(false);
    }
    expect(held).toBeGreaterThan(3);
    expect(broken).toBeGreaterThan(0);
  });

  it('counts the bias of a neuron', () => {
    const spec = parseFeatures('deskew', image) as FeatureSpec;
    const fitted = { spec, black: 0, white: 255, middle: new Array<number>(64).fill(0) };
    const row = strokes(sfc32(3));
    const read = new Int32Array(64);
    new FeatureReader(fitted, image).read(row, read);
    const total = read.reduce((sum, x) => sum + x, 0);
    const withBias = (bias: number): EnsembleClassifier => {
      const network = {
        layers: [64, 1],
        weightBound: 1,
        weights: [[new Array<number>(64).fill(1)]],
        biases: [bias],
      };
      return new EnsembleClassifier({
        ...modelOf(['x', 'y'], [64, 1], 1, [network], image),
        features: fitted,
      });
    };
    // A sum of 0 is the first class, and the least that is darker is the second.
    const tight = withBias(-total);
    expect(tight.predictOne(row)).toBe('x');
    expect(tight.predictOne(row.map((x) => Math.max(0, x - 5)))).toBe('y');
    expect(tight.certifyPixels(row)).toEqual({ label: 'x', radius: 0 });
    expect(withBias(2000 - total).certifyPixels(row).radius).toBeGreaterThan(0);
    // Without its bias the sum would be certain; with it the other class is.
    const other = withBias(-3 * total).certifyPixels(row, { maxRadius: 8 });
    expect(other.label).toBe('y');
    expect(other.radius).toBeGreaterThan(0);
  });

  it('is nothing for a picture that may be all black, and in grey levels for a model without features', () => {
    const random = sfc32(9);
    const classifier = anyClassifier(random, 'hog,cell=4', []);
    const black = new Int32Array(64);
    expect(classifier.certifyPixels(black, { vote: 'margin', maxRadius: 12 }).radius).not.toBe(0);
    const certifier = certifierOf(classifier);
    expect(certifier.holds(black, 0, 'paper', 13)).toBe(false);
    const networks = Array.from({ length: 3 }, () => {
      const weights = [[Array.from({ length: 64 }, () => (random() % 3) - 1)]];
      return { layers: [64, 1], weightBound: 1, weights };
    });
    const plain = new EnsembleClassifier(modelOf(['x', 'y', 'z'], [64, 1], 1, networks, image));
    const row = strokes(random);
    expect(plain.certifyPixels(row)).toEqual({ ...plain.certify(row) });
    expect(() => plain.certifyPixels(row, { maxRadius: -1 })).toThrow(/maxRadius/);
  });
});

function certifierOf({ model, classes }: EnsembleClassifier): PixelCertifier {
  const { features } = model;
  if (features === undefined) throw new Error('no features');
  return new PixelCertifier(
    { image, features },
    model.pairs.map((pair) => pair.network),
    classes.length,
  );
}
