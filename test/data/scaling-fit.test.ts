import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergedColumns } from '../../src/data/merged-columns.js';
import { type Scaling, scaleRows, validateScaling } from '../../src/data/scaling.js';
import { fitScaling, type ScalingMode } from '../../src/data/scaling-fit.js';
import { scalingSummary } from '../../src/data/scaling-summary.js';
import { InputError } from '../../src/errors.js';

const column = (values: readonly number[], scaling: Scaling): number[] =>
  Array.from(scaleRows(scaling, values, values.length, 1));

describe('scaling auto', () => {
  it('leaves whole numbers in 16 bits alone, whatever their columns', () => {
    // Case: rows told apart by 10 in 19000.
    const rows = [
      5000, 5010, 200, 19000, 7000, 7012, 18000, 700, 12000, 12011, 400, 900, 16000, 16010, 3000, 20,
    ];
    expect(fitScaling(rows, 4, 4)).toEqual({ kind: 'identity' });
    expect(fitScaling([32767, -32767], 2, 1)).toEqual({ kind: 'identity' });
    expect(fitScaling([0, 4000, 32767, 1], 1, 4, { image: true })).toEqual({ kind: 'identity' });
    expect(fitScaling([0, 65535, 4000, 1], 1, 4, { image: true }).kind).toBe('factor');
  });

  it('is finer where 8 bits would make different values equal', () => {
    const scaling = fitScaling([40000, 1, 2, 39999, 17, 0], 1, 6);
    expect(scaling).toEqual({ kind: 'factor', factor: 255 / 40000 });
    const close = fitScaling([40000, 1, 2, 39990, 17, 3], 2, 3, { image: true });
    expect(close).toEqual({ kind: 'factor', factor: 32767 / 40000 });
    const centred = fitScaling([1.5, 100000, 1.25, 100100, 1, 199999.5, 2, 1], 4, 2);
    expect(centred).toMatchObject({ kind: 'centred', end: 16383 });
    expect(fitScaling([1.5, 100000, 1, 1], 2, 2)).not.toHaveProperty('end');
  });

  it('multiplies decimals by a power of ten as far as 16 bits reach', () => {
    expect(fitScaling([32.767, -1.001, 0.002, 12], 2, 2)).toEqual({ kind: 'factor', factor: 1000 });
    expect(fitScaling([32.768, -1.001, 0.002, 12], 2, 2, { image: true })).toMatchObject({ kind: 'factor' });
  });

  it('chooses nothing beyond what a row may add up to', () => {
    expect(fitScaling([30000, 30000], 1, 2, { mostSum: 60000, image: true })).toEqual({ kind: 'identity' });
    const less = fitScaling([30000, 29000, 1, 2], 2, 2, { mostSum: 59999, image: true });
    expect(less.kind).toBe('factor');
    const [a, b] = scaleRows(less, [30000, 30000], 1, 2);
    expect(a + b).toBeLessThanOrEqual(59999);
  });
});

describe('scaling none', () => {
  it.each([
    [[1, 2.5], 'samples[0][1] (column "b"): 2.5 is no whole number in -32767..32767'],
    [[1, -32768], 'samples[0][1] (column "b"): -32768 is no whole number'],
  ])('refuses %j', (row, message) => {
    const fit = () => fitScaling(row, 1, 2, { mode: 'none', columnNames: ['a', 'b'] });
    expect(fit).toThrow(InputError);
    expect(fit).toThrow(message);
  });
});

describe('scaling quantile', () => {
  it('gives equal values one level, levels evenly spaced', () => {
    const values = [5, 1, 1, 1, 9, 5, 1000];
    const scaling = fitScaling(values, 7, 1, { mode: 'quantile' });
    expect(scaling).toEqual({ kind: 'quantile', thresholds: [[3, 7, 504.5]] });
    // 254 / 3 = 84.67: -127, -42.33, 42.33, 127.
    expect(column(values, scaling)).toEqual([-42, -127, -127, -127, 42, -42, 127]);
    expect(column([-1e300, 2.99, 3, 1e300], scaling)).toEqual([-127, -127, -42, 127]);
    expect(column([4, 4], fitScaling([4, 4], 2, 1, { mode: 'quantile' }))).toEqual([0, 0]);
    expect(column([0, 1], fitScaling([0, 1], 2, 1, { mode: 'quantile' }))).toEqual([-127, 127]);
  });

  it('rounds halves of levels up', () => {
    // Five levels: 254 / 4 = 63.5.
    expect(column([1, 2, 3, 4, 5], fitScaling([1, 2, 3, 4, 5], 5, 1, { mode: 'quantile' }))).toEqual([
      -127, -63, 0, 64, 127,
    ]);
  });

  it('cuts more than 255 values into shares, at the beginnings of values', () => {
    const values = [...Array.from({ length: 300 }, (_, n) => n), ...new Array<number>(300).fill(150)];
    const scaling = fitScaling(values, 600, 1, { mode: 'quantile' });
    const [thresholds] = (scaling as Extract<Scaling, { kind: 'quantile' }>).thresholds;
    expect(thresholds.length).toBeLessThanOrEqual(254);
    expect(thresholds).toContain(149.5);
    expect(thresholds).toContain(150.5);
    const merged = mergedColumns(scaling, values, 600, 1, ['t']);
    expect(merged).toEqual([{ column: 0, name: 't', values: 300, integers: thresholds.length + 1 }]);
  });

  it('separates doubles that are next to each other', () => {
    const next = 1 + Number.EPSILON;
    const scaling = fitScaling([1, next, -5e-324, 0], 4, 1, { mode: 'quantile' });
    expect(new Set(column([1, next, -5e-324, 0], scaling)).size).toBe(4);
  });

  it('is not for images', () => {
    expect(() => fitScaling([1, 2], 1, 2, { mode: 'quantile', image: true })).toThrow(/^scaling: quantile/);
  });
});

