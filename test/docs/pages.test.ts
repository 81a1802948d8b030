import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { bin, root } from '../cli/support.js';
import { type Block, blocksOf, PAGES, textOf } from './blocks.js';

/*
 * Every block of code of every page is run, read, or named with the reason why not. Pages that are runs from top to bottom (RUN) are run here, block
 * by block, in a folder of their own that has the package; indented `fewbit` commands are commands.test.ts's.
 */

const RUN = ['first-ensemble', 'own-table', 'make-robust', 'certify', 'why-bounds'].map(
  (name) => `docs/${name}.md`,
);

/** Blocks that another test runs, or that cannot run: by page, kind and what they begin with. */
const ELSEWHERE: readonly (readonly [page: RegExp, kind: RegExp, begins: RegExp, why: string])[] = [
  [/deploy/, /^(sh|c|ld|csv|js)$/, /./, 'run by test/cli/deploy.test.ts'],
  [/many-machines/, /^(sh|bash)$/, /./, 'run by test/cli/many-machines.test.ts'],
  [/testing/, /^(js|text)$/, /./, 'run, or what comes out of it: test/testing/docs.test.ts'],
  [/browser/, /html/, /./, 'read by test/browser-page.test.ts; the package is used in chromium by test/site'],
  [
    /README|browser/,
    /indented/,
    /^import \{ initialise/,
    'of a bundler; examples/vite-page is built by test/docs/examples.test.ts',
  ],
  [/./, /indented/, /^(# ten digits|fewbit (?!-))/, 'commands: run by test/docs/commands.test.ts'],
  [/first-ensemble/, /sh/, /^mkdir first/, 'the registry; the package is linked instead'],
  [
    /many-machines/,
    /^indented$/,
    /^npm install fewbit bullmq/,
    'the registry and a server; test/cli/queue starts one',
  ],
  [/many-machines/, /^ini$/, /^\[Service\]/, 'a unit of systemd'],
  [/many-machines/, /^$/, /^executable/, 'a job of HTCondor'],
  [/many-machines/, /^indented$/, /^id=\$\(sbatch/, 'Slurm; test/cli/many-machines.test.ts starts one'],
  [
    /README|CONTRIBUTING|architecture|playground|proof|testing/,
    /^indented$/,
    /^(npm (ci|run)|node bench\/)/,
    'scripts of the checkout: the gate runs build, lint, types, start and tests; the others are looked up below',
  ],
  [/architecture/, /^indented$/, /^(assembly\/|queue ->)/, 'a drawing, held by test/architecture.test.ts'],
  [/experiments/, /^indented$/, /^DIR\//, 'names of files; test/cli/experiment.test.ts'],
  [/proof/, /^indented$/, /^fewbit-proof/, 'an outline; test/verify replays proofs'],
  [/robust|why-bounds/, /^indented$/, /^(loss|margin) [<>]=/, 'a formula'],
];

const isOptions = ({ kind, text }: Block): boolean => kind === 'indented' && text.startsWith('--perturb');
const isFeatures = (page: string, { text }: Block): boolean =>
  page.endsWith('features.md') && text.startsWith('hog ');
const isData = ({ kind, text }: Block): boolean =>
  kind === 'json' || (kind === 'indented' && /^[{"]/.test(text));
const isScript = ({ kind, text }: Block): boolean =>
  kind === 'indented' && text.startsWith('import { EnsembleClassifier');
const isElsewhere = (page: string, { kind, text }: Block): boolean =>
  ELSEWHERE.some(([pages, kinds, begins]) => pages.test(page) && kinds.test(kind) && begins.test(text));

let folder: string;
let env: NodeJS.ProcessEnv;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-pages-'));
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  // Else a package.json further up would be asked first, whatever its name.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  symlinkSync(root, join(folder, 'node_modules/fewbit'));
  const shim = join(folder, 'node_modules/.bin/fewbit');
  writeFileSync(shim, `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`);
  chmodSync(shim, 0o755);
  env = { ...process.env, PATH: [dirname(shim), process.env.PATH].join(delimiter) };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What a reader sees: a page whose models answer no better than a guess teaches nothing. At least two thirds are right, of up to three classes. */
const LEAST_RIGHT = 66.7;

function shell(text: string, cwd: string): void {
  const { status, stdout, stderr } = spawnSync('bash', ['-euo', 'pipefail', '-c', text], {
    cwd,
    env,
    encoding: 'utf8',
  });
  expect(status, `${text}\n${stdout.slice(-500)}\n${stderr.slice(-1500)}`).toBe(0);
  for (const [line, share] of stdout.matchAll(/^(?:test |train )?accuracy +([\d.]+) % of .*$/gm))
    expect(Number(share), `${text}\n${line}`).toBeGreaterThan(LEAST_RIGHT);
  expect(stdout, text).not.toContain('the limit ended sm too early');
}

function script(text: string, cwd: string): void {
  const file = join(cwd, 'block.mjs');
  writeFileSync(file, text);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { cwd, env, encoding: 'utf8' });
  expect(status, `${text}\n${stderr}`).toBe(0);
  const [, share] = /^(0\.\d+|1) \[/.exec(stdout) ?? [];
  if (text.includes('.accuracy'))
    expect(100 * Number(share), `${text}\n${stdout}`).toBeGreaterThan(LEAST_RIGHT);
}

/** Files that a reader would bring. */
const BRING: Readonly<Record<string, (at: string) => void>> = {
  'docs/certify.md': (at) =>
    writeFileSync(
      join(at, 'rows.csv'),
      `${Array.from({ length: 784 }, (_, i) => `p${i}`).join()}\n${Array.from({ length: 784 }, (_, i) => i % 251).join()}\n`,
    ),
};

describe.skipIf(process.platform === 'win32').each(RUN)('%s', (page) => {
  it('runs from top to bottom', { timeout: 200_000 }, () => {
    const at = join(folder, page.replaceAll(/\W/g, '-'));
    mkdirSync(at);
    BRING[page]?.(at);
    let ran = 0;
    for (const block of blocksOf(page)) {
      if (isElsewhere(page, block)) continue;
      if (block.kind === 'sh') shell(block.text, at);
      else if (block.kind === 'js') script(block.text, at);
      else if (block.words.length === 1) writeFileSync(join(at, block.words[0]), block.text);
      else throw new Error(`${page}: a block that nobody runs: ${block.text}`);
      ran++;
    }
    expect(ran).toBeGreaterThan(1);
  });
});

describe('all pages', () => {
  const blocks = PAGES.flatMap((page) => blocksOf(page).map((block) => ({ page, block })));

  it('have no block that nobody runs or reads', () => {
    const left = blocks.filter(
      ({ page, block }) =>
        !RUN.includes(page) &&
        block.kind !== 'yaml' &&
        ![
          isOptions(block),
          isFeatures(page, block),
          isData(block),
          isScript(block),
          isElsewhere(page, block),
        ].includes(true),
    );
    expect(left.map(({ page, block }) => `${page}: ${block.text.split('\n')[0]}`)).toEqual([]);
    for (const [pages, kinds, begins, why] of ELSEWHERE) {
      const uses = blocks.filter(
        ({ page, block }) => pages.test(page) && kinds.test(block.kind) && begins.test(block.text),
      );
      expect(uses.length, why).toBeGreaterThan(0);
    }
  });

  it('show JSON and YAML that parse, what is left out aside', () => {
    let read = 0;
    for (const { page, block } of blocks) {
      if (block.kind === 'yaml') {
        for (const { errors } of parseAllDocuments(block.text)) expect(errors, page).toEqual([]);
        read++;
      }
      if (!isData(block)) continue;
      const whole = block.text
        .replace(/,\s*\.\.\./g, '')
        .replace(/\.\.\./g, '')
        .trim()
        .replace(/,$/, '');
      const text = whole.startsWith('{') ? whole : `{${whole}}`;
      expect(() => JSON.parse(text), `${page}: ${text}`).not.toThrow();
      read++;
    }
    expect(read).toBeGreaterThan(15);
  });

  it('show programs that run', () => {
    const scripts = blocks.filter(({ block }) => isScript(block));
    expect(scripts).toHaveLength(1);
    for (const { block } of scripts) script(block.text, folder);
  });

  it('show options that there are', () => {
    const lines = blocks.flatMap(({ page, block }) =>
      isOptions(block) || isFeatures(page, block)
        ? block.text
            .trim()
            .split('\n')
            .map((line) => line.split(/\s{2,}/)[0])
            .map((words) => (isOptions(block) ? words : `--features ${words}`))
        : [],
    );
    expect(lines.length).toBeGreaterThan(5);
    // Three channels are for images in colour; test/features has such.
    for (const line of lines.filter((one) => !one.includes('channels=3')))
      shell(
        `fewbit problem --data digits --classes 1,4 --shots 1 ${line} --out options.problem.json`,
        folder,
      );
  });

  it('name scripts of the checkout that there are', async () => {
    const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
    const named = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name]) => name),
    );
    expect(named.length).toBeGreaterThan(10);
    for (const name of named) expect(manifest.scripts).toHaveProperty([name]);
    const files = PAGES.flatMap((page) =>
      [...textOf(page).matchAll(/node ((?:bench|tools|website|dist|site)\/[\w./-]+)/g)].map(
        ([, file]) => file,
      ),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
  });

  it('are all in the navigation, under a name of their own', () => {
    const linked = [...textOf('docs/index.md').matchAll(/^\* \[[^\]]+\]\(([\w-]+\.md)\)/gm)].map(
      ([, name]) => `docs/${name}`,
    );
    expect([...linked, 'docs/index.md'].sort()).toEqual(PAGES.filter((page) => page.startsWith('docs/')));
  });
});

/** The name that GitHub and the site give a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/[`*]|\[([^\]]*)\]\([^)]*\)/g, '$1')
    .trim()
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

describe('links', () => {
  it.each(PAGES)('of %s lead somewhere', (page) => {
    const prose = textOf(page).replace(/^```[\s\S]*?^```$/gm, '');
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link]) => link)
      .filter((link) => !/^https?:/.test(link));
    for (const link of links) {
      const [path, anchor] = link.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      expect(existsSync(join(root, target)), `${page}: ${link}`).toBe(true);
      if (anchor === undefined) continue;
      const text = textOf(target);
      const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
      const named = [...text.matchAll(/<a id="([^"]+)"/g)].map(([, name]) => name);
      expect([...anchors, ...named], `${page}: ${link}`).toContain(anchor);
    }
    expect(links.length).toBeGreaterThanOrEqual(0);
  });
});
