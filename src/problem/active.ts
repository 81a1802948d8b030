import type { TrainingProblem } from './types.js';

/**
 * The active inputs, ascending: those that are not 0 in every training sample. All samples count, also for MM and MW,
 * which keep only some of them (design section 1). The weights of the others are 0 and are no variables.
 */
export function activeInputs(problem: TrainingProblem): Int32Array {
  const width = problem.layers[0];
  const active: number[] = [];
  const seen = new Uint8Array(width);
  const { samples } = problem;
  for (let at = 0; at < samples.length; at += width) {
    for (let i = 0; i < width; i++) if (samples[at + i] !== 0) seen[i] = 1;
  }
  for (let i = 0; i < width; i++) if (seen[i] === 1) active.push(i);
  return Int32Array.from(active);
}
