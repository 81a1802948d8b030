import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAddress, redisParts } from '../../src/queue/address.js';
import { fewbit } from '../cli/support.js';
import { type Broker, brokers } from './brokers.js';

/* rediss:// and a certificate that nobody but the server itself has signed. */

const folder = mkdtempSync(join(tmpdir(), 'fewbit-tls-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('names the server for its certificate, by a name and never by a number', () => {
  const tlsOf = (text: string) => redisParts(readAddress(text, {})).tls;
  expect(tlsOf('rediss://host.example')).toEqual({ servername: 'host.example' });
  expect(tlsOf('rediss://127.0.0.1')).toEqual({});
  expect(tlsOf('rediss://[::1]')).toEqual({});
  expect(tlsOf('redis://host.example')).toBeUndefined();
});

const lacking = brokers.lacks('redis');
const tls = lacking === undefined ? brokers.selfSigned(folder) : undefined;
const why =
  lacking ??
  (tls === undefined
    ? 'openssl is not installed'
    : brokers.knowsTls(tls)
      ? undefined
      : 'redis-server is built without TLS');

describe.skipIf(why !== undefined)(
  why === undefined ? 'rediss' : `rediss: ${why}`,
  { timeout: 120_000 },
  () => {
    let broker: Broker;
    beforeAll(async () => {
      broker = await brokers.makeBroker('redis', { tls });
      await broker.start();
    });
    afterAll(() => broker.remove());
    const worker = (url: string, env: Record<string, string>) =>
      fewbit(['worker', '--queue', 'env', '--cores', '1', '--idle', '1'], { FEWBIT_QUEUE: url, ...env });

    it('refuses a certificate that nobody vouches for, in one line and without the password', async () => {
      const { code, stderr } = await worker(broker.url, {});
      expect(code).toBe(1);
      expect(stderr).not.toContain(brokers.PASSWORD);
      // Beside the line in which every worker says what it is.
      const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('worker at '));
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(
        /^fewbit: rediss:\/\/127\.0\.0\.1:\d+ cannot be used: self.signed certificate$/,
      );
    });

    it('works where NODE_EXTRA_CA_CERTS vouches for it, by number and by name', async () => {
      const env = { NODE_EXTRA_CA_CERTS: (tls as { certificate: string }).certificate };
      for (const url of [broker.url, broker.url.replace('127.0.0.1', 'localhost')]) {
        const { code, stderr } = await worker(url, env);
        expect(stderr).toContain('worker at');
        expect(stderr).not.toContain('Warning');
        expect(code).toBe(0);
      }
    });
  },
);
