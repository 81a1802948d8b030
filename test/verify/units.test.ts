import { describe, expect, it } from 'vitest';
import { boundInUnits, decimalUnits, wholeUnits } from '../../src/verify/units.js';

/* The edges of how decimals are read: every one of them was left open by some change of the file that no other test met. */

describe('decimals of epsilon', () => {
  it.each([
    [0.1, 10, 1],
    [1, 1, 1],
    [12, 1, 12],
    [0.0003, 10_000, 3],
    [0.9999, 10_000, 9999],
    [12.25, 100, 1225],
  ])('%d', (epsilon, scale, units) => expect(decimalUnits(epsilon)).toEqual({ scale, epsilon: units }));

  it.each([1e-7, 1e21, -0.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is none', (epsilon) =>
    expect(() => decimalUnits(epsilon)).toThrow(`epsilon ${epsilon} is not a plain decimal`),
  );
});

describe('figures of a file', () => {
  const WHOLE = 2 ** 40;
  const NOISE = 2 ** -10; // the most that is forgiven, whatever the size

  it('are whole within some last places, and never within more than a thousandth', () => {
    expect(wholeUnits(0.1 + 0.2, 10)).toBe(3);
    for (const sign of [1, -1]) {
      expect(wholeUnits(sign * (WHOLE + NOISE), 1)).toBe(sign * WHOLE);
      expect(wholeUnits(sign * (WHOLE + NOISE + 2 ** -12), 1)).toBeUndefined();
      expect(wholeUnits(sign * (1 + 2 ** -46), 1)).toBe(sign);
      expect(wholeUnits(sign * (1 + 2 ** -45), 1)).toBeUndefined();
      expect(wholeUnits(sign * 2 ** -46, 1)).toBe(0);
      expect(wholeUnits(sign * 2 ** -45, 1)).toBeUndefined();
    }
  });

  it('are below 2^52, also as bounds', () => {
    for (const sign of [1, -1]) {
      expect(wholeUnits(sign * (2 ** 52 - 1), 1)).toBe(sign * (2 ** 52 - 1));
      expect(wholeUnits(sign * 2 ** 52, 1)).toBeUndefined();
      expect(boundInUnits(sign * 2 ** 52, 1, 1)).toBeUndefined();
      expect(boundInUnits(sign * 2 ** 51, 2, -1)).toBeUndefined();
      expect(boundInUnits(sign * Number.POSITIVE_INFINITY, 1, 1)).toBeUndefined();
    }
    expect(boundInUnits(Number.NaN, 1, 1)).toBeUndefined();
    // Beyond 2^51 doubles are halves, and below it a bound between two figures is still rounded to one of them.
    expect([boundInUnits(2 ** 51 + 0.5, 1, 1), boundInUnits(2 ** 51 + 0.5, 1, -1)]).toEqual([
      2 ** 51,
      2 ** 51 + 1,
    ]);
  });

  it('as bounds are rounded to where objectives can be', () => {
    expect([boundInUnits(4.5, 1, 1), boundInUnits(4.5, 1, -1)]).toEqual([4, 5]);
    expect([boundInUnits(-4.5, 1, 1), boundInUnits(-4.5, 1, -1)]).toEqual([-5, -4]);
    expect(Object.is(boundInUnits(-0.5, 1, -1), 0)).toBe(true);
    expect(Object.is(wholeUnits(-0, 1), 0)).toBe(true);
    expect([boundInUnits(0.3, 10, 1), boundInUnits(0.35, 10, 1)]).toEqual([3, 3]);
  });
});
