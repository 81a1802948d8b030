import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldsOf, holdOut } from '../../src/data/folds.js';

/** Labels of classes with at least two rows each, in any order. */
const anyLabels = fc.array(fc.integer({ min: 2, max: 12 }), { minLength: 1, maxLength: 4 }).chain((sizes) => {
  const labels = sizes.flatMap((size, c) => new Array<string>(size).fill(`c${c}`));
  return fc.shuffledSubarray(labels, { minLength: labels.length, maxLength: labels.length });
});

const countsBy = (rows: readonly number[], labels: readonly string[]) => {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
  return counts;
};

describe('foldsOf', () => {
  it('deals every class out evenly, and the rows as a whole', () => {
    fc.assert(
      fc.property(anyLabels, fc.integer({ min: 2, max: 6 }), fc.nat(99), (labels, folds, seed) => {
        fc.pre(folds <= labels.length);
        const fold = foldsOf(labels, folds, seed);
        const parts = Array.from({ length: folds }, (_, k) =>
          labels.map((_l, row) => row).filter((row) => fold[row] === k),
        );
        const sizes = parts.map((rows) => rows.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        expect(sizes.reduce((a, b) => a + b, 0)).toBe(labels.length);
        for (const label of new Set(labels)) {
          const each = parts.map((rows) => countsBy(rows, labels).get(label) ?? 0);
          expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(1);
        }
        expect(foldsOf(labels, folds, seed)).toEqual(fold);
      }),
    );
  });

  it('draws other folds for another seed, and refuses what no training can do', () => {
    const labels = Array.from({ length: 40 }, (_, k) => k % 2);
    expect(foldsOf(labels, 5, 1)).not.toEqual(foldsOf(labels, 5, 2));
    expect(() => foldsOf(['a', 'a', 'b'], 2, 0)).toThrow('folds: class "b" has one row');
    expect(() => foldsOf(['a', 'a'], 3, 0)).toThrow('folds: 3, but there are 2 rows');
  });
});

describe('holdOut', () => {
  it('takes its share of every class and leaves some of each, whatever they are called', () => {
    fc.assert(
      fc.property(anyLabels, fc.integer({ min: 1, max: 99 }), fc.nat(99), (labels, percent, seed) => {
        const { train, test } = holdOut(labels, percent / 100, seed);
        expect([...train, ...test].sort((a, b) => a - b)).toEqual(labels.map((_, row) => row));
        const [left, held, all] = [train, test, labels.map((_, row) => row)].map((rows) =>
          countsBy(rows, labels),
        );
        for (const [label, count] of all) {
          const out = held.get(label) ?? 0;
          expect(left.get(label) ?? 0).toBeGreaterThan(0);
          expect(out).toBeGreaterThan(0);
          const near = Math.abs(out - (count * percent) / 100) <= 0.5 + 1e-9;
          expect(near || out === 1 || out === count - 1).toBe(true);
        }
        const renamed = labels.map((label) => `another ${label}`);
        expect(holdOut(renamed, percent / 100, seed)).toEqual({ train, test });
      }),
    );
  });

  it('refuses a class that cannot be on both sides', () => {
    expect(() => holdOut(['a', 'b', 'a'], 0.3, 0)).toThrow('test-share: class "b" has one row');
  });
});
