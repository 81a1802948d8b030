import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import { execute } from '../../../../src/fuzz/execute.js';
import { activeInputs } from '../../../../src/problem/active.js';
import type { StageRecord } from '../../../../src/problem/solution.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { proofLines } from '../../../../src/stages/proof-text.js';
import { bruteOptimum } from '../../../../src/verify/brute/index.js';
import { checkSolution } from '../../../../src/verify/checker.js';
import { verifyProof } from '../../../../src/verify/proof/index.js';
import { freshEngine } from '../../../engine/support.js';

/*
 * Conflicts of rows under limits (few weights other than 0, costs, few samples out): what the rows show is so, and their proof is accepted.
 */

let engine: Engine;
let checked: Engine;
beforeAll(async () => {
  engine = await freshEngine();
  checked = await freshEngine('engine.checked.wasm');
});

const list = <T>(length: number, item: fc.Arbitrary<T>) =>
  fc.array(item, { minLength: length, maxLength: length });

/** Rows at random with labels at random, of inputs of which some are free, cannot be 0, or move. */
const limited = fc
  .record({
    inputs: fc.integer({ min: 2, max: 5 }),
    rows: fc.integer({ min: 3, max: 24 }),
    weightBound: fc.integer({ min: 1, max: 2 }),
    most: fc.constantFrom(2, 6, 40),
    confidence: fc.constantFrom(1, 3, 6, 40),
    dearest: fc.constantFrom(0, 3, 1_000_000_000),
    wrong: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
  })
  .chain(({ inputs, rows, most, dearest, wrong, weightBound, confidence }) =>
    fc
      .record({
        samples: list(rows * inputs, fc.integer({ min: -most, max: most })),
        labels: list(rows, fc.constantFrom(1, -1)),
        boxes: list(inputs, fc.tuple(fc.integer({ min: -2, max: 1 }), fc.integer({ min: 0, max: 3 }))),
        radii: list(inputs, fc.constantFrom(0, 0, 0, 1)),
        costs: list(rows, fc.integer({ min: 0, max: dearest })),
        free: fc.subarray([0, 1], { maxLength: 1 }),
        most: fc.integer({ min: 0, max: inputs - 1 }),
        ranged: fc.boolean(),
      })
      .map((drawn): TrainingProblem => {
        const { free, ranged } = drawn;
        const samples = Int32Array.from(drawn.samples);
        const lit = (i: number) => samples.some((x, at) => at % inputs === i && x !== 0);
        const ranges = drawn.boxes.map(([low, width], i): [number, number] => {
          const high = Math.min(2, low + width);
          return lit(i) ? [low, high] : [Math.min(0, low), Math.max(0, high)];
        });
        const forced = ranges.filter(([low, high], i) => !free.includes(i) && (low > 0 || high < 0)).length;
        return {
          ...{ layers: [inputs, 1], weightBound, epsilon: 0.1, linf: 0, sampleCount: rows, confidence, free },
          samples,
          labels: Int8Array.from(drawn.labels),
          radii: Int32Array.from(drawn.radii),
          ...(ranged ? { ranges } : {}),
          maxNonzero: ranged ? Math.max(forced, drawn.most) : drawn.most,
          ...(dearest > 0 ? { costs: Int32Array.from(drawn.costs) } : {}),
          ...(wrong === undefined ? {} : { atMostWrong: { plus: wrong } }),
        };
      }),
  );

/** Solved, its proof replayed. */
function solved(by: Engine, problem: TrainingProblem): { record: StageRecord; proof: string } {
  const options = {
    ...{ stages: ['sm'] as const, tolerance: 0, seed: 1, enumeration: 0, proof: true, workLimit: 1e7 },
  };
  const { solution, proof = '' } = execute(by, { problem, options });
  const verdict = checkSolution(
    problem,
    solution,
    verifyProof(problem, solution, proof.trimEnd().split('\n')),
  );
  expect(verdict).toMatchObject({ valid: true });
  return { record: solution.stages[0], proof };
}

