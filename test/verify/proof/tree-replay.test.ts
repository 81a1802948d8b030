import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../src/testing/problem-of.js';
import { verdict } from './support.js';

/* Records that all trees have, where one more or one less would be taken for a proof. */

/** Either row needs a weight of its own: a row alone shows one, both together show two. */
const TWO_WEIGHTS = problemOf(
  [
    [2, 0],
    [0, -2],
  ],
  [1, -1],
  { margins: [[1.9]] },
);
const mw = (claim: number, records: string) => `stage mw
  keep 0 1
  hold margins 19
  claim ${claim}
  method tree
  ${records}
  end`;

const TWO_NEURONS = problemOf(
  [
    [2, 1],
    [-1, -2],
  ],
  [1, -1],
  { layers: [2, 2, 1] },
);

describe('bounds of a node', () => {
  it('stay as good as they were behind a worse one', () => {
    const single = problemOf(
      [
        [2, -1],
        [-1, 1],
      ],
      [1, -1],
    );
    const mm = 'stage mm\nkeep 0 1\nclaim 19\nmethod tree\nm 0 1:1\nm 0 0:1\nl\nend';
    expect(verdict(single, 'mm', mm)).toMatchObject({ holds: true });
    const worse = mw(2, 'm 0 2 0:1 1:1\nm 0 2 0:1\nl');
    expect(verdict(TWO_WEIGHTS, 'mw', worse)).toMatchObject({ holds: true });
  });

  it('may rest on boxes alone in MW, of a neuron without a side too', () => {
    const problem = problemOf([[2], [-1]], [1, -1], { layers: [1, 1, 1] });
    const proof = 'stage mw\nkeep 0 1\nhold correct\nclaim 2\nmethod tree\nm 0 1\nl\nend';
    expect(verdict(problem, 'mw', proof)).toMatchObject({ holds: true });
    expect(verdict(problem, 'mw', proof.replace('m 0 1', 'm 0 1 0:1'))).toMatchObject({ holds: false });
  });

  it('say that nothing is in a node where more weights than the limit cannot be 0, not where as many cannot', () => {
    const forced = (maxNonzero: number) =>
      problemOf(
        [
          [2, 1],
          [-1, -2],
        ],
        [1, -1],
        {
          ranges: [
            [1, 1],
            [1, 1],
          ],
          maxNonzero,
        },
      );
    const proof = (claim: string) => `stage mm\nkeep 0 1\nclaim ${claim}\nmethod tree\nm 0 1:1\nx\nend`;
    expect(verdict(forced(1), 'mm', proof('none'))).toMatchObject({ claim: 'none', holds: true });
    expect(verdict(forced(2), 'mm', proof('none'))).toMatchObject({
      line: 7,
      reason: 'nothing says that the node is impossible',
    });
  });

  it('close a node in which rows are within reach', () => {
    expect(verdict(TWO_WEIGHTS, 'mw', mw(2, 'm 0 2 0:1 1:1\ni 0 0:1\nx'))).toMatchObject({ holds: true });
    expect(verdict(TWO_WEIGHTS, 'mw', mw(2, 'i 0 0:1\nx'))).toMatchObject({
      line: 7,
      reason: 'the rows are not out of reach',
    });
  });
});

describe('rows of a record', () => {
  const problem = problemOf([[2], [-1], [1]], [1, -1, 1], { layers: [1, 2, 1] });
  const head = 'stage mm\nkeep 0 1 2\nclaim 39\nmethod tree\n';

  it.each([
    ['p 0 1\nm 0 2:1', 'neuron 0 has no side of row 2'],
    ['p 0 1\nm 1 0:1', 'neuron 1 has no side of row 0'],
    ['p 0 3', 'row 3 is not one of the 3 kept samples'],
    ['p 0 1\ns 0 3', 'row 3 is not one of the 3 kept samples'],
  ])('have a side and are kept: %s', (records, reason) => {
    expect(verdict(problem, 'mm', head + records)).toMatchObject({ holds: false, reason });
  });
});

describe('a bound of one neuron', () => {
  const lemma = 'b 0 2\nm 0 2 0:1 1:1\nl\nl';

  it('is known behind its proof, and no more than it', () => {
    expect(verdict(TWO_WEIGHTS, 'mw', mw(2, lemma))).toMatchObject({ holds: true });
    expect(verdict(TWO_WEIGHTS, 'mw', mw(3, lemma))).toMatchObject({
      line: 10,
      reason: "the node's bound is 2, which does not close it at 3",
    });
    // What was known before is not forgotten.
    const known = 'm 0 2 0:1 1:1\nb 0 1\nl\nl';
    expect(verdict(TWO_WEIGHTS, 'mw', mw(2, known))).toMatchObject({ holds: true });
  });

  it.each(['p 0 1', 't 1', 'u', 'b 0 28', 'g 3 3 9'])('is proved without %s', (record) => {
    const proof = `stage mm\nkeep 0 1\nclaim 77\nmethod tree\np 0 1\nb 0 29\n${record}`;
    expect(verdict(TWO_NEURONS, 'mm', proof)).toMatchObject({
      line: 8,
      reason: `${record[0]} while a neuron is bounded on its own`,
    });
  });
});

describe('a weight that is branched on', () => {
  const head = `stage mm
    keep 0 1
    claim 77
    method tree
    p 0 1
    b 0 29
    m 0 1:1
    l
    t 1`;

  it('is one of the neuron that the record names', () => {
    const rest = `m 1 0:1 1:1
      l
      m 1 1:1
      l
      m 1 0:1
      l
      m 0 0:1
      t 1
      m 1 0:1 1:1
      l
      m 1 1:1
      l
      m 1 0:1
      l
      end`;
    const proof = `${head}\nw 1 0 0\nm 1 0:1 1:1\nl\n${rest}`;
    expect(verdict(TWO_NEURONS, 'mm', proof)).toMatchObject({ holds: true });
    expect(verdict(TWO_NEURONS, 'mm', `${head}\nw 1 0 0\nw 1 0 0`)).toMatchObject({
      reason: 'w at 0, but the box is [-1, 0]',
    });
    expect(verdict(TWO_NEURONS, 'mm', `${head}\nw 1 0 0\nw 0 0 0\nl`)).toMatchObject({
      line: 13,
      reason: "the node's bound is 78, which does not close it at 77",
    });
  });
});

describe('a word that is no record', () => {
  it('is quoted no further than a line of a terminal bears', () => {
    const word = 'abcdefghijklmnopqrstuvwxyz';
    const proof = `stage mm\nkeep 0 1\nclaim 77\nmethod tree\n`;
    const short = word.slice(0, 20);
    expect(verdict(TWO_NEURONS, 'mm', proof + word)).toMatchObject({ reason: `'${short}' is no record` });
    expect(verdict(TWO_NEURONS, 'mm', `${proof}p 0 1\nb 0 29\n${word}`)).toMatchObject({
      reason: `${short} while a neuron is bounded on its own`,
    });
  });
});
