import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { readAddress } from '../../src/queue/address.js';
import { answered, Link } from '../../src/queue/link.js';
import { type BrokerKind, brokers } from './brokers.js';

/* A server's other end that is gone without a word: connections stay open, what is written into them is lost. */

const maker = { fewbit: '0.0.0', engine: 'sha256:0123456789abcdef' };

/** Stands before a server. After `deafen` the connections that are there carry nothing any more; new ones do. */
async function doorTo(port: number) {
  const pairs: [Socket, Socket][] = [];
  const server = createServer((client) => {
    const other = connect(port, '127.0.0.1');
    client.pipe(other);
    other.pipe(client);
    for (const end of [client, other]) end.on('error', () => {});
    client.on('close', () => other.destroy());
    other.on('close', () => client.destroy());
    pairs.push([client, other]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    deafen() {
      for (const [client, other] of pairs.splice(0)) {
        client.unpipe(other);
        other.unpipe(client);
        client.resume();
        other.resume();
      }
    },
    close() {
      server.close();
      for (const ends of pairs) for (const end of ends) end.destroy();
    },
  };
}

for (const kind of ['redis', 'postgres'] as BrokerKind[]) {
  const why = brokers.lacks(kind);
  it.skipIf(why !== undefined)(
    `${why ?? kind}: every call over a connection that has gone deaf ends, and the next one is answered`,
    { timeout: 120_000 },
    async () => {
      const broker = await brokers.makeBroker(kind);
      await broker.start();
      const url = new URL(broker.url);
      const door = await doorTo(Number(url.port));
      url.port = String(door.port);
      try {
        const link = await Link.open(readAddress(url.href), { maker, answer: 3000 });
        const queue = await link.openQueue();
        const entry = Buffer.from('entry');
        await link.store.join('me', entry, 60);
        await queue.getJobState('1');
        door.deafen();
        // Neither is said patiently: the store by itself, and what BullMQ asks of itself.
        const calls = [
          link.store.join('me', entry, 60),
          link.store.get(['x']),
          queue.getJobState('1'),
          queue.getJobCounts(),
        ];
        await answered(Promise.allSettled(calls), 30_000);
        expect(await link.patiently(() => link.store.members())).toEqual([entry]);
        expect(await link.patiently(() => queue.getJobState('1'))).toBe('unknown');
        await queue.close();
        await link.close();
      } finally {
        door.close();
        await broker.remove();
      }
    },
  );
}
