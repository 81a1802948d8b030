import { describe, expect, it } from 'vitest';
import { pairProblem } from '../../../src/ensemble/train/pairs.js';
import { planTraining, runTraining } from '../../../src/ensemble/train/train.js';
import type { TrainOptions } from '../../../src/ensemble/types.js';
import { softLoss } from '../../../src/problem/soft.js';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { sfc32 } from '../../../src/random.js';
import '../../../src/run/node.js';

/** A table of three columns that no neuron tells apart, with texts in one of them. */
function tableOf(seed: number) {
  const random = sfc32(seed);
  const rows = Array.from({ length: 12 }, () => [random() % 9, random() % 5, random() % 2]);
  return {
    samples: rows,
    columns: ['age', 'dose', 'ward'],
    levels: [null, null, ['east', 'west']],
    labels: rows.map(([age, dose]) => (age + 2 * dose + (random() % 9) > 12 ? 'ill' : 'well')),
  };
}

/** Every network of a problem by its weights on inputs, with the best objective that its constants can have. */
function everyNetwork(problem: TrainingProblem, inputs: number): Map<string, number> {
  const width = problem.layers[0];
  const {
    weightBound: P,
    ranges,
    samples,
    labels,
    sampleCount,
    confidence = 1,
    maxNonzero = width,
  } = problem;
  const best = new Map<string, number>();
  const weights = new Array<number>(width).fill(0);
  const isSoft = problem.objective?.kind === 'soft';
  const worth = (): number => {
    if (isSoft) {
      const network = { layers: problem.layers, weightBound: P, weights: [[weights]] };
      return -softLoss(
        problem,
        network,
        Array.from({ length: sampleCount }, (_, k) => k),
      );
    }
    let right = 0;
    for (let k = 0; k < sampleCount; k++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += weights[i] * samples[k * width + i];
      if (sum * labels[k] >= confidence) right++;
    }
    return right;
  };
  const visit = (at: number): void => {
    if (at === width) {
      if (weights.slice(0, inputs).filter((w) => w !== 0).length > maxNonzero) return;
      const key = weights.slice(0, inputs).join();
      best.set(key, Math.max(best.get(key) ?? Number.NEGATIVE_INFINITY, worth()));
      return;
    }
    const [low, high] = ranges?.[at] ?? [-P, P];
    for (let w = low; w <= high; w++) {
      weights[at] = w;
      visit(at + 1);
    }
  };
  visit(0);
  return best;
}

const asPool = async (
  seed: number,
  options: TrainOptions,
  asked: { size: number; within: { amount: number } | { share: number }; choose?: number },
) => {
  const data = tableOf(seed);
  const plan = planTraining(data, { workers: 0, ...options });
  const { pairs, classifier } = await runTraining(plan, { workers: 0, networks: asked });
  const { pool } = pairs[0];
  if (pool === undefined) throw new Error('no pool');
  return { data, plan, pool, classifier, stage: pairs[0].stages.at(-1) };
};

describe('the pool of a training', () => {
  it.each([
    ['SM', 1, { stages: ['sm'] as const }, 1],
    ['SM, two weights of at most 2', 2, { stages: ['sm'] as const, weightBound: 2, maxNonzero: 2 }, 1],
    ['SM without a bias', 3, { stages: ['sm'] as const, bias: false }, 2],
    ['soft margins', 4, { soft: 0.8, encode: 'range', classes: ['ill', 'well'] }, 4000],
  ])(
    'has all networks within the tolerance, each with its best bias: %s',
    async (_, seed, options, amount) => {
      const { plan, pool, classifier, data } = await asPool(seed, options, {
        size: 2000,
        within: { amount },
      });
      expect(pool).toMatchObject({ complete: true, stopReason: 'proved', chosen: 1, rows: 12 });
      const problem = pairProblem(plan.pairs[0], plan.samples, plan.config);
      const all = everyNetwork(problem, plan.samples.inputs);
      const top = Math.max(...all.values());
      const wanted = [...all].filter(([, worth]) => worth >= top - amount);
      expect(pool.networks.map(({ objective }) => objective)).toEqual(
        wanted.map(([, worth]) => worth).sort((a, b) => b - a),
      );
      // Inputs that are 0 in every row have no weight; here there are none.
      expect(new Set(pool.networks.map(({ weights }) => weights.join()))).toEqual(
        new Set(wanted.map(([key]) => key)),
      );
      expect(wanted.length).toBeGreaterThan(1);
      const [{ weights, bias = 0, right }] = pool.networks;
      expect(classifier.pairs[0].network).toMatchObject({
        weights: [[weights]],
        ...(bias === 0 ? {} : { biases: [bias] }),
      });
      expect(right / 12).toBeCloseTo(classifier.evaluate(data).accuracy, 12);
    },
  );

  it('gives the model the network that is chosen, and says what it is worth', async () => {
    const options = { stages: ['sm'] as const, weightBound: 2 };
    const first = await asPool(5, options, { size: 6, within: { share: 1 } });
    expect(first.pool.networks).toHaveLength(6);
    expect(first.pool).toMatchObject({ complete: false, stopReason: 'proved' });
    const fifth = await asPool(5, options, { size: 6, within: { share: 1 }, choose: 5 });
    expect(fifth.pool).toEqual({ ...first.pool, chosen: 5, seconds: fifth.pool.seconds });
    const chosen = fifth.pool.networks[4];
    expect(fifth.classifier.pairs[0].network?.weights).toEqual([[chosen.weights]]);
    expect(fifth.stage).toMatchObject({
      objective: chosen.objective,
      bound: first.pool.networks[0].objective,
    });
    expect(fifth.classifier.evaluate(fifth.data).accuracy).toBeCloseTo(chosen.right / 12, 12);
  });

  it('is of two classes, single neurons and numbers that there are', async () => {
    const within = { share: 0 };
    await expect(asPool(1, { hidden: [2] }, { size: 2, within })).rejects.toThrow('pool: of single neurons');
    await expect(asPool(1, { stages: ['sm'] }, { size: 2, within, choose: 3 })).rejects.toThrow(
      'choose: must be',
    );
    await expect(
      asPool(1, { stages: ['sm'], maxNonzero: 1 }, { size: 99, within, choose: 90 }),
    ).rejects.toThrow('choose: the pool has');
  });
});
