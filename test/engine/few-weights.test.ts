import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { execute } from '../../src/fuzz/execute.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { bruteOptimum } from '../../src/verify/brute/index.js';
import { checkSolution } from '../../src/verify/checker.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { freshEngine } from './support.js';

/*
 * Robust problems of which few weights may be other than 0 (`maxNonzero`), whose samples have costs, or of which few may be left out, by the
 * trees and not by enumeration, against exhaustive search. What is claimed as optimal is, and its proof is replayed.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const int = (min: number, max: number) => fc.integer({ min, max });
const list = <T>(length: number, item: fc.Arbitrary<T>) =>
  fc.array(item, { minLength: length, maxLength: length });

/** One neuron, three to five inputs, some of them free, rows of both labels. */
const neuron = fc
  .record({ inputs: int(3, 5), rows: int(2, 6), weightBound: int(1, 2), linf: int(0, 1) })
  .chain(({ inputs, rows, weightBound, linf }) =>
    fc
      .record({
        samples: list(rows * inputs, int(-6, 6)),
        labels: list(rows, fc.constantFrom(1, -1)),
        targets: list(rows, int(0, 25)),
        costs: list(rows, int(0, 4)),
        maxNonzero: int(0, inputs - 1),
        free: fc.subarray([0, 1], { maxLength: 1 }),
        wrong: int(0, 2),
      })
      .map((drawn) => ({
        ...drawn,
        problem: {
          layers: [inputs, 1],
          weightBound,
          epsilon: 0.1,
          linf,
          sampleCount: rows,
          samples: Int32Array.from(drawn.samples),
          labels: Int8Array.from(drawn.labels),
          free: drawn.free,
          maxNonzero: drawn.maxNonzero,
        },
      })),
  );

function judge(problem: TrainingProblem, stage: 'sm' | 'mm'): void {
  const options = {
    stages: [stage],
    tolerance: 0,
    seed: 1,
    enumeration: 0,
    proof: true,
    workLimit: 1e7,
  } as const;
  const { solution, proof = '' } = execute(engine, { problem, options });
  const [record] = solution.stages;
  const keep = Array.from({ length: problem.sampleCount }, (_, k) => k);
  const best = bruteOptimum(problem, stage, stage === 'sm' ? [] : keep, { kind: 'correct' });
  if (best === undefined) throw new Error('too large to enumerate');
  const units = problem.objective?.kind === 'robust' && stage === 'mm' ? 10 : 1;
  if (best === null) expect(record.status).toMatch(/infeasible|unknown/);
  else if (record.status === 'optimal') expect(Math.round((record.objective as number) * units)).toBe(best);
  const verdict = checkSolution(
    problem,
    solution,
    verifyProof(problem, solution, proof.trimEnd().split('\n')),
  );
  expect(verdict).toMatchObject({ valid: true });
  // Small enough that a proof is found, if only by letting the verifier look at all networks.
  if (record.status === 'optimal') expect(verdict.proved).toBe(true);
}

describe('one neuron with few weights', () => {
  it('under soft margins is proved, and is what exhaustive search finds', () => {
    fc.assert(
      fc.property(neuron, ({ problem, targets }) => {
        judge({ ...problem, objective: { kind: 'soft', targets: Int32Array.from(targets) } }, 'mm');
      }),
      { numRuns: 150 },
    );
  });

  it('with the largest certified margin likewise', () => {
    fc.assert(
      fc.property(neuron, ({ problem }) => {
        judge({ ...problem, objective: { kind: 'robust' } }, 'mm');
      }),
      { numRuns: 100 },
    );
  });

  it('certifies the most that samples cost, and leaves out no more than it may', () => {
    fc.assert(
      fc.property(neuron, ({ problem, costs, wrong }) => {
        const limits = { costs: Int32Array.from(costs), atMostWrong: { plus: wrong } };
        judge({ ...problem, ...limits, objective: { kind: 'robust' } }, 'sm');
      }),
      { numRuns: 100 },
    );
  });
});
