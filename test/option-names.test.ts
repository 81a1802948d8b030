import { describe, expect, it } from 'vitest';
import { checkOptionNames, nearest } from '../src/option-names.js';

const known = { hidden: true, seed: true, timeLimit: true } as const;
const check = (options: object | undefined) => () => checkOptionNames<object>(options, known, 'train');

describe('checkOptionNames', () => {
  it('takes what there is, and nothing', () => {
    expect(check(undefined)).not.toThrow();
    expect(check({})).not.toThrow();
    expect(check({ hidden: [4], seed: undefined })).not.toThrow();
  });

  it.each<[object, string]>([
    [{ hiden: [4] }, 'train: unknown option "hiden"; did you mean "hidden"?'],
    [{ hdiden: [4] }, 'did you mean "hidden"?'],
    [{ timelimit: 4 }, 'did you mean "timeLimit"?'],
    [{ time_limit: 4 }, 'did you mean "timeLimit"?'],
    [{ sed: 1 }, 'did you mean "seed"?'],
    [{ colour: 1 }, 'train: unknown option "colour"; there are hidden, seed, timeLimit'],
    [{ 'a\u202eb': 1 }, 'unknown option "a\\u202eb"'],
    [{ ['x'.repeat(1e6)]: 1 }, 'unknown option "xxxxx'],
    [JSON.parse('{"__proto__": 1}'), 'unknown option "__proto__"'],
    [[1], 'train: expected an object with options, got [1]'],
    [null as never, 'train: expected an object with options, got null'],
    ['hidden' as never, 'train: expected an object with options, got "hidden"'],
  ])('refuses %#', (options, message) => {
    expect(check(options)).toThrow(message);
  });

  it('guesses only what is near', () => {
    expect(nearest('q', ['seed', 'x'])).toBeUndefined();
    expect(nearest('hidden', ['hidden'])).toBe('hidden');
  });
});
