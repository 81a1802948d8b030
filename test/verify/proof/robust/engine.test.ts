import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/index.js';
import type { TrainingProblem } from '../../../../src/problem/types.js';
import { sfc32 } from '../../../../src/random.js';
import type { SolveOptions } from '../../../../src/stages/types.js';
import { problemOf } from '../../../../src/testing/problem-of.js';
import { bruteStage } from '../../../../src/verify/brute/index.js';
import { checkSolution } from '../../../../src/verify/checker.js';
import { readFigures } from '../../../../src/verify/figures.js';
import { families, RobustEvaluation } from '../../../../src/verify/robust.js';
import { stageStarts } from '../../../../src/verify/starts.js';
import { freshEngine, STAGE_SETS } from '../../../engine/support.js';
import { digitPair } from '../../../support/digit-pair.js';
import { proved, smallRobust } from './support.js';

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

/** Every stage has a block that holds, and shows what brute force finds. Counts what the blocks are made of. */
function judge(problem: TrainingProblem, options: SolveOptions, seen: Map<string, number>): void {
  const { solution, lines, result } = proved(engine, problem, options);
  expect(result.fault).toBeUndefined();
  const starts = stageStarts(problem, solution);
  let keep: readonly number[] = problem.keep ?? families(problem).map((_, sample) => sample);
  for (const record of solution.stages) {
    if (record.bound === null && record.status !== 'infeasible') continue;
    if (record.nodes === 0 && record.work === 0 && record.status === 'infeasible') continue; // after an infeasible stage
    const stage = result.stages.find((one) => one.stage === record.stage);
    expect(stage, lines.join('\n')).toMatchObject({ holds: true });
    const hold = starts.get(record.stage)?.hold ?? { kind: 'correct' };
    const optimum = bruteStage(problem, record.stage, keep, hold).objective;
    if (record.status === 'infeasible') {
      expect(optimum).toBeNull();
      expect(stage!.claim).toBe('none');
    } else {
      const claim = stage!.claim as number;
      expect(claim).toBe(readFigures(problem, record).bound);
      const sense = record.stage === 'mw' ? -1 : 1;
      const best = optimum === null ? Number.NEGATIVE_INFINITY : sense * optimum;
      expect(sense * claim).toBeGreaterThanOrEqual(best);
      if (record.stopReason === 'proved') expect(claim).toBe(optimum);
    }
    if (record.stage === 'sm' && problem.keep === undefined && record.network)
      keep = new RobustEvaluation(problem, record.network).certifiedSamples();
    seen.set(record.stopReason, (seen.get(record.stopReason) ?? 0) + 1);
  }
  expect(checkSolution(problem, solution, result)).toMatchObject({ valid: true });
  for (const line of lines) {
    const name = line.startsWith('method ') ? line.slice(7) : /^[a-z](?= |$)/.exec(line)?.[0];
    if (name !== undefined) seen.set(name, (seen.get(name) ?? 0) + 1);
  }
}

