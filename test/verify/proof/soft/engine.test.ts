import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import { withTargets } from '../../../../src/problem/objective.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { solve } from '../../../../src/stages/solve.js';
import { tinyRobust } from '../../../../src/testing/robust-arbitraries.js';
import { bruteStage } from '../../../../src/verify/brute/index.js';
import { checkSolution } from '../../../../src/verify/checker.js';
import { verifyProof } from '../../../../src/verify/proof/index.js';
import { families } from '../../../../src/verify/robust.js';
import { freshEngine } from '../../../engine/support.js';

/* What the engine proves of one neuron with soft margins: its tree closes, and the verifier takes its records. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const problems: fc.Arbitrary<TrainingProblem> = tinyRobust({
  ...{ maxLayers: 1, maxP: 3, maxInputs: 4, maxHidden: 1, maxSamples: 8, withKeep: true },
  maxLinf: 2,
}).chain((problem) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), {
      minLength: problem.sampleCount,
      maxLength: problem.sampleCount,
    })
    .map((targets) => withTargets(problem, Int32Array.from(targets))),
);

describe('the tree of soft margins', () => {
  it('finds the least loss of one neuron and proves it', () => {
    engine.setEnumerationLimit(0);
    let trees = 0;
    fc.assert(
      fc.property(problems, (problem) => {
        const proof: string[] = [];
        const solution = solve(engine, problem, {
          stages: ['mm'],
          workLimit: 1e9,
          proof: (text) => proof.push(...text.slice(0, -1).split('\n')),
        });
        const keep = problem.keep ?? families(problem).map((_, sample) => sample);
        const least = bruteStage(problem, 'mm', keep).objective;
        expect(solution.stages[0]).toMatchObject({ status: 'optimal', objective: least, bound: least });
        const result = verifyProof(problem, solution, proof);
        expect(result.stages).toEqual([{ stage: 'mm', claim: least, holds: true }]);
        expect(checkSolution(problem, solution, result, { enumerate: false }).proved).toBe(true);
        // The same records show no loss that is larger.
        const lie = proof.map((line) => line.replace(/^claim .*/, `claim ${(least as number) - 1}`));
        expect(verifyProof(problem, solution, lie).stages[0].holds).toBe(false);
        if (proof.some((line) => line.startsWith('w '))) trees++;
      }),
      { numRuns: 300 },
    );
    engine.setEnumerationLimit(600_000);
    expect(trees).toBeGreaterThan(4);
  });
});
