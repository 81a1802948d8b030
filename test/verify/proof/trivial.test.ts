import { describe, expect, it } from 'vitest';
import type { Hold } from '../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { Draws } from '../../../src/testing/draws.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { type Setting, settingOf } from '../../../src/verify/proof/setting.js';
import {
  firstAtLeastOne,
  isFree,
  leastAbove,
  leastNonzeros,
  mostAbove,
  mostCounted,
  mostMargin,
  rootBound,
} from '../../../src/verify/proof/trivial.js';

const CORRECT: Hold = { kind: 'correct' };

function drawn(seed: number): { setting: Setting; target: number } {
  const draws = new Draws(seed, 79);
  const inputs = draws.int(1, 3);
  const samples = Int32Array.from({ length: 2 * inputs }, () => draws.int(-4, 4) || 1);
  const target = draws.int(1, 9);
  const problem: TrainingProblem = problemOf([new Array<number>(inputs).fill(0)], [1, -1], {
    ...{ layers: [inputs, 1], weightBound: 2, samples, sampleCount: 2 },
    ranges: draws.list(inputs, () => {
      const low = draws.int(-2, 2);
      return [low, draws.int(low, 2)] as const;
    }),
    radii: Int32Array.from(draws.list(inputs, () => draws.int(0, 2))),
    free: draws.once(2) ? draws.some(inputs) : [],
    ...(draws.once(2) ? { maxNonzero: draws.int(0, 3) } : {}),
  });
  const hold: Hold = { kind: 'margins', margins: [[10 * target - draws.int(0, 9)]] };
  return { setting: settingOf(problem, 'mm', [0, 1], hold), target };
}

/** What every vector of weights has on a row and a side, and how many counted weights of it are other than 0. */
function eachVector(
  { low, high, radius, counted, inputs, rows }: Setting,
  k: number,
  side: number,
  found: (sum: number, nonzeros: number) => void,
): void {
  const walk = (a: number, sum: number, nonzeros: number): void => {
    if (a === inputs) {
      found(sum, nonzeros);
      return;
    }
    for (let v = low[a]; v <= high[a]; v++)
      walk(
        a + 1,
        sum + side * rows[k][a] * v - radius[a] * Math.abs(v),
        nonzeros + (v !== 0 && counted[a] ? 1 : 0),
      );
  };
  walk(0, 0, 0);
}

/** Where a side is out of reach: the counted weights that gain something there or cannot be 0. */
function useful({ low, high, radius, counted, inputs, rows }: Setting, k: number, side: number): number {
  let count = 0;
  for (let a = 0; a < inputs; a++) {
    if (!counted[a]) continue;
    let gains = low[a] > 0 || high[a] < 0;
    for (let v = low[a]; v <= high[a]; v++) if (side * rows[k][a] * v > radius[a] * Math.abs(v)) gains = true;
    if (gains) count++;
  }
  return count;
}

