import { describe, expect, it } from 'vitest';
import { TRAIN_OPTION_NAMES } from '../src/ensemble/train/train-options.js';
import { isWithin, NUMBER_OPTIONS, numberOption } from '../src/number-options.js';

describe('the table of options that are numbers', () => {
  it('takes what is of the kind and in the range, and nothing else', () => {
    const { seed, tolerance, shots, timeLimit } = NUMBER_OPTIONS;
    for (const value of [0, 7, 2 ** 32 - 1]) expect(isWithin(seed, value), String(value)).toBe(true);
    for (const value of [
      -1,
      0.5,
      2 ** 32,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '1',
      null,
      undefined,
      1n,
      [1],
    ])
      expect(isWithin(seed, value), String(value)).toBe(false);
    for (const value of [0, 0.25, 1]) expect(isWithin(tolerance, value)).toBe(true);
    for (const value of [-1e-9, 1.0000001, '0.5', Number.NaN]) expect(isWithin(tolerance, value)).toBe(false);
    expect(isWithin(shots, 2 ** 53)).toBe(false); // no safe integer
    expect(isWithin(timeLimit, 1e300)).toBe(true);
    expect(isWithin(timeLimit, 11, 10)).toBe(false); // narrowed
  });

  it('has defaults within their own ranges, and names that the library knows', () => {
    for (const name of Object.keys(NUMBER_OPTIONS) as (keyof typeof NUMBER_OPTIONS)[]) {
      const option = numberOption(name);
      if (option.default !== undefined) expect(isWithin(option, option.default), name).toBe(true);
      if (name !== 'memoryLimit') expect(TRAIN_OPTION_NAMES, name).toHaveProperty(name);
    }
  });
});
