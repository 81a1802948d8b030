import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import { outputSign } from '../../src/network/forward.js';
import { certificates, certifiedMargin, certifiedSamples, neuronMargins } from '../../src/problem/robust.js';
import type { Hold } from '../../src/problem/solution.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { sfc32 } from '../../src/random.js';
import { solve } from '../../src/stages/solve.js';
import type { StageResult } from '../../src/stages/types.js';
import { networkFor } from '../../src/testing/arbitraries.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { tinyRobust } from '../../src/testing/robust-arbitraries.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { checkSolution } from '../../src/verify/checker.js';
import { relaxedMargins } from '../../src/verify/evaluate.js';
import { families, RobustEvaluation } from '../../src/verify/robust.js';
import { decimalUnits } from '../../src/verify/units.js';
import { freshEngine, STAGE_SETS } from './support.js';

/*
 * The robust stages against exhaustive search (docs/robust.md). Problems of few networks are enumerated by the engine
 * too; with that turned off the same problems go through clusters, relaxations, searches and trees.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const stages = fc.constantFrom(...STAGE_SETS);
const tolerance = fc.constantFrom(0, 0, 0.25, 1);
const shape = { maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 2, maxSamples: 6, withKeep: true };

/** Few enough networks for the brute force of every case to take milliseconds. */
function isSmall(problem: TrainingProblem): boolean {
  const { layers, weightBound } = problem;
  const first = (2 * weightBound + 1) ** (layers[0] * layers[1]);
  let upper = 1;
  for (let l = 2; l < layers.length; l++) upper *= (2 * weightBound + 1) ** (layers[l - 1] * layers[l]);
  return first * Math.min(upper, 32) <= 30_000 && upper <= 20_000;
}

/** Few enough for the engine to look at every network. */
function isEnumerated(problem: TrainingProblem): boolean {
  const { layers, weightBound } = problem;
  const weights = layers.slice(1).reduce((sum, size, l) => sum + size * layers[l], 0);
  return (2 * weightBound + 1) ** weights <= 30_000;
}

/** Every stage of a run against its optimum; what each starts from is re-derived from the networks before it. */
function judge(problem: TrainingProblem, options: Parameters<typeof solve>[2]): string[] {
  const solution = solve(engine, problem, options);
  const { scale } = decimalUnits(problem.epsilon);
  let keep: readonly number[] = problem.keep ?? families(problem).map((_, sample) => sample);
  let hold: Hold = { kind: 'correct' };
  const open: string[] = [];
  for (const record of solution.stages) {
    const optimum = bruteStage(problem, record.stage, keep, hold).objective;
    expectTrue(record, optimum, record.stage === 'mm' ? scale : 1);
    if (record.stopReason !== 'proved') open.push(record.stage);
    if (!record.network) continue;
    const evaluation = new RobustEvaluation(problem, record.network);
    if (record.stage === 'sm' && problem.keep === undefined) keep = evaluation.certifiedSamples();
    if (record.stage === 'mm')
      hold = {
        kind: 'margins',
        margins: relaxedMargins([evaluation.neuronMargins(keep)], options?.tolerance ?? 0),
      };
  }
  const verdict = checkSolution(problem, solution);
  expect(verdict.faults ?? []).toEqual([]);
  expect(
    verdict.stages.filter((stage) => stage.objectiveHolds === false || stage.boundHolds === false),
  ).toEqual([]);
  return open;
}

function expectTrue(record: StageResult, optimum: number | null, scale: number): void {
  const sense = record.stage === 'mw' ? -1 : 1;
  const best = optimum === null ? Number.NEGATIVE_INFINITY : sense * optimum;
  if (record.objective !== null) expect(sense * record.objective * scale).toBeLessThanOrEqual(best + 1e-6);
  if (record.bound !== null) expect(sense * record.bound * scale).toBeGreaterThanOrEqual(best - 1e-6);
  if (record.status === 'optimal')
    expect(sense * (record.objective ?? Number.NaN) * scale).toBeCloseTo(best, 6);
  if (record.status === 'infeasible') expect(optimum).toBeNull();
}

