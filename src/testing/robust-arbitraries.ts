import fc from 'fast-check';
import type { TrainingProblem } from '../problem/types.js';
import { type TinyShape, tinyProblem } from './arbitraries.js';

/** Robust problems small enough to enumerate: rows dealt to samples, every row with the label of its sample. */
export function tinyRobust(shape: TinyShape = {}): fc.Arbitrary<TrainingProblem> {
  return tinyProblem({ ...shape, withKeep: false }).chain((problem) => {
    const { sampleCount: rows } = problem;
    const least = rows > 1 ? 2 : 1; // one label alone is a problem too, but a dull one
    return fc.integer({ min: least, max: rows }).chain((samples) =>
      fc
        .record({
          deal: fc.array(fc.nat({ max: samples - 1 }), { minLength: rows, maxLength: rows }),
          keep: shape.withKeep
            ? fc.option(fc.subarray(Array.from({ length: samples }, (_, g) => g)), { nil: undefined })
            : fc.constant(undefined),
        })
        .map(({ deal, keep }): TrainingProblem => {
          // The first rows name every sample once, so that none is without rows.
          const groups = Int32Array.from(deal, (group, k) => (k < samples ? k : group));
          return {
            ...problem,
            objective: { kind: 'robust', groups },
            labels: Int8Array.from(groups, (group) => problem.labels[group]),
            ...(keep === undefined ? {} : { keep }),
          };
        }),
    );
  });
}
