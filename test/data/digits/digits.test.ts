import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { drawDigits } from '../../../src/data/digits/index.js';
import { fewShotRows, selectRows } from '../../../src/data/split.js';
import type { DataSet } from '../../../src/data/types.js';
import type { TrainingData } from '../../../src/ensemble/types.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const bytesOf = (data: DataSet): Uint8Array => data.samples.values as Uint8Array;

describe('drawDigits', () => {
  const train = drawDigits({ perClass: 30, stream: 'train' });
  const test = drawDigits({ perClass: 100, stream: 'test' });

  it('delivers 28 x 28 images of the ten digits in turn, as training takes them', () => {
    const data: TrainingData = train;
    expect(data.image).toEqual({ width: 28, height: 28 });
    expect(train.samples).toMatchObject({ rows: 300, columns: 784 });
    expect(train.labels.slice(8, 12)).toEqual(['8', '9', '0', '1']);
    expect(train.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('draws the same bytes everywhere', () => {
    expect(sha256(bytesOf(train))).toBe('2eb2012795ac0c8ad640daea906d1929a5472b91f73fe5ad8680066ba51abc29');
    expect(sha256(bytesOf(test).subarray(0, 100 * 784))).toBe(
      '4be327eadbc87798817cbf34689a89ca022b7ec300028ed9ff7fa908893ad89c',
    );
  });

  it('draws the same image whatever the number of images, others for another seed and stream', () => {
    const few = drawDigits({ perClass: 3, stream: 'train' });
    expect(Buffer.compare(bytesOf(few), bytesOf(train).subarray(0, 30 * 784))).toBe(0);
    const seen = new Set<string>();
    for (const data of [
      few,
      drawDigits({ perClass: 3, stream: 'test' }),
      drawDigits({ perClass: 3, stream: 'train', seed: 2 }),
    ]) {
      for (let row = 0; row < 30; row++) seen.add(sha256(bytesOf(data).subarray(row * 784, (row + 1) * 784)));
    }
    expect(seen.size).toBe(90);
  });

  it('leaves paper at the rim and ink in the middle', () => {
    for (let row = 0; row < train.samples.rows; row++) {
      const image = bytesOf(train).subarray(row * 784, (row + 1) * 784);
      const inked = image.reduce((count, value) => count + (value > 100 ? 1 : 0), 0);
      expect(inked).toBeGreaterThan(15);
      expect(inked).toBeLessThan(330);
      let corners = 0;
      for (const at of [0, 27, 756, 783]) corners += image[at];
      expect(corners).toBe(0);
    }
  });

  it('is neither trivial nor hopeless: one nearest neighbour on 10 shots is right for 65 to 85 % of 1000 images', () => {
    for (let instance = 0; instance < 3; instance++) {
      const shots = selectRows(train, fewShotRows(train, { shots: 10, instance }));
      const accuracy = nearestNeighbourAccuracy(shots, test);
      expect(accuracy).toBeGreaterThan(0.65);
      expect(accuracy).toBeLessThan(0.85);
    }
  });

  it.each([
    [{ perClass: 0, stream: 'train' as const }, 'digits: perClass must be an integer in 1..100000, got 0'],
    [
      { perClass: 1, stream: 'test' as const, seed: -1 },
      'digits: seed must be an integer in 0..2^32-1, got -1',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => drawDigits(options)).toThrow(message);
  });

  it('names what is missing, for callers without types', () => {
    expect(() => (drawDigits as () => DataSet)()).toThrow(
      'perClass must be an integer in 1..100000, got undefined',
    );
    const stream = 'validation' as 'test';
    expect(() => drawDigits({ perClass: 1, stream })).toThrow(
      "stream must be 'train' or 'test', got validation",
    );
  });
});

function nearestNeighbourAccuracy(known: DataSet, asked: DataSet): number {
  const { columns } = known.samples;
  const a = bytesOf(asked);
  const b = bytesOf(known);
  let right = 0;
  for (let row = 0; row < asked.samples.rows; row++) {
    let best = Number.POSITIVE_INFINITY;
    let label = '';
    for (let other = 0; other < known.samples.rows; other++) {
      let distance = 0;
      for (let p = 0; p < columns && distance < best; p++) {
        const difference = a[row * columns + p] - b[other * columns + p];
        distance += difference * difference;
      }
      if (distance < best) {
        best = distance;
        label = known.labels[other];
      }
    }
    if (label === asked.labels[row]) right++;
  }
  return right / asked.samples.rows;
}
