import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/index.js';
import { execute } from '../../../src/fuzz/execute.js';
import { bestClaim, drawCase, honestBlock, solutionOf } from '../../../src/fuzz/proof-case.js';
import { FIELDS } from '../../../src/problem/fields.js';
import { Draws } from '../../../src/testing/draws.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { optimumOf } from '../../../src/testing/stage-case.js';
import { checkSolution } from '../../../src/verify/checker.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { countsAtMost } from '../../../src/verify/proof/interval-count.js';
import { takeLargest } from '../../../src/verify/proof/room.js';
import { freshEngine } from '../../engine/support.js';
import { verdict } from './support.js';

/* Proofs of problems with boxes, radii and freedoms of single inputs, and with limits. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

describe('a limit of weights other than 0', () => {
  // Weights in -1..1, of which one may be other than 0: the + row gives 3, 2 or 1, the - row the same.
  const limited = {
    ...problemOf(
      [
        [3, 2, 1],
        [-3, -2, -1],
      ],
      [1, -1],
    ),
    maxNonzero: 1,
  };
  const proof = (claim: number, ...records: string[]) =>
    ['stage mm', 'keep 0 1', `claim ${claim}`, 'method tree', ...records, 'end'].join('\n');

  it('leaves of the rows the largest gains', () => {
    expect(verdict(limited, 'mm', proof(30, 'm 0 0:1', 'l'))).toMatchObject({ holds: true });
    const { maxNonzero: _, ...free } = limited;
    expect(verdict(free, 'mm', proof(30, 'm 0 0:1', 'l'))).toMatchObject({ holds: false });
    expect(verdict(free, 'mm', proof(60, 'm 0 0:1', 'l'))).toMatchObject({ holds: true });
    expect(verdict(limited, 'mm', proof(28, 'm 0 1:1', 'l'))).toMatchObject({ holds: false });
    expect(verdict(limited, 'mm', proof(29, 'm 0 1:1', 'l'))).toMatchObject({ holds: true });
  });

  it('narrows to what leaves the node open, and takes a branching outside of that', () => {
    // Above 2.5 only w_0 = 1 is left; who did not know that may go on about w_1, of which the upper half is gone.
    const records = ['m 0 0:1', 'f 0', 'w 0 1 0'];
    expect(verdict(limited, 'mm', proof(25, ...records))).toMatchObject({
      reason: 'the block ends with open nodes',
    });
    expect(verdict(limited, 'mm', proof(25, ...records, 'l'))).toMatchObject({ holds: false });
    const halves = ['m 0 0:1', 'f 0', 'w 0 0 0', 'x', 'm 0 0:1', 'l'];
    // The first half was gone: only the second is refused.
    expect(verdict(limited, 'mm', proof(25, ...halves))).toMatchObject({ holds: false, line: 11 });
  });

  it('takes the largest, and knows what comes in and what goes out', () => {
    const plus = (a: number, b: number) => a + b;
    const taken = takeLargest([5, undefined, 2, 7, -1], 2, 0, plus);
    expect(taken).toEqual({ sum: 12, has: [true, false, false, true, false], entering: 2, leaving: 5 });
    expect(takeLargest<bigint>([5n, 7n], 3, 0n, (a, b) => a + b)).toMatchObject({
      sum: 12n,
      entering: 0n,
      leaving: 0n,
    });
    expect(takeLargest([5], 0, 0, plus)).toMatchObject({ sum: 0, entering: 5, leaving: 0 });
  });
});

describe('a neuron that cannot be turned round', () => {
  it('has a child with all samples on the - side', () => {
    const problem = { ...problemOf([[2], [-1]], [1, -1], { layers: [1, 1, 1] }), ranges: [[-1, 0]] as const };
    // The claim is above all margins, so that every child is closed.
    const block = (children: number) =>
      ['stage mm', 'keep 0 1', 'claim 99', 'method tree', 't 0', ...Array(children).fill('l'), 'end'].join(
        '\n',
      );
    expect(verdict(problem, 'mm', block(3))).toMatchObject({ reason: 'the block ends with open nodes' });
    expect(verdict(problem, 'mm', block(4))).toMatchObject({ holds: true });
    expect(verdict({ ...problem, ranges: [[-2, 2]] }, 'mm', block(3))).toMatchObject({ holds: true });
  });
});

describe('SM by a search of the verifier', () => {
  it('knows costs, labels, ranges, radii and limits', () => {
    const draws = new Draws(20261127, 4);
    let looked = 0;
    for (let n = 0; n < 400; n++) {
      const one = drawCase(draws, 'paper');
      if (one === undefined || one.problem.layers.length > 2) continue;
      if (!FIELDS.some((name) => one.problem[name] !== undefined)) continue;
      const { sm } = one.optima;
      looked++;
      expect(countsAtMost(one.problem, sm ?? -1), `draw ${n}`).toBe(true);
      if (sm !== null) expect(countsAtMost(one.problem, sm - 1), `draw ${n}`).toBe(false);
    }
    expect(looked).toBeGreaterThan(25);
  });
});

describe('what the engine writes', () => {
  it('is taken of every drawn problem of the paper that has fields, MM and MW', () => {
    const draws = new Draws(20261127, 5);
    let held = 0;
    for (let n = 0; n < 500; n++) {
      const one = drawCase(draws, 'paper');
      if (one === undefined || one.stage === 'sm') continue;
      if (!FIELDS.some((name) => one.problem[name] !== undefined)) continue;
      const claim = bestClaim(one);
      const block = honestBlock(engine, draws, one, claim);
      if (!block.includes('method tree')) continue;
      const { stages } = verifyProof(one.problem, solutionOf(one, claim), ['fewbit-proof 1', ...block]);
      expect(
        stages[0]?.holds || one.problem.maxNonzero !== undefined,
        `draw ${n}: ${stages[0]?.reason}`,
      ).toBe(true);
      if (stages[0]?.holds) held++;
    }
    expect(held).toBeGreaterThan(25);
  });

  it.each([2, 3, 5])('shows MM of one neuron with at most %i weights other than 0', (maxNonzero) => {
    const draws = new Draws(20261127, maxNonzero);
    const rows = draws.list(16, (k) => draws.list(8, (i) => draws.int(-9, 9) + (k < 8 && i < 3 ? 9 : 0)));
    const labels = rows.map((_, k) => (k < 8 ? 1 : -1));
    const problem = { ...problemOf(rows, labels as (1 | -1)[]), maxNonzero };
    const options = {
      stages: ['mm', 'mw'] as const,
      seed: 1,
      workLimit: 1e8,
      tolerance: 0,
      proof: true,
      enumeration: 0,
    };
    const { solution, proof = '' } = execute(engine, { problem, options });
    const lines = proof.split('\n').slice(0, -1);
    const result = verifyProof(problem, solution, lines);
    const [mm] = solution.stages;
    const keep = rows.map((_, k) => k);
    const optimum = optimumOf(problem, { stage: 'mm', keep, hold: { kind: 'correct' } }, 2 ** 14);
    expect(mm.status).toBe(optimum === null ? 'infeasible' : 'optimal');
    if (optimum !== null) expect((mm.objective ?? 0) * 10).toBeCloseTo(optimum as number, 6);
    expect(result.stages.map(({ holds }) => holds)).toEqual(result.stages.map(() => true));
    expect(result.stages.length).toBeGreaterThan(0);
    expect(checkSolution(problem, solution, result, { enumerate: false }).valid).toBe(true);
  });
});
