import { describe, expect, it } from 'vitest';
import { withRowWeights } from '../../src/data/row-weights.js';
import { selectRows } from '../../src/data/split.js';
import type { DataSet } from '../../src/data/types.js';

function table(weights: readonly number[], more: Partial<DataSet> = {}): DataSet {
  return {
    samples: {
      values: Float64Array.from(weights.flatMap((weight, row) => [row, weight, 10 + row])),
      rows: weights.length,
      columns: 3,
    },
    labels: weights.map((_, row) => (row % 2 === 0 ? 'a' : 'b')),
    classes: ['a', 'b'],
    columns: ['x', 'w', 'y'],
    ...more,
  };
}

describe('a column of what errors count', () => {
  it.each<[number[], number[], string | undefined]>([
    [[1, 3, 2], [1, 3, 2], undefined],
    [[0, 0, 7], [0, 0, 1], 'divided by 7'],
    [[0.5, 0.25, 2], [2, 1, 8], 'times 100 and divided by 25'],
    [[0.1, 0.2, 0.3], [1, 2, 3], 'times 10'],
    [[1e-9, 1, 0.5], [1, 1e9, 5e8], 'times 1000000000'],
    [[3e12, 6e12, 9e12], [1, 2, 3], 'divided by 3000000000000'],
  ])('%j becomes %j', (given, wanted, unit) => {
    const data = withRowWeights(table(given), 'w', 'file');
    expect([...(data.weights ?? [])]).toEqual(wanted);
    // Exactly: the same ratios, in the integers that stand for them.
    const at = given.findIndex((weight) => weight > 0);
    for (const [k, weight] of given.entries())
      expect((weight / given[at]) * (wanted[at] / (wanted[k] || 1))).toBeCloseTo(weight > 0 ? 1 : 0, 12);
    expect(data.notes ?? []).toEqual(
      unit === undefined ? [] : [`weights of column "w" are taken ${unit}, which makes them whole`],
    );
  });

  it('is no value any more, and stays with its rows', () => {
    const data = withRowWeights(table([4, 5, 6], { levels: [['p', 'q', 'r'], null, null] }), 'w', 'file');
    expect(data.columns).toEqual(['x', 'y']);
    expect(data.levels).toEqual([['p', 'q', 'r'], null]);
    expect(data.dropped).toEqual(['w']);
    expect([...data.samples.values]).toEqual([0, 10, 1, 11, 2, 12]);
    const part = selectRows(data, { classes: data.classes, rows: [2, 0] });
    expect([...(part.weights ?? [])]).toEqual([6, 4]);
  });

  it.each<[number[], string]>([
    [[1, -2, 3], 'file: weight: column "w", row 1: expected a number >= 0, got -2'],
    [[1, 2, Number.NaN], 'file: weight: column "w", row 2: expected a number >= 0, got a missing value'],
    [[0, 0, 0], 'file: weight: column "w": every weight is 0'],
    [
      [1, Math.SQRT2, 3],
      'file: weight: column "w": no unit makes them whole numbers up to 1000000000; round them first',
    ],
    [[1, 2e9, 3], 'file: weight: column "w": no unit makes them whole'],
  ])('%j is refused', (given, wanted) => {
    expect(() => withRowWeights(table(given), 'w', 'file')).toThrow(wanted);
  });

  it('has to be there, and numbers', () => {
    expect(() => withRowWeights(table([1]), 'v', 'file')).toThrow('file: weight: there is no column "v"');
    const texts = table([0, 1], { levels: [null, ['much', 'little'], null] });
    expect(() => withRowWeights(texts, 'w', 'file')).toThrow(
      'file: weight: column "w": "much" is not a number',
    );
  });
});
