import { describe, expect, it } from 'vitest';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { problemOf } from '../../../../src/testing/problem-of.js';
import { bruteStage } from '../../../../src/verify/brute/index.js';
import { bareSolution, verdictOn } from '../support.js';

/* Records of soft margins, worked out by hand (docs/proof.md, "Soft margins"). */

function soft(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  targets: readonly number[],
  others: Partial<TrainingProblem> = {},
): TrainingProblem {
  return problemOf(rows, labels, {
    objective: { kind: 'soft', targets: Int32Array.from(targets) },
    ...others,
  });
}

const lossOf = (problem: TrainingProblem): number => 0 - (bruteStage(problem, 'mm').objective as number);

function verdict(problem: TrainingProblem, claim: number | 'none', ...records: string[]) {
  const keep = [...problem.labels.keys()].join(' ');
  const head = ['stage mm', `keep ${keep}`, `claim ${claim}`, 'method tree'];
  return verdictOn(problem, bareSolution('mm'), [...head, ...records, 'end']);
}

describe('multipliers of soft margins', () => {
  // w = 1 reaches 4 of 9, and 3 of 9: it lacks 5 and 6. Multipliers are twice that.
  const pair = soft([[4], [-4]], [1, -1], [9, 9]);

  it('show the least loss at a point', () => {
    expect(lossOf(pair)).toBe(61);
    expect(verdict(pair, -61, 'a 0 1 0:a 1:c', 'l')).toEqual({ stage: 'mm', claim: -61, holds: true });
    expect(verdict(pair, -60, 'a 0 1 0:a 1:c', 'l')).toMatchObject({ holds: true });
    expect(verdict(pair, -61, 'a 0 4 0:14 1:1c', 'l')).toMatchObject({ holds: true }); // in quarters
  });

  it('show no more than is so, whatever they are', () => {
    const tooMuch = "the node's bound is -61, which does not close it at -62";
    expect(verdict(pair, -62, 'a 0 1 0:a 1:c', 'l')).toMatchObject({ holds: false, reason: tooMuch });
    for (let a = 1; a < 36; a++) {
      for (let b = 1; b < 36; b++) {
        const record = `a 0 1 0:${a.toString(36)} 1:${b.toString(36)}`;
        expect(verdict(pair, -62, record, 'l')).toMatchObject({ holds: false });
      }
    }
    expect(verdict(pair, -61, 'a 0 1 0:a 1:b', 'l')).toMatchObject({ holds: true }); // 60.75, rounded up
    expect(verdict(pair, -61, 'a 0 1 0:6 1:8', 'l')).toMatchObject({ holds: false });
    expect(verdict(pair, -61, 'l')).toMatchObject({ holds: false });
    expect(verdict(pair, -61, 'a 0 1', 'l')).toMatchObject({ holds: false });
  });

  it('pay the toll of the box', () => {
    // At radius 1 the weight reaches 3 and 2.
    const wide = { ...pair, linf: 1 };
    expect(lossOf(wide)).toBe(36 + 49);
    expect(verdict(wide, -85, 'a 0 1 0:c 1:e', 'l')).toMatchObject({ holds: true });
    expect(verdict(wide, -86, 'a 0 1 0:c 1:e', 'l')).toMatchObject({ holds: false });
  });

  it('say nothing of the neuron without weights, which is looked at apart', () => {
    const alike = soft([[4], [4]], [1, -1], [9, 2]); // all + costs 9
    expect(lossOf(alike)).toBe(9);
    const reason = 'the network without weights loses 9 only';
    expect(verdict(alike, -10, 'a 0 1 0:i 1:6', 'l')).toMatchObject({ holds: false, reason });
    // With weights it lacks 5 at least of the first row: 25.
    expect(verdict(alike, -9, 'a 0 1 0:a', 'l')).toMatchObject({ holds: true });
    expect(verdict(alike, -9, 'a 0 1 0:4', 'l')).toMatchObject({ holds: true }); // 16
    expect(verdict(alike, -9, 'a 0 1 0:1', 'l')).toMatchObject({ holds: false }); // 4.75
  });
});

describe('a tree of soft margins', () => {
  // One weight would have to be a half: 2 w is to be 1 from both sides.
  const halves = soft([[2], [2]], [1, -1], [1, 0], { weightBound: 2 });

  it('branches on weights, and every line is needed', () => {
    // Real weights would stand at an eighth and lose 4.5; w = 1 loses 25 and w = -1 loses 36.
    const torn = soft([[4], [4], [0]], [1, -1, -1], [2, 0, 4]);
    expect(lossOf(torn)).toBe(26); // without weights
    const proof = ['w 0 0 -1', 'a 0 1 0:c', 'l', 'w 0 0 0', 'a 0 1 0:4 1:2 2:a', 'l', 'a 0 1 1:a 2:a', 'l'];
    expect(verdict(torn, -26, ...proof)).toMatchObject({ holds: true });
    for (const at of proof.keys()) {
      expect(verdict(torn, -26, ...proof.toSpliced(at, 1)), proof[at]).toMatchObject({ holds: false });
    }
  });

  it.each([
    ['a letter of another tree', 'm 0 0:a', "'m' is no record of a tree of soft margins"],
    ['a lemma', 'b 0 -3', "'b' is no record of a tree of soft margins"],
    ['no such neuron', 'a 1 1 0:a', '1 is no neuron of the first layer'],
    ['no such row', 'a 0 1 2:a', 'row 2 is not one of the 2 kept samples'],
    ['a row twice', 'a 0 1 0:a 0:a', 'row 0 has two multipliers'],
    ['a scale of 0', 'a 0 0 0:a', 'a scale of 0'],
    ['no scale', 'a 0', expect.any(String)],
    ['f without an a', 'f 0', 'f without an a at this node'],
    ['x without a reason', 'x', 'nothing says that the node is impossible'],
    ['a weight outside its box', 'w 0 0 2', 'w at 2, but the box is [-2, 2]'],
  ])('refuses %s', (_, record, reason) => {
    expect(verdict(halves, -1, record)).toMatchObject({ holds: false, reason });
  });

  it('narrows by what a loss below the claim allows', () => {
    const pair = soft([[4], [-4]], [1, -1], [9, 9]);
    // Multipliers of w = 1: any other value loses more than 61.
    expect(verdict(pair, -62, 'a 0 1 0:a 1:c', 'f 0', 'w 0 0 0', 'l')).toMatchObject({
      holds: false,
      reason: 'w at 0, but the box is [1, 1]',
    });
    // Nothing is left where the claim is so, and the bound says it too.
    expect(verdict(pair, -61, 'a 0 1 0:a 1:c', 'f 0', 'x')).toMatchObject({ holds: true });
    expect(verdict(pair, -61, 'w 0 0 0', 'a 0 1 0:9', 'f 0', 'l', 'l')).toMatchObject({ holds: false });
  });
});
