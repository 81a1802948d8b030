import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnder, classFigures, meanOf, rocOf } from '../../../src/ensemble/predict/class-figures.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { anyModel } from '../support.js';

/** Samples of two kinds with few different scores, so that ties are common; both kinds are there. */
const anyRanked = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 1 })), {
    minLength: 2,
    maxLength: 30,
  })
  .filter((list) => new Set(list.map(([, is]) => is)).size === 2)
  .map((list) => ({ scores: list.map(([score]) => score), is: list.map(([, is]) => is) }));

/** By definition: every pair of one of the class and one of the rest. */
function areaByPairs({ scores, is }: { scores: number[]; is: number[] }): number {
  let [twice, pairs] = [0, 0];
  for (let a = 0; a < is.length; a++) {
    for (let b = 0; b < is.length; b++) {
      if (is[a] !== 1 || is[b] !== 0) continue;
      pairs++;
      twice += scores[a] > scores[b] ? 2 : scores[a] === scores[b] ? 1 : 0;
    }
  }
  return twice / (2 * pairs);
}

describe('areaUnder and rocOf', () => {
  it('count pairs in order, ties by halves, and the curve has that area', () => {
    fc.assert(
      fc.property(anyRanked, (ranked) => {
        const area = areaByPairs(ranked);
        expect(areaUnder(ranked)).toBe(area);
        const points = rocOf('x', ranked)?.points ?? [];
        expect(points[0]).toEqual({ threshold: null, falsePositiveRate: 0, truePositiveRate: 0 });
        expect(points.at(-1)).toMatchObject({ falsePositiveRate: 1, truePositiveRate: 1 });
        let under = 0;
        for (let at = 1; at < points.length; at++) {
          const [before, here] = [points[at - 1], points[at]];
          under +=
            ((here.falsePositiveRate - before.falsePositiveRate) *
              (here.truePositiveRate + before.truePositiveRate)) /
            2;
          // A point is what its threshold gives.
          const taken = ranked.scores.map((score) => score >= (here.threshold as number));
          const rate = (kind: number) =>
            ranked.is.filter((is, k) => is === kind && taken[k]).length /
            ranked.is.filter((is) => is === kind).length;
          expect([rate(0), rate(1)]).toEqual([here.falsePositiveRate, here.truePositiveRate]);
        }
        expect(under).toBeCloseTo(area, 12);
      }),
    );
  });

  it('have nothing to say of one class', () => {
    expect(areaUnder({ scores: [1, 2], is: [1, 1] })).toBeNull();
    expect(rocOf('x', { scores: [], is: [] })).toBeNull();
  });
});

describe('classFigures', () => {
  it('divides by rows and columns of the confusion, no label counting as wrong', () => {
    const figures = classFigures(
      [
        [3, 1, 1, 0],
        [0, 4, 0, 0],
        [0, 0, 0, 0],
      ].map((row) => row.slice()),
      ['a', 'b', 'c'],
      undefined,
    );
    expect(figures).toEqual([
      { label: 'a', images: 5, precision: 1, recall: 0.6, f1: 0.75 },
      { label: 'b', images: 4, precision: 0.8, recall: 1, f1: 8 / 9 },
      { label: 'c', images: 0, precision: 0, recall: null, f1: 0 },
    ]);
    expect(meanOf(figures.map(({ recall }) => recall))).toBe(0.8);
    expect(meanOf([null, undefined])).toBeNull();
  });
});

describe('EnsembleClassifier.scores', () => {
  it('has the sign of the answer with two classes, and counts votes with more', () => {
    fc.assert(
      fc.property(
        anyModel,
        fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 9, maxLength: 9 }),
        (model, values) => {
          const classifier = new EnsembleClassifier(model);
          const row = values.slice(0, classifier.inputs);
          const scores = classifier.scores(row);
          const [answer] = classifier.decisions(row);
          if (model.classes.length > 2) expect(scores).toEqual(classifier.votes(row));
          else {
            expect(scores[0] + scores[1]).toBe(0);
            if (answer !== 0) expect(scores[0] >= 0 ? 1 : -1).toBe(answer);
          }
        },
      ),
    );
  });
});
