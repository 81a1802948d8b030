import type { TrainingProblem } from './types.js';

/**
 * The active inputs, ascending: those that are not 0 in every training sample. All samples count, also for MM and MW,
 * which keep only some of them (design section 1). The weights of the others are 0 and are no variables.
 */
export function activeInputs(problem: TrainingProblem): Int32Array {
  const steps = activeInputSteps(problem);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Values looked at between two yields: a few milliseconds. */
const VALUES_A_STEP = 1 << 18;

/** `activeInputs`, yielding now and then. */
export function* activeInputSteps(problem: TrainingProblem): Generator<void, Int32Array> {
  const width = problem.layers[0];
  const active: number[] = [];
  const seen = new Uint8Array(width);
  const { samples } = problem;
  const step = width * Math.max(1, Math.floor(VALUES_A_STEP / width));
  for (let from = 0; from < samples.length; from += step) {
    if (from > 0) yield;
    markActive(samples, from, Math.min(samples.length, from + step), seen);
  }
  for (let i = 0; i < width; i++) if (seen[i] === 1) active.push(i);
  return Int32Array.from(active);
}

/** A function of its own because what a generator keeps between its yields is slow to reach. */
function markActive(samples: Int32Array, from: number, to: number, seen: Uint8Array): void {
  const width = seen.length;
  for (let at = from; at < to; at += width) {
    for (let i = 0; i < width; i++) if (samples[at + i] !== 0) seen[i] = 1;
  }
}
