import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileEngine } from '../engine/index.js';

/**
 * A file of the built package, by its path in dist/. This module is either dist/run/wasm-file.js, or, where the sources
 * run directly (the tests), src/run/wasm-file.ts beside a dist/ that `npm run build` has made.
 */
export function builtFile(path: string): URL {
  const root = import.meta.url.endsWith('.ts') ? '../../dist/' : '../';
  return new URL(root + path, import.meta.url);
}

/** The bytes of the engine that was built with this package. */
export async function readPackagedEngine(): Promise<Uint8Array<ArrayBuffer>> {
  const file = builtFile('engine.wasm');
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw new Error(`${fileURLToPath(file)} cannot be read; run npm run build, or reinstall fewbit`, {
      cause: error,
    });
  }
}

/** Reads and compiles the engine that was built with this package. */
export async function compilePackagedEngine(): Promise<WebAssembly.Module> {
  return compileEngine(await readPackagedEngine());
}
