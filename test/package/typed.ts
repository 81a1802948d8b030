import { join } from 'node:path';
import { root, run } from './packed.js';

/** A program that uses every entry of the package, with a mistake that the compiler has to see. */
export const USE = `
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

/** Compiles strictly, declarations of packages included; what the compiler says, nothing where all is well. */
export function compileWith(compiler: string, project: string, args: readonly string[]): Promise<string> {
  const always = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022'];
  const types = ['--typeRoots', join(root, 'node_modules/@types'), '--types', 'node'];
  return run(process.execPath, [join(compiler, 'bin/tsc'), ...always, ...types, ...args], project);
}