describe('the robust value of a network', () => {
  it('is the judges own: certified samples, margin, thresholds', () => {
    const cases = tinyRobust({ ...shape, maxInputs: 3, maxHidden: 3 }).chain((problem) =>
      fc.tuple(fc.constant(problem), networkFor(problem)),
    );
    fc.assert(
      fc.property(cases, ([problem, network]) => {
        const evaluation = new RobustEvaluation(problem, network);
        const samples = evaluation.certifiedSamples();
        expect(certifiedSamples(problem, network)).toEqual(samples);
        expect(certifiedMargin(problem, network, samples)).toBe(evaluation.certifiedMargin(samples) ?? -1);
        expect(neuronMargins(problem, network, samples)).toEqual(evaluation.neuronMargins(samples));
        expect(evaluation.holds(samples, evaluation.neuronMargins(samples))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what is certified', () => {
  it('holds at every integer point of every box, and the closed form is the worst corner', () => {
    const cases = tinyRobust({ maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 3, maxLinf: 2 }).chain(
      (problem) => fc.tuple(fc.constant(problem), networkFor(problem)),
    );
    fc.assert(
      fc.property(cases, ([problem, network]) => {
        const { scale, epsilon } = decimalUnits(problem.epsilon);
        const found = certificates(problem, network);
        const rows = families(problem);
        for (const sample of certifiedSamples(problem, network)) {
          for (const k of rows[sample]) {
            for (const point of box(problem, k)) expect(outputSign(network, point)).toBe(problem.labels[k]);
          }
        }
        for (let k = 0; k < problem.sampleCount; k++) {
          network.weights[0].forEach((weights, j) => {
            if (weights.every((w) => w === 0)) return;
            const sums = box(problem, k).map((point) => weights.reduce((sum, w, i) => sum + w * point[i], 0));
            const distance =
              found.sides[j][k] > 0 ? scale * Math.min(...sums) : -scale * Math.max(...sums) - epsilon;
            expect(found.distances[j][k]).toBe(distance);
          });
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** All integer points of the box round a row. */
function box(problem: TrainingProblem, k: number): number[][] {
  const width = problem.layers[0];
  let points: number[][] = [[]];
  for (let i = 0; i < width; i++) {
    const x = problem.samples[k * width + i];
    const values = Array.from({ length: 2 * problem.linf + 1 }, (_, step) => x - problem.linf + step);
    points = points.flatMap((head) => values.map((value) => [...head, value]));
  }
  return points;
}

describe('robust stages on tiny problems', () => {
  it('are solved to proof by enumeration', { timeout: 120_000 }, () => {
    engine.setEnumerationLimit(30_000);
    fc.assert(
      fc.property(tinyRobust(shape).filter(isEnumerated), stages, tolerance, (problem, stages, tolerance) => {
        expect(judge(problem, { stages, tolerance })).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('claim nothing false without enumeration, and are proved but for sparsity', { timeout: 120_000 }, () => {
    engine.setEnumerationLimit(0);
    const left = new Map<string, number>();
    let runs = 0;
    fc.assert(
      fc.property(tinyRobust(shape).filter(isSmall), stages, tolerance, (problem, stages, tolerance) => {
        const open = judge(problem, { stages, tolerance, workLimit: 1e8 });
        for (const stage of open) left.set(stage, (left.get(stage) ?? 0) + 1);
        runs++;
      }),
      { numRuns: 300 },
    );
    const [sm, mm] = [left.get('sm') ?? 0, left.get('mm') ?? 0];
    expect(sm + mm, `${sm} of SM and ${mm} of MM left open in ${runs} runs`).toBeLessThanOrEqual(runs / 50);
  });
});

describe('robust SM of one layer', () => {
  it('is proved where not all samples can be held', () => {
    engine.setEnumerationLimit(0);
    const random = sfc32(16);
    for (let run = 0; run < 6; run++) {
      // 14 samples of three rows among too many weights to be enumerated.
      const rows: number[][] = [];
      for (let sample = 0; sample < 14; sample++) {
        const centre = Array.from({ length: 12 }, () => (random() % 41) - 20);
        for (let copy = 0; copy < 3; copy++)
          rows.push(centre.map((x) => x + (copy > 0 ? (random() % 3) - 1 : 0)));
      }
      const labels = rows.map((_, k) => (Math.floor(k / 3) % 2 === 0 ? 1 : -1));
      const groups = Int32Array.from(rows, (_, k) => Math.floor(k / 3));
      const problem = problemOf(rows, labels, {
        layers: [12, 1],
        linf: 1,
        objective: { kind: 'robust', groups },
      });
      const { stages } = solve(engine, problem, { stages: ['sm'], workLimit: 3e8 });
      expect(stages[0], `run ${run}`).toMatchObject({ status: 'optimal' });
      expect(stages[0].objective!).toBeLessThan(14);
    }
  });
});
