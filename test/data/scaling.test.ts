import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyScaling,
  type Scaling,
  scaleRows,
  scalingColumns,
  scalingMiddle,
  validateScaling,
} from '../../src/data/scaling.js';
import { fitScaling } from '../../src/data/scaling-fit.js';
import { InputError } from '../../src/errors.js';

const scaled = (scaling: Scaling, row: number[]): number[] => {
  const out = new Array<number>(row.length).fill(Number.NaN);
  applyScaling(scaling, row, out);
  return out;
};

describe('fitScaling', () => {
  it('leaves small whole numbers in one unit as they are', () => {
    expect(fitScaling([0, 16, 3, 9, 5, 12, 0, 7], 2, 4)).toEqual({ kind: 'identity' });
    expect(fitScaling(Uint8Array.of(0, 255, 0, 1), 2, 2, { image: true })).toEqual({ kind: 'identity' });
    expect(fitScaling([1, -1, -1, 1], 2, 2)).toEqual({ kind: 'identity' });
    expect(fitScaling([0, 0, 0, 0], 2, 2)).toEqual({ kind: 'identity' });
  });

  it('gives decimals in one unit a power of ten', () => {
    const iris = [5.1, 3.5, 1.4, 0.2, 7, 3.2, 4.7, 1.4, 6.3, 3.3, 6, 2.5];
    expect(fitScaling(iris, 3, 4)).toEqual({ kind: 'factor', factor: 10 });
    expect(scaled({ kind: 'factor', factor: 10 }, [5.1, 3.5, 1.4, 0.2])).toEqual([51, 35, 14, 2]);
  });

  it('stretches other numbers in one unit to 255, zero stays zero', () => {
    const scaling = fitScaling([0, 1 / 3, 1, 0.123456], 2, 2, { image: true });
    expect(scaling).toEqual({ kind: 'factor', factor: 255 });
    expect(scaled(scaling, [0, 1])).toEqual([0, 255]);
    expect(fitScaling([0, 65535, 4000, 0], 2, 2, { image: true })).toEqual({
      kind: 'factor',
      factor: 255 / 65535,
    });
  });

  it('centres columns of different units, and constant columns become 0', () => {
    const scaling = fitScaling([40, 0, 200, 5, 60, 1, 400, 5], 2, 4, { mode: 'range' });
    expect(scaling).toEqual({ kind: 'centred', middle: [50, 0.5, 300, 5], half: [10, 0.5, 100, 0] });
    expect(scaled(scaling, [40, 1, 250, 9])).toEqual([-127, 127, -63, 0]);
    expect(scaled(scaling, [1000, -1000, 300, 5])).toEqual([255, -255, 0, 0]);
    expect(scalingColumns(scaling)).toBe(4);
  });

  it('centres where zero is far away, and few columns of one sign', () => {
    expect(fitScaling([1000, 1001, 1003, 1000.5, 1001, 1002, 1003, 1004], 2, 4).kind).toBe('centred');
    expect(fitScaling([1, 8.5], 2, 1).kind).toBe('centred');
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %s with row and column', (bad) => {
    expect(() => fitScaling([1, 2, 3, bad], 2, 2, { columnNames: ['age', 'dose'] })).toThrow(
      `samples[1][1] (column "dose"): expected a finite number, got ${bad}`,
    );
    expect(() => scaleRows({ kind: 'identity' }, [1, 2, bad, 4], 2, 2)).toThrow(
      `row 1, column 0: expected a finite number, got ${bad}`,
    );
  });
});

