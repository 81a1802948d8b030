import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { drawDigits } from '../../src/data/index.js';
import { sfc32 } from '../../src/random.js';
import { runHere } from '../cli/in-process.js';
import { type Ended, root, start } from '../cli/support.js';

/*
 * Every `fewbit` command that README and pages show runs, page by page in the order of the page, in one folder: files that a reader
 * would bring are made up here, MNIST is stood in for by a few drawn digits, searches get less work than a reader would give them, and trainings
 * that say no classes three of the ten. Commands run in this process, but for those that read standard input: a process for each was half of the time.
 * docs/deploy.md, docs/many-machines.md and docs/testing.md have tests of their own, which look at what comes out too.
 */

const PAGES = ['README.md', 'docs/cli.md', 'docs/features.md', 'docs/experiments.md'];

/** What cannot run here, and why. */
const LEFT_OUT: readonly [pattern: RegExp, reason: string][] = [
  [/^fetch /, 'downloads'],
  [/ --replay /, 'a failure that the solver has to have had; test/cli has such'],
  [/ --queue /, 'needs a server; the tests of the queue start one'],
  [/^experiment paper-1 /, 'trains for minutes; its grid is read by --list'],
];

/** Options that make a command cheaper; given twice, the last counts. */
const CHEAPER: Readonly<Record<string, string>> = {
  train: '--work-limit 20000',
  cv: '--work-limit 200000',
  solve: '--work-limit 300000',
  evaluate: '--per-class 5',
  fuzz: '--problems 3',
  bench: '--suite my-problems --time-limit 0.2 --permutations 1', // the suites with names: test/bench
  experiment: '--list',
};

/** Three networks of images in place of 45, unless the page says which. Shares of two and the vote of many still have something to do. */
const FEWER = '--classes 1,4,9';
const trainsAllPairs = (command: string): boolean =>
  /^train .*--data (?:digits|mnist) /.test(command) && !/--classes|--resume/.test(command);

function cheaperOf(command: string): string {
  // Less, and a robust pair finds nothing at all.
  if (/--objective robust/.test(command)) return '--shots 2 --work-limit 3000000';
  if (/--engine highs/.test(command)) return '--time-limit 2'; // has no units of work
  // A crowded machine may take ten seconds to start a process; the limit is no subject here.
  if (/^fuzz .*--solver/.test(command)) return `${CHEAPER.fuzz} --time-limit 100`;
  const cheaper = CHEAPER[command.split(' ')[0]] ?? '';
  return /--attack/.test(command) ? `${cheaper} --attack 20` : cheaper;
}

/** May end with 1 where what is asked is not shown: a limit stopped the search. */
const MAY_FAIL = /--require-proof/;

const commandsOf = (page: string): string[] =>
  readFileSync(join(root, page), 'utf8')
    .split('\n')
    .flatMap((line) => /^ {4}(?:npx )?fewbit ([a-z]+ .*|[a-z]+)$/.exec(line)?.[1] ?? [])
    .map((command) => command.replace(/\s+#.*$/, '').trim());

/** Words as a shell would have them, of the quotes that the pages use. */
const wordsOf = (command: string): string[] =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);

function idx(folder: string, part: 'train' | 't10k', perClass: number): void {
  const { samples, labels } = drawDigits({ perClass, stream: part === 'train' ? 'train' : 'test' });
  const rows = samples as { values: ArrayLike<number> };
  const head = (magic: number, ...sizes: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * (1 + sizes.length));
    for (const [at, value] of [magic, ...sizes].entries()) bytes.writeUInt32BE(value, 4 * at);
    return bytes;
  };
  const count = labels.length;
  const images = Buffer.concat([head(0x803, count, 28, 28), Buffer.from(Uint8Array.from(rows.values))]);
  const classes = Buffer.concat([head(0x801, count), Buffer.from(Array.from(labels, Number))]);
  writeFileSync(join(folder, `${part}-images-idx3-ubyte`), images);
  writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), classes);
}

