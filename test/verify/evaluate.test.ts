import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forward } from '../../src/network/forward.js';
import { nonzeroCount } from '../../src/network/links.js';
import { networkMargins } from '../../src/network/margins.js';
import { activeInputs } from '../../src/problem/active.js';
import { confidentSamples, heldMargins, marginUnits } from '../../src/problem/semantics.js';
import { networkFor, tinyProblem } from '../../src/testing/arbitraries.js';
import { activeFlags, evaluate, marginsOf, relaxedMargins } from '../../src/verify/evaluate.js';
import { decimalUnits } from '../../src/verify/units.js';

const judged = tinyProblem({ maxLayers: 4, maxInputs: 5, maxHidden: 4, withKeep: true }).chain((problem) =>
  fc.tuple(fc.constant(problem), networkFor(problem, false)),
);

describe('the judge and the reference, written twice', () => {
  it('agree on every sum, count, margin and active input', () => {
    fc.assert(
      fc.property(judged, ([problem, network]) => {
        const evaluation = evaluate(problem, network);
        for (let k = 0; k < problem.sampleCount; k++) {
          const { preActivations } = forward(network, problem.samples, k * problem.layers[0]);
          expect(evaluation.sums.map((layer) => layer.map((row) => row[k]))).toEqual(preActivations);
        }
        expect(evaluation.counted).toEqual(confidentSamples(problem, network));
        expect(evaluation.nonzeros).toBe(nonzeroCount(network));
        const keep = problem.keep ?? [0];
        expect(marginsOf(problem, evaluation, keep)).toEqual(
          networkMargins(network, problem, keep, marginUnits(problem)),
        );
        expect(activeFlags(problem).flatMap((active, i) => (active ? [i] : []))).toEqual([
          ...activeInputs(problem),
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('agree on units and on tolerances', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.nat(2 ** 31 - 1),
        fc.nat(1_000_000),
        (e, margin, t) => {
          const epsilon = e / 10_000;
          const problem = { epsilon } as Parameters<typeof marginUnits>[0];
          expect(decimalUnits(epsilon)).toEqual(marginUnits(problem));
          expect(relaxedMargins([[margin]], t / 1e6)).toEqual(heldMargins([[margin]], t / 1e6));
        },
      ),
      { numRuns: 500 },
    );
  });
});