/** The records by which rows show that nothing is worth more than `claim`; undefined: they do not. */
function rowsOf(by: Engine, problem: TrainingProblem, claim: number): string[] | undefined {
  by.setEnumerationLimit(0);
  by.load(problem);
  by.begin('sm', [], { kind: 'correct' }, null, 0);
  by.step(2e6);
  if (!by.hasRows) return undefined;
  by.beginProof(claim);
  const lines: string[] = [];
  let state = 'running';
  for (let turn = 0; state === 'running' && turn < 200; turn++) {
    state = by.stepProof(20);
    const text = proofLines(by.drainProof(), activeInputs(problem));
    if (text !== '') lines.push(...text.slice(0, -1).split('\n'));
  }
  return state === 'proved' ? lines : undefined;
}

function isAccepted(problem: TrainingProblem, claim: number, records: readonly string[]): boolean {
  const record: StageRecord = {
    ...{ stage: 'sm', status: 'unknown', stopReason: 'work-limit', objective: null, bound: claim, gap: null },
    ...{ nodes: 0, work: 0, seconds: 0 },
  };
  const solution = { stages: [record], network: null };
  const block = ['fewbit-proof 1', 'stage sm', `claim ${claim}`, 'method rows', ...records, 'end'];
  const verdict = checkSolution(problem, solution, verifyProof(problem, solution, block));
  return verdict.valid && verdict.proved === true;
}

/** What rows show of a problem by themselves, from below the optimum on. */
function judge(by: Engine, problem: TrainingProblem): number {
  const { record } = solved(by, problem);
  const best = bruteOptimum(problem, 'sm', [], { kind: 'correct' });
  if (best === undefined) throw new Error('too large to enumerate');
  if (best === null) {
    expect(record.status).toMatch(/infeasible|unknown/);
    return 0;
  }
  expect(record.bound).toBeGreaterThanOrEqual(best);
  if (record.status === 'optimal') expect(record.objective).toBe(best);
  let shown = 0;
  const total = problem.costs?.reduce((sum, cost) => sum + cost, 0) ?? problem.sampleCount;
  const row = Math.max(1, Math.floor(total / problem.sampleCount));
  for (const claim of [best - 1, best, best + 2 * row]) {
    if (claim < 0 || claim >= total) continue;
    const records = rowsOf(by, problem, claim);
    if (records === undefined) continue;
    expect(claim).toBeGreaterThanOrEqual(best);
    expect(isAccepted(problem, claim, records)).toBe(true);
    shown++;
  }
  return shown;
}

describe('conflicts of rows under limits', () => {
  const shownBy = (one: () => Engine, numRuns: number): number => {
    let shown = 0;
    const showing = fc.property(limited, (problem) => {
      shown += judge(one(), problem);
    });
    fc.assert(showing, { numRuns });
    return shown;
  };

  it('show what is so', { timeout: 120_000 }, () => {
    expect(shownBy(() => engine, 250)).toBeGreaterThan(50);
  });

  it('also on the build that asserts', { timeout: 120_000 }, () => {
    expect(shownBy(() => checked, 40)).toBeGreaterThan(5);
  });

  it('know how many weights may be other than 0', () => {
    // Six rows of one input each, all of which real weights within P would satisfy: as many as there may be weights.
    const width = 6;
    const problem: TrainingProblem = {
      ...{ layers: [width, 1], weightBound: 1, epsilon: 0.1, linf: 0, sampleCount: width, confidence: 10 },
      samples: Int32Array.from({ length: width * width }, (_, at) => (at % (width + 1) === 0 ? 10 : 0)),
      labels: new Int8Array(width).fill(1),
      maxNonzero: 2,
    };
    const { record, proof } = solved(engine, problem);
    expect(record).toMatchObject({ status: 'optimal', objective: 2 });
    expect(proof).toContain('method rows');
    const costs = Int32Array.from({ length: width }, (_, k) => 1 + k);
    const costly = solved(engine, { ...problem, costs });
    expect(costly.record).toMatchObject({ status: 'optimal', objective: 11 });
    expect(costly.proof).toContain('method rows');
    expect(rowsOf(engine, { ...problem, maxNonzero: width }, width - 1)).toBeUndefined();
  });
});
