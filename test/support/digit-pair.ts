import { drawDigits } from '../../src/data/digits/index.js';
import { checkPerturbations, perturbationFamily } from '../../src/perturb/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { problemOf } from '../../src/testing/problem-of.js';

const SIDE = 28;

/** Threes (+) against eights, `shots` of each, every sample with its family under the set. */
export function digitPair(shots: number, given: object, linf = 0, hidden = [4, 4]): TrainingProblem {
  const { samples } = drawDigits({ perClass: shots, stream: 'train' });
  const { values } = samples as { values: ArrayLike<number> };
  const set = checkPerturbations(given, true);
  const rows: number[][] = [];
  const labels: number[] = [];
  const groups: number[] = [];
  for (let sample = 0; sample < 2 * shots; sample++) {
    const [digit, label] = sample < shots ? [3, 1] : [8, -1];
    const from = ((sample % shots) * 10 + digit) * SIDE * SIDE;
    const row = Int32Array.from({ length: SIDE * SIDE }, (_, i) => values[from + i]);
    for (const member of perturbationFamily(row, { width: SIDE, height: SIDE }, set)) {
      rows.push(Array.from(member));
      labels.push(label);
      groups.push(sample);
    }
  }
  const layers = [SIDE * SIDE, ...hidden, 1];
  return problemOf(rows, labels, {
    layers,
    linf,
    objective: { kind: 'robust', groups: Int32Array.from(groups) },
  });
}
