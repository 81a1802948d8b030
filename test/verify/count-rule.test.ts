import { describe, expect, it } from 'vitest';
import { problemOf } from '../../src/testing/problem-of.js';
import { CountRule } from '../../src/verify/count-rule.js';
import { randomOf } from './proof/support.js';

/* SM's figure, against what the page on formats says of `costs` and `atMostWrong`, word by word. */

describe('the figure of SM', () => {
  const labels = [1, 1, -1, -1, -1];

  it('counts samples, where nothing is said of costs', () => {
    const rule = new CountRule(problemOf([[1]], [1]), labels);
    expect([rule.most, rule.isStrict]).toEqual([5, true]);
    expect(rule.value((k) => k > 1)).toBe(3);
    expect([rule.of([]), rule.of([4, 0]), rule.of([0, 1, 2, 3, 4])]).toEqual([0, 2, 5]);
    expect([rule.costOf([]), rule.costOf([1, 2, 1])]).toEqual([0, 3]);
  });

  it('adds costs up, also of samples that cost nothing', () => {
    const rule = new CountRule(problemOf([[1]], [1], { costs: Int32Array.of(7, 0, 2, 1, 30) }), labels);
    expect([rule.most, rule.isStrict]).toEqual([40, false]);
    expect([rule.of([0, 3]), rule.of([1]), rule.costOf([0, 1, 4])]).toEqual([8, 0, 37]);
    expect(new CountRule(problemOf([[1]], [1], { costs: Int32Array.of(7, 1) }), [1, -1]).isStrict).toBe(true);
  });

  it('leaves out no more of a label than is allowed: so many are, one more is not', () => {
    const allowed = (plus?: number, minus?: number) =>
      new CountRule(problemOf([[1]], [1], { atMostWrong: { plus, minus } }), labels);
    expect(allowed(1, 2).of([0, 4])).toBe(2);
    expect([allowed(1, 2).of([2, 3, 4]), allowed(1, 2).of([0, 1])]).toEqual([undefined, undefined]);
    expect(allowed(0).of([0, 1])).toBe(2);
    expect([allowed(0).of([0, 2, 3, 4]), allowed(undefined, 0).of([0, 1, 2, 3])]).toEqual([
      undefined,
      undefined,
    ]);
    expect(allowed(1).value((k) => k > 1)).toBe(Number.NEGATIVE_INFINITY);
    // What one question has used up is there again for the next.
    const rule = allowed(2, 3);
    for (let turn = 0; turn < 3; turn++) expect(rule.of([])).toBe(0);
  });

  it('is what a list of the left out says, on drawn rules', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = randomOf(seed);
      const whole = (most: number) => Math.floor(random() * (most + 1));
      const drawn = Array.from({ length: 1 + whole(6) }, () => (random() < 0.5 ? 1 : -1));
      const costs = Int32Array.from(drawn, () => whole(3));
      const atMostWrong = { plus: whole(3), minus: whole(3) };
      const counted = drawn.flatMap((_, k) => (random() < 0.6 ? [k] : []));
      const left = drawn.filter((_, k) => !counted.includes(k));
      const isAllowed =
        left.filter((label) => label > 0).length <= atMostWrong.plus &&
        left.filter((label) => label < 0).length <= atMostWrong.minus;
      const sum = counted.reduce((all, k) => all + costs[k], 0);
      const rule = new CountRule(problemOf([[1]], [1], { costs, atMostWrong }), drawn);
      expect(rule.of(counted), `seed ${seed}`).toBe(isAllowed ? sum : undefined);
    }
  });
});
