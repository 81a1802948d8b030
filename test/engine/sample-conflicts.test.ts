import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { withWitnesses, witnessesOf } from '../../src/fuzz/witness.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import type { Solution, SolveOptions } from '../../src/stages/types.js';
import { Draws } from '../../src/testing/draws.js';
import { checkSolution } from '../../src/verify/checker.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { freshEngine, stageCases, timeless } from './support.js';

/*
 * Robust SM of one neuron over hundreds of rows: what samples it cannot hold together (search/literals/sample-conflicts.ts), against the list of all
 * weights, the verifier and the debug solution.
 */

const SEED = 20261127;
const PROBLEMS = 24;
const ROWS_A_SAMPLE = 14;

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

/** Families of rows round a point each; points of the two labels overlap. Every other problem has costs. */
function overlapping(n: number): TrainingProblem {
  const draws = new Draws(SEED, n);
  const inputs = draws.int(4, 5);
  const families = draws.int(14, 18);
  const labels = Array.from({ length: families }, (_, g) => (g % 2 ? -1 : 1));
  const homes = labels.map((y) => Array.from({ length: inputs }, () => 3 * y + draws.int(-7, 7)));
  const groups = Array.from({ length: families * ROWS_A_SAMPLE }, (_, k) => Math.floor(k / ROWS_A_SAMPLE));
  const samples = groups.flatMap((g) => homes[g].map((x) => x + draws.int(-2, 2)));
  return {
    layers: [inputs, 1],
    weightBound: 2,
    epsilon: 0.1,
    samples: Int32Array.from(samples),
    sampleCount: groups.length,
    labels: Int8Array.from(groups, (g) => labels[g]),
    linf: draws.int(0, 1),
    objective: { kind: 'robust', groups: Int32Array.from(groups) },
    ...(n % 2 ? { costs: Int32Array.from({ length: families }, () => draws.int(1, 4)) } : {}),
  };
}

function worthOfAll({ costs, sampleCount }: TrainingProblem): number {
  return costs === undefined ? sampleCount / ROWS_A_SAMPLE : costs.reduce((sum, cost) => sum + cost, 0);
}

const options = (n: number): SolveOptions => ({ stages: ['sm'], seed: n, workLimit: 2e7 });

/** Nothing is listed, so that the bound is that of rows. */
function byRows(problem: TrainingProblem, n: number, more: SolveOptions = {}): Solution {
  engine.setEnumerationLimit(0);
  return solve(engine, problem, { ...options(n), ...more });
}

describe('what samples one neuron cannot hold together', () => {
  it(`bounds what it can, and is proved, seed ${SEED}`, { timeout: 120_000 }, () => {
    const counts = { below: 0, proved: 0, met: 0 };
    for (let n = 0; n < PROBLEMS; n++) {
      const problem = overlapping(n);
      let text = '';
      const solution = byRows(problem, n, {
        proof: (more) => {
          text += more;
        },
      });
      const [sm] = solution.stages;
      engine.setEnumerationLimit(1e6);
      const best = solve(engine, problem, { ...options(n), workLimit: 1e9 }).stages[0];
      expect(best.status, `problem ${n}`).toBe('optimal');
      expect(sm.bound, `problem ${n}`).toBeGreaterThanOrEqual(best.objective as number);
      expect(sm.objective, `problem ${n}`).toBeLessThanOrEqual(best.objective as number);
      const shown = verifyProof(problem, solution, text.slice(0, -1).split('\n'));
      expect(checkSolution(problem, solution, shown), `problem ${n}`).toMatchObject({ valid: true });
      counts.below += Number((sm.bound as number) < worthOfAll(problem));
      counts.proved += Number((sm.provedBound ?? sm.bound) === sm.bound);
      counts.met += Number(sm.bound === best.objective);
    }
    expect(counts.below).toBeGreaterThan(PROBLEMS / 2);
    expect(counts.met).toBeGreaterThan(PROBLEMS / 3);
    expect(counts.proved).toBeGreaterThan(PROBLEMS / 2);
  });

  it('loses no witness, and changes no byte for it', { timeout: 120_000 }, async () => {
    const checked = await freshEngine('engine.checked.wasm');
    checked.setEnumerationLimit(0);
    for (let n = 0; n < 6; n++) {
      const problem = overlapping(n);
      const few = { ...options(n), workLimit: 4e6 };
      engine.setEnumerationLimit(1e6);
      const listed = solve(engine, problem, { ...options(n), workLimit: 1e9 });
      const witnesses = witnessesOf(problem, stageCases(problem, listed, options(n)));
      expect(witnesses.size).toBe(1);
      const watched = solve(withWitnesses(checked, witnesses), problem, few);
      expect(timeless(watched)).toBe(timeless(byRows(problem, n, { workLimit: 4e6 })));
    }
  });
});
