import { describe, expect, it } from 'vitest';
import { attackBySquares } from '../../src/certify/index.js';

/** 0 (or less) is another answer. */
const leadOf = (sum: number): number | null => (sum <= 0 ? null : sum);
const total = (row: Int32Array): number => row.reduce((sum, x) => sum + x, 0);

describe('attackBySquares', () => {
  it('finds nearly the smallest change where all pixels pull one way', () => {
    const row = new Int32Array(64).fill(10);
    // The mean has to fall from 10 to 0.
    const found = attackBySquares(row, 8, (now) => leadOf(total(now)));
    expect(found).not.toBeNull();
    expect(found?.radius).toBeGreaterThanOrEqual(10);
    expect(found?.radius).toBeLessThanOrEqual(20);
    expect(total(found?.input as Int32Array)).toBeLessThanOrEqual(0);
  });

  it('never leaves the box, nor the range', () => {
    const row = Int32Array.from({ length: 96 }, (_, i) => (i * 37) % 256);
    let looked = 0;
    const lead = (now: Int32Array): number => {
      looked++;
      now.forEach((x, i) => {
        expect(Math.abs(x - row[i])).toBeLessThanOrEqual(16);
        expect(x >= 0 && x <= 255).toBe(true);
      });
      return total(now) + 1e6;
    };
    expect(attackBySquares(row, 12, lead, { clip: [0, 255], maxRadius: 16 })).toBeNull();
    expect(looked).toBeGreaterThan(100);
  });

  it('is the same for the same seed', () => {
    const row = Int32Array.from({ length: 81 }, (_, i) => (i * 53) % 90);
    const run = (seed: number) =>
      attackBySquares(row, 9, (now) => leadOf(now[40] + now[41] - now[13] + 60), { seed });
    expect(run(3)).toEqual(run(3));
    const radii = [0, 1, 2, 3].map((seed) => run(seed)?.radius as number);
    // Three pixels that move by r change the sum by 3 r.
    const least = Math.ceil((row[40] + row[41] - row[13] + 60) / 3);
    for (const radius of radii) expect(radius).toBeGreaterThanOrEqual(least);
  });
});
