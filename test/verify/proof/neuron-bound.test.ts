import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/testing/problem-of.js';
import { verdict } from './support.js';

const mm = (claim: number | string, records: string) =>
  `stage mm\nkeep 0 1\nclaim ${claim}\nmethod tree\n${records}\nend`;

describe('a bound of a margin', () => {
  it('is lowered to what the decided sides can have', () => {
    // With 25 of the first and one of the second row the average is 2.9, and 3 less epsilon is for the - side alone.
    const plus = problemOf(
      [
        [2, 1],
        [2, -1],
      ],
      [1, 1],
    );
    expect(verdict(plus, 'mm', mm(20, 'm 0 0:p 1:1\nl'))).toMatchObject({ holds: true });
    expect(verdict(plus, 'mm', mm(19, 'm 0 0:p 1:1\nl'))).toMatchObject({
      reason: "the node's bound is 20, which does not close it at 19",
    });
    // The average leaves 0, and the - side has no 0.
    const minus = problemOf([[1], [-1]], [-1, -1]);
    expect(verdict(minus, 'mm', mm('none', 'm 0 0:3 1:4\nx'))).toMatchObject({ claim: 'none', holds: true });
  });
});

describe('boxes narrowed by a margin', () => {
  it('lose what reaches the claim only, on the - side with its epsilon', () => {
    // The best is 19 by the second row. The first has to give more than 19: 3 of the sum, for which both weights are 1.
    const problem = problemOf(
      [
        [-2, -1],
        [-1, -1],
      ],
      [-1, -1],
    );
    expect(verdict(problem, 'mm', mm(19, 'm 0 0:1\nf 0\nw 0 1 0'))).toMatchObject({
      reason: 'w at 0, but the box is [1, 1]',
    });
    expect(verdict(problem, 'mm', mm(19, 'm 0 0:2\nf 0\nw 0 1 0'))).toMatchObject({
      reason: 'w at 0, but the box is [1, 1]',
    });
    // At 18 a sum of 2 would do.
    expect(verdict(problem, 'mm', mm(18, 'm 0 0:1\nf 0\nw 0 1 1'))).toMatchObject({
      reason: 'w at 1, but the box is [0, 1]',
    });
    const limited = { ...problem, maxNonzero: 2 };
    expect(verdict(limited, 'mm', mm(19, 'm 0 0:1\nf 0\nw 0 1 0\nx\nm 0 1:1\nl'))).toMatchObject({
      holds: true,
    });
    expect(verdict(limited, 'mm', mm(18, 'm 0 0:1\nf 0\nw 0 1 0\nx'))).toMatchObject({
      line: 9,
      reason: 'nothing says that the node is impossible',
    });
  });

  it('lose under a limit what an average of whole sums cannot reach, and elsewhere do not', () => {
    // The best is 10. An average of more than 1.4 is 1.5, for which 3 of both rows together would do; a whole one is 2, for which it takes 4.
    const problem = problemOf(
      [
        [1, 2],
        [2, -1],
      ],
      [1, 1],
    );
    const limited = { ...problem, maxNonzero: 2 };
    const narrowed = 'm 0 0:1 1:1\nf 0\nw 0 1 0\n';
    expect(verdict(limited, 'mm', mm(14, `${narrowed}x\nm 0 1:1\nl`))).toMatchObject({ holds: true });
    expect(verdict(problem, 'mm', mm(14, `${narrowed}x\nm 0 1:1\nl`))).toMatchObject({
      line: 9,
      reason: 'nothing says that the node is impossible',
    });
    expect(verdict(problem, 'mm', mm(14, `${narrowed}m 0 0:1\nl\nm 0 1:1\nl`))).toMatchObject({
      holds: true,
    });
  });
});

describe('boxes narrowed by non-zero weights', () => {
  it('lose what takes too many of them', () => {
    // Either row asks for 2 of a weight of its own. -1 is another weight for nothing, and asks as much again of the other one.
    const problem = problemOf(
      [
        [2, 0],
        [0, -2],
      ],
      [1, -1],
      { margins: [[1.9]] },
    );
    const proof = (at: number) =>
      `stage mw\nkeep 0 1\nhold margins 19\nclaim 3\nmethod tree\nm 0 2 0:1 1:1\nf 0\nw 0 0 ${at}`;
    expect(verdict(problem, 'mw', proof(-1))).toMatchObject({ reason: 'w at -1, but the box is [0, 1]' });
    expect(verdict(problem, 'mw', proof(0))).toMatchObject({ reason: 'the file ends before the block does' });
  });
});
