import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, root, run } from './packed.js';

/** The types of the packed package, as the compilers of its users find them. */

const USE = `
import { train, initialise, type TrainOptions } from 'fewbit';
import { train as again, trainInFolder, interruptible, WorkerPool, type FolderOptions } from 'fewbit/node';
import { train as core } from 'fewbit/core';
import { drawDigits } from 'fewbit/data';
import engine from 'fewbit/engine.wasm';

const options: TrainOptions = { hidden: [2], workers: 0 };
const folder: FolderOptions = { ...options, resume: true };
const same: typeof train = [again, core][0];
export const done: Promise<void> = initialise(fetch(engine));
export const foreign: Promise<void> = initialise(
  Promise.resolve({ ok: true, status: 200, arrayBuffer: async () => new ArrayBuffer(8) }),
);
export const all = [same, trainInFolder, interruptible, WorkerPool, drawDigits({ perClass: 1, stream: 'train' }), folder];
// @ts-expect-error is no option
export const wrong: TrainOptions = { hiden: [2] };
`;
const REQUIRE = `
import fewbit = require('fewbit');
import node = require('fewbit/node');
export const both: typeof fewbit.train = node.train;
`;

let project: string;
beforeAll(async () => {
  project = await installed();
  await writeFile(join(project, 'use.mts'), USE);
  await writeFile(join(project, 'use.ts'), USE);
  await writeFile(join(project, 'use.cts'), REQUIRE);
});
afterAll(() => rm(project, { recursive: true, force: true }));

const compile = (...args: string[]) =>
  run(
    process.execPath,
    [
      join(root, 'node_modules/typescript/bin/tsc'),
      ...['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022'],
      ...['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'],
      ...args,
    ],
    project,
  );

describe('types of the packed package', () => {
  it.each([
    ['a bundler', ['--module', 'esnext', '--moduleResolution', 'bundler', 'use.ts']],
    ['nodenext, import and require', ['--module', 'nodenext', 'use.mts', 'use.cts']],
    ['node16', ['--module', 'node16', 'use.mts']],
  ])('are found by %s', async (_, args) => {
    expect(await compile(...args)).toBe('');
  });

  it('are looked at in this test: a name that is not there is refused', async () => {
    await writeFile(join(project, 'bad.mts'), `export { nothing } from 'fewbit/node';\n`);
    await expect(compile('--module', 'nodenext', 'bad.mts')).rejects.toThrow(/no exported member 'nothing'/);
  });
});
