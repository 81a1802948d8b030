import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../src/errors.js';
import { jsonText, parseJson } from '../src/json.js';

const refusal = (text: string, limits = {}) => {
  try {
    parseJson(text, 'f.json', limits);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'read';
};

describe('parseJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 20 }), fc.boolean(), (text, marked) => {
        expect(parseJson(marked ? `\ufeff${text}` : text, 'f')).toEqual(JSON.parse(text));
      }),
    );
  });

  it('says one line about any other text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let read: unknown;
        try {
          read = JSON.parse(text);
        } catch {
          expect(refusal(text)).toMatch(/^f\.json: no JSON/);
          return;
        }
        expect(parseJson(text, 'f')).toEqual(read);
      }),
    );
    expect(refusal('')).toBe('f.json: no JSON, the text is empty');
  });

  it('refuses depth before it is built', () => {
    expect(refusal('['.repeat(64) + ']'.repeat(64))).toBe('read');
    expect(refusal('['.repeat(65) + ']'.repeat(65))).toBe('f.json: JSON nested deeper than 64 levels');
    expect(refusal('{"a":'.repeat(100_000))).toBe('f.json: JSON nested deeper than 64 levels');
    expect(refusal('['.repeat(3_000_000))).toBe('f.json: JSON nested deeper than 64 levels');
  });

  it('refuses numbers of values and containers before they are built', () => {
    const limits = { values: 10, containers: 3, characters: 100 };
    expect(refusal('[1,2,3,4,5,6,7,8,9,10]', limits)).toBe('read');
    expect(refusal('[1,2,3,4,5,6,7,8,9,10,11]', limits)).toBe('f.json: 11 values; at most 10 are read');
    expect(refusal('[[],[]]', limits)).toBe('read');
    expect(refusal('[[],[],{}]', limits)).toBe('f.json: 4 lists and objects; at most 3 are read');
    expect(refusal(`"${'x'.repeat(99)}"`, limits)).toBe(
      'f.json: 101 characters are more than the limit of 100',
    );
    expect(refusal(`[${'[],'.repeat(2 ** 23)}1]`)).toMatch(/lists and objects; at most 8388608 are read$/);
  });

  it('counts nothing inside strings', () => {
    expect(parseJson('"[[[[,,,,"', 'f', { depth: 1, values: 1, containers: 1 })).toBe('[[[[,,,,');
    expect(parseJson('["\\"[[", "\\\\", "]"]', 'f', { depth: 1 })).toEqual(['"[[', '\\', ']']);
    expect(refusal('"never ends [[[')).toMatch(/^f\.json: no JSON/);
    expect(refusal(`"${'\\'.repeat(100_001)}`)).toMatch(/^f\.json: no JSON/);
  });
});

describe('jsonText', () => {
  it('loses no number', () => {
    const text = jsonText({ a: Number.POSITIVE_INFINITY, b: [Number.NaN, Number.NEGATIVE_INFINITY], c: 1.5 });
    expect(text).toBe('{"a":"Infinity","b":["NaN","-Infinity"],"c":1.5}');
    expect(Number(JSON.parse(text).a)).toBe(Number.POSITIVE_INFINITY);
  });
});
