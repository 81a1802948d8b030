import { describe, expect, it } from 'vitest';
import '../../../src/run/node.js';
import { parseEncode } from '../../../src/data/encode-spec.js';
import { toDense } from '../../../src/ensemble/matrix.js';
import { isSkewed, tableEncode } from '../../../src/ensemble/train/table-encode.js';
import { planTraining, train } from '../../../src/ensemble/train/train.js';
import type { TrainingData } from '../../../src/ensemble/types.js';
import { below, sfc32, uniform } from '../../../src/random.js';

/** Where most of the values are small and few are large, with a label of one in seven that the order of the values says. */
function skewed(rows: number, seed: number): TrainingData {
  const random = sfc32(seed, 1, 2, 3);
  const samples = Array.from({ length: rows }, () => {
    const steep = Math.exp(12 * uniform(random) ** 3);
    const heavy = 1 / (0.001 + uniform(random));
    return [steep, heavy, uniform(random), below(random, 3)];
  });
  const scores = samples.map(
    ([steep, heavy, , ward]) => Math.log(steep) - Math.log(heavy) + (ward === 1 ? 1 : 0),
  );
  const cut = [...scores].sort((a, b) => a - b)[Math.floor(rows * 0.85)];
  return {
    samples,
    labels: scores.map((score) => (score > cut ? 'yes' : 'no')),
    columns: ['steep, or so', 'heavy "tail"', 'even', 'ward'],
    levels: [null, null, null, ['a', 'b', 'c']],
  };
}

const encodeOf = (data: TrainingData, options = {}) => tableEncode(data, toDense(data.samples), options);

describe('how the numbers of a table become inputs where nobody says', () => {
  it('steps where there are rows enough, the order of skewed columns where there are not', () => {
    expect(encodeOf(skewed(2000, 1))).toBe('quantile=10');
    const few = encodeOf(skewed(120, 2)) as string;
    const { numbers, named } = parseEncode(few);
    expect(numbers).toEqual({ kind: 'range' });
    expect([...named]).toEqual([
      ['steep, or so', { kind: 'rank' }],
      ['heavy "tail"', { kind: 'rank' }],
    ]);
    // Counted are the rows that are trained on.
    expect(encodeOf(skewed(2000, 1), { shots: 40 })).toMatch(/^range,/);
  });

  it('counts the rows of the smallest pair', () => {
    const data = skewed(2000, 3);
    const rare = {
      ...data,
      labels: Array.from({ length: 2000 }, (_, k) => (k < 1900 ? 'a' : k % 2 ? 'b' : 'c')),
    };
    expect(encodeOf(rare)).toMatch(/^range,/);
    expect(encodeOf(rare, { classes: ['a', 'b'] })).toBe('quantile=10');
  });

  it('leaves a table without skewed columns and with few rows alone', () => {
    const samples = Array.from({ length: 60 }, (_, k) => [k, (k * 7) % 60, k % 2]);
    const labels = samples.map(([x]) => (x < 30 ? 'a' : 'b'));
    const data = { samples, labels, columns: ['x', 'y', 'z'] };
    expect(encodeOf(data)).toBeUndefined();
    expect(planTraining(data).config.encode).toBeUndefined();
    expect(planTraining(data, { encode: 'quantile=4' }).config.encode).toBe('quantile=4');
  });

  it.each<[string, number[], boolean]>([
    ['even', Array.from({ length: 100 }, (_, k) => k), false],
    ['one far out', [...Array.from({ length: 100 }, (_, k) => k), 5000], true],
    ['few different values', Array.from({ length: 100 }, (_, k) => (k === 0 ? 1000 : k % 9)), false],
    [
      'a heap and an even rest',
      [...new Array<number>(500).fill(0), ...Array.from({ length: 50 }, (_, k) => k)],
      false,
    ],
    [
      'a heap and one far out',
      [...new Array<number>(500).fill(0), ...Array.from({ length: 50 }, (_, k) => k), 1e6],
      true,
    ],
    ['the ends of doubles', [-1.7e308, ...Array.from({ length: 30 }, (_, k) => k), 1.7e308], true],
    ['nothing', [], false],
  ])('%s', (_what, values, wanted) => {
    expect(isSkewed(Float64Array.from(values).sort())).toBe(wanted);
  });

  it.each([1500, 150])('learns a skewed table of %d rows beyond its base rate, unasked', async (rows) => {
    const result = await train(skewed(rows, 7), { workers: 0 });
    expect(result.trainAccuracy).toBeGreaterThan(0.88);
    const fresh = skewed(3000, 8);
    expect(result.classifier.score(fresh.samples, fresh.labels)).toBeGreaterThan(0.87);
    expect(result.nonzero).toBeGreaterThan(1);
  });
});
