import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { solve } from '../../../../src/stages/solve.js';
import type { Solution, SolveOptions } from '../../../../src/stages/types.js';
import { checkSolution } from '../../../../src/verify/checker.js';
import { type ProofResult, verifyProof } from '../../../../src/verify/proof/index.js';
import { freshEngine, STAGE_SETS } from '../../../engine/support.js';
import { tinyRobust } from '../../../support/robust-problems.js';

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
  const lines = chunks.join('').slice(0, -1).split('\n');
  return { solution, lines, result: verifyProof(problem, solution, lines) };
}

describe('proofs of robust bounds by the engine', () => {
  it('are accepted', { timeout: 300_000 }, () => {
    engine.setEnumerationLimit(0);
    const methods = new Map<string, number>();
    const missing = new Map<string, number>();
    const letters = new Map<string, number>();
    let stages = 0;
    fc.assert(
      fc.property(
        tinyRobust({ maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 2, maxSamples: 6, withKeep: true }),
        fc.constantFrom(...STAGE_SETS),
        fc.constantFrom(0, 0, 0.25, 1),
        (problem, stageSet, tolerance) => {
          const { solution, lines, result } = proved(problem, { stages: stageSet, tolerance, workLimit: 3e7 });
          expect(result.fault).toBeUndefined();
          for (const stage of result.stages) {
            expect(stage, lines.join('\n')).toMatchObject({ holds: true });
            const record = solution.stages.find((one) => one.stage === stage.stage)!;
            if (record.status !== 'infeasible') expect(stage.claim).toBeCloseTo(record.bound!, 9);
          }
          for (const record of solution.stages) {
            stages++;
            if (record.bound === null && record.status !== 'infeasible') continue;
            if (!result.stages.some(({ stage }) => stage === record.stage)) missing.set(record.stage + record.status, (missing.get(record.stage + record.status) ?? 0) + 1);
            if (record.stopReason !== 'proved') missing.set(record.stage + 'open', (missing.get(record.stage + 'open') ?? 0) + 1);
          }
          expect(checkSolution(problem, solution, result).valid).toBe(true);
          for (const line of lines) {
            if (line.startsWith('method ')) methods.set(line, (methods.get(line) ?? 0) + 1);
            else if (/^[a-z]( |$)/.test(line)) letters.set(line[0], (letters.get(line[0]) ?? 0) + 1);
          }
        },
      ),
      { numRuns: 300 },
    );
    console.log(stages, methods, missing, letters);
  });
});