describe('proofs of robust bounds by the engine', () => {
  const options = fc.record({
    stages: fc.constantFrom(...STAGE_SETS),
    tolerance: fc.constantFrom(0, 0, 0.25, 1),
    workLimit: fc.constantFrom(3e7, 3e7, 1e6, 3e5),
  });

  it('are accepted and equal to brute force, of stages that ended and of stages that were stopped', {
    timeout: 300_000,
  }, () => {
    engine.setEnumerationLimit(0);
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(smallRobust(), options, (problem, given) => judge(problem, given, seen)),
      { numRuns: 300 },
    );
    const text = JSON.stringify([...seen]);
    for (const method of ['tree', 'trivial', 'matching'])
      expect(seen.get(method) ?? 0, text).toBeGreaterThan(20);
    for (const letter of 'mixlfwprc') expect(seen.get(letter) ?? 0, text).toBeGreaterThan(20);
    expect(seen.get('u') ?? 0, text).toBeGreaterThan(0);
    expect(seen.get('work-limit') ?? 0, text).toBeGreaterThan(10);
    expect(seen.get('proved') ?? 0, text).toBeGreaterThan(300);
  });

  it('are accepted of problems that the engine enumerates', { timeout: 300_000 }, () => {
    engine.setEnumerationLimit(600_000);
    fc.assert(
      fc.property(smallRobust(), options, (problem, { stages, tolerance }) =>
        judge(problem, { stages, tolerance }, new Map()),
      ),
      { numRuns: 60 },
    );
  });

  it('are accepted on drawn digits with their families, whose bounds are far from the truth', {
    timeout: 120_000,
  }, () => {
    const problem = digitPair(3, { shift: 1, rotate: 8, affine: 6 }, 2);
    const { solution, lines, result } = proved(engine, problem, { workLimit: 3e8, seed: 3 });
    expect(problem.sampleCount).toBeGreaterThan(80);
    expect(
      result.stages.map(({ stage, holds }) => [stage, holds]),
      lines.slice(0, 5).join('\n'),
    ).toEqual([
      ['sm', true],
      ['mm', true],
      ['mw', true],
    ]);
    const { stages, valid } = checkSolution(problem, solution, result);
    expect(valid).toBe(true);
    expect(stages.map(({ boundHolds }) => boundHolds)).toEqual([true, true, true]);
    const [, mm, mw] = solution.stages;
    expect(mm.bound!).toBeLessThan(4 * mm.objective!);
    // A weight in every layer would be three; telling the closest two rows apart takes many.
    expect(mw.bound!).toBeGreaterThan(10);
    expect(lines.filter((line) => line.startsWith('p ')).length).toBeGreaterThan(3);
  });

  it('are accepted on families that contradict each other', () => {
    const problem = digitPair(3, { shift: 1 }, 0);
    const width = problem.layers[0];
    const eight = problem.labels.indexOf(-1);
    const samples = problem.samples.slice();
    samples.set(samples.slice((eight + 1) * width, (eight + 2) * width), 0);
    const contradicting = { ...problem, samples };
    const { solution, lines, result } = proved(engine, contradicting, { stages: ['sm'], workLimit: 1e8 });
    expect(solution.stages[0]).toMatchObject({ objective: 5, bound: 5 });
    expect(result.stages).toEqual([{ stage: 'sm', claim: 5, holds: true }]);
    expect(lines).toContain('method matching');
    expect(lines.filter((line) => line.startsWith('c '))).toHaveLength(1);
  });
});

describe('a proof that is stopped', () => {
  it('leaves no block behind, and the bound open', { timeout: 60_000 }, () => {
    engine.setEnumerationLimit(0);
    const random = sfc32(5);
    const rows = Array.from({ length: 6 }, () => Array.from({ length: 8 }, () => (random() % 19) - 9));
    const problem = problemOf(rows, [1, -1, 1, -1, 1, -1], {
      layers: [8, 2, 1],
      linf: 1,
      objective: { kind: 'robust' },
    });
    const options: SolveOptions = { stages: ['mm'], workLimit: 3e8 };
    const whole = proved(engine, problem, options);
    expect(whole.result.stages).toMatchObject([{ stage: 'mm', holds: true }]);
    expect(whole.lines.length).toBeGreaterThan(500);
    let work = 0;
    let proving = false; // the counters begin anew with the proof
    const onProgress: SolveOptions['onProgress'] = (progress) => {
      proving ||= progress.work < work;
      work = progress.work;
    };
    const { solution, lines, result } = proved(engine, problem, {
      ...options,
      onProgress,
      shouldStop: () => proving,
    });
    expect(proving).toBe(true);
    expect(solution.stages[0].objective).toBe(whole.solution.stages[0].objective);
    expect(lines).toEqual(['fewbit-proof 1']);
    const verdict = checkSolution(problem, solution, result);
    expect(verdict.valid).toBe(true);
    expect(verdict.stages[0]).toMatchObject({ objectiveHolds: true, boundHolds: null });
  });
});
