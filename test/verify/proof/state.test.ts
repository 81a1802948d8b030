import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/testing/problem-of.js';
import { verdict } from './support.js';

/* What a node knows, and that a node beside it does not know it: proofs that stand or fall with one part of the state. */

describe('a node of MM', () => {
  const two = problemOf(
    [
      [2, 1],
      [-1, -2],
    ],
    [1, -1],
    { layers: [2, 2, 1] },
  );
  // 77 is so: 29 of either neuron and 19 above.
  const separated = `stage mm
    keep 0 1
    claim 77
    method tree
    p 0 1
    m 0 1:1
    f 0`;

  it('narrows a neuron by what the others leave of the claim, not by the claim', () => {
    // 30 of the other neuron and 19 above leave 28, and with weights of 1 it has 29.
    expect(verdict(two, 'mm', `${separated}\nx`)).toMatchObject({
      holds: false,
      line: 9,
      reason: 'nothing says that the node is impossible',
    });
    expect(verdict(two, 'mm', `${separated}\nw 0 0 0`)).toMatchObject({
      reason: 'w at 0, but the box is [1, 1]',
    });
  });

  it('is about the layers above when all sides are decided, and not before', () => {
    const problem = problemOf([[2], [-1], [1]], [1, -1, 1], { layers: [1, 1, 1] });
    const proof = `stage mm
      keep 0 1 2
      claim 19
      method tree
      p 0 1
      u`;
    expect(verdict(problem, 'mm', proof)).toMatchObject({ line: 7, reason: 'u with undecided sides' });
  });

  it('has room for the weights whose boxes have no 0, and at the edge of a box 0 is in it', () => {
    const proof = (claim: number) => `stage mm
      keep 0 1
      claim ${claim}
      method tree
      m 0 1:1
      l
      end`;
    const rows = [
      [1, 1],
      [-1, -1],
    ];
    // Both weights are away from 0 in the best network, 19; to either side of 0.
    const above = [0, 1] as const;
    const below = [-1, 0] as const;
    for (const [range, labels] of [
      [above, [1, -1]],
      [below, [-1, 1]],
    ] as const) {
      const problem = problemOf(rows, labels, { ranges: [range, range], maxNonzero: 2 });
      const row = labels[0] > 0 ? '1:1' : '0:1';
      expect(verdict(problem, 'mm', proof(19).replace('1:1', row))).toMatchObject({ holds: true });
      expect(verdict(problem, 'mm', proof(18).replace('1:1', row))).toMatchObject({
        reason: "the node's bound is 19, which does not close it at 18",
      });
    }
    // One weight at most: where a half of the first cannot be 0 it is the only one.
    for (const sign of [1, -1]) {
      const problem = problemOf(
        [
          [sign, 1],
          [-sign, -1],
        ],
        [1, -1],
        { maxNonzero: 1 },
      );
      const halves = `w 0 0 ${sign > 0 ? 0 : -1}\nm 0 1:1\nl\nm 0 1:1\nl`;
      expect(verdict(problem, 'mm', proof(9).replace('m 0 1:1\n      l', halves))).toMatchObject({
        holds: true,
      });
      expect(verdict(problem, 'mm', proof(8).replace('m 0 1:1\n      l', halves))).toMatchObject({
        holds: false,
      });
    }
  });
});

describe('a node of MW', () => {
  it('has a weight in every layer where both labels are kept', () => {
    const problem = problemOf([[2], [-1]], [1, -1], { layers: [1, 1, 1] });
    const proof = `stage mw
      keep 0 1
      hold correct
      claim 2
      method tree
      l
      end`;
    expect(verdict(problem, 'mw', proof)).toMatchObject({ holds: true });
    expect(verdict(problem, 'mw', proof.replace('claim 2', 'claim 3'))).toMatchObject({
      reason: "the node's bound is 2, which does not close it at 3",
    });
  });

  it('stays impossible behind a child that was shown to be impossible once more', () => {
    const problem = problemOf(
      [
        [3, 1, 1],
        [-1, 1, -1],
      ],
      [1, -1],
      { margins: [[3]] },
    );
    const proof = `stage mw
      keep 0 1
      hold margins 30
      claim 4
      method tree
      i 0 1:1
      w 0 0 0
      i 0 1:1
      x
      x
      end`;
    expect(verdict(problem, 'mw', proof)).toMatchObject({ holds: true });
  });

  it('is impossible where the first layer needs more weights than the limit, not where it needs as many', () => {
    // The first neuron holds 2 on both of two opposite rows: three weights. The layers above have room for more than they need.
    const rows = [
      [1, 1, 1],
      [-1, -1, -1],
    ];
    const proof = (margin: number) => `stage mw
      keep 0 1
      hold margins ${margin} 0 0
      claim none
      method tree
      p 0 1
      m 0 1 1:1
      l
      m 0 1 0:1
      l
      m 1 1 1:1
      l
      m 1 1 0:1
      l
      end`;
    const held = (margin: number) =>
      problemOf(rows, [1, -1], { layers: [3, 2, 1], maxNonzero: 2, margins: [[margin, 0], [0]] });
    expect(verdict(held(2), 'mw', proof(20))).toMatchObject({ claim: 'none', holds: true });
    // 1.9 on the - side is 2 of the sum.
    expect(verdict(held(1.9), 'mw', proof(19))).toMatchObject({
      line: 9,
      reason: "the node's bound is 3, which does not close it at 5",
    });
    const bare = proof(20).replace('m 0 1 1:1\n', '');
    expect(verdict(held(2), 'mw', bare)).toMatchObject({ holds: false, line: 8 });
  });
});
