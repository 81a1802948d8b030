import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allPairs } from '../../../src/ensemble/pair-order.js';
import { Predictor } from '../../../src/ensemble/predict/predictor.js';
import { outcomeCode, vote } from '../../../src/ensemble/vote/vote.js';
import { worstBallot } from '../../../src/ensemble/vote/worst-case.js';
import { outputSign } from '../../../src/network/forward.js';
import { anyNetwork, neuron } from '../support.js';

const shapes = fc.constantFrom([3, 1], [5, 2, 1], [4, 3, 2, 1], [6, 1, 1, 3, 1]);

describe('Predictor', () => {
  it('answers as the reference forward pass does, network by network', () => {
    const cases = shapes.chain((layers) =>
      fc.tuple(
        fc.array(fc.option(anyNetwork(layers, 3, 900), { freq: 6 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.integer({ min: -40, max: 255 }), { minLength: layers[0] + 2, maxLength: layers[0] + 2 }),
      ),
    );
    fc.assert(
      fc.property(cases, ([networks, row]) => {
        const inputs = row.length - 2;
        const predictor = new Predictor(networks, inputs);
        const answers = new Int8Array(networks.length);
        predictor.answer(row, 2, answers);
        expect(Array.from(answers)).toEqual(
          networks.map((network) => (network === null ? 0 : outputSign(network, row, 2))),
        );
      }),
    );
  });

  it('answers +1 on a sum of exactly 0', () => {
    const answers = new Int8Array(2);
    new Predictor([neuron(1, -1), neuron(0, 0)], 2).answer([5, 5], 0, answers);
    expect(Array.from(answers)).toEqual([1, 1]);
  });

  it('calls an answer certain only when every input within the radius gives it', () => {
    const cases = fc
      .constantFrom([2, 1], [2, 2, 1], [3, 2, 2, 1])
      .chain((layers) =>
        fc.tuple(
          anyNetwork(layers, 2, 900),
          fc.array(fc.integer({ min: -6, max: 6 }), { minLength: layers[0], maxLength: layers[0] }),
          fc.integer({ min: 0, max: 3 }),
        ),
      );
    let certain = 0;
    fc.assert(
      fc.property(cases, ([network, row, radius]) => {
        const answers = new Int8Array(1);
        new Predictor([network], row.length).answer(row, 0, answers, radius);
        const found = new Set(box(row, radius).map((near) => outputSign(network, near)));
        if (answers[0] !== 0) {
          certain++;
          expect([...found]).toEqual([answers[0]]);
        }
        // A single neuron is decided exactly, not only safely.
        if (network.layers.length === 2) expect(answers[0] === 0).toBe(found.size === 2);
      }),
      { numRuns: 300 },
    );
    expect(certain).toBeGreaterThan(50);
  });
});

describe('worstBallot', () => {
  it('is never right when some completion of the open answers is wrong', () => {
    const cases = fc.integer({ min: 2, max: 4 }).chain((classes) => {
      const pairs = allPairs(classes).length;
      return fc.tuple(
        fc.constant(classes),
        fc.array(fc.constantFrom(1, -1, 1, -1, 0), { minLength: pairs, maxLength: pairs }),
        fc.integer({ min: 0, max: classes - 1 }),
        fc.constantFrom('paper' as const, 'recursive' as const),
      );
    });
    let safe = 0;
    let lost = 0;
    fc.assert(
      fc.property(cases, ([classes, answers, truth, rule]) => {
        const ballot = worstBallot(answers, () => true, classes, truth, rule);
        const codes = completions(answers).map((full) => outcomeCode(vote(full, classes, rule), truth));
        if (outcomeCode(ballot, truth) <= 1) {
          safe++;
          expect(Math.max(...codes)).toBeLessThanOrEqual(1);
        } else lost++;
        // Where nothing is open it is the vote itself.
        if (!answers.includes(0)) expect(outcomeCode(ballot, truth) <= 1).toBe(codes[0] <= 1);
      }),
      { numRuns: 1000 },
    );
    expect(safe).toBeGreaterThan(100);
    expect(lost).toBeGreaterThan(100);
  });

  it('keeps a safe tie of two that truth wins by its own certain answer', () => {
    // 0 beats 1 and 2 for certain; 1 beats 2; pair (0, 3) open, 1 beats 3, 2 beats 3: at worst 0 and 1 have two votes.
    const answers = [1, 1, 0, 1, 1, 1];
    expect(
      outcomeCode(
        worstBallot(answers, () => true, 4, 0, 'paper'),
        0,
      ),
    ).toBe(1);
    expect(
      outcomeCode(
        worstBallot(answers, () => true, 4, 1, 'paper'),
        1,
      ),
    ).toBeGreaterThan(1);
  });

  it('is the vote itself where nothing is open, also where the recursive rule needs a second round', () => {
    // Six classes, three tied, 0 beats 1 and 2 (the table of vote.test.ts).
    const answers = [1, 1, -1, -1, 1, 1, 1, 1, -1, 1, 1, 1, 1, -1, 1];
    for (const rule of ['paper', 'recursive'] as const) {
      expect(worstBallot(answers, () => true, 6, 0, rule)).toEqual(vote(answers, 6, rule));
    }
    expect(vote(answers, 6, 'recursive').label).toBe(0);
  });

  it('takes a missing network for an abstention, not for an open answer', () => {
    expect(
      outcomeCode(
        worstBallot([1, 0, 1], (pair) => pair !== 1, 3, 0, 'paper'),
        0,
      ),
    ).toBe(1);
    expect(
      outcomeCode(
        worstBallot([1, 0, 1], () => true, 3, 0, 'paper'),
        0,
      ),
    ).toBeGreaterThan(1);
  });
});

function box(row: readonly number[], radius: number): number[][] {
  return row.reduce<number[][]>(
    (found, x) =>
      found.flatMap((start) => Array.from({ length: 2 * radius + 1 }, (_, d) => [...start, x - radius + d])),
    [[]],
  );
}

function completions(answers: readonly number[]): number[][] {
  return answers.reduce<number[][]>(
    (found, answer) =>
      found.flatMap((start) => (answer === 0 ? [1, -1] : [answer]).map((a) => [...start, a])),
    [[]],
  );
}
