import { describe, expect, it } from 'vitest';
import { countScores, type ScoreCount } from '../../../src/ensemble/train/isotonic.js';
import { fitPlatt } from '../../../src/ensemble/train/platt.js';
import { below, sfc32 } from '../../../src/random.js';

/** The loss row by row, from the paper's definition. */
function lossOf(counts: readonly ScoreCount[], scale: number, slope: number, intercept: number): number {
  const rows = counts.reduce((sum, count) => sum + count.rows, 0);
  const first = counts.reduce((sum, count) => sum + count.first, 0);
  const [high, low] = [(first + 1) / (first + 2), 1 / (rows - first + 2)];
  let loss = 0;
  for (const count of counts) {
    const p = 1 / (1 + Math.exp(-((slope * count.score) / scale + intercept)));
    for (let row = 0; row < count.rows; row++) {
      const aim = row < count.first ? high : low;
      loss -= aim * Math.log(p) + (1 - aim) * Math.log(1 - p);
    }
  }
  return loss;
}

function drawn(trial: number): ScoreCount[] {
  const random = sfc32(7, trial);
  const size = 10 + below(random, 200);
  const width = 1 + below(random, 5000);
  const scores = Array.from({ length: size }, () => below(random, 2 * width + 1) - width);
  return countScores(
    scores,
    scores.map((score) => below(random, 3 * width) < score + width * 1.5),
  );
}

describe("Platt's curve", () => {
  it('has the least loss of all curves that do not fall', () => {
    for (let trial = 0; trial < 60; trial++) {
      const counts = drawn(trial);
      const { scale, slope, intercept } = fitPlatt(counts);
      const least = lossOf(counts, scale, slope, intercept);
      for (const step of [0.1, 0.001, 0.00001]) {
        for (const [a, b] of [
          [step, 0],
          [-step, 0],
          [0, step],
          [0, -step],
          [step, step],
          [step, -step],
        ]) {
          if (slope + a < 0) continue;
          const other = lossOf(counts, scale, slope + a, intercept + b);
          expect(other, `trial ${trial}`).toBeGreaterThanOrEqual(least - 1e-9);
        }
      }
    }
  });

  it('has nine decimals, and the same ones each time', () => {
    for (let trial = 0; trial < 20; trial++) {
      const { slope, intercept } = fitPlatt(drawn(trial));
      expect(Number(slope.toFixed(9))).toBe(slope);
      expect(Number(intercept.toFixed(9))).toBe(intercept);
      expect(fitPlatt(drawn(trial))).toEqual(fitPlatt(drawn(trial)));
    }
  });

  it('is finite where the score tells the classes apart, and where scores are large', () => {
    for (const unit of [1, 2 ** 39]) {
      const { slope, scale } = fitPlatt(
        countScores([-2 * unit, -unit, unit, 2 * unit], [false, false, true, true]),
      );
      expect(scale).toBe(2 * unit);
      expect(slope).toBeGreaterThan(0);
      expect(slope).toBeLessThan(10);
    }
  });

  it('is level where the score says the contrary, where all scores are one, and of one class', () => {
    expect(fitPlatt(countScores([-1, 1], [true, false]))).toMatchObject({ slope: 0, intercept: 0 });
    expect(fitPlatt(countScores([0, 0], [true, false]))).toEqual({
      rows: 2,
      scale: 1,
      slope: 0,
      intercept: 0,
    });
    const all = fitPlatt(countScores([-3, 3], [true, true]));
    // Both aim at 3/4.
    expect(all.intercept).toBeCloseTo(Math.log(3), 8);
    expect(all.slope).toBeCloseTo(0, 6);
  });
});
