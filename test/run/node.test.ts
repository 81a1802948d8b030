import { describe, expect, it } from 'vitest';
import { train } from '../../src/run/node.js';
import { brightThirds, noise } from '../ensemble/support.js';

/** The library as Node has it: the real engine, real threads. */
describe('training in Node', () => {
  const data = brightThirds(3, 9);
  const options = { shots: 3, hidden: [2], seed: 7 } as const;

  it('gives the same bytes in this thread, in one worker and in two, under a work limit and without', async () => {
    for (const workLimit of [2000, 50_000]) {
      const texts = [];
      for (const workers of [0, 1, 2]) {
        const { classifier } = await train(data, { ...options, workLimit, workers });
        texts.push(JSON.stringify(classifier));
      }
      expect(texts[1]).toBe(texts[0]);
      expect(texts[2]).toBe(texts[0]);
    }
  });

  it('learns classes that are easy to tell apart', async () => {
    const { trainAccuracy, pairs, classifier } = await train(data, { ...options, workLimit: 2e6 });
    expect(trainAccuracy).toBe(1);
    for (const pair of pairs) {
      expect(pair.stages.map((stage) => stage.stage)).toEqual(['sm', 'mm', 'mw']);
      expect(pair.stages[0]).toMatchObject({ objective: 6, bound: 6, status: 'optimal' });
      expect(Object.keys(pair.stages[0]).sort()).toEqual(
        [
          'bound',
          'counters',
          'gap',
          'history',
          'nodes',
          'objective',
          'seconds',
          'stage',
          'status',
          'stopReason',
          'work',
        ].sort(),
      );
    }
    expect(classifier.predictOne(Array.from({ length: 9 }, (_, i) => (i < 3 ? 180 : 10)))).toBe('red');
  });

  it('trains on perturbed copies and an L-infinity radius', async () => {
    const images = { ...data, image: { width: 3, height: 3 } };
    const { classifier, pairs } = await train(images, {
      ...options,
      objective: 'robust',
      perturb: { linf: 2, shift: 1 },
      workLimit: 2e6,
    });
    // Copies belong to their sample: no more samples than without them (fewer where families meet), all accounted for.
    expect(pairs[0].stages[0].bound).toBeGreaterThan(0);
    expect(pairs[0].stages[0].bound).toBeLessThanOrEqual(6);
    expect(pairs[0].uncertified?.length).toBe(6 - (pairs[0].stages[0].objective ?? 0));
    const judged = classifier.evaluate(images, { perturb: { linf: 2 } });
    expect(judged.images).toBe(9);
    expect(judged.correct).toBeLessThanOrEqual(classifier.evaluate(images).correct);
  });

  it.each([0, 2])('a signal ends it with the best so far (workers: %i)', async (workers) => {
    const controller = new AbortController();
    const result = await train(noise(40, 60), {
      hidden: [4, 4],
      workers,
      workLimit: 2 ** 50,
      signal: controller.signal,
      onProgress: (event) => {
        if (event.type === 'pair-progress') controller.abort();
      },
    });
    expect(result.interrupted).toBe(true);
    expect(result.classifier.pairs.some((pair) => pair.network !== null)).toBe(true);
  });
});