describe('the scaling contrast', () => {
  it('takes roots, white at 255, less half the mean root of each column', () => {
    // Roots 0, 255 and 128 (127.5 up), 255; means 64 and 255, half of them 32 and 127.5, rounded up.
    const scaling = fitScaling([0, 100, 25, 100], 2, 2, { image: true, contrast: true });
    expect(scaling).toEqual({ kind: 'contrast', white: 100, middle: [32, 128] });
    expect(scaled(scaling, [0, 0])).toEqual([-32, -128]);
    expect(scaled(scaling, [100, 25])).toEqual([223, 0]);
    // -127.5 to -127: halves up, here too.
    expect(scaled(scaling, [400, -25])).toEqual([478, -255]);
    expect(scaled(scaling, [1e300, -1e300])).toEqual([32480, -32640]);
    expect([scalingColumns(scaling), scalingMiddle(scaling)]).toEqual([2, [32, 128]]);
    expect(validateScaling(JSON.parse(JSON.stringify(scaling)))).toEqual(scaling);
  });

  it('is not for pictures that are black, and not chosen unasked', () => {
    expect(fitScaling([0, 0], 1, 2, { image: true, contrast: true })).toEqual({ kind: 'identity' });
    expect(fitScaling([0, 100], 1, 2, { image: true })).toEqual({ kind: 'identity' });
    expect(scalingMiddle({ kind: 'identity' })).toBeUndefined();
  });

  it.each([
    [{ white: 0, middle: [1] }, /white: must be/],
    [{ white: 255, middle: [1, 0.5] }, /middle\[1\]: must be a whole number/],
    [{ white: 255, middle: [256] }, /middle\[0\]: must be a whole number/],
    [{ white: 255, middle: [] }, /middle: expected/],
  ])('refuses %j in a model', (fields, message) => {
    expect(() => validateScaling({ kind: 'contrast', ...fields })).toThrow(message);
  });
});

describe('a scaling', () => {
  const matrix = fc.integer({ min: 1, max: 5 }).chain((columns) =>
    fc.tuple(
      fc.constant(columns),
      fc.array(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
          minLength: columns,
          maxLength: columns,
        }),
        {
          minLength: 1,
          maxLength: 6,
        },
      ),
    ),
  );

  it('survives JSON, gives the same integers again, within 16 bits whatever is predicted', () => {
    const anything = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minLength: 5,
      maxLength: 5,
    });
    fc.assert(
      fc.property(matrix, anything, fc.boolean(), ([columns, rows], strange, image) => {
        const scaling = fitScaling(rows.flat(), rows.length, columns, { image });
        const read = validateScaling(JSON.parse(JSON.stringify(scaling)));
        for (const row of [...rows, strange.slice(0, columns)]) {
          const once = scaled(scaling, row);
          expect(scaled(read, row)).toEqual(once);
          for (const value of once) {
            expect(Number.isInteger(value)).toBe(true);
            expect(Object.is(value, -0)).toBe(false);
            expect(Math.abs(value)).toBeLessThanOrEqual(32767);
          }
        }
      }),
    );
  });

  it('keeps the order of a column', () => {
    fc.assert(
      fc.property(matrix, ([columns, rows]) => {
        const scaling = fitScaling(rows.flat(), rows.length, columns);
        const sorted = rows.map((row) => row[0]).sort((a, b) => a - b);
        const images = sorted.map((value) => scaled(scaling, [value, ...rows[0].slice(1)])[0]);
        expect(images).toEqual([...images].sort((a, b) => a - b));
      }),
    );
  });

  it.each<[unknown, string]>([
    [null, 'expected an object'],
    [{ kind: 'eval' }, 'kind: must be'],
    [{ kind: 'factor', factor: 0 }, 'factor: must be a positive number'],
    [{ kind: 'factor', factor: '2' }, 'factor: must be a positive number'],
    [{ kind: 'centred', middle: [], half: [] }, 'middle: expected a list'],
    [{ kind: 'centred', middle: [1, null], half: [1, 1] }, 'middle[1]: must be a finite number'],
    [{ kind: 'centred', middle: [1], half: [-1] }, 'half[0]: must be a finite number >= 0'],
    [{ kind: 'centred', middle: [1], half: [1, 2] }, 'half: 2 columns, but middle has 1'],
  ])('is refused as %j', (raw, message) => {
    expect(() => validateScaling(raw)).toThrow(InputError);
    expect(() => validateScaling(raw)).toThrow(message);
  });
});
