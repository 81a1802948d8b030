import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawDigits } from '../../../src/data/digits/index.js';
import type { Engine } from '../../../src/engine/index.js';
import { perturbationFamily } from '../../../src/perturb/index.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { solve } from '../../../src/stages/solve.js';
import type { Solution, SolveOptions } from '../../../src/stages/types.js';
import { tinyProblem } from '../../../src/testing/arbitraries.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { checkSolution } from '../../../src/verify/checker.js';
import { readFigures } from '../../../src/verify/figures.js';
import { type ProofResult, verifyProof } from '../../../src/verify/proof/index.js';
import { freshEngine, STAGE_SETS } from '../../engine/support.js';
import { haveInstances, readInstance } from '../../support/instances.js';

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

interface Proved {
  readonly solution: Solution;
  readonly lines: readonly string[];
  readonly result: ProofResult;
}

function proved(problem: TrainingProblem, options: SolveOptions): Proved {
  const chunks: string[] = [];
  const solution = solve(engine, problem, { ...options, proof: (text) => chunks.push(text) });
  const text = chunks.join('');
  expect(text.endsWith('\n')).toBe(true);
  const lines = text.slice(0, -1).split('\n');
  return { solution, lines, result: verifyProof(problem, solution, lines) };
}

describe('proofs of the engine', () => {
  it('are accepted', () => {
    const methods = new Map<string, number>();
    const shapes = fc.oneof(
      tinyProblem({ withKeep: true }),
      // Too many weight vectors to be enumerated: the tree has to argue.
      tinyProblem({ maxInputs: 14, maxP: 2, maxSamples: 6, withKeep: true }),
    );
    fc.assert(
      fc.property(
        shapes,
        fc.constantFrom(...STAGE_SETS),
        fc.constantFrom(0, 0, 0.3),
        (problem, stages, tolerance) => {
          const { solution, lines, result } = proved(problem, { stages, tolerance, workLimit: 3e6 });
          expect(result.fault).toBeUndefined();
          for (const stage of result.stages) {
            expect(stage, lines.join('\n')).toMatchObject({ holds: true });
            const record = solution.stages.find((one) => one.stage === stage.stage)!;
            // That there is no network at all is a claim of its own, which no bound stands for.
            if (record.status !== 'infeasible') expect(stage.claim).toBe(readFigures(problem, record).bound);
          }
          expect(checkSolution(problem, solution, result).valid).toBe(true);
          for (const line of lines)
            if (line.startsWith('method ')) methods.set(line, (methods.get(line) ?? 0) + 1);
        },
      ),
      { numRuns: 150 },
    );
    for (const method of ['trivial', 'enumerate', 'interval', 'tree']) {
      expect(methods.get(`method ${method}`), method).toBeGreaterThan(3);
    }
  });

  it('are accepted on perturbed copies as rows, with a radius', () => {
    const { values } = drawDigits({ perClass: 3, stream: 'train' }).samples as { values: ArrayLike<number> };
    const rows: number[][] = [];
    const labels: number[] = [];
    for (let sample = 0; sample < 6; sample++) {
      const from = (Math.floor(sample / 2) * 10 + (sample % 2 === 0 ? 4 : 9)) * 784;
      // Every fourth pixel of every fourth line, and its moves by one pixel of those.
      const small = Array.from(
        { length: 49 },
        (_, i) => values[from + 112 * Math.floor(i / 7) + 4 * (i % 7)],
      );
      for (const copy of perturbationFamily(
        small,
        { width: 7, height: 7 },
        { linf: 0, shift: 1, rotate: 0 },
      )) {
        rows.push(Array.from(copy));
        labels.push(sample % 2 === 0 ? 1 : -1);
      }
    }
    const { solution, result } = proved(problemOf(rows, labels, { linf: 1 }), {
      stages: ['sm', 'mm'],
      workLimit: 5e8,
    });
    expect(solution.stages[0].objective).toBeGreaterThan(6);
    expect(result.stages.map(({ stage, holds }) => [stage, holds])).toEqual([
      ['sm', true],
      ['mm', true],
    ]);
  });

  it
    .skipIf(!haveInstances)
    .each([
      'easy-d4v9n10-64x1-P1-MM',
      'easy-d4v9n40-64x1-P1-MM',
      'easy-d4v9n40-64x1-P1-MW',
      'easy-d4v9n3-64x2x1-P1-MM',
      'easy-r20-10x1-P1-SM',
      'easy-r6s1-6x2x1-P1-MM',
      'medium-d4v9n10-64x2x1-P1-MM',
    ])('are accepted on %s', (name) => {
    const { problem, stage, best } = readInstance(name);
    const { solution, lines, result } = proved(problem, { stages: [stage], workLimit: 2e9 });
    expect(solution.stages[0]).toMatchObject({ status: 'optimal', objective: best });
    expect(result, `${lines.length} lines`).toEqual({
      stages: [{ stage, claim: readFigures(problem, solution.stages[0]).bound, holds: true }],
    });
  });
});
