import { beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engine/index.js';
import type { TrainingProblem } from '../../src/problem/types.js';
import { below, sfc32 } from '../../src/random.js';
import { solve } from '../../src/stages/solve.js';
import { freshEngine } from './support.js';

/* Whole weights by pairs (assembly/neuron/soft-polish.ts), and the bound that says how good they are: the mean gap given what rows rely on, of drawn problems: 3.5 %; with
 * weights settled one by one and fits to the end it was 8.7. A step reaches far rows here: where these are left to the next round, seven of twelve have no bound at all. */

let engine: Engine;
beforeAll(async () => {
  engine = await freshEngine();
});

/** Two classes of noisy rows around two centres each. */
function drawn(seed: number): TrainingProblem {
  const random = sfc32(seed, 1, 2, 3);
  const [inputs, sampleCount] = [40, 160];
  const draw = (n: number) => below(random, n);
  const centres = Array.from({ length: 4 }, () => Array.from({ length: inputs }, () => draw(40)));
  const samples = Int32Array.from({ length: sampleCount * inputs }, (_, at) => {
    const row = Math.floor(at / inputs);
    return centres[row % 4][at % inputs] + draw(40);
  });
  return {
    layers: [inputs, 4, 4, 1],
    weightBound: 1,
    epsilon: 0.1,
    samples,
    sampleCount,
    labels: Int8Array.from({ length: sampleCount }, (_, row) => (row % 2 === 0 ? 1 : -1)),
    linf: 1,
    objective: {
      kind: 'soft',
      groups: Int32Array.from({ length: sampleCount }, (_, row) => row),
      targets: new Int32Array(sampleCount).fill(1500),
    },
  };
}

describe('whole weights under soft margins, hidden layers', () => {
  it('are near what their choice allows', () => {
    const gaps = Array.from({ length: 12 }, (_, seed) => {
      const { objective, boundGivenReliance = 0 } = solve(engine, drawn(seed), { stages: ['mm'] }).stages[0];
      return objective === 0 ? 0 : 1 - (boundGivenReliance as number) / (objective as number);
    });
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(mean).toBeLessThan(0.05);
  });
});
