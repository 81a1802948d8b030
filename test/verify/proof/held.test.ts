import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/index.js';
import { solve } from '../../../src/stages/solve.js';
import { verifyProof } from '../../../src/verify/proof/index.js';
import { drawn } from '../../engine/problems.js';
import { freshEngine } from '../../engine/support.js';

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

describe('MW at held margins, too large to be enumerated', () => {
  // Inputs of both signs: what the margins force, the tightest pair and the worst side decide how long a proof is.
  it('shows what the search has found', { timeout: 60_000 }, () => {
    const problem = drawn({ seed: 2, layers: [14, 2, 1], count: 12, least: -60, most: 60, noise: 10 });
    const chunks: string[] = [];
    const solution = solve(engine, problem, {
      ...{ stages: ['mm', 'mw'], workLimit: 3e8, proof: (text: string) => chunks.push(text) },
    });
    const lines = chunks.join('').trim().split('\n');
    const { stages } = verifyProof(problem, solution, lines);
    const [mm, mw] = solution.stages;
    expect(mm.status).toBe('optimal');
    expect(mw.status).toBe('optimal');
    expect([mm.provedBound, mw.provedBound]).toEqual([undefined, undefined]);
    expect(stages.map(({ stage, holds }) => [stage, holds])).toEqual([
      ['mm', true],
      ['mw', true],
    ]);
    expect(lines.filter((line) => line === 'method tree')).toHaveLength(2);
  });
});
