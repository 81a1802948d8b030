/*
 * Mutations of one file before tests in one process: `node in-process/run.mjs src/verify/proof/state.ts 'test/verify/proof/state.test.ts' ..` in the
 * working copy of bench/mutation.mjs.
 *
 * Stryker's instrumenter puts all mutants into the file, each behind a switch; the tests are bundled once and run for each until one of them
 * fails, in a process that is started anew when a mutant does not come back. So a mutant costs what the tests cost up to that one, some
 * milliseconds, and not a start of vitest. Prints a mutant that survives a line, and a JSON of all to `results/`.
 */
import { fork } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { createInstrumenter } from '@stryker-mutator/instrumenter';
import { build, transformSync } from 'esbuild';
import { createInjector } from 'typed-inject';

/** Milliseconds after which a mutant does not come back. */
const HANGS = 20_000;
const [file, ...tests] = process.argv.slice(2);
const copy = process.cwd();

const text = readFileSync(file, 'utf8');
const mutants = await instrumented();
await bundled();
const found = await asked();
const survived = mutants.filter(({ id }) => found.get(id) === undefined);
const all = mutants.map((mutant) => ({ ...mutant, by: found.get(mutant.id) ?? null }));
writeFileSync(join('results', `${basename(file, '.ts')}-in-process.json`), JSON.stringify(all));
process.stdout.write(
  `${file}: ${mutants.length} mutants, ${mutants.length - survived.length} found, ${survived.length} survive:\n`,
);
for (const { location, mutatorName, replacement } of survived) {
  const { line, column } = location.start;
  const where = `${file}:${line + 1}:${column + 1}`;
  process.stdout.write(`${where} ${mutatorName}: ${replacement.replace(/\s+/g, ' ')}\n`);
}
process.exit(0);

/** Puts the file with its mutants into dist/. */
async function instrumented() {
  const silent = Object.fromEntries(
    ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].map((name) => [name, () => {}]),
  );
  const logger = { ...silent, isDebugEnabled: () => false, isTraceEnabled: () => false };
  const injector = createInjector().provideValue('logger', logger).provideValue('options', {});
  const { files, mutants } = await injector
    .injectFunction(createInstrumenter)
    .instrument([{ name: resolve(file), mutate: true, content: text }], {
      plugins: null,
      excludedMutations: [],
      ignorers: [],
    });
  const tsconfigRaw = { compilerOptions: { useDefineForClassFields: true, target: 'es2022' } };
  const { code } = transformSync(files[0].content, { loader: 'ts', tsconfigRaw });
  writeFileSync(compiled(resolve(file)), code);
  return mutants;
}

function compiled(path) {
  return path.replace(`${copy}/src/`, `${copy}/dist/`).replace(/\.ts$/, '.js');
}

/** All tests as one module, with what they test left in dist/. */
async function bundled() {
  const outfile = join(copy, 'in-process', 'tests.mjs');
  rmSync(outfile, { force: true });
  await build({
    stdin: {
      contents: tests.map((path) => `import ${JSON.stringify(resolve(path))};`).join('\n'),
      resolveDir: copy,
    },
    ...{ bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error', ignoreAnnotations: true },
    plugins: [{ name: 'leave dist', setup: leaveDist }],
  });
}

function leaveDist(esbuild) {
  esbuild.onResolve({ filter: /.*/ }, ({ path, resolveDir }) => {
    if (path === 'vitest') return { path: './vitest.mjs', external: true };
    if (!path.startsWith('.')) return path.startsWith('/') ? undefined : { path, external: true };
    const at = resolve(resolveDir, path);
    return at.startsWith(`${copy}/src/`) ? { path: compiled(at), external: true } : undefined;
  });
  // A test that reads a file beside it looks where it lay.
  esbuild.onLoad({ filter: /\.ts$/ }, ({ path }) => ({
    contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', JSON.stringify(`file://${path}`)),
    loader: 'ts',
    resolveDir: dirname(path),
  }));
}

/** By mutant what has found it: the name of a test, or that it did not come back. */
async function asked() {
  const by = new Map();
  const waiting = mutants.map(({ id }) => id);
  let isOver = false;
  while (!isOver) {
    isOver = await new Promise((done) => {
      const child = fork(join(copy, 'in-process', 'child.mjs'));
      let asking;
      let timer;
      const next = () => {
        asking = waiting.shift();
        if (asking === undefined) {
          child.removeAllListeners('exit');
          child.kill();
          done(true);
          return;
        }
        timer = setTimeout(() => child.kill('SIGKILL'), HANGS);
        child.send(asking);
      };
      child.on('message', ({ id, failed }) => {
        clearTimeout(timer);
        if (id === undefined && failed !== undefined) throw new Error(`without any mutant: ${failed}`);
        if (id !== undefined) by.set(id, failed);
        next();
      });
      child.on('exit', () => {
        clearTimeout(timer);
        if (asking === undefined) throw new Error('the tests cannot be loaded');
        by.set(asking, 'does not come back');
        done(false);
      });
    });
  }
  return by;
}
