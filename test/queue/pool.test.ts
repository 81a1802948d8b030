import { expect, it } from 'vitest';
import type { PairTask } from '../../src/ensemble/train/pool.js';
import { readAddress } from '../../src/queue/address.js';
import { Link } from '../../src/queue/link.js';
import { nothingFound, outcomeBytes } from '../../src/queue/outcome.js';
import { pauseAfter, QueuePool } from '../../src/queue/pool.js';
import { KEPT, NAMES } from '../../src/queue/store.js';
import { packTask } from '../../src/queue/task.js';
import { type BrokerKind, brokers } from './brokers.js';

const maker = { fewbit: '0.0.0', engine: 'sha256:0123456789abcdef' };

const task: PairTask = {
  pair: 0,
  problem: {
    ...{ layers: [1, 1], weightBound: 1, epsilon: 0.1, linf: 0 },
    ...{ samples: Int32Array.of(1, 2), sampleCount: 2, labels: Int8Array.of(1, -1) },
  },
  options: { workLimit: 1, seed: 1 },
};

it('asks a tenth of the time, seldom for pairs that take long, and within half a second however long an answer took', () => {
  expect(pauseAfter(0, 0)).toBe(40);
  expect(pauseAfter(20, 0)).toBeCloseTo(180);
  expect(pauseAfter(1, 10_000)).toBe(200);
  expect(pauseAfter(60_000, 0)).toBe(500);
  expect(pauseAfter(1, 3600_000)).toBe(500);
});

const lacking = brokers.lacks('redis');
it.skipIf(lacking !== undefined)(
  `${lacking ?? 'redis'}: many pairs of one training are no leak of listeners`,
  { timeout: 120_000 },
  async () => {
    const broker = await brokers.makeBroker('redis');
    await broker.start();
    const warnings: Error[] = [];
    const warned = (warning: Error): number => warnings.push(warning);
    process.on('warning', warned);
    try {
      const pool = await QueuePool.open(readAddress(broker.url), { maker });
      const { signal } = new AbortController();
      const pairs = Array.from({ length: 20 }, (_, pair) =>
        pool.run({ ...task, pair, options: { workLimit: 1, seed: pair } }, () => {}, signal),
      );
      const [ended] = await Promise.all([Promise.allSettled(pairs), pool.close()]);
      expect(ended.every(({ status }) => status === 'rejected')).toBe(true);
      expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning');
    } finally {
      process.off('warning', warned);
      await broker.remove();
    }
  },
);

for (const kind of ['redis', 'postgres'] as BrokerKind[]) {
  const why = brokers.lacks(kind);
  it.skipIf(why !== undefined)(
    `${why ?? kind}: looks for outcomes again soon after a server that was away for some time`,
    { timeout: 120_000 },
    async () => {
      const broker = await brokers.makeBroker(kind);
      await broker.start();
      const address = readAddress(broker.url);
      const away: string[] = [];
      const pool = await QueuePool.open(address, { maker, onNote: (line) => away.push(line) });
      try {
        const solved = pool.run(task, () => {}, new AbortController().signal);
        const { id } = packTask(task, maker, '').task;
        const link = await Link.open(address, { maker });
        const queue = await link.openQueue();
        while ((await link.patiently(() => queue.getJobState(id))) === 'unknown');
        await broker.stop('SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 3000));
        await broker.start();
        const bytes = await outcomeBytes(nothingFound(task));
        await link.patiently(() => link.store.put(NAMES.outcome(id), bytes, KEPT.outcome));
        const began = performance.now();
        expect((await solved).network).toBeNull();
        // Nine times as long as it was away would be half a minute.
        expect(performance.now() - began).toBeLessThan(12_000);
        expect(away.some((line) => line.includes('is away'))).toBe(true);
        await queue.close();
        await link.close();
      } finally {
        await pool.close();
        await broker.remove();
      }
    },
  );
}
