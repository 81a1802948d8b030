import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { Network } from '../../src/network/types.js';
import { targetsOf, withTargets } from '../../src/problem/objective.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { tinyRobust } from '../../src/testing/robust-arbitraries.js';
import { checkSolution } from '../../src/verify/checker.js';
import { families, forcingVectors, reachesOf } from '../../src/verify/robust.js';
import { allGive, attaining, firstLayers, leastOf, type Reaches } from './given-support.js';
import { freshEngine } from './support.js';

/*
 * The bound given what rows rely on (docs/robust.md, "Soft margins") against every first layer of which the same neurons have weights, the rows relying on
 * what they rely on in the network that was found. Where several implicants give a row its reach, the worst of them is as good as any for the test.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const MOST_LAYERS = 3 ** 6;

const problems: fc.Arbitrary<TrainingProblem> = tinyRobust({
  ...{ maxLayers: 3, maxP: 1, maxInputs: 3, maxHidden: 3, maxSamples: 7, withKeep: true, maxLinf: 2 },
})
  .filter(({ layers }) => layers.length > 2 && 3 ** (layers[0] * layers[1]) <= MOST_LAYERS)
  .chain((problem) =>
    fc
      .array(fc.integer({ min: 0, max: 15 }), {
        minLength: problem.sampleCount,
        maxLength: problem.sampleCount,
      })
      .map((targets) => withTargets(problem, Int32Array.from(targets))),
  );

const hasWeights = (weights: readonly number[]) => weights.some((w) => w !== 0);

/** The least loss over all first layers of which the same neurons have weights. */
function leastGiven(problem: TrainingProblem, network: Network): number {
  const keep = problem.keep ?? families(problem).map((_, sample) => sample);
  const rows = keep.flatMap((sample) => families(problem)[sample]);
  const reachesIn = (layer: readonly (readonly number[])[], k: number): Reaches =>
    layer.map((weights) => reachesOf(problem, weights, k));
  const vectors = new Map(
    [1, -1].map((label) => [
      label,
      forcingVectors(problem.layers[1], label, (y, answers) => allGive(network, y, answers)),
    ]),
  );
  const relied = rows.map((k) =>
    attaining(reachesIn(network.weights[0], k), vectors.get(problem.labels[k]) ?? []),
  );
  const targets = targetsOf(problem) as Int32Array;
  let least = Number.POSITIVE_INFINITY;
  for (const layer of firstLayers(problem.layers[0], problem.layers[1])) {
    const isAlike = layer.every((weights, j) => hasWeights(weights) === hasWeights(network.weights[0][j]));
    if (!isAlike) continue;
    const loss = rows.reduce((sum, k, r) => {
      const reaches = reachesIn(layer, k);
      return sum + Math.max(0, ...relied[r].map((answers) => targets[k] - leastOf(reaches, answers))) ** 2;
    }, 0);
    least = Math.min(least, loss);
  }
  return least;
}

describe('the bound given what rows rely on', () => {
  it('is below every first layer, and often more than nothing', () => {
    engine.setEnumerationLimit(0);
    const counts = { given: 0, positive: 0, met: 0 };
    fc.assert(
      fc.property(problems, (problem) => {
        const solution = solve(engine, problem, { stages: ['mm'], workLimit: 1e9 });
        const { objective, boundGivenReliance: given, network } = solution.stages[0];
        if (given === undefined) return;
        counts.given++;
        const least = leastGiven(problem, network as Network);
        expect(-given).toBeLessThanOrEqual(least);
        expect(-given).toBeLessThanOrEqual(-(objective as number));
        if (given < 0) counts.positive++;
        if (given === objective) counts.met++;
        expect(checkSolution(problem, solution).valid).toBe(true);
      }),
      { numRuns: 200, seed: 20261126 },
    );
    engine.setEnumerationLimit(600_000);
    expect(counts.given).toBeGreaterThan(20);
    expect(counts.positive).toBeGreaterThan(5);
  });

  it('is told in the solution and refused where it cannot be', () => {
    engine.setEnumerationLimit(0);
    let seen = 0;
    fc.assert(
      fc.property(problems, (problem) => {
        const solution = solve(engine, problem, { stages: ['mm'], workLimit: 1e7 });
        const [mm] = solution.stages;
        if (mm.boundGivenReliance === undefined) return;
        seen++;
        const saying = (boundGivenReliance: number) =>
          checkSolution(problem, { ...solution, stages: [{ ...mm, boundGivenReliance }] });
        expect(saying(1).valid).toBe(false);
        expect(saying((mm.objective as number) - 1).valid).toBe(false);
        expect(saying(mm.objective as number).valid).toBe(true);
        expect(checkSolution(problem, solution).unproved?.join()).toContain('given what rows rely on');
      }),
      { numRuns: 30, seed: 5 },
    );
    engine.setEnumerationLimit(600_000);
    expect(seen).toBeGreaterThan(5);
  });
});
