import { describe, expect, it } from 'vitest';
import { decodeText } from '../src/decode-text.js';

const utf16 = (text: string, big: boolean): Uint8Array => {
  const bytes = Buffer.from(text, 'utf16le');
  return Uint8Array.from(big ? bytes.swap16() : bytes);
};
const utf32 = (text: string): Uint8Array =>
  Uint8Array.from([...text].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8, 0, 0]));

describe('decodeText', () => {
  it('takes UTF-8, with or without a mark', () => {
    for (const text of ['é,漢', '', 'a', 'ab', 'abc', '{"a": 1}']) {
      expect(decodeText(new TextEncoder().encode(text), 'f')).toBe(text);
      expect(decodeText(new TextEncoder().encode(`\ufeff${text}`), 'f')).toBe(text);
    }
  });

  it.each<[string, Uint8Array, string]>([
    ['UTF-16 with a mark', utf16('\ufeffa,b', false), 'UTF-16'],
    ['UTF-16, big-endian, with a mark', utf16('\ufeff漢', true), 'UTF-16'],
    ['UTF-16 without', utf16('{ "a": 1 }', false), 'UTF-16'],
    ['UTF-16, big-endian, without', utf16('a,label', true), 'UTF-16'],
    ['UTF-32', utf32('\ufeffab'), 'UTF-32'],
    ['UTF-32 without a mark', utf32('ab'), 'UTF-32'],
  ])('names %s', (_what, bytes, name) => {
    expect(() => decodeText(bytes, 'f')).toThrow(`f: text in ${name}; save it as UTF-8`);
  });

  it('refuses other bytes', () => {
    expect(() => decodeText(Uint8Array.of(0xc3, 0x28), 'f')).toThrow('f: not text in UTF-8');
    expect(() => decodeText(Uint8Array.of(0x61, 0xe4, 0x62), 'f')).toThrow('f: not text in UTF-8');
  });
});
