import { describe, expect, it } from 'vitest';
import { below, sfc32, triangular, uniform } from '../src/random.js';

describe('sfc32', () => {
  it('gives the same numbers for the same seed, pinned', () => {
    const random = sfc32(1, 2);
    expect(Array.from({ length: 4 }, random)).toEqual([233623608, 2070643086, 4147545704, 628952355]);
  });

  it('gives unrelated streams for neighbouring seeds', () => {
    const seen = new Set<number>();
    for (let a = 0; a < 40; a++) for (let b = 0; b < 40; b++) seen.add(sfc32(a, b)());
    expect(seen.size).toBe(1600);
    let equalBits = 0;
    for (let a = 0; a < 1000; a++) {
      const same = ~(sfc32(a)() ^ sfc32(a + 1)()) >>> 0;
      equalBits += same.toString(2).replaceAll('0', '').length;
    }
    expect(Math.abs(equalBits / 32000 - 0.5)).toBeLessThan(0.02);
  });

  it('is uniform enough, in range', () => {
    const random = sfc32(7);
    let sum = 0;
    const counts = new Array<number>(10).fill(0);
    for (let n = 0; n < 20000; n++) {
      sum += uniform(random);
      counts[below(random, 10)]++;
      expect(Math.abs(triangular(random))).toBeLessThanOrEqual(1);
    }
    expect(Math.abs(sum / 20000 - 0.5)).toBeLessThan(0.01);
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
