import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { networkFor, tinyProblem } from '../../src/testing/arbitraries.js';
import { evaluate, everySample, marginsOf } from '../../src/verify/evaluate.js';
import { decimalUnits } from '../../src/verify/units.js';
import { bruteOptimum, expectHonest, freshEngine, STAGE_SETS, stageCases } from './support.js';

/*
 * The engine against exhaustive search on problems that have one, in every choice of stages. Small networks are
 * enumerated by the engine too; with that turned off the same problems go through relaxations, trees and local
 * search, whose every claim must be as true, though they need not prove everything.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const stages = fc.constantFrom(...STAGE_SETS);
const tolerance = fc.constantFrom(0, 0, 0, 0.25, 0.5, 1);

/** Margins that some network of the problem has, or a little more than it has; none where it answers wrongly. */
function withMargins(problem: TrainingProblem): fc.Arbitrary<TrainingProblem> {
  const { scale } = decimalUnits(problem.epsilon);
  return fc.tuple(networkFor(problem), fc.constantFrom(0, 0, 0, 1)).map(([network, more]) => {
    const keep = problem.keep ?? everySample(problem);
    const margins = marginsOf(problem, evaluate(problem, network), keep);
    return {
      ...problem,
      margins: margins.map((layer) => layer.map((margin) => (Math.max(0, margin) + more) / scale)),
    };
  });
}

/** Solves the problem and holds every stage against brute force; returns the proofs that were owed and not given. */
function judge(problem: TrainingProblem, options: Parameters<typeof solve>[2]): string[] {
  const solution = solve(engine, problem, options);
  const open: string[] = [];
  for (const stage of stageCases(problem, solution, options ?? {})) {
    const optimum = bruteOptimum(problem, stage);
    expectHonest(problem, stage, optimum?.objective);
    if (stage.record.stopReason !== 'proved') open.push(stage.record.stage);
  }
  return open;
}

describe('tiny problems, by enumeration', () => {
  it('are solved to proof, stage by stage, as brute force solves them', { timeout: 120_000 }, () => {
    engine.setEnumerationLimit(30_000);
    const shape = { maxLayers: 3, maxP: 3, maxInputs: 3, maxHidden: 2, maxSamples: 6, withKeep: true };
    const tiny = tinyProblem(shape).filter(({ layers, weightBound }) => {
      let weights = 0;
      for (let l = 1; l < layers.length; l++) weights += layers[l - 1] * layers[l];
      return (2 * weightBound + 1) ** weights <= 30_000;
    });
    fc.assert(
      fc.property(tiny, stages, tolerance, (problem, stages, tolerance) => {
        expect(judge(problem, { stages, tolerance })).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('also with margins given to hold', () => {
    engine.setEnumerationLimit(30_000);
    const shape = { maxLayers: 2, maxP: 2, maxInputs: 2, maxHidden: 2, maxSamples: 5, withKeep: true };
    fc.assert(
      fc.property(tinyProblem(shape).chain(withMargins), tolerance, (problem, tolerance) => {
        expect(judge(problem, { stages: ['mw'], tolerance })).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});

describe('tiny problems, by relaxations, trees and local search', () => {
  const limited = { workLimit: 3e6 };

  it('one neuron: whatever is claimed is true', { timeout: 120_000 }, () => {
    engine.setEnumerationLimit(0);
    const shape = { maxLayers: 1, maxP: 3, maxInputs: 5, maxSamples: 8, withKeep: true };
    fc.assert(
      fc.property(tinyProblem(shape), stages, tolerance, (problem, stages, tolerance) => {
        judge(problem, { ...limited, stages, tolerance });
      }),
      { numRuns: 200 },
    );
  });

  it('hidden layers: whatever is claimed is true', { timeout: 120_000 }, () => {
    engine.setEnumerationLimit(0);
    const shape = { maxLayers: 3, maxP: 3, maxInputs: 3, maxHidden: 3, maxSamples: 6, withKeep: true };
    fc.assert(
      fc.property(tinyProblem(shape), stages, tolerance, (problem, stages, tolerance) => {
        judge(problem, { ...limited, stages, tolerance });
      }),
      { numRuns: 150 },
    );
  });

  it('margins given to hold: whatever is claimed is true', { timeout: 120_000 }, () => {
    engine.setEnumerationLimit(0);
    const shape = { maxLayers: 3, maxP: 2, maxInputs: 3, maxHidden: 2, maxSamples: 5, withKeep: true };
    fc.assert(
      fc.property(tinyProblem(shape).chain(withMargins), tolerance, (problem, tolerance) => {
        judge(problem, { ...limited, stages: ['mw'], tolerance });
      }),
      { numRuns: 150 },
    );
  });

  it('wide inputs: columns of thousands, as pixels with a radius', { timeout: 120_000 }, () => {
    engine.setEnumerationLimit(0);
    const shape = {
      maxLayers: 2,
      maxP: 1,
      maxInputs: 6,
      maxHidden: 2,
      maxSamples: 5,
      maxValue: 5000,
      maxLinf: 900,
    };
    fc.assert(
      fc.property(tinyProblem(shape), stages, (problem, stages) => {
        judge(problem, { ...limited, stages });
      }),
      { numRuns: 100 },
    );
  });
});
