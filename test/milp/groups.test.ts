import { describe, expect, it } from 'vitest';
import { solveWithHighs } from '../../src/milp/highs.js';
import { isRobust } from '../../src/problem/objective.js';
import { keptSamples, marginUnits } from '../../src/problem/semantics.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { checkSolution } from '../../src/verify/checker.js';
import { drawn } from '../stages/drawn-groups.js';
import { loadedHighs } from './reader.js';

describe('the MILP of columns that exclude each other or come together', () => {
  it('has the optimum of enumeration in HiGHS, stage by stage', { timeout: 120_000 }, async () => {
    const { load } = await loadedHighs();
    const seen = { optimal: 0, infeasible: 0 };
    for (let seed = 0; seed < 60; seed++) {
      const problem = drawn(seed);
      if (isRobust(problem)) continue;
      for (const stage of ['sm', 'mm', 'mw'] as const) {
        const expected = bruteStage(problem, stage, keptSamples(problem), { kind: 'correct' });
        const solution = await solveWithHighs(load, problem, [stage]);
        const [record] = solution.stages;
        const scale = stage === 'mm' ? marginUnits(problem).scale : 1;
        const status = expected.objective === null ? 'infeasible' : 'optimal';
        expect({ status: record.status, objective: record.objective }, `seed ${seed} ${stage}`).toEqual({
          status,
          objective: expected.objective === null ? null : expected.objective / scale,
        });
        expect(checkSolution(problem, solution).valid, `seed ${seed} ${stage}`).toBe(true);
        seen[status]++;
      }
    }
    expect(seen.optimal).toBeGreaterThan(40);
    expect(seen.infeasible).toBeGreaterThan(2);
  });
});