describe('the root of a tree', () => {
  it('has the margin that the worst row allows on its better side, under a limit as well', () => {
    let limited = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { setting } = drawn(seed);
      let least = Number.POSITIVE_INFINITY;
      let isEmpty = false;
      for (const k of [0, 1]) {
        let most = Number.NEGATIVE_INFINITY;
        for (const side of [1, -1])
          eachVector(setting, k, side, (sum, nonzeros) => {
            if (nonzeros <= setting.limit) most = Math.max(most, 10 * sum - (side < 0 ? 1 : 0));
          });
        if (most === Number.NEGATIVE_INFINITY) isEmpty = true;
        least = Math.min(least, most);
      }
      if (isEmpty) continue; // more weights cannot be 0 than may be other than 0
      if (setting.limit < setting.inputs) limited++;
      expect(mostMargin(setting), `seed ${seed}`).toBe(least);
    }
    expect(limited).toBeGreaterThan(40);
  });

  it('has the weights with which the worst row reaches what is held on its better side', () => {
    let fewer = 0;
    for (let seed = 0; seed < 300; seed++) {
      const { setting, target } = drawn(seed);
      const fewest = [0, 1].map((k) =>
        [1, -1].map((side) => {
          let few = Number.POSITIVE_INFINITY;
          eachVector(setting, k, side, (sum, nonzeros) => {
            if (sum >= target) few = Math.min(few, nonzeros);
          });
          return few === Number.POSITIVE_INFINITY ? useful(setting, k, side) : few;
        }),
      );
      const least = Math.max(...fewest.map((sides) => Math.min(...sides)));
      expect(leastNonzeros(setting, 0), `seed ${seed}`).toBe(least);
      if (least < setting.inputs) fewer++;
    }
    expect(fewer).toBeGreaterThan(100);
  });

  it('counts all that could matter where what is held is out of reach, and nothing without a hold', () => {
    const problem = problemOf([[3, 1, 0, -1]], [1], {
      ranges: [
        [-1, 1],
        [1, 2],
        [-1, 1],
        [-1, 1],
      ],
    });
    const held = (margin: number) =>
      leastNonzeros(settingOf(problem, 'mw', [0], { kind: 'margins', margins: [[margin]] }), 0);
    // The second cannot be 0; the third is dark.
    expect([held(0), held(20), held(21), held(50), held(60), held(1000)]).toEqual([1, 1, 2, 2, 3, 3]);
  });

  it('knows the margins above: P times the inputs of every neuron, less epsilon once', () => {
    const above = (labels: readonly number[], layers: readonly number[], keep = [0, 1]) =>
      mostAbove(settingOf(problemOf([[2], [3]], labels, { layers, weightBound: 3 }), 'mm', keep, CORRECT));
    expect(above([1, -1], [1, 2, 1])).toBe(59);
    expect(above([1, 1], [1, 2, 1])).toBe(60);
    expect(above([1, -1], [1, 2, 3, 1])).toBe(10 * 3 * (3 * 2 + 3) - 1);
    expect(above([1, -1], [1, 1])).toBe(0);
    expect(above([1, -1], [1, 2, 1], [])).toBe(0);
    const setting = settingOf(problemOf([[2], [3]], [1, -1], { layers: [1, 2, 1] }), 'mm', [0, 1], CORRECT);
    expect(rootBound(setting)).toBe(2 * 20 + 19);
    const none = settingOf(problemOf([[2], [3]], [1, -1], { layers: [1, 2, 1] }), 'mm', [], CORRECT);
    expect(rootBound(none)).toBe(0);
  });

  it('knows the weights above: what is held by P, a neuron each, and one a layer where labels are unlike', () => {
    const above = (margins: readonly (readonly number[])[], labels = [1, -1], keep = [0, 1]) => {
      const problem = problemOf([[2], [3]], labels, { layers: [1, 2, 2, 1], weightBound: 3 });
      return settingOf(problem, 'mw', keep, { kind: 'margins', margins });
    };
    expect(leastAbove(above([[0, 0], [0, 0], [0]]))).toBe(2);
    expect(leastAbove(above([[0, 0], [0, 0], [0]], [1, 1]))).toBe(0);
    // 31 is 4 of a sum, which takes two weights of 3.
    expect(leastAbove(above([[0, 0], [30, 31], [0]]))).toBe(3 + 1);
    expect(leastAbove(above([[0, 0], [30, 31], [61]]))).toBe(3 + 3);
    expect(leastAbove(above([[0, 0], [30, 31], [61]], [1, -1], []))).toBe(0);
    expect(rootBound(above([[0, 0], [0, 0], [0]]))).toBe(3);
    expect(rootBound(above([[20, 40], [0, 0], [0]]))).toBe(1 + 1 + 2);
    const free = { ...above([[0, 0], [0, 0], [0]]), counted: [false] };
    expect([firstAtLeastOne(free, 0), rootBound(free)]).toEqual([0, 2]);
    expect(firstAtLeastOne({ ...free, counted: [true, false] }, 0)).toBe(0);
    // Of each of the two neurons one that cannot be 0.
    const forced = problemOf([[2], [3]], [1, -1], { layers: [1, 2, 1], ranges: [[1, 2]] });
    expect(rootBound(settingOf(forced, 'mw', [0, 1], CORRECT))).toBe(2 + 1);
    const held: Hold = { kind: 'margins', margins: [[0, 0], [0]] };
    expect(rootBound(settingOf(forced, 'mw', [0, 1], held))).toBe(2 + 1);
  });
});

describe('what SM can count at most', () => {
  const rows = [
    [1, 2],
    [1, 2],
    [12, 0],
    [1, 2],
    [1, 22],
  ];
  const counted = (rest: Partial<TrainingProblem>) => mostCounted(problemOf(rows, [1, -1, 1, -1, -1], rest));

  it('is one label of every group of equal inputs', () => {
    expect(counted({})).toBe(4);
    expect(counted({ costs: Int32Array.of(5, 1, 2, 3, 1) })).toBe(5 + 2 + 1);
    expect(counted({ costs: Int32Array.of(5, 3, 2, 3, 1) })).toBe(6 + 2 + 1);
  });

  it('is all where no confidence is asked for, and nothing where no output has as much', () => {
    expect(counted({ confidence: 0, costs: Int32Array.of(5, 1, 2, 3, 1) })).toBe(12);
    expect(counted({ layers: [2, 3, 1], weightBound: 2, confidence: 6 })).toBe(4);
    expect(counted({ layers: [2, 3, 1], weightBound: 2, confidence: 7 })).toBe(0);
    expect(counted({ layers: [2, 9, 3, 1], weightBound: 2, confidence: 7 })).toBe(0);
    expect(counted({ weightBound: 2, confidence: 7 })).toBe(4);
  });

  it('has no weights at all only where none is asked for', () => {
    const free = (confidence: number, hold: Hold) =>
      isFree(problemOf(rows, [1, 1, 1, 1, 1], { confidence }), hold);
    expect(free(0, { kind: 'confident' })).toBe(true);
    expect(free(1, { kind: 'confident' })).toBe(false);
    expect(free(0, CORRECT)).toBe(false);
  });
});
