import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/types.js';
import { activeInputs } from '../../src/problem/active.js';
import { StageChain } from '../../src/problem/chain.js';
import {
  confidenceThreshold,
  confidentSamples,
  heldMargins,
  holdOfMinWeight,
  keptSamples,
  marginUnits,
  satisfiesHold,
} from '../../src/problem/semantics.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { problemOf } from '../../src/testing/problem-of.js';

const neuron = (...weights: number[]): Network => ({
  layers: [weights.length, 1],
  weightBound: 1,
  weights: [[weights]],
});

describe('active inputs', () => {
  it('are those not 0 in every training sample, kept or not', () => {
    const problem = problemOf(
      [
        [0, 1, 0, 0],
        [0, 0, 0, -2],
      ],
      [1, -1],
      { keep: [0] },
    );
    expect([...activeInputs(problem)]).toEqual([1, 3]);
    expect([...activeInputs(problemOf([[0, 0]], [1]))]).toEqual([]);
  });
});

describe('units', () => {
  it.each([
    [0.1, 10, 1],
    [1, 1, 1],
    [0.25, 100, 25],
    [0.0003, 10000, 3],
    [0.07, 100, 7],
  ])('of epsilon %s are 1/%s, epsilon being %s of them', (epsilon, scale, units) => {
    expect(marginUnits(problemOf([[1]], [1], { epsilon }))).toEqual({ scale, epsilon: units });
  });
});

describe('confidence', () => {
  it('needs a quarter of P * (n + 1), rounded up; n are the active inputs of a single neuron', () => {
    expect(confidenceThreshold(problemOf([[1, 1, 1, 0]], [1]))).toBe(1);
    expect(confidenceThreshold(problemOf([[1, 1, 1, 1]], [1]))).toBe(2);
    expect(confidenceThreshold(problemOf([[1, 1, 1, 1]], [1], { weightBound: 3 }))).toBe(4);
    expect(confidenceThreshold(problemOf([[1, 1, 1, 1]], [1], { layers: [4, 2, 1] }))).toBe(1);
    expect(confidenceThreshold(problemOf([[1, 1]], [1], { layers: [2, 5, 4, 1], weightBound: 2 }))).toBe(3);
  });

  it('is symmetric: y * S counts, not the margin', () => {
    const problem = problemOf(
      [
        [2, 0],
        [-2, 1],
        [1, 0],
        [-1, 0],
        [0, 0],
      ],
      [1, -1, 1, -1, 1],
    );
    // threshold 1: S = 2, -2, 1, -1, 0.
    expect(confidentSamples(problem, neuron(1, 0))).toEqual([0, 1, 2, 3]);
    expect(confidentSamples(problem, neuron(-1, 0))).toEqual([]);
  });

  it('of a single neuron is measured after the radius', () => {
    const problem = problemOf(
      [
        [4, 1],
        [3, 1],
      ],
      [1, 1],
      { linf: 3 },
    );
    // threshold 1, r = 3: 4 - 3 = 1 counts, 3 - 3 = 0 does not.
    expect(confidentSamples(problem, neuron(1, 0))).toEqual([0]);
  });

  it('of a deep network needs certain first-layer activations: S >= r or -S >= r + 1', () => {
    const rows = [[3], [-3], [-4], [2]];
    const problem = problemOf(rows, [1, -1, -1, 1], { layers: [1, 1, 1], linf: 3 });
    const network: Network = { layers: [1, 1, 1], weightBound: 1, weights: [[[1]], [[1]]] };
    expect(confidentSamples(problem, network)).toEqual([0, 2]);
    expect(confidentSamples({ ...problem, linf: 0 }, network)).toEqual([0, 1, 2, 3]);
  });
});

describe('kept samples', () => {
  const problem = problemOf([[1], [-1], [1]], [1, 1, 1]);
  const keptAfterSm = (one: TrainingProblem) => {
    const chain = new StageChain(one, 0);
    chain.ended('sm', neuron(1));
    return chain.keep;
  };
  it("are the problem's own, else SM's, else all", () => {
    expect(keptSamples(problem)).toEqual([0, 1, 2]);
    expect(keptAfterSm(problem)).toEqual([0, 2]);
    expect(keptAfterSm({ ...problem, keep: [1] })).toEqual([1]);
    expect(keptAfterSm({ ...problem, keep: [] })).toEqual([]);
  });
});

