import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPairs } from '../../../src/ensemble/pair-order.js';
import { EnsembleClassifier } from '../../../src/ensemble/predict/classifier.js';
import { marginRadius, marginScores, voteByMargin } from '../../../src/ensemble/vote/margin.js';
import { anyModel, classifierOf, neuron } from '../support.js';

const FAR = Number.POSITIVE_INFINITY;

describe('the vote by margins', () => {
  it('adds up what networks weigh, for and against', () => {
    // Pairs 0-1, 0-2, 1-2: 0 beats 1 by a hair, 2 beats 0 barely, 1 beats 2 by far.
    expect(marginScores([1, -1, 1], [0, 1, 9], 3)).toEqual([1 - 2, -1 + 4, 2 - 4]);
    expect(marginScores([1, -1, 1], [0, 1, 3], 3)).toEqual([1 - 2, -1 + 4, 2 - 4]);
    expect(marginScores([1, -1, 1], [0, 1, 2], 3)).toEqual([1 - 2, -1 + 3, 2 - 3]);
    expect(voteByMargin([1, -1, 1], [0, 1, 9], 3)).toEqual({ label: 1, leaders: [1] });
    // A network that knows nothing weighs 1, one that is not there nothing.
    expect(marginScores([1, 1, 0], [FAR, 3, 0], 3)).toEqual([5, -1, -4]);
  });

  it('lets two leaders fight it out, and names nobody among more', () => {
    expect(voteByMargin([1, 1, 1], [0, 0, 0], 3)).toEqual({ label: 0, leaders: [0] });
    expect(voteByMargin([1, -1, 1], [4, 4, 4], 3)).toEqual({ label: -1, leaders: [0, 1, 2] });
    // 0: 1 + 2 = 3, 1: -1 + 4 = 3, 2: -6: a tie that the network of 0 and 1 decides.
    expect(voteByMargin([1, 1, 1], [0, 1, 3], 3)).toEqual({ label: 0, leaders: [0, 1] });
    expect(voteByMargin([0, 1, 1], [0, 3, 3], 3)).toEqual({ label: -1, leaders: [0, 1] });
  });

  it('certifies one network as far as it goes', () => {
    expect(marginRadius([1], [7], 2, 0)).toBe(7);
    expect(marginRadius([1], [0], 2, 0)).toBe(0);
    expect(marginRadius([1], [FAR], 2, 0)).toBe(FAR);
    expect(marginRadius([-1], [7], 2, 0)).toBe(0);
  });

  it('never promises what an input near by breaks', () => {
    const cases = anyModel
      .filter((model) => model.layers[0] <= 3 && model.classes.length >= 3)
      .chain((model) =>
        fc.tuple(
          fc.constant(new EnsembleClassifier(model)),
          fc.array(fc.integer({ min: -25, max: 25 }), {
            minLength: model.layers[0],
            maxLength: model.layers[0],
          }),
        ),
      );
    let held = 0;
    fc.assert(
      fc.property(cases, ([judge, row]) => {
        const { label, radius } = judge.certify(row, { vote: 'margin' });
        expect(label).toBe(judge.predictOne(row, { vote: 'margin' }));
        if (radius === null || radius === 0) return;
        held++;
        const reach = Math.min(radius, row.length < 3 ? 12 : 4);
        const near = row.map((x) => Array.from({ length: 2 * reach + 1 }, (_, k) => x - reach + k));
        const all = near.reduce<number[][]>(
          (rows, values) => rows.flatMap((r) => values.map((v) => [...r, v])),
          [[]],
        );
        expect(new Set(judge.predict(all, { vote: 'margin' }))).toEqual(new Set([label]));
      }),
      { numRuns: 1500 },
    );
    expect(held).toBeGreaterThan(100);
  });

  it('is the worst case of evaluate, too', () => {
    const names = ['a', 'b', 'c'];
    expect(allPairs(3)).toHaveLength(3);
    const judge = classifierOf(names, [neuron(1, 0), neuron(1, -1), neuron(0, -1)]);
    const row = [9, -9];
    const { label, radius } = judge.certify(row, { vote: 'margin' });
    expect(label).toBe('a');
    const accuracy = (linf: number): number =>
      judge.evaluate({ samples: [row], labels: ['a'] }, { vote: 'margin', perturb: { linf } }).accuracy;
    expect(radius).toBeGreaterThan(0);
    expect(accuracy(radius as number)).toBe(1);
    expect(accuracy((radius as number) + 1)).toBe(0);
    expect(judge.evaluate({ samples: [row], labels: ['b'] }, { vote: 'margin' }).wrong).toBe(1);
  });
});
