import { describe, expect, it } from 'vitest';
import type { Hold } from '../../../src/problem/solution.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { heldMargin, need, settingOf, threshold } from '../../../src/verify/proof/setting.js';

const CONFIDENT: Hold = { kind: 'confident' };

/** The second of three inputs is dark. */
const ROWS = [
  [2, 0, -5],
  [-1, 0, 3],
];

describe('the setting of a block', () => {
  const ranges = [
    [-1, 7],
    [0, 0],
    [-9, 2],
  ] as const;

  it('is about the inputs that are not dark', () => {
    const { position, inputs, rows } = settingOf(problemOf(ROWS, [1, -1]), 'mm', [1], CONFIDENT);
    expect([...position]).toEqual([0, -1, 1]);
    expect(inputs).toBe(2);
    expect(rows.map((row) => [...row])).toEqual([[-1, 3]]);
  });

  it('knows how large a row times weights can be, at the wider end of every range and with all that moves', () => {
    const problem = problemOf(ROWS, [1, -1], { ranges, radii: Int32Array.of(1, 0, 2) });
    expect(settingOf(problem, 'mm', [0, 1], CONFIDENT).magnitude).toBe(7 * (2 + 1) + 9 * (5 + 2));
  });

  it('has mirror images where every range is as wide to both sides', () => {
    const mirrors = (...some: (readonly [number, number])[]) =>
      settingOf(problemOf([[1, 1]], [1], { ranges: some }), 'mm', [0], CONFIDENT).mirrors;
    expect(mirrors([-2, 2], [-1, 1])).toBe(true);
    expect(mirrors([-2, 2], [0, 1])).toBe(false);
    expect(mirrors([-1, 2], [-1, 1])).toBe(false);
  });
});

describe('what is asked of sums', () => {
  it('is the quarter of P times the inputs of the last layer and one, rounded up', () => {
    const plain = { weightBound: 5 };
    // ceil(5 * 3 / 4): two inputs are not dark. ceil(5 * 5 / 4): four neurons. ceil(5 * 2 / 4): one.
    expect(threshold(problemOf(ROWS, [1, -1], plain))).toBe(4);
    expect(threshold(problemOf(ROWS, [1, -1], { ...plain, layers: [3, 4, 1] }))).toBe(7);
    expect(threshold(problemOf(ROWS, [1, -1], { ...plain, layers: [3, 4, 1, 1] }))).toBe(3);
    expect(threshold(problemOf(ROWS, [1, -1], { ...plain, confidence: 9 }))).toBe(9);
  });

  it('is confidence of the last layer only', () => {
    const deep = settingOf(
      problemOf(ROWS, [1, -1], { layers: [3, 2, 1], confidence: 2 }),
      'mw',
      [0, 1],
      CONFIDENT,
    );
    expect([heldMargin(deep, 0, 0), heldMargin(deep, 1, 0)]).toEqual([0, 20]);
    expect([need(deep, 0, 1), need(deep, 0, -1)]).toEqual([0, 1]);
    const single = settingOf(problemOf(ROWS, [1, -1], { confidence: 3 }), 'mw', [0, 1], CONFIDENT);
    expect([need(single, 0, 1), need(single, 0, -1)]).toEqual([3, 3]);
    const held = settingOf(problemOf(ROWS, [1, -1]), 'mw', [0, 1], { kind: 'margins', margins: [[30]] });
    expect([need(held, 0, 1), need(held, 0, -1)]).toEqual([3, 4]);
  });
});
