import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/types.js';
import { holdOfMinWeight } from '../../src/problem/semantics.js';
import type { SolutionRecord } from '../../src/problem/solution.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { tinyRobust } from '../../src/testing/robust-arbitraries.js';
import { bruteStage } from '../../src/verify/brute/index.js';
import { bruteSolve } from '../../src/verify/brute/solve.js';
import { checkSolution } from '../../src/verify/checker.js';
import { RobustEvaluation } from '../../src/verify/robust.js';

/*
 * The judges of the robust objective, by hand and against themselves. The example is an OR of two neurons: the first
 * looks at input 0, the second at input 1; rows (10, -9) and (8, -7) are two images of sample 0, which only the first
 * neuron answers; sample 2 needs both to be -1.
 */
const problem = problemOf(
  [
    [10, -9],
    [8, -7],
    [-6, 5],
    [-4, -3],
  ],
  [1, 1, 1, -1],
  { layers: [2, 2, 1], linf: 1, objective: { kind: 'robust', groups: Int32Array.from([0, 0, 1, 2]) } },
);
const or: Network = {
  layers: [2, 2, 1],
  weightBound: 1,
  weights: [
    [
      [1, 0],
      [0, 1],
    ],
    [[1, 1]],
  ],
};

describe('the robust value by hand', () => {
  const evaluation = new RobustEvaluation(problem, or);

  it('of every row: what its label needs, at the worst of the box', () => {
    // (8, -7): the first neuron keeps 8 - 1. (-6, 5): the second keeps 5 - 1. (-4, -3): both needed, 3 - 1 less epsilon.
    expect([0, 1, 2, 3].map((k) => evaluation.marginOf(k))).toEqual([90, 70, 40, 19]);
    expect(evaluation.certifiedSamples()).toEqual([0, 1, 2]);
    expect(evaluation.certifiedMargin([0, 1, 2])).toBe(19);
    expect(evaluation.certifiedMargin([0, 1])).toBe(0); // one label: nothing to tell apart
  });

  it('of the neurons: raised one after the other as far as all rows stay certified', () => {
    // The first is needed on (8, -7) with 70 and on (-4, -3) with 29; then the second on (-6, 5) with 40 and there with 19.
    expect(evaluation.neuronMargins([0, 1, 2])).toEqual([29, 19]);
    expect(evaluation.holds([0, 1, 2], [29, 19])).toBe(true);
    expect(evaluation.holds([0, 1, 2], [30, 19])).toBe(false);
    expect(evaluation.holds([0, 1], [70, 40])).toBe(true);
  });

  it('a wider box loses what is nearest', () => {
    const wide = new RobustEvaluation({ ...problem, linf: 3 }, or);
    expect(wide.certifiedSamples()).toEqual([0, 1]);
    expect(wide.certifiedMargin([0, 1, 2])).toBeUndefined();
  });

  it('a neuron without weights is certain at any threshold', () => {
    const idle: Network = {
      ...or,
      weights: [
        [
          [1, 0],
          [0, 0],
        ],
        [[1, -1]],
      ],
    };
    const found = new RobustEvaluation(problem, idle); // the second answers +1: out = sgn(h1 - 1), the first alone decides
    expect([0, 1, 2, 3].map((k) => found.marginOf(k))).toEqual([90, 70, undefined, 29]);
    expect(found.neuronMargins([0, 2])).toEqual([29, 29]);
  });

  it('enumeration finds nothing better than the best by hand', () => {
    expect(bruteStage(problem, 'sm').objective).toBe(3);
    const mm = bruteStage(problem, 'mm', [0, 1, 2]);
    expect(mm.objective).toBeGreaterThanOrEqual(19);
    expect(new RobustEvaluation(problem, mm.network!).certifiedMargin([0, 1, 2])).toBe(mm.objective);
    expect(
      bruteStage(problem, 'mw', [0, 1, 2], { kind: 'margins', margins: [[19, 19]] }).objective,
    ).toBeLessThanOrEqual(4);
  });
});

describe('the checker on robust solutions', () => {
  const small = tinyRobust({
    maxLayers: 2,
    maxP: 1,
    maxInputs: 2,
    maxHidden: 2,
    maxSamples: 5,
    withKeep: true,
  });

  it('accepts what enumeration finds, and refuses it when a figure or a weight is changed', () => {
    fc.assert(
      fc.property(small, fc.constantFrom(0, 0.3), fc.nat(), (tiny, tolerance, pick) => {
        const solution: SolutionRecord = bruteSolve(tiny, ['sm', 'mm', 'mw'], tolerance);
        const verdict = checkSolution(tiny, solution);
        expect(verdict.valid).toBe(true);
        expect(verdict.stages.every((stage) => stage.boundHolds !== false)).toBe(true);
        const found = solution.stages.filter((stage) => stage.objective !== null);
        const victim = found[pick % found.length];
        for (const change of [1, -1]) {
          const objective = (victim.objective ?? 0) + change;
          const stages = solution.stages.map((stage) => (stage === victim ? { ...stage, objective } : stage));
          expect(checkSolution(tiny, { ...solution, stages }).valid).toBe(false);
        }
        const beyond = solution.stages.map((stage) => ({
          ...stage,
          bound: stage.bound === null ? null : stage.bound + (stage.stage === 'mw' ? 1 : -1),
        }));
        expect(checkSolution(tiny, { ...solution, stages: beyond }).valid).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a loss without end as a claim, and does not fall over it', () => {
    // Nothing above the first layer: the output is +1 whatever comes, and no reach forces the - of the second row.
    const objective = { kind: 'soft', targets: Int32Array.from([1, 1]) } as const;
    const tiny = problemOf([[5], [-5]], [1, -1], { layers: [1, 1, 1], objective });
    const network: Network = { layers: [1, 1, 1], weightBound: 1, weights: [[[1]], [[0]]] };
    const figures = { bound: null, gap: null, nodes: 0, work: 0, seconds: 0, network };
    const claim = { status: 'feasible', stopReason: 'work-limit', ...figures } as const;
    const solution: SolutionRecord = {
      stages: [
        { stage: 'mm', objective: -3, ...claim },
        { stage: 'mw', objective: 1, ...claim },
      ],
      network,
    };
    const verdict = checkSolution(tiny, solution);
    expect(verdict.valid).toBe(false);
    expect(verdict.stages[0].objectiveHolds).toBe(false);
    expect(holdOfMinWeight(tiny, ['mm'], network, [0, 1], 0.5)).toMatchObject({ kind: 'loss' });
  });
});
