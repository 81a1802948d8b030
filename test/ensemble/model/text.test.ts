import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../../src/ensemble/model/canonical-json.js';
import { dataFingerprint, documentChecksum } from '../../../src/ensemble/model/checksum.js';
import { Sha256, sha256 } from '../../../src/ensemble/model/sha256.js';
import { decodeWeights, encodeWeights } from '../../../src/ensemble/model/weights-text.js';
import { InputError } from '../../../src/errors.js';

describe('SHA-256', () => {
  it('gives the standard digests', () => {
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('agrees with the platform on any bytes, in any pieces', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 });
    fc.assert(
      fc.property(pieces, (parts) => {
        const ours = new Sha256();
        const theirs = createHash('sha256');
        for (const part of parts) {
          ours.update(part);
          theirs.update(part);
        }
        expect(ours.hex()).toBe(theirs.digest('hex'));
      }),
    );
  });
});

describe('canonical JSON', () => {
  it('sorts keys, keeps lists, drops undefined', () => {
    expect(canonicalJson({ b: [2, 1], a: { d: null, c: 'x"' }, e: undefined })).toBe(
      '{"a":{"c":"x\\"","d":null},"b":[2,1]}',
    );
  });

  it('is JSON of the same content, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        // Round trip first: JSON has no -0.
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
      }),
    );
    expect(canonicalJson({ x: 1, y: 2 })).toBe(canonicalJson({ y: 2, x: 1 }));
  });

  it('treats __proto__ as a key like any other', () => {
    const hostile: unknown = JSON.parse('{"b":1,"__proto__":{"polluted":true}}');
    expect(canonicalJson(hostile)).toBe('{"__proto__":{"polluted":true},"b":1}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('refuses what would exhaust the stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(() => canonicalJson(deep)).toThrow(InputError);
  });
});

describe('checksums', () => {
  it('leave out the checksum itself and see everything else', () => {
    const sum = documentChecksum({ a: 1, b: [2] });
    expect(documentChecksum({ b: [2], a: 1, checksum: 'anything' })).toBe(sum);
    expect(documentChecksum({ a: 1, b: [3] })).not.toBe(sum);
  });

  it('tell data apart by value, label, class name and shape', () => {
    const values = Float64Array.from([1, 2, 3, 4]);
    const labels = Int32Array.from([0, 1]);
    const base = dataFingerprint(values, 2, labels, ['a', 'b']);
    expect(dataFingerprint(values.slice(), 2, labels.slice(), ['a', 'b'])).toBe(base);
    const others = [
      dataFingerprint(Float64Array.from([1, 2, 3, 5]), 2, labels, ['a', 'b']),
      dataFingerprint(values, 2, Int32Array.from([1, 0]), ['a', 'b']),
      dataFingerprint(values, 2, labels, ['a', 'c']),
      dataFingerprint(values, 4, labels, ['a', 'b']),
    ];
    expect(new Set([base, ...others]).size).toBe(5);
  });
});

describe('weights as text', () => {
  it('is the documented form', () => {
    const weights = [...new Array(34).fill(0), 1, -1, 0, 0, 1, 2, -40, -26, 26];
    expect(encodeWeights(weights)).toBe('34+-2+b(-40)Zz');
    expect(decodeWeights('34+-2+b(-40)Zz', weights.length, 127, 'w')).toEqual(weights);
  });

  it('comes back as it went, for any bound', () => {
    const rows = fc
      .integer({ min: 1, max: 127 })
      .chain((bound) =>
        fc.tuple(fc.constant(bound), fc.array(fc.integer({ min: -bound, max: bound }), { maxLength: 60 })),
      );
    fc.assert(
      fc.property(rows, ([bound, weights]) => {
        expect(decodeWeights(encodeWeights(weights), weights.length, bound, 'w')).toEqual(weights);
      }),
    );
  });

  it.each([
    ['more zeros than inputs', '5', 4, 1, /more than 4 weights/],
    ['a run that would be gigantic', '99999999999999999999', 4, 1, /more than 4 weights/],
    ['too few', '+-', 4, 1, /2 weights, expected 4/],
    ['too many', '+-+-+', 4, 1, /more than 4 weights/],
    ['above the bound', '+b2', 4, 1, /w\[1\]: 2 is outside -1\.\.1/],
    ['below the bound', '(-9)3', 4, 3, /w\[0\]: -9/],
    ['an unknown character', '+x!3', 4, 30, /unknown character "!" at 2/],
    ['a zero in parentheses', '(0)3', 4, 1, /unknown character "\("/],
    ['the letter a', 'a3', 4, 1, /unknown character "a"/],
    ['a fraction', '(1.5)3', 4, 3, /unknown character/],
    ['an expression', '(alert(1))', 4, 3, /unknown character/],
  ])('refuses %s', (_, text, length, bound, message) => {
    expect(() => decodeWeights(text, length, bound, 'w')).toThrow(InputError);
    expect(() => decodeWeights(text, length, bound, 'w')).toThrow(message);
  });
});