describe('scaling range', () => {
  it('is each column by itself, and one factor for images', () => {
    expect(fitScaling([0, 10, 4, 30], 2, 2, { mode: 'range' })).toEqual({
      kind: 'centred',
      middle: [2, 20],
      half: [2, 10],
    });
    expect(fitScaling([0, 10, 4, 30], 2, 2, { mode: 'range', image: true })).toEqual({
      kind: 'factor',
      factor: 8.5,
    });
    expect(fitScaling([0, 0], 1, 2, { mode: 'range', image: true })).toEqual({ kind: 'identity' });
  });
});

describe('what a scaling says', () => {
  const value = fc.oneof(
    fc.integer({ min: -40000, max: 40000 }),
    fc.integer({ min: 0, max: 3 }),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  const matrix = fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 40 }))
    .chain(([columns, rows]) =>
      fc.record({
        columns: fc.constant(columns),
        rows: fc.constant(rows),
        values: fc.array(value, { minLength: rows * columns, maxLength: rows * columns }),
      }),
    );

  it('never merges values without saying so, in any mode', () => {
    fc.assert(
      fc.property(
        matrix,
        fc.constantFrom<ScalingMode>('auto', 'range', 'quantile', 'none'),
        fc.boolean(),
        ({ values, rows, columns }, mode, image) => {
          fc.pre(!(image && mode === 'quantile'));
          let scaling: Scaling;
          try {
            scaling = fitScaling(values, rows, columns, { mode, image });
          } catch (error) {
            expect(mode).toBe('none');
            expect(error).toBeInstanceOf(InputError);
            expect(values.every((v) => Number.isInteger(v) && Math.abs(v) <= 32767)).toBe(false);
            return;
          }
          expect(validateScaling(JSON.parse(JSON.stringify(scaling)))).toEqual(scaling);
          const scaled = scaleRows(scaling, values, rows, columns);
          const { merged } = scalingSummary(mode, scaling, values, rows, columns);
          for (let c = 0; c < columns; c++) {
            const of = (list: ArrayLike<number>) =>
              new Set(Array.from({ length: rows }, (_, row) => list[row * columns + c] + 0)).size;
            const [different, integers] = [of(values), of(scaled)];
            expect(merged.filter((one) => one.column === c)).toEqual(
              different === integers ? [] : [{ column: c, values: different, integers }],
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('is written and read back where halves of the least numbers are -0', () => {
    for (const mode of ['auto', 'range', 'quantile'] as const) {
      for (const values of [
        [0, -5e-324],
        [-5e-324, 0],
        [-5e-324, -0],
        [-5e-324, -5e-324],
      ]) {
        for (const columns of [1, 2]) {
          const scaling = fitScaling(values, 2 / columns, columns, { mode });
          expect(JSON.parse(JSON.stringify(scaling))).toEqual(scaling);
        }
      }
    }
  });

  it('names mode, kind and what belongs to it', () => {
    const say = (values: number[], columns: number, mode: ScalingMode = 'auto') => {
      const rows = values.length / columns;
      return scalingSummary(mode, fitScaling(values, rows, columns, { mode }), values, rows, columns);
    };
    expect(say([1, -1], 1)).toEqual({ mode: 'auto', kind: 'identity', merged: [] });
    expect(say([60, 0, 1, 20000], 2)).toEqual({ mode: 'auto', kind: 'identity', merged: [], mixed: true });
    expect(say([0.1, -1], 1)).toEqual({ mode: 'auto', kind: 'factor', factor: 10, merged: [] });
    expect(say([1, 2], 1, 'range')).toEqual({ mode: 'range', kind: 'centred', end: 127, merged: [] });
    expect(say([1, 2], 1, 'quantile')).toEqual({ mode: 'quantile', kind: 'quantile', merged: [] });
  });
});
