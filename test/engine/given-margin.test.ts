import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { Network } from '../../src/network/types.js';
import { marginUnits } from '../../src/problem/scale.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { solve } from '../../src/stages/solve.js';
import { tinyRobust } from '../../src/testing/robust-arbitraries.js';
import { checkSolution } from '../../src/verify/checker.js';
import { families, forcingVectors, reachesOf } from '../../src/verify/robust.js';
import { allGive, attaining, firstLayers, leastOf, type Reaches } from './given-support.js';
import { freshEngine } from './support.js';

/*
 * Robust MM's bound given what rows rely on (docs/robust.md, "How it is searched") against every first layer. Where several implicants give a row its margin the
 * network may rely on any of them: who keeps to all of them is no better than the bound.
 */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

const MOST_LAYERS = 3 ** 6;

const problems: fc.Arbitrary<TrainingProblem> = tinyRobust({
  ...{ maxLayers: 3, maxP: 1, maxInputs: 3, maxHidden: 3, maxSamples: 7, withKeep: true, maxLinf: 2 },
}).filter(({ layers }) => layers.length > 2 && 3 ** (layers[0] * layers[1]) <= MOST_LAYERS);

/** The largest certified margin of all first layers whose rows are certified by the literals that certify them in the network, units of 1/D. */
function mostGiven(problem: TrainingProblem, keep: readonly number[], network: Network): number {
  const { scale, epsilon } = marginUnits(problem);
  const rows = keep.flatMap((sample) => families(problem)[sample]);
  const marginsIn = (layer: readonly (readonly number[])[], k: number): Reaches =>
    layer.map((weights) => {
      const [plus, minus] = reachesOf(problem, weights, k);
      return [scale * plus, scale * (minus + 1) - epsilon];
    });
  const relied = rows.map((k) => {
    const vectors = forcingVectors(problem.layers[1], problem.labels[k], (y, answers) =>
      allGive(network, y, answers),
    );
    return attaining(marginsIn(network.weights[0], k), vectors);
  });
  let most = Number.NEGATIVE_INFINITY;
  for (const layer of firstLayers(problem.layers[0], problem.layers[1])) {
    const margin = Math.min(
      ...rows.flatMap((k, r) => relied[r].map((answers) => leastOf(marginsIn(layer, k), answers))),
    );
    most = Math.max(most, margin);
  }
  return most;
}

describe("the bound of robust MM given what its network's rows rely on", () => {
  it('is above every first layer, and refused where it cannot be', () => {
    engine.setEnumerationLimit(0);
    const counts = { given: 0, met: 0, below: 0 };
    fc.assert(
      fc.property(problems, (problem) => {
        const solution = solve(engine, problem, { stages: ['sm', 'mm'], workLimit: 3e6 });
        const mm = solution.stages[1];
        const { objective, bound, boundGivenReliance: given, network } = mm;
        if (given === undefined) return;
        counts.given++;
        const { scale } = marginUnits(problem);
        expect(scale * given).toBeGreaterThanOrEqual(
          mostGiven(problem, solution.keep, network as Network) - 1e-6,
        );
        expect(given).toBeGreaterThanOrEqual(objective as number);
        if (given === objective) counts.met++;
        if (given < (bound as number)) counts.below++;
        expect(checkSolution(problem, solution).valid).toBe(true);
        const saying = (boundGivenReliance: number) =>
          checkSolution(problem, {
            ...solution,
            stages: [solution.stages[0], { ...mm, boundGivenReliance }],
          });
        expect(saying((objective as number) - 1).valid).toBe(false);
        expect(saying((objective as number) + 1).unproved?.join()).toContain('given what rows rely on');
      }),
      { numRuns: 1000, seed: 20261127 },
    );
    engine.setEnumerationLimit(600_000);
    expect(counts.given).toBeGreaterThan(10);
  });
});
