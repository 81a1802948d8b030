import { expect, it } from 'vitest';
import type { PairPool, PairTask } from '../../src/ensemble/train/pool.js';
import { readAddress } from '../../src/queue/address.js';
import { nothingFound } from '../../src/queue/outcome.js';
import { QueuePool } from '../../src/queue/pool.js';
import { QueueWorker } from '../../src/queue/worker.js';
import type { StageProgress } from '../../src/stages/types.js';
import { brokers } from './brokers.js';

const maker = { fewbit: '0.0.0', engine: 'sha256:0123456789abcdef' };

const taskOf = (pair: number): PairTask => ({
  pair,
  problem: {
    ...{ layers: [1, 1], weightBound: 1, epsilon: 0.1, linf: 0 },
    ...{ samples: Int32Array.of(1, 2), sampleCount: 2, labels: Int8Array.of(1, -1) },
  },
  options: { workLimit: 1, seed: pair },
});

/** Says that it has begun, and ends when it is to. */
const endless: PairPool = {
  size: 2,
  run: (task, onProgress, stop) =>
    new Promise((resolve) => {
      onProgress({ stage: 'sm', work: 7 + task.pair } as unknown as StageProgress);
      stop.addEventListener('abort', () => resolve(nothingFound(task)));
    }),
  close: async () => {},
};

const why = brokers.lacks('redis');
it.skipIf(why !== undefined)(
  `${why ?? 'redis'}: a worker tells how far its tasks are, and ends those that are no longer wanted, each by itself`,
  { timeout: 60_000 },
  async () => {
    const broker = await brokers.makeBroker('redis');
    await broker.start();
    const address = readAddress(broker.url);
    const ending = new AbortController();
    const done: string[] = [];
    const serving = QueueWorker.serve(address, endless, {
      ...{ maker, cores: 2, patience: 15, signal: ending.signal },
      onPair: ({ pair, how }) => done.push(`${pair} ${how}`),
    });
    const pool = await QueuePool.open(address, { maker });
    try {
      const unwanted = [new AbortController(), new AbortController()];
      const told: Promise<StageProgress>[] = [];
      const outcomes = unwanted.map(({ signal }, pair) => {
        let tell: (progress: StageProgress) => void = () => {};
        told.push(new Promise((resolve) => (tell = resolve)));
        return pool.run(taskOf(pair), tell, signal);
      });
      expect((await Promise.all(told)).map(({ work }) => work)).toEqual([7, 8]);
      unwanted[1].abort();
      expect((await outcomes[1]).stages[0].stopReason).toBe('interrupted');
      while (done.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(done).toEqual(['1 stopped']);
      unwanted[0].abort();
      await outcomes[0];
    } finally {
      await pool.close();
      ending.abort();
      await serving;
      await broker.remove();
    }
  },
);
