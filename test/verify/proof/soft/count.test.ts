import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import { execute } from '../../../../src/fuzz/execute.js';
import { drawProblem } from '../../../../src/testing/draw-problem.js';
import { Draws } from '../../../../src/testing/draws.js';
import { bruteOptimum } from '../../../../src/verify/brute/index.js';
import { checkSolution } from '../../../../src/verify/checker.js';
import { verifyProof } from '../../../../src/verify/proof/index.js';
import { stageStarts } from '../../../../src/verify/starts.js';
import { freshEngine } from '../../../engine/support.js';

/* MW that holds a loss, one neuron: the engine counts, the verifier takes the count, and no better one of the same records. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

describe('the count of MW under a loss', () => {
  it('is no more than the optimum, shown, and refused where it claims more', () => {
    engine.setEnumerationLimit(0);
    let counted = 0;
    let lies = 0;
    for (let n = 0; n < 700; n++) {
      const draws = new Draws(177, n);
      const problem = drawProblem(draws, 'soft', 'tiny');
      if (problem.layers.length > 2 || problem.margins !== undefined || problem.maxNonzero !== undefined)
        continue;
      if (problem.costs !== undefined || problem.atMostWrong !== undefined) continue; // refused under this objective
      const tolerance = draws.pick([0, 0.1, 0.5]);
      const options = {
        stages: ['mm', 'mw'] as const,
        seed: 1,
        workLimit: 2e7,
        tolerance,
        proof: true,
        enumeration: 0,
      };
      const { solution, proof = '' } = execute(engine, { problem, options });
      const lines = proof.split('\n').slice(0, -1);
      const result = verifyProof(problem, solution, lines);
      const mw = solution.stages[1];
      const start = stageStarts(problem, solution).get('mw');
      const optimum = bruteOptimum(problem, 'mw', start?.keep, start?.hold);
      if (optimum === undefined) continue;
      expect(mw.bound, `draw ${n}`).toBeLessThanOrEqual(optimum ?? Number.POSITIVE_INFINITY);
      expect(result.stages.at(-1), `draw ${n}`).toMatchObject({ stage: 'mw', holds: true });
      expect(checkSolution(problem, solution, result).valid, `draw ${n}`).toBe(true);
      const at = lines.findLastIndex((line) => line.startsWith('claim '));
      const claim = Number(lines[at].slice(6));
      if (!lines.slice(at).includes('method tree')) continue;
      counted++;
      for (const more of [1, 2, 5]) {
        if (optimum === null || claim + more <= optimum) continue;
        lies++;
        const lie = verifyProof(problem, solution, lines.with(at, `claim ${claim + more}`)).stages.at(-1);
        expect(lie?.holds, `draw ${n}, ${more} more`).toBe(false);
      }
    }
    expect(counted).toBeGreaterThan(10);
    expect(lies).toBeGreaterThan(10);
  });
});
