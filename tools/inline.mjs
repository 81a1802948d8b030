/*
 * Writes dist/run/inlined.js: the engine's bytes and the worker's program as text, for bundles, which leave every file
 * behind that is read or started by its address. Loaded only where those files are not found.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import { build } from 'esbuild';

const ENGINE = 'dist/engine.wasm';
const WORKER = 'dist/run/worker.js';
const TARGET = 'dist/run/inlined.js';

/** Does nothing as long as one of the two is not built yet: what builds it will inline both. */
export async function inline() {
  if (!existsSync(ENGINE) || !existsSync(WORKER)) return;
  // CommonJS: that is what a worker started from a text is taken for on every Node.
  const bundle = await build({
    entryPoints: [WORKER],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    logLevel: 'warning',
  });
  const engine = deflateRawSync(readFileSync(ENGINE), { level: 9 }).toString('base64');
  const lines = [
    '// Written by tools/inline.mjs from the built engine and worker.',
    `export const engine = '${engine}';`,
    `export const worker = ${JSON.stringify(bundle.outputFiles[0].text)};`,
    '',
  ];
  writeFileSync(`${TARGET}.new`, lines.join('\n'));
  renameSync(`${TARGET}.new`, TARGET);
}
