import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { compileEngine } from '../engine/index.js';

/** This module's address. A bundle has its own in its place, or none at all (CommonJS). */
const here: string | undefined = import.meta.url;

/**
 * A file of the built package, by its path in dist/; `undefined` in a bundle, which leaves the package's files behind.
 * This module is either dist/run/wasm-file.js, or, where the sources run directly (the tests), src/run/wasm-file.ts
 * beside a dist/ that `npm run build` has made. An address that ends in anything else is a bundle's, and what lies
 * around that is not ours.
 */
export function packagedFile(path: string, address = here): URL | undefined {
  if (address?.endsWith('/run/wasm-file.js')) return new URL(`../${path}`, address);
  if (address?.endsWith('/run/wasm-file.ts')) return new URL(`../../dist/${path}`, address);
  return undefined;
}

/** The same where there is no bundle: for the command line and the tests. */
export function builtFile(path: string): URL {
  const file = packagedFile(path);
  if (file === undefined)
    throw new Error(`${path} is not beside this program: keep fewbit out of the bundle`);
  return file;
}

/**
 * The bytes of the engine that was built with this package: from its file, or, where that is not there, from the copy
 * that bundles carry along.
 */
export async function readPackagedEngine(): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array((await fromFile(packagedFile('engine.wasm'))) ?? (await fromBundle()));
}

/** Reads and compiles a file of dist/, where there is no bundle. */
export async function compileBuilt(path: string): Promise<WebAssembly.Module> {
  return compileEngine(await readFile(builtFile(path)));
}

/** Reads and compiles the engine that was built with this package. */
export async function compilePackagedEngine(): Promise<WebAssembly.Module> {
  return compileEngine(await readPackagedEngine());
}

/**
 * The program of a worker thread: its file, or, where that is not there, its text (CommonJS) from the copy that bundles
 * carry along.
 */
export async function workerProgram(): Promise<URL | string> {
  const file = packagedFile('run/worker.js');
  if (file !== undefined && existsSync(file)) return file;
  const { worker } = await import('./inlined.js');
  if (worker === undefined) throw missing('run/worker.js');
  return worker;
}

async function fromFile(file: URL | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file);
  } catch {
    return undefined; // a bundler that wrote down where the package was when it ran
  }
}

async function fromBundle(): Promise<Buffer> {
  const { engine } = await import('./inlined.js');
  if (engine === undefined) throw missing('engine.wasm');
  return promisify(inflateRaw)(Buffer.from(engine, 'base64'));
}

function missing(path: string): Error {
  return new Error(
    `${path} of fewbit is missing: in a checkout run npm run build, else reinstall fewbit; in a bundle keep it external (--external:fewbit)`,
  );
}
