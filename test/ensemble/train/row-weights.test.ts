import { describe, expect, it } from 'vitest';
import '../../../src/run/node.js';
import { pairProblem } from '../../../src/ensemble/train/pairs.js';
import { planTraining, train } from '../../../src/ensemble/train/train.js';
import type { TrainingData } from '../../../src/ensemble/types.js';
import { formatProblem } from '../../../src/problem/file.js';
import { groupsOf } from '../../../src/problem/groups.js';
import { confidentSamples } from '../../../src/problem/semantics.js';
import { validateProblem } from '../../../src/problem/validate.js';
import { below, sfc32 } from '../../../src/random.js';
import { bruteStage } from '../../../src/verify/brute/index.js';

/** Two columns of small numbers, labels with a grain of noise, and what every row counts. */
function weighted(seed: number): TrainingData & { readonly weights: number[]; readonly samples: number[][] } {
  const random = sfc32(seed, 5);
  const samples = Array.from({ length: 12 }, () => [below(random, 7) - 3, below(random, 7) - 3]);
  return {
    samples,
    labels: samples.map(([x, y]) => (x + y + below(random, 5) - 2 > 0 ? 'a' : 'b')),
    classes: ['a', 'b'],
    columns: ['x', 'y'],
    weights: samples.map(() => below(random, 5)),
  };
}

const OPTIONS = {
  scaling: 'none',
  hidden: [],
  bias: false,
  objective: 'bemi',
  stages: ['sm'],
  workers: 0,
} as const;

describe('weights of rows', () => {
  it('are costs of the problem, which training and enumeration maximise alike', async () => {
    let differs = 0;
    for (let seed = 0; seed < 8; seed++) {
      const data = weighted(seed);
      const { samples, config, pairs } = planTraining(data, OPTIONS);
      const problem = pairProblem(pairs[0], samples, config);
      expect([...(problem.costs ?? [])]).toEqual(data.weights);
      const { objective } = bruteStage(problem, 'sm');
      const result = await train(data, OPTIONS);
      expect(result.pairs[0].stages[0]).toMatchObject({ status: 'optimal', objective });
      // What they count for can be had by repeating rows, too.
      const copies = data.weights.flatMap((weight, row) => new Array<number>(weight).fill(row));
      const repeated = { ...problem, ...repeat(problem, copies) };
      expect(bruteStage(repeated, 'sm').objective).toBe(objective);
      const alike = await train({ ...data, weights: undefined }, OPTIONS);
      const network = alike.classifier.pairs[0].network;
      const right = network === null ? [] : confidentSamples(problem, network);
      if (right.reduce((sum, k) => sum + data.weights[k], 0) < (objective as number)) differs++;
    }
    expect(differs).toBeGreaterThan(0);
  });

  it('under soft margins, have a row there as often as it counts', () => {
    const soft = {
      ...OPTIONS,
      objective: 'robust',
      perturb: { linf: 0 },
      stages: ['mm'],
      soft: 0.8,
    } as const;
    for (let seed = 0; seed < 8; seed++) {
      const data = weighted(seed);
      const { samples, config, pairs } = planTraining(data, soft);
      const problem = pairProblem(pairs[0], samples, config);
      expect(problem.costs).toBeUndefined();
      const copies = data.weights.flatMap((weight, row) => new Array<number>(weight).fill(row));
      expect([...problem.samples]).toEqual(copies.flatMap((row) => data.samples[row]));
      expect([...problem.labels]).toEqual(copies.map((row) => (data.labels[row] === 'a' ? 1 : -1)));
      // Rows that count 0 are no samples, and samples have no gaps in their numbers.
      const groups = groupsOf(problem);
      expect(groups.count).toBe(data.weights.filter((weight) => weight > 0).length);
      expect(() => validateProblem(JSON.parse(formatProblem(problem)), 'again')).not.toThrow();
    }
    const heavy = { ...weighted(0), weights: weighted(0).weights.with(3, 21) };
    expect(() => planTraining(heavy, soft)).toThrow(
      'weight: under soft margins a row is there as often as it counts, at most 20 times, and row 3 counts 21',
    );
  });

  it('multiply the weights of classes', () => {
    const data = weighted(1);
    const { samples, config, pairs } = planTraining(data, { ...OPTIONS, classWeight: { a: 3 } });
    const { costs } = pairProblem(pairs[0], samples, config);
    expect([...(costs ?? [])]).toEqual(
      data.weights.map((weight, row) => weight * (data.labels[row] === 'a' ? 3 : 1)),
    );
    const most = { ...data, weights: data.weights.map(() => 1e9) };
    const plan = planTraining(most, { ...OPTIONS, classWeight: { a: 3 } });
    expect(() => pairProblem(plan.pairs[0], plan.samples, plan.config)).toThrow(
      'weight: times the weight of its class',
    );
  });

  it('bring the stages that know them, and are refused by the others', () => {
    const data = weighted(2);
    expect(planTraining(data).config).toMatchObject({ objective: 'bemi', stages: ['sm', 'mm'], bias: true });
    for (const options of [{ objective: 'robust', perturb: { linf: 1 } }, { stages: ['mm'] }] as const) {
      expect(() => planTraining(data, options)).toThrow(
        'weight: only with soft margins, or with objective bemi and the stage sm',
      );
    }
    expect(() => planTraining({ ...data, weights: [1, 2] })).toThrow('weights: 2 weights for 12 samples');
    expect(() => planTraining({ ...data, weights: data.weights.map(() => 0.5) })).toThrow(
      'weights[0]: expected a whole',
    );
    // Another run, to a folder that would resume it.
    const plain = planTraining({ ...data, weights: undefined }, OPTIONS).samples.fingerprint;
    expect(planTraining(data, OPTIONS).samples.fingerprint).not.toBe(plain);
  });
});

function repeat(problem: { samples: Int32Array; labels: Int8Array }, copies: readonly number[]) {
  return {
    samples: Int32Array.from(copies.flatMap((k) => [...problem.samples.subarray(2 * k, 2 * k + 2)])),
    labels: Int8Array.from(copies, (k) => problem.labels[k]),
    sampleCount: copies.length,
    costs: undefined,
  };
}
