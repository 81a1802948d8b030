import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { formatProblem, parseProblem } from '../../src/problem/file.js';
import { validateProblem } from '../../src/problem/validate.js';
import { findPool } from '../../src/stages/network-pool.js';
import { solve } from '../../src/stages/solve.js';
import type { StageName } from '../../src/stages/types.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { checkSolution } from '../../src/verify/checker.js';
import { verifyProof } from '../../src/verify/proof/index.js';
import { stageStarts } from '../../src/verify/starts.js';
import { freshEngine } from '../engine/support.js';
import { drawn } from './drawn-groups.js';

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine('engine.checked.wasm');
});

const RUNS = Number(process.env.FEWBIT_CASE_RUNS ?? 60);

const CHAINS: readonly (readonly StageName[])[] = [['sm', 'mm', 'mw'], ['mm', 'mw'], ['sm', 'mw'], ['mw']];

describe('single neurons with groups of columns', () => {
  it('every stage has the optimum of enumeration, its proof holds, and no better claim of it does', () => {
    const seen = { optimal: 0, infeasible: 0, proved: 0, split: 0 };
    for (let seed = 0; seed < RUNS; seed++) {
      const problem = drawn(seed);
      const lines: string[] = [];
      const stages = CHAINS[seed % CHAINS.length];
      const solution = solve(engine, problem, { stages, workLimit: 1e8, proof: (text) => lines.push(text) });
      const starts = stageStarts(problem, solution);
      for (const record of solution.stages) {
        const { keep, hold } = starts.get(record.stage) ?? {};
        if (record.status === 'infeasible') seen.infeasible++;
        else expect(record.status, `seed ${seed} ${record.stage}`).toBe('optimal');
        if (record.stage !== 'sm' && keep === undefined) continue;
        const { objective } = bruteStage(problem, record.stage, keep, hold);
        const scale = record.stage === 'mm' && problem.objective?.kind !== 'soft' ? 10 : 1;
        const own = record.objective === null ? null : Math.round(record.objective * scale) + 0;
        expect(own, `seed ${seed} ${record.stage}`).toBe(objective);
        if (record.status === 'optimal') seen.optimal++;
      }
      const text = lines.join('');
      const proof = verifyProof(problem, solution, text.trimEnd().split('\n'));
      const verdict = checkSolution(problem, solution, proof, { enumerate: false });
      expect(verdict, `seed ${seed}\n${JSON.stringify(proof)}`).toMatchObject({ valid: true });
      for (const block of proof.stages) expect(block, `seed ${seed}`).toMatchObject({ holds: true });
      seen.proved += proof.stages.length;
      if (/^[eo] /m.test(text)) seen.split++;
      // Claims that are better than the optimum are refused, whatever the cases say.
      for (const [n, block] of proof.stages.entries()) {
        if (typeof block.claim !== 'number') continue;
        const better = block.claim + (block.stage === 'mw' ? 1 : -1);
        const forged = text
          .split(/^(?=stage )/m)
          .map((part, at) => (at === n + 1 ? part.replaceAll(/^claim .*$/gm, `claim ${better}`) : part))
          .join('');
        const judged = verifyProof(problem, solution, forged.trimEnd().split('\n'));
        expect(judged.stages[n]?.holds, `seed ${seed} ${block.stage} claims ${better}`).toBe(false);
      }
    }
    if (RUNS >= 60) for (const [what, count] of Object.entries(seen)) expect(count, what).toBeGreaterThan(2);
  });

  it('a pool of them is complete, and lists what keeps to the groups', async () => {
    let several = 0;
    for (let seed = 0; seed < 24; seed++) {
      const problem = drawn(seed);
      const solved = solve(engine, problem, { stages: ['mm'] });
      const request = { size: 1000, within: { share: 0.5 } };
      const pool = await findPool(problem, solved, request, async (box, limits) =>
        solve(engine, box, limits),
      );
      expect(pool.complete, `seed ${seed}`).toBe(true);
      const verdict = checkSolution(problem, { ...solved, pool });
      expect(verdict.pool, `seed ${seed}`).toMatchObject({ networksHold: true, othersHold: true });
      if (pool.networks.length > 1) several++;
    }
    expect(several).toBeGreaterThan(2);
  });

  it('is the same problem in a file', () => {
    for (let seed = 0; seed < 20; seed++) {
      const problem = drawn(seed);
      expect(parseProblem(formatProblem(problem), 'again')).toEqual(problem);
    }
  });

  it('a proof that leaves a case out, or takes one for empty, is refused', () => {
    const problem = validateProblem(
      {
        ...{ layers: [2, 1], weightBound: 1, epsilon: 0.1, confidence: 1 },
        samples: [
          [1, 2],
          [2, 1],
          [-1, -2],
        ],
        labels: [1, 1, -1],
        exclusive: [[0, 1]],
      },
      'two columns',
    );
    const lines: string[] = [];
    const solution = solve(engine, problem, { stages: ['mm'], proof: (text) => lines.push(text) });
    expect(solution.stages[0]).toMatchObject({ status: 'optimal', objective: 1 });
    const proof = lines.join('').trimEnd().split('\n');
    expect(verifyProof(problem, solution, proof).stages).toMatchObject([{ holds: true }]);
    const at = proof.indexOf('case');
    const end = proof.indexOf('end');
    const without = [...proof.slice(0, at), ...proof.slice(end + 1)];
    expect(verifyProof(problem, solution, without).stages).toMatchObject([
      { holds: false, reason: 'the block ends with open nodes' },
    ]);
    const empty = [...proof.slice(0, at), 'x', ...proof.slice(end + 1)];
    expect(verifyProof(problem, solution, empty).stages).toMatchObject([
      { holds: false, reason: 'x of a box that is not empty' },
    ]);
    const network = { layers: [2, 1], weightBound: 1, weights: [[[1, 1]]] };
    const forged = { ...solution, network, stages: [{ ...solution.stages[0], network }] };
    expect(checkSolution(problem, forged).faults?.join()).toContain('exclude each other');
  });

  it('under any limit of work the file is valid, and a network in it keeps to the groups', () => {
    let found = 0;
    for (let seed = 0; seed < 30; seed++) {
      const problem = drawn(seed);
      const workLimit = [0, 500, 2000, 20_000][seed % 4];
      const solution = solve(engine, problem, { workLimit });
      expect(checkSolution(problem, solution), `seed ${seed}`).toMatchObject({ valid: true });
      if (solution.network !== null) found++;
    }
    expect(found).toBeGreaterThan(20);
  });
});

