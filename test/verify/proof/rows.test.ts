import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/index.js';
import { solve } from '../../../src/stages/solve.js';
import { tinyProblem } from '../../../src/testing/arbitraries.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { bruteStage } from '../../../src/verify/brute/index.js';
import { checkSolution } from '../../../src/verify/checker.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { drawn } from '../../engine/problems.js';
import { bruteOptimum, freshEngine } from '../../engine/support.js';
import { verdict } from './support.js';

describe('SM by the rows of a single neuron', () => {
  // Two pairs of opposites with equal labels, and one row that goes with anything.
  const problem = problemOf(
    [
      [2, 0],
      [-2, 0],
      [0, 3],
      [0, -3],
      [1, 1],
    ],
    [1, 1, 1, 1, 1],
  );
  const proof = `stage sm
    claim 3
    method rows
    k 0:1 1:1
    k 2:1 3:1
    d 0:1 1:1
    end`;

  it('loses a row of every conflict', () => {
    expect(bruteStage(problem, 'sm').objective).toBe(3);
    expect(verdict(problem, 'sm', proof)).toEqual({ stage: 'sm', claim: 3, holds: true });
    for (const [from, to, reason] of [
      ['claim 3', 'claim 2', '2 samples are lost in this node, not 3'],
      ['k 0:1 1:1', 'k 0:1 2:1', 'these rows are no conflict'],
      ['k 0:1 1:1', 'k', 'these rows are no conflict'],
      ['d 0:1 1:1', 'd 0:1', '1 samples are lost in this node, not 2'],
      ['d 0:1 1:1', 'd 0:1 2:1', 'conflict 2 has no name yet'],
      ['d 0:1 1:1', 'd 0:1 0:1', 'conflict 0 has two multipliers'],
      ['d 0:1 1:1', 'r 0 0', 'the block ends with open nodes'],
      ['d 0:1 1:1', 'd 0:zzzzzzzzzz 1:zzzzzzzzzz', 'multipliers too large'],
      ['k 0:1 1:1', 'k 0:zzzzzzzzzz 1:zzzzzzzzzz', 'multipliers too large'],
    ]) {
      expect(verdict(problem, 'sm', proof.replace(from, to)), to).toMatchObject({ holds: false, reason });
    }
  });

  it('branches on a row: held, and given up', () => {
    const tree = proof.replace('d 0:1 1:1', 'r 0 0\nr 0 1\nd 0:1\nd 1:1\nd 1:1');
    expect(verdict(problem, 'sm', tree)).toMatchObject({ holds: true });
    // A conflict of which a row is given up loses no other row.
    expect(verdict(problem, 'sm', tree.replace('d 1:1\nd 1:1', 'd 1:1\nd 0:1 1:1'))).toMatchObject({
      holds: false,
      reason: 'row 0 of conflict 0 is given up here',
    });
    expect(verdict(problem, 'sm', tree.replace('r 0 1', 'r 0 0'))).toMatchObject({ holds: false });
    expect(verdict(problem, 'sm', `${proof.replace('\n    end', '')}\nd\nend`)).toMatchObject({
      reason: 'a record after the last node was closed',
    });
  });

  it('adds the loads of a row that several conflicts have', () => {
    // Three rows of which any two are opposed: two are lost, and the conflicts alone show it at half each.
    const three = problemOf([[1], [1], [1], [-1], [-1], [-1]], [1, 1, 1, 1, 1, 1]);
    const text = (claim: number, d: string) =>
      `stage sm\nclaim ${claim}\nmethod rows\nk 0:1 3:1\nk 0:1 4:1\nk 1:1 4:1\nk 2:1 5:1\n${d}\nend`;
    expect(verdict(three, 'sm', text(3, 'd 0:1 2:1 3:1'))).toMatchObject({ holds: true });
    expect(verdict(three, 'sm', text(3, 'd 0:1 1:1 2:1 3:1'))).toMatchObject({ holds: false });
    expect(verdict(three, 'sm', text(4, 'd 0:1 1:1 2:1 3:1'))).toMatchObject({ holds: true });
  });

  it('counts the radius, and belongs to one neuron', () => {
    // y S is 3 and asked for 1; a radius of 2 leaves 1, and one of 3 nothing.
    const near = problemOf([[3], [3]], [1, 1], { linf: 2 });
    const text = 'stage sm\nclaim 1\nmethod rows\nk 0:1\nd 0:1\nend';
    expect(verdict(near, 'sm', text)).toMatchObject({ reason: 'these rows are no conflict' });
    expect(verdict({ ...near, linf: 3 }, 'sm', text)).toMatchObject({ holds: true });
    expect(verdict({ ...near, layers: [1, 1, 1] }, 'sm', text)).toMatchObject({
      reason: 'rows is a method for a single neuron',
    });
  });
});

describe('proofs by rows of the engine', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await freshEngine('engine.checked.wasm');
    engine.setEnumerationLimit(0);
  });

  it('show what brute force says', { timeout: 60_000 }, () => {
    let byRows = 0;
    const single = tinyProblem({ maxLayers: 2, maxInputs: 4, maxP: 3, maxSamples: 9 });
    fc.assert(
      fc.property(single, (problem) => {
        const chunks: string[] = [];
        const solution = solve(engine, problem, {
          ...{ stages: ['sm'], workLimit: 5e6, proof: (text: string) => chunks.push(text) },
        });
        const lines = chunks.join('').trim().split('\n');
        const result = verifyProof(problem, solution, lines);
        expect(result.stages[0], lines.join('\n')).toMatchObject({ stage: 'sm', holds: true });
        const task = { stage: 'sm', keep: [], hold: { kind: 'correct' } } as const;
        const optimum = bruteOptimum(problem, task)?.objective;
        if (optimum !== undefined) expect(result.stages[0].claim).toBeGreaterThanOrEqual(optimum as number);
        if (lines.includes('method rows')) byRows++;
      }),
      { numRuns: 40, seed: 7 },
    );
    expect(byRows).toBeGreaterThan(4);
  });

  it('show bounds that are out of reach of a search over weights', { timeout: 60_000 }, () => {
    const wide = drawn({ seed: 5, layers: [16, 1], count: 60, least: -40, most: 40 }, { weightBound: 5 });
    const chunks: string[] = [];
    const options = { stages: ['sm'] as const, workLimit: 4e7, proof: (text: string) => chunks.push(text) };
    const solution = solve(engine, wide, options);
    const lines = chunks.join('').trim().split('\n');
    expect(lines).toContain('method rows');
    const proof = verifyProof(wide, solution, lines);
    expect(proof.stages).toEqual([{ stage: 'sm', claim: solution.stages[0].bound, holds: true }]);
    expect(solution.stages[0].bound).toBeLessThan(60);
    expect(checkSolution(wide, solution, proof)).toMatchObject({ valid: true, proved: true });
  });
});
