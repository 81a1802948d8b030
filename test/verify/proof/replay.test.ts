import { describe, expect, it } from 'vitest';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { verdict } from './support.js';

/*
 * Which children a record has. At a claim that the root has already every node is closed by `l`, so a proof is accepted with just
 * as many of them as there are nodes.
 */

const ROWS = [[2], [-1], [1], [-2]];
const LABELS = [1, -1, 1, -1];
const hidden = (rest: Partial<TrainingProblem> = {}) =>
  problemOf(ROWS, LABELS, { layers: [1, 2, 1], ...rest });
/** Two neurons of at most 10, and 20 - 1 above them. */
const ROOT = 39;

function head(claim: number | string = ROOT): string {
  return `stage mm\nkeep 0 1 2 3\nclaim ${claim}\nmethod tree\n`;
}

function expectLeaves(problem: TrainingProblem, records: string, leaves: number): void {
  const proof = (count: number) => `${head()}${records}\n${'l\n'.repeat(count)}end`;
  expect(verdict(problem, 'mm', proof(leaves)), records).toMatchObject({ holds: true });
  expect(verdict(problem, 'mm', proof(leaves - 1)), records).toMatchObject({
    reason: 'the block ends with open nodes',
  });
  expect(verdict(problem, 'mm', proof(leaves + 1)), records).toMatchObject({
    reason: 'a record after the last node was closed',
  });
}

describe('a pair', () => {
  it('is told apart by any neuron with sides, or by the first of those without, either way round', () => {
    expectLeaves(hidden(), 'p 0 1', 2);
    // Behind it the first neuron has sides: it and the other one.
    expectLeaves(hidden(), 'p 0 1\np 2 3', 1 + 4);
    // And when both have sides, both.
    expectLeaves(hidden(), 'p 0 1\np 2 3\nl\nl\np 0 3', 2 + 1 + 1);
  });

  it('is not told apart against a side that is decided', () => {
    // Of the first neuron one way round is left, whichever of the two is decided.
    expectLeaves(hidden(), 'p 0 1\np 0 3', 1 + 3);
    expectLeaves(hidden(), 'p 0 1\np 2 1', 1 + 3);
    for (const [pair, row] of [
      ['0 3', 3],
      ['2 1', 2],
    ] as const) {
      const again = `${head()}p 0 1\np ${pair}\n`;
      expect(verdict(hidden(), 'mm', `${again}p ${pair}`)).toMatchObject({
        reason: 'p of two samples that some neuron separates',
      });
      expect(verdict(hidden(), 'mm', `${again}s 0 ${row}`)).toMatchObject({
        reason: 's of a side that is decided',
      });
    }
  });

  it('has unlike labels', () => {
    for (const pair of ['0 2', '3 1'])
      expect(verdict(hidden(), 'mm', `${head()}p ${pair}`)).toMatchObject({
        reason: 'p of two samples with equal labels',
      });
  });
});

describe('a side', () => {
  it('is one or the other, and with all of them the layers above may have no answer', () => {
    const problem = problemOf([[2], [-1], [1]], [1, -1, 1], { layers: [1, 1, 1] });
    const proof = `stage mm
      keep 0 1 2
      claim 18
      method tree
      p 0 1
      s 0 2
      m 0 1:1
      l
      u
      x
      s 0 2
      u
      x
      m 0 2:1
      l
      end`;
    expect(verdict(problem, 'mm', proof)).toMatchObject({ holds: true });
    expect(verdict(problem, 'mm', proof.replace('claim 18', 'claim 17'))).toMatchObject({ line: 9 });
  });
});

describe('a neuron without a side', () => {
  it('has no boxes of its own', () => {
    for (const record of ['w 0 0 0', 'p 0 1\nw 1 0 0'])
      expect(verdict(hidden(), 'mm', head() + record)).toMatchObject({
        reason: 'w of a neuron without any side',
      });
  });

  it('is on the + side, or changes at some row; where it has no mirror image it may be on the - side', () => {
    expectLeaves(hidden(), 't 0', 7);
    // The weight is 0 or 1: the - side of a row above 0 has no margin.
    const one = problemOf([[2], [1]], [1, -1], { layers: [1, 2, 1], ranges: [[0, 1]] });
    const proof = (last: string) => `stage mm
      keep 0 1
      claim 39
      method tree
      t 0
      l
      l
      l
      ${last}`;
    expect(verdict(one, 'mm', proof('m 0 0:1\nx\nend'))).toMatchObject({ holds: true });
    expect(verdict(one, 'mm', proof('m 0 1:1\nx\nend'))).toMatchObject({ holds: true });
    expect(verdict(one, 'mm', proof('s 0 1'))).toMatchObject({ reason: 's of a side that is decided' });
    // All sides are decided there, and no other neuron's.
    expect(verdict(one, 'mm', proof('t 1\nu\nx\nl\nl\nl\nend'))).toMatchObject({ holds: true });
  });

  it('has no first row on the other side where none is kept', () => {
    for (const claim of ['none', '0'])
      expect(
        verdict({ ...hidden(), keep: [] }, 'mm', `stage mm\nkeep\nclaim ${claim}\nmethod tree\nt 0`),
      ).toMatchObject({
        reason: 't without samples',
      });
  });
});

describe('functions of the layers above', () => {
  it('may be listed with more than the root knows, which stays known', () => {
    const problem = problemOf([[2], [-1]], [1, -1], { layers: [1, 1, 1] });
    const proof = 'stage mm\nkeep 0 1\nclaim 19\nmethod tree\ng 2 1 20 1 2 20\nm 0 1:1\nl\nm 0 1:1\nl\nend';
    expect(verdict(problem, 'mm', proof)).toMatchObject({ holds: true });
  });

  it('decide no side twice', () => {
    const all = 'g 15 15 40\ns 0 0\ns 1 0\ns 0 1\ns 1 1\ns 0 2\ns 1 2\ns 0 3\ns 1 3\n';
    expect(verdict(hidden(), 'mm', `${head()}${all}s 0 1`)).toMatchObject({
      reason: 's of a side that is decided',
    });
    expect(verdict(hidden(), 'mm', `${head()}${all}u\nx\nend`)).toMatchObject({
      reason: 'the block ends with open nodes',
    });
  });

  it('are for MM with hidden layers', () => {
    const reason = 'g is a record of MM with layers above the first';
    const mw = 'stage mw\nkeep 0 1 2 3\nhold correct\nclaim 3\nmethod tree\ng 2 1 9 1 2 9';
    expect(verdict(hidden(), 'mw', mw)).toMatchObject({ reason });
    expect(verdict(problemOf(ROWS, LABELS), 'mm', `${head()}g 2 1 9 1 2 9`)).toMatchObject({ reason });
  });
});