describe('groups of columns that cannot be', () => {
  const base = {
    ...{ layers: [3, 1], weightBound: 1, epsilon: 0.1, labels: [1, -1] },
    samples: [
      [1, 2, 0],
      [2, 1, 0],
    ],
  };
  it.each([
    [
      { layers: [3, 2, 1], exclusive: [[0, 1]] },
      'exclusive: for single neurons; this problem has hidden layers',
    ],
    [{ exclusive: 1 }, 'exclusive: expected a list of groups of columns, got 1'],
    [{ exclusive: [[0]] }, 'exclusive, group 0: expected two columns or more, got 1'],
    [
      { together: [[0, 3]] },
      'together, group 0, column 1: must be inputs in 0..2, alone or in a list, got 3',
    ],
    [{ together: [[0, []]] }, 'together, group 0, column 1: has no inputs'],
    [{ together: [[[0, 1], 1]] }, 'together, group 0, column 1: input 1 is there twice'],
    [{ together: [[0, 1]], exclusive: [[[0, 1], 2]] }, 'belongs to another column, too'],
    [
      {
        ranges: [
          [1, 1],
          [1, 1],
          [0, 0],
        ],
        exclusive: [[0, 1]],
      },
      'exclusive, group 0: two of its columns have to be used',
    ],
    [
      {
        ranges: [
          [1, 1],
          [0, 0],
          [0, 0],
        ],
        together: [[0, 1]],
      },
      'column 1 cannot be',
    ],
    [
      {
        ranges: [
          [1, 1],
          [-1, 1],
          [0, 0],
        ],
        together: [[0, 2]],
      },
      'column 1 cannot be',
    ],
    [
      {
        ranges: [
          [1, 1],
          [-1, 1],
          [0, 0],
        ],
        together: [[0, 1]],
        maxNonzero: 1,
      },
      'maxNonzero: 1, but ranges and together ask for 2 weights that are not 0',
    ],
  ])('%j', (fields, message) => {
    expect(() => validateProblem({ ...base, ...fields }, 'p')).toThrow(message);
  });
});
