import { describe, expect, it } from 'vitest';
import {
  type Calibration,
  millionthsOf,
  readCalibration,
  toBillionths,
} from '../../../src/ensemble/model/calibration.js';
import { countScores, fitIsotonic } from '../../../src/ensemble/train/isotonic.js';
import { fitPlatt } from '../../../src/ensemble/train/platt.js';
import { below, sfc32 } from '../../../src/random.js';
import { millionthsByTheBook } from './independent-reader.js';

const steps: Calibration = {
  ...{ kind: 'isotonic', folds: 5, seed: 0 },
  steps: [
    { from: null, first: 0, rows: 3 },
    { from: -1, first: 1, rows: 3 },
    { from: 4, first: 2, rows: 3 },
  ],
};
const curve: Calibration = {
  ...{ kind: 'platt', folds: 5, seed: 0, rows: 9 },
  ...{ scale: 12, slope: 2.5, intercept: -0.25 },
};
const read = (raw: unknown, classes = 2) => readCalibration(raw, classes, 'm: calibration');

describe('probabilities of a score', () => {
  it('are those of the last step that has begun', () => {
    const said = [-100, -2, -1, 3, 4, 1e9].map((score) => millionthsOf(steps, score));
    expect(said).toEqual([0, 0, 333333, 333333, 666667, 666667]);
  });

  it('are those of the curve, never beyond 0 and 1', () => {
    expect(millionthsOf(curve, 0)).toBe(437823);
    expect(millionthsOf(curve, 1e15)).toBe(1_000_000);
    expect(millionthsOf(curve, -1e15)).toBe(0);
  });

  it('are what a reader by the book alone says, of fitted blocks', () => {
    const random = sfc32(3, 3);
    for (let trial = 0; trial < 100; trial++) {
      const scores = Array.from({ length: 30 }, () => below(random, 2001) - 1000);
      const counts = countScores(
        scores,
        scores.map((score) => below(random, 2001) < score + 1000),
      );
      for (const fitted of [
        { kind: 'isotonic', folds: 5, seed: trial, steps: fitIsotonic(counts) },
        { kind: 'platt', folds: 5, seed: trial, ...fitPlatt(counts) },
      ] as const) {
        const text = JSON.stringify({ calibration: fitted });
        expect(read(JSON.parse(text).calibration)).toEqual(fitted);
        for (const score of [...scores, -5000, 5000, 0]) {
          expect(BigInt(millionthsOf(fitted, score))).toBe(millionthsByTheBook(text, BigInt(score)));
        }
      }
    }
  });
});

describe('the block of a model', () => {
  it('is read back, fields that are not known left out', () => {
    expect(read({ ...steps, more: 1 })).toEqual(steps);
    expect(read(curve)).toEqual(curve);
    expect(toBillionths(-1e-12)).toBe(0);
    expect(Object.is(toBillionths(-1e-12), 0)).toBe(true);
  });

  it.each([
    [{ ...steps, kind: 'spline' }, 'calibration.kind'],
    [{ ...steps, folds: 1 }, 'calibration.folds'],
    [{ ...steps, seed: -1 }, 'calibration.seed'],
    [{ ...steps, steps: [] }, 'calibration.steps'],
    [{ ...steps, steps: [{ from: 0, first: 0, rows: 1 }] }, 'steps[0].from'],
    [{ ...steps, steps: [{ from: null, first: 2, rows: 1 }] }, 'steps[0].first'],
    [{ ...steps, steps: [{ from: null, first: 0, rows: 0 }] }, 'steps[0].rows'],
    [{ ...steps, steps: [...steps.steps, { from: 4, first: 1, rows: 1 }] }, 'steps[3].from'],
    [{ ...steps, steps: [...steps.steps, { from: null, first: 1, rows: 1 }] }, 'steps[3].from'],
    [{ ...steps, steps: [...steps.steps, { from: 5, first: 4, rows: 6 }] }, 'steps[3]: 4 of 6'],
    [{ ...curve, rows: 0 }, 'calibration.rows'],
    [{ ...curve, scale: 0.5 }, 'calibration.scale'],
    [{ ...curve, slope: -1 }, 'calibration.slope'],
    [{ ...curve, intercept: 1e7 }, 'calibration.intercept'],
    [{ ...curve, slope: 0.1234567891 }, 'more than nine decimals'],
    [{ ...curve, slope: '1' }, 'calibration.slope'],
    [null, 'calibration: expected an object'],
  ])('is refused with the field: %j', (raw, named) => {
    expect(() => read(raw)).toThrow(named);
  });

  it('is refused of three classes', () => {
    expect(() => read(steps, 3)).toThrow('for two classes, but the model has 3');
  });
});