const words = sfc32(20261127);
const random = (): number => (words() >>> 0) / 2 ** 32;
/** Rows of a table with a column of whole numbers, one of thousandths and one of words. */
function table(name: string, count: number): string {
  const lines = Array.from({ length: count }, (_, row) => {
    const age = 30 + Math.floor(random() * 50);
    const rate = (random() * 3).toFixed(3);
    const kind = ['low', 'high', 'none'][Math.floor(random() * 3)];
    return `p${row},${age},${rate},${kind},2020-01-01,${age + 10 * Number(rate) > 65 ? 'yes' : 'no'}`;
  });
  return `patient,age,rate,kind,date,${name}\n${lines.join('\n')}\n`;
}

const SOLVER = `#!/bin/sh
exec "${process.execPath}" "${join(root, 'dist/cli/main.js')}" solve "$1" --solution "$2" --work-limit 20000
`;

let folder: string;
let env: Record<string, string>;
const home = process.cwd();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-docs-'));
  env = { FEWBIT_DATA: join(folder, 'sets') };
  const sets = join(folder, 'sets/mnist');
  mkdirSync(sets, { recursive: true });
  idx(sets, 'train', 42);
  idx(sets, 't10k', 6);
  const file = (name: string, text: string | Buffer, mode?: number) =>
    writeFileSync(join(folder, name), text, { mode });
  for (const name of ['table.csv', 'test.csv', 'new-rows.csv', 'heart.csv']) file(name, table('label', 60));
  file('new-patients.csv', table('label', 20));
  file('new-patients.csv.gz', gzipSync(table('label', 20)));
  file('mine', SOLVER, 0o755);
  file(
    'my-grid.json',
    JSON.stringify({
      options: { data: 'table.csv', 'test-share': 0.2, hidden: 'none', 'weight-bound': [1, 3] },
    }),
  );
});
beforeAll(() => {
  process.chdir(folder);
  for (const [name, value] of Object.entries({ HOME: '/nonexistent', ...env })) vi.stubEnv(name, value);
});
afterAll(() => {
  vi.unstubAllEnvs();
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

function ended(words: readonly string[]): Promise<Ended> {
  return words.includes('-') ? start(words, env, folder).ended : runHere(words);
}

async function fewbit(command: string): Promise<void> {
  const { code, stderr } = await ended(wordsOf(command));
  const allowed = MAY_FAIL.test(command) ? [0, 1] : [0];
  expect(allowed, `fewbit ${command}\n${stderr.split('\n').slice(-8).join('\n')}`).toContain(code);
}

/** What pages take for granted: models of a page before, a folder of problems, a proof that was packed. */
const BEFORE: Readonly<Record<string, () => Promise<void>>> = {
  'docs/cli.md': async () => {
    await fewbit(
      'train --data heart.csv --id patient --drop date --hidden none --work-limit 20000 --out heart',
    );
    await fewbit('problem --data table.csv --hidden none --out neuron.problem.json');
    await fewbit('train --data mnist --shots 2 --classes 1,4 --work-limit 20000 --out mnist-10 --force');
  },
};

describe.each(PAGES)('%s', (page) => {
  const commands = commandsOf(page);
  it('shows commands', () => expect(commands.length).toBeGreaterThan(1));

  it('shows what runs', { timeout: 600_000 }, async () => {
    await BEFORE[page]?.();
    for (const command of commands) {
      if (LEFT_OUT.some(([pattern]) => pattern.test(command))) continue;
      if (command.includes('pair.proof.gz')) {
        writeFileSync(join(folder, 'pair.proof.gz'), gzipSync(readFileSync(join(folder, 'pair.proof'))));
      }
      if (command.startsWith('bench')) {
        mkdirSync(join(folder, 'my-problems'), { recursive: true });
        cpSync(join(folder, 'pair.problem.json'), join(folder, 'my-problems/pair.problem.json'));
      }
      const cheaper = cheaperOf(command);
      const again = /^train /.test(command) && !/--resume|--part/.test(command) ? '--force' : '';
      const fewer = trainsAllPairs(command) ? FEWER : '';
      await fewbit([command, cheaper, again, fewer].filter((words) => words !== '').join(' '));
    }
  });
});
