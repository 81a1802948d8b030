import { describe, expect, it } from 'vitest';
import { countScores, fitIsotonic, type ScoreCount } from '../../../src/ensemble/train/isotonic.js';
import { below, sfc32 } from '../../../src/random.js';

/** Whether two shares are the same, as products of whole numbers. */
const same = (a: readonly [bigint, bigint], b: readonly [bigint, bigint]): boolean =>
  a[0] * b[1] === b[0] * a[1];
const less = (a: readonly [bigint, bigint], b: readonly [bigint, bigint]): boolean =>
  a[0] * b[1] < b[0] * a[1];

/** Another way to the same regression: at k the largest over i <= k of the least over j >= k of the share of the scores i..j. */
function byMaxMin(counts: readonly ScoreCount[]): (readonly [bigint, bigint])[] {
  const share = (i: number, j: number): readonly [bigint, bigint] => {
    const part = counts.slice(i, j + 1);
    const sum = (of: 'first' | 'rows') => part.reduce((total, count) => total + BigInt(count[of]), 0n);
    return [sum('first'), sum('rows')];
  };
  return counts.map((_, k) => {
    let most: readonly [bigint, bigint] | undefined;
    for (let i = 0; i <= k; i++) {
      let least: readonly [bigint, bigint] | undefined;
      for (let j = k; j < counts.length; j++) {
        const here = share(i, j);
        if (least === undefined || less(here, least)) least = here;
      }
      if (most === undefined || less(most, least as readonly [bigint, bigint])) most = least;
    }
    return most as readonly [bigint, bigint];
  });
}

describe('isotonic regression of counts', () => {
  it('is what the largest of the least shares says, of any rows', () => {
    const random = sfc32(14, 1);
    for (let trial = 0; trial < 300; trial++) {
      const size = 1 + below(random, 40);
      const scores = Array.from({ length: size }, () => below(random, 25) - 12);
      const isFirst = scores.map((score) => below(random, 30) < score + 14);
      const counts = countScores(scores, isFirst);
      const steps = fitIsotonic(counts);
      const wanted = byMaxMin(counts);
      for (const [k, { score }] of counts.entries()) {
        const said = steps.filter(({ from }) => from === null || from <= score).at(-1);
        const got = [BigInt(said?.first ?? 0), BigInt(said?.rows ?? 0)] as const;
        expect(same(got, wanted[k]), `trial ${trial}, score ${score}`).toBe(true);
      }
      expect(steps.reduce((sum, { rows }) => sum + rows, 0)).toBe(size);
      expect(steps.reduce((sum, { first }) => sum + first, 0)).toBe(isFirst.filter(Boolean).length);
      for (let k = 1; k < steps.length; k++) {
        const [a, b] = [steps[k - 1], steps[k]];
        expect(a.first * b.rows).toBeLessThan(b.first * a.rows);
      }
    }
  });

  it('begins a step midway between the scores that it divides, halves upwards', () => {
    const counts = countScores([-7, -4, 3, 4], [false, false, true, true]);
    expect(fitIsotonic(counts)).toEqual([
      { from: null, first: 0, rows: 2 },
      { from: 0, first: 2, rows: 2 },
    ]);
    const near = fitIsotonic(countScores([3, 4], [false, true]));
    expect(near[1].from).toBe(4);
  });

  it('is one step where the score says the contrary, and of a single score', () => {
    expect(fitIsotonic(countScores([1, 2, 3], [true, false, false]))).toEqual([
      { from: null, first: 1, rows: 3 },
    ]);
    expect(fitIsotonic(countScores([0, -0], [true, false]))).toEqual([{ from: null, first: 1, rows: 2 }]);
  });
});
