import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../src/errors.js';
import { cut, oneLine, printable, printableJson, quoted, quotedList, show } from '../src/printable.js';

/** What must never reach a terminal: said by code points here, by properties there. */
const dangerous = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  ...[0xad, 0x34f, 0x61c, 0x115f, 0x1160, 0x180e, 0x3164, 0xfeff, 0xffa0, 0xfff9, 0xfffb],
  ...Array.from({ length: 5 }, (_, code) => 0x200b + code), // no width, left-to-right, right-to-left
  ...[0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e],
  ...Array.from({ length: 16 }, (_, code) => 0x2060 + code), // word joiner, isolates
  ...Array.from({ length: 16 }, (_, code) => 0xfe00 + code), // variation selectors
  ...[0xe000, 0xf8ff, 0xfdd0, 0xfffe, 0xffff, 0xd800, 0xdbff, 0xdc00, 0xdfff],
  ...[0xe0001, 0xe0020, 0xe007f, 0xe0100, 0xf0000, 0x10ffff],
];
const harmless = 'abc XYZ 0-9 _.,;:!? äöü ß 漢字 かな العربية עברית देवनागरी ไทย 🙂 → “q” €';

const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...dangerous).map((code) => String.fromCodePoint(code)),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string(),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

function hasDanger(text: string): boolean {
  return [...text].some((character) => dangerous.includes(character.codePointAt(0) as number));
}

describe('printable', () => {
  it.each(dangerous.map((code) => [code.toString(16), code]))('shows U+%s as an escape', (_hex, code) => {
    const shown = printable(`a${String.fromCodePoint(code)}b`);
    expect(shown).toMatch(/^a(\\[nrt]|(\\u[0-9a-f]{4}){1,2})b$/);
    expect(JSON.parse(`"${shown}"`)).toBe(`a${String.fromCodePoint(code)}b`);
  });

  it('leaves what can be seen', () => {
    expect(printable(harmless)).toBe(harmless);
    expect(printable('e\u0301')).toBe('e\u0301');
  });

  it('takes heaps of marks down', () => {
    expect(printable(`z${'\u0335'.repeat(30)}`)).toBe(`z${'\u0335'.repeat(4)}${'\\u0335'.repeat(26)}`);
  });

  it('is safe for any text, and does nothing twice', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = printable(text);
        expect(hasDanger(shown)).toBe(false);
        expect(printable(shown)).toBe(shown);
      }),
    );
  });

  it('leaves a JSON document the document it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), hostileText, (value, text) => {
        const shown = printableJson(JSON.stringify({ value, [text]: text }, null, 2));
        expect(hasDanger(shown.replaceAll('\n', ''))).toBe(false);
        expect(JSON.parse(shown)).toEqual(JSON.parse(JSON.stringify({ value, [text]: text })));
      }),
    );
  });
});

describe('messages', () => {
  it('are one line, printable, and end', () => {
    expect(oneLine(' a\r\n\n  b \u2028 c ')).toBe('a b c');
    expect(oneLine('\x1b[31mred\u202e')).toBe('\\u001b[31mred\\u202e');
    const long = oneLine(`begin ${'x'.repeat(1e6)} end`);
    expect(long.length).toBeLessThanOrEqual(1000);
    expect(long).toMatch(/^begin x+… x+ end$/);
    fc.assert(
      fc.property(hostileText, (text) => {
        const { message } = new InputError(text.repeat(100));
        expect(hasDanger(message)).toBe(false);
        expect(message.length).toBeLessThanOrEqual(1000);
      }),
    );
  });

  it('quote names, cut where they are long', () => {
    expect(quoted('a "b"\n')).toBe('"a \\"b\\"\\n"');
    expect(quoted('🙂'.repeat(100))).toBe(`"${'🙂'.repeat(39)}…"`);
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abcd', 3)).toBe('ab…');
    expect(quotedList(['a', 'b'])).toBe('"a", "b"');
    expect(quotedList(['a', 'b', 'c'], 2)).toBe('"a", "b", ... (3)');
    expect(quotedList([])).toBe('none');
  });
});

describe('show', () => {
  it.each<[unknown, string]>([
    [undefined, 'nothing'],
    [null, 'null'],
    [Number.NaN, 'NaN'],
    [-0.5, '-0.5'],
    [12n, '12n'],
    ['a\nb', '"a\\nb"'],
    [[1, [2, 'x']], '[1,[2,"x"]]'],
    [{ a: 1, b: { c: null } }, '{"a":1,"b":{"c":null}}'],
    [[], '[]'],
    [new Float64Array(3), 'a typed array'],
    [Symbol('s'), 'a symbol'],
    [() => 1, 'a function'],
  ])('%#', (value, text) => {
    expect(show(value)).toBe(text);
  });

  it('is short at any size and depth, and runs no code of the value', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const trap = {
      get field(): never {
        throw new Error('was asked');
      },
      toString(): never {
        throw new Error('was asked');
      },
    };
    for (const value of [deep, cyclic, trap, new Array(1e6).fill('x'), 'x'.repeat(1e6)]) {
      expect(show(value).length).toBeLessThanOrEqual(44);
    }
  });
});
