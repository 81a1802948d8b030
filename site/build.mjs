#!/usr/bin/env node
/*
 * Builds the page: `site/dist/folder/` to be served from anywhere, with `fewbit.html` in it, the same page as one file, which opens without a server.
 * `--dev`: serves it from its sources instead, for those who change it. Either builds the engine where there is none.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, createServer } from 'vite';

const root = fileURLToPath(new URL('.', import.meta.url));
if (!existsSync(`${root}../dist/engine.wasm`)) {
  const { status } = spawnSync(process.execPath, [`${root}../tools/build.mjs`, 'engine'], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
buildPageEngine();
if (process.argv.includes('--dev')) {
  const server = await createServer({ configFile: `${root}vite.config.ts` });
  await server.listen();
  server.printUrls();
  // Until somebody ends it.
  await new Promise(() => {});
}
const began = performance.now();
const asked = process.argv.slice(2);
for (const mode of asked.length > 0 ? asked : ['production', 'single']) {
  await build({ configFile: `${root}vite.config.ts`, mode, logLevel: 'warn' });
}
copyFileSync(`${root}dist/single/index.html`, `${root}dist/folder/fewbit.html`);

/** The page's engine: the same program, compiled for size as well. It is a sixth smaller where it travels, and some hundredths slower; its answers are the same. */
function buildPageEngine() {
  const [from, to] = [`${root}../dist/engine.wasm`, `${root}dist/engine.wasm`];
  if (existsSync(to) && statSync(to).mtimeMs >= statSync(from).mtimeMs) return;
  mkdirSync(`${root}dist`, { recursive: true });
  const compiler = fileURLToPath(new URL('../node_modules/assemblyscript/bin/asc.js', import.meta.url));
  const words = ['assembly/door.ts', '--target', 'release', '--shrinkLevel', '1'];
  const files = ['--outFile', 'site/dist/engine.wasm', '--textFile', 'site/dist/engine.wat'];
  const { status } = spawnSync(process.execPath, [compiler, ...words, ...files], {
    cwd: `${root}..`,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}

const folder = readdirSync(`${root}dist/folder`, { recursive: true, encoding: 'utf8' })
  .map((name) => `${root}dist/folder/${name}`)
  .filter((path) => statSync(path).isFile() && !path.endsWith('fewbit.html'));
const sizes = (paths) => {
  const files = paths.map((path) => readFileSync(path));
  const sum = (list) => list.reduce((all, { length }) => all + length, 0);
  return `${kilo(sum(files))} kB, ${kilo(sum(files.map((file) => gzipSync(file, { level: 9 }))))} kB compressed`;
};
const kilo = (bytes) => (bytes / 1000).toFixed(1);
process.stdout.write(`site/dist/folder: ${folder.length} files, ${sizes(folder)}
site/dist/folder/fewbit.html: the same as one file, ${sizes([`${root}dist/single/index.html`])}
built in ${((performance.now() - began) / 1000).toFixed(1)} s
`);
