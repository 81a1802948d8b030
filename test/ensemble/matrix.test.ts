import { describe, expect, it } from 'vitest';
import { toDense } from '../../src/ensemble/matrix.js';
import type { Matrix } from '../../src/ensemble/types.js';
import { InputError } from '../../src/errors.js';

describe('toDense', () => {
  it('flattens nested rows of any kind', () => {
    const dense = toDense([[1, 2.5], Uint8Array.from([3, 4]), new Float64Array([5, -6])]);
    expect(dense.rows).toBe(3);
    expect(dense.columns).toBe(2);
    expect(Array.from(dense.values)).toEqual([1, 2.5, 3, 4, 5, -6]);
  });

  it('uses flat values in place', () => {
    const values = Uint8Array.from([1, 2, 3, 4, 5, 6]);
    const dense = toDense({ values, rows: 2, columns: 3 });
    expect(dense.values).toBe(values);
    expect([dense.rows, dense.columns]).toEqual([2, 3]);
  });

  it('takes no rows at all where the columns are known', () => {
    expect(toDense([], { columns: 4 })).toMatchObject({ rows: 0, columns: 4 });
  });

  const bad: [string, unknown, RegExp][] = [
    ['a ragged row', [[1, 2], [3]], /^samples\[1\]: the row has 1 values, the first row has 2$/],
    [
      'NaN, with row and column',
      [
        [1, 2],
        [3, Number.NaN],
      ],
      /^samples\[1\]\[1\]: expected a finite number, got NaN$/,
    ],
    [
      'an infinity in flat values',
      { values: [1, Infinity], rows: 1, columns: 2 },
      /^samples\[0\]\[1\]: .*Infinity/,
    ],
    ['a string that looks like a number', [['1', 2]], /^samples\[0\]\[0\]: expected a number, got "1"$/],
    ['null', [[null, 2]], /^samples\[0\]\[0\]: expected a number, got null$/],
    ['a hole', [Object.assign([1], { 2: 3 })], /^samples\[0\]\[1\]: expected a number, got undefined$/],
    ['an empty row', [[], []], /^samples\[0\]: the row is empty$/],
    ['a flat array without its shape', Uint8Array.from([1, 2]), /needs its shape/],
    ['a shape that does not fit', { values: [1, 2, 3], rows: 2, columns: 2 }, /2 x 2 needs 4 values, got 3/],
    ['a shape that is no shape', { values: [], rows: -1, columns: 2 }, /whole numbers, got -1 x 2/],
    ['a row that is a text', ['abc'], /^samples\[0\]: expected a row of numbers, got "abc"$/],
    ['nothing', undefined, /^samples: expected rows of numbers, got undefined$/],
    ['a number', 7, /^samples: expected rows of numbers, got 7$/],
  ];
  it.each(bad)('refuses %s', (_, matrix, message) => {
    expect(() => toDense(matrix as Matrix)).toThrow(InputError);
    expect(() => toDense(matrix as Matrix)).toThrow(message);
  });

  it('names the column, and the width it wants', () => {
    expect(() => toDense([[1, Number.NaN]], { columnNames: ['age', 'pulse'] })).toThrow('(column "pulse")');
    expect(() => toDense([[1, 2]], { columns: 3, name: 'sample' })).toThrow(
      'sample: rows have 2 values, expected 3',
    );
  });
});
