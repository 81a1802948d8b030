import type { TrainingProblem } from '../../src/problem/types.js';
import { validateProblem } from '../../src/problem/validate.js';
import { below, sfc32 } from '../../src/random.js';

/** A table of at most four columns (five inputs), with groups of columns and, some of them, everything else that people ask for. */
export function drawn(seed: number): TrainingProblem {
  const random = sfc32(seed, 4711);
  const int = (low: number, high: number): number => low + below(random, high - low + 1);
  const once = (): boolean => below(random, 2) === 0;
  const columns = int(2, 4);
  const widths = Array.from({ length: columns }, () => (int(0, 3) === 0 ? 2 : 1));
  if (widths.reduce((a, b) => a + b, 0) > 5) widths.fill(1);
  let at = 0;
  const inputsOf = widths.map((width) => Array.from({ length: width }, () => at++));
  const inputs = at;
  const sampleCount = int(2, 7);
  const kind = int(0, 3);
  const plain = {
    layers: [inputs, 1],
    weightBound: int(1, 2),
    epsilon: 0.1,
    samples: Array.from({ length: sampleCount }, () => Array.from({ length: inputs }, () => int(-3, 3))),
    labels: Array.from({ length: sampleCount }, () => (once() ? 1 : -1)),
    ...(kind === 0 || once() ? { confidence: int(1, 3) } : {}),
    ...(int(0, 2) === 0 ? { perturbations: { linf: 1 } } : {}),
  };
  const group = (): number[][] => {
    const picked = inputsOf.filter(() => int(0, 2) > 0);
    return picked.length < 2 ? inputsOf.slice(0, 2) : picked;
  };
  const fields: Record<string, unknown> = {};
  const which = int(0, 2);
  if (which !== 1) fields.exclusive = once() ? [group()] : [group(), group()];
  if (which !== 0) fields.together = [group()];
  if (once())
    fields.ranges = Array.from({ length: inputs }, () => [int(-2, 0), int(int(0, 4) === 0 ? 1 : 0, 2)]);
  if (int(0, 2) === 0) fields.free = [int(0, inputs - 1)];
  if (kind < 2) {
    if (int(0, 2) === 0) fields.maxNonzero = int(1, inputs);
    if (int(0, 2) === 0) fields.costs = plain.labels.map(() => int(0, 4));
  } else {
    fields.objective = 'robust';
    if (kind === 3) fields.soft = plain.labels.map(() => int(0, 5));
  }
  return validateProblem({ ...plain, ...fields }, 'drawn');
}
