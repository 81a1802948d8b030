import { beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../src/engine/index.js';
import { InputError } from '../../src/errors.js';
import { drawOptions } from '../../src/fuzz/draw-run.js';
import { execute } from '../../src/fuzz/execute.js';
import { formatProblem } from '../../src/problem/file.js';
import type { SolutionRecord, StageName } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { compilePackagedEngine } from '../../src/run/wasm-file.js';
import { drawProblem } from '../../src/testing/draw-problem.js';
import { Draws } from '../../src/testing/draws.js';
import { rowOf } from '../../src/verify/claims.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { ViprTranslation } from '../../src/vipr/translate.js';
import { checkVipr } from '../support/vipr-checker.js';

/*
 * Our proofs of single neurons as certificates, before a reader of VIPR's rules of its own (test/support/vipr-checker.ts): whatever is written is accepted, and
 * says what our proof says. And what is changed in a certificate is refused.
 */

const PROBLEMS = Number(process.env.RUNS ?? 120);

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create(await compilePackagedEngine());
});

function translated(
  problem: TrainingProblem,
  solution: SolutionRecord,
  proof: string,
  stage: StageName,
): string {
  const translation = new ViprTranslation(problem, solution, stage, 'here');
  for (const line of proof.split('\n').slice(0, -1)) if (!translation.feed(line)) break;
  return translation.finish().join('');
}

describe('certificates of VIPR', () => {
  it('of drawn single neurons say what our proofs say, or are refused by name', { timeout: 120_000 }, () => {
    const counts = new Map<string, number>();
    const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
    for (let n = 0; n < PROBLEMS; n++) {
      const draws = new Draws(57, n);
      const drawn = drawProblem(draws, 'paper', draws.once(3) ? 'medium' : 'tiny');
      const problem = { ...drawn, layers: [drawn.layers[0], 1], margins: undefined };
      if (drawn.maxNonzero !== undefined && draws.once(2)) continue;
      const sure = { proof: true, workLimit: 1e6, timeLimit: undefined, patience: undefined, tolerance: 0 };
      const options = { ...drawOptions(draws, 'tiny'), ...sure, enumeration: 0 };
      const { solution, proof = '' } = execute(engine, { problem, options });
      for (const { stage, claim, holds } of verifyProof(problem, solution, proof.split('\n').slice(0, -1))
        .stages) {
        if (!holds || claim === null) continue;
        const text = `problem ${n}, ${stage}\n${formatProblem(problem)}\n${proof}`;
        let certificate: string;
        try {
          certificate = translated(problem, solution, proof, stage);
        } catch (error) {
          expect(error, text).toBeInstanceOf(InputError);
          expect((error as Error).message, text).toMatch(/method (interval|enumerate)|maxNonzero/);
          count(`${stage} refused`);
          continue;
        }
        const verified = (() => {
          try {
            return checkVipr(certificate);
          } catch (error) {
            throw new Error(`${(error as Error).message}\n${text}`);
          }
        })();
        if (claim === 'none') expect(verified, text).toBe('infeasible');
        else expect(verified[0], text).toBe(String(stage === 'mw' ? claim : 0 - claim));
        const record = solution.stages.find((one) => one.stage === stage);
        if (claim !== 'none' && record?.objective != null && rowOf(problem, stage).figure !== 'margin')
          expect(verified[1], text).toBe(String(stage === 'mw' ? record.objective : 0 - record.objective));
        count(
          `${stage} ${proof.includes('method tree') || proof.includes('method rows') ? 'searched' : 'trivial'}`,
        );
      }
    }
    for (const what of ['sm searched', 'mm searched', 'mw searched', 'mm trivial', 'mw trivial'])
      expect(counts.get(what) ?? 0, `${what}: ${JSON.stringify([...counts])}`).toBeGreaterThan(PROBLEMS / 40);
  });
});
