import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fewbit, start, temporaryFolder } from '../cli/support.js';
import { type Broker, type BrokerKind, brokers, chaos } from './brokers.js';

/* The queue by its commands, and under attack (bench/queue-chaos.mjs, which goes on for hours where it is told to). */

const folder = temporaryFolder();
const OPTIONS = [
  '--data',
  'digits',
  '--shots',
  '1',
  '--classes',
  '0,1,2',
  '--work-limit',
  '3000000',
  '--no-report',
  '--quiet',
];
const KINDS: BrokerKind[] = ['redis', 'postgres'];
const model = (out: string): string => readFileSync(join(out, 'model.json'), 'utf8');

/** What one process makes of them. */
const plain = (): Promise<string> => {
  alone ??= fewbit(['train', ...OPTIONS, '--seed', '1', '--out', join(folder, 'plain')]).then(
    ({ code, stderr }) => {
      expect(code, stderr).toBe(0);
      return model(join(folder, 'plain'));
    },
  );
  return alone;
};
let alone: Promise<string> | undefined;

for (const kind of KINDS) {
  const why = brokers.lacks(kind);
  describe.skipIf(why !== undefined)(
    why === undefined ? kind : `${kind}: ${why}`,
    { timeout: 180_000 },
    () => {
      let broker: Broker;
      beforeAll(async () => {
        broker = await brokers.makeBroker(kind);
        await broker.start();
      });
      afterAll(() => broker.remove());

      it('makes the model of one process, through the server and through a folder, and shows no password', async () => {
        const out = (name: string): string => join(folder, `${kind}-${name}`);
        const shared = out('shared');
        await mkdir(shared);
        const worker = start(['worker', '--queue', 'env', '--cores', '2', '--shared', shared, '--json'], {
          FEWBIT_QUEUE: broker.url,
        });
        await worker.says('worker at');
        const queue = ['--queue', broker.url];
        const ended = [
          await fewbit(['train', ...OPTIONS, '--seed', '1', '--out', out('queue'), ...queue]),
          await fewbit([
            'train',
            ...OPTIONS,
            '--seed',
            '2',
            '--out',
            out('folder'),
            ...queue,
            '--shared',
            shared,
          ]),
        ];
        for (const { code, stderr } of ended) expect(code, stderr).toBe(0);
        expect(model(out('queue'))).toBe(await plain());
        expect(readdirSync(shared)).toHaveLength(3);
        worker.child.kill('SIGINT');
        const last = await worker.ended;
        expect(last.code).toBe(0);
        expect(JSON.parse(last.stdout)).toMatchObject({ pairs: 6 });
        const files = readdirSync(out('queue'), { recursive: true, encoding: 'utf8' }).map((name) =>
          join(out('queue'), name),
        );
        const written = files
          .filter((name) => name.endsWith('.json'))
          .map((name) => readFileSync(name, 'utf8'));
        for (const text of [
          ...[...ended, last].flatMap(({ stdout, stderr }) => [stdout, stderr]),
          ...written,
        ]) {
          expect(text).not.toContain(brokers.PASSWORD);
        }
      });

      it('ends a training that nobody works for, and goes on with what was solved meanwhile', async () => {
        const out = join(folder, `${kind}-resumed`);
        const args = ['train', ...OPTIONS, '--seed', '3', '--out', out, '--queue', broker.url, '--resume'];
        const trainer = start(args);
        await trainer.says('no worker at');
        trainer.child.kill('SIGINT');
        expect((await trainer.ended).code).toBe(130);
        const worker = start(['worker', '--queue', broker.url, '--cores', '2', '--quiet']);
        const resumed = await fewbit(args);
        worker.child.kill('SIGTERM');
        expect([resumed.code, (await worker.ended).code]).toEqual([0, 0]);
        expect(existsSync(join(out, 'pairs', 'pair-0002.json'))).toBe(true);
      });

      it('loses nothing when workers are killed and suspended and the server restarts', async () => {
        const seed = Date.now() % 100_000;
        const result = await chaos({ kind, seed, rounds: 20, seconds: 8 });
        console.log(`${kind} seed ${seed}: ${JSON.stringify(result)}`);
        expect(result.faults, `seed ${seed}`).toEqual([]);
        expect(result.rounds).toBeGreaterThan(0);
      });
    },
  );
}

describe('a queue that cannot be used', () => {
  it('is one line that names the option and shows no password', async () => {
    const url = (text: string): string[] => [
      'train',
      ...OPTIONS,
      '--out',
      join(folder, 'none'),
      '--queue',
      text,
    ];
    const bad = await fewbit(url('http://me:hidden@host'));
    expect([bad.code, bad.stderr]).toEqual([
      2,
      expect.stringMatching(/^fewbit: option --queue: no address of a queue; .*\n$/),
    ]);
    expect(bad.stderr).not.toContain('hidden');
    const both = await fewbit([...url('redis://host'), '--workers', '2']);
    expect([both.code, both.stderr]).toEqual([
      2,
      expect.stringContaining('option --workers: not with --queue'),
    ]);
    const alone = await fewbit(['train', ...OPTIONS, '--out', join(folder, 'none'), '--shared', folder]);
    expect([alone.code, alone.stderr]).toEqual([
      2,
      expect.stringContaining('option --shared: needs --queue'),
    ]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});