describe('confidence of the problem', () => {
  // 0/1 data with ten active inputs: one neuron is asked for ceil(11 / 4) = 3 unless told.
  const rows = [
    [1, 0, 1, 0, 0, 0, 0, 0, 0, 0],
    [0, 1, 0, 1, 1, 1, 1, 1, 1, 1],
  ];
  const problem = problemOf(rows, [1, -1]);
  const separates = neuron(1, -1, 0, 0, 0, 0, 0, 0, 0, 0); // S = 1 and -1

  it('is what the problem asks for, else the paper has it', () => {
    expect(confidenceThreshold(problem)).toBe(3);
    expect(confidenceThreshold({ ...problem, weightBound: 3 })).toBe(9);
    expect(confidentSamples(problem, separates)).toEqual([]);
    expect(confidentSamples({ ...problem, confidence: 1 }, separates)).toEqual([0, 1]);
    expect(confidentSamples({ ...problem, confidence: 2 }, separates)).toEqual([]);
  });

  it('0 is met by a sum of 0, whatever the label', () => {
    const nothing = neuron(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    expect(confidentSamples({ ...problem, confidence: 0 }, nothing)).toEqual([0, 1]);
    expect(confidentSamples({ ...problem, confidence: 1 }, nothing)).toEqual([]);
  });

  it('is cut at one more than any output can be', () => {
    expect(confidenceThreshold({ ...problem, confidence: 8 })).toBe(8);
    expect(confidenceThreshold({ ...problem, confidence: 2 ** 31 - 1 })).toBe(9);
    expect(confidenceThreshold({ ...problem, layers: [10, 3, 1], weightBound: 2, confidence: 100 })).toBe(7);
  });
});

describe('held margins', () => {
  it('are the margins themselves without a tolerance, and rounded up with one', () => {
    expect(heldMargins([[579, 0], [9]], 0)).toEqual([[579, 0], [9]]);
    // 0.9 * 579 = 521.1, 0.9 * 9 = 8.1
    expect(heldMargins([[579, 0], [9]], 0.1)).toEqual([[522, 0], [9]]);
    expect(heldMargins([[579, 0], [9]], 1)).toEqual([[0, 0], [0]]);
    // 0.95 * 20 is exactly 19, whatever 1 - 0.05 is in floating point.
    expect(heldMargins([[20]], 0.05)).toEqual([[19]]);
    expect(heldMargins([[1_000_000]], 0.0000004)).toEqual([[1_000_000]]);
  });

  it('are exactly ceil((10^6 - t) * m / 10^6) up to the largest margin', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (margin, t) => {
          const exact = (BigInt(1_000_000 - t) * BigInt(margin) + 999_999n) / 1_000_000n;
          expect(heldMargins([[margin]], t / 1_000_000)).toEqual([[Number(exact)]]);
        },
      ),
    );
  });
});

describe('what MW holds', () => {
  const problem = problemOf(
    [
      [3, 1],
      [-2, 1],
    ],
    [1, -1],
  );
  const wide = neuron(1, 0); // margins 3 and 1.9
  it("is the problem's margins, else MM's, else confidence after SM, else correctness", () => {
    expect(holdOfMinWeight(problem, ['sm', 'mm'], wide, [0, 1], 0)).toEqual({
      kind: 'margins',
      margins: [[19]],
    });
    expect(holdOfMinWeight(problem, ['mm'], wide, [0], 0.5)).toEqual({ kind: 'margins', margins: [[15]] });
    expect(holdOfMinWeight({ ...problem, margins: [[0.7]] }, ['sm', 'mm'], wide, [0, 1], 0)).toEqual({
      kind: 'margins',
      margins: [[7]],
    });
    expect(holdOfMinWeight(problem, ['sm'], null, [0, 1], 0)).toEqual({ kind: 'confident' });
    expect(holdOfMinWeight(problem, [], null, [0, 1], 0)).toEqual({ kind: 'correct' });
  });

  it('is satisfied or not in exact integers', () => {
    const hold = { kind: 'margins', margins: [[19]] } as const;
    expect(satisfiesHold(problem, wide, [0, 1], hold)).toBe(true);
    expect(satisfiesHold(problem, wide, [0, 1], { kind: 'margins', margins: [[20]] })).toBe(false);
    expect(satisfiesHold(problem, neuron(0, 0), [0], { kind: 'correct' })).toBe(true);
    expect(satisfiesHold(problem, neuron(0, 0), [0, 1], { kind: 'correct' })).toBe(false);
    expect(satisfiesHold(problem, neuron(0, 0), [0], { kind: 'confident' })).toBe(false);
    expect(satisfiesHold(problem, neuron(0, 0), [], hold)).toBe(true);
  });
});
