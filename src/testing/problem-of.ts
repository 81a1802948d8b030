import type { TrainingProblem } from '../problem/types.js';

/** A problem by hand: rows, labels, and what differs from one ternary neuron with epsilon 0.1. */
export function problemOf(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  rest: Partial<TrainingProblem> = {},
): TrainingProblem {
  return {
    layers: [rows[0].length, 1],
    weightBound: 1,
    epsilon: 0.1,
    samples: Int32Array.from(rows.flat()),
    sampleCount: rows.length,
    labels: Int8Array.from(labels),
    linf: 0,
    ...rest,
  };
}
