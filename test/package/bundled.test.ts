import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { build as buildWithVite } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installed, run } from './packed.js';

/*
 * Programs that import fewbit, bundled for Node by what bundles there are, and run in a folder where the package is not:
 * the engine and the workers have to come along.
 */

const PROGRAM = (workers: string, before = '') => `
import { train } from 'fewbit';
${before}
const samples = [[9, 1, 0, 8], [8, 2, 1, 9], [1, 9, 8, 0], [2, 8, 9, 1]];
const labels = ['left', 'left', 'right', 'right'];
async function main() {
  const { classifier } = await train({ samples, labels }, { hidden: [2], seed: 1, workLimit: 20000, ${workers} });
  console.log(classifier.predict([[7, 3, 0, 9], [0, 9, 7, 1]]).join());
}
main().catch((error) => { console.log(error.name + ': ' + error.message); process.exit(1); });
`;

let project: string;
/** Where bundles run. */
let elsewhere: string;
beforeAll(async () => {
  project = await installed();
  elsewhere = await mkdtemp(join(tmpdir(), 'fewbit-bundled-'));
  await writeFile(join(project, 'app.mjs'), PROGRAM('workers: 2'));
  await writeFile(join(project, 'alone.mjs'), PROGRAM('workers: 0'));
  const handed = `
import { readFileSync } from 'node:fs';
import { initialise } from 'fewbit';
const ready = initialise(readFileSync(process.argv[2]));`;
  await writeFile(join(project, 'handed.mjs'), PROGRAM('workers: 2', handed));
});
afterAll(async () => {
  for (const folder of [project, elsewhere]) await rm(folder, { recursive: true, force: true });
});

/** Bundles a program with esbuild and moves what comes out to the other folder. */
async function bundle(name: string, output: string, options: BuildOptions): Promise<string> {
  const outfile = join(project, 'out', output);
  await build({
    absWorkingDir: project,
    entryPoints: [name],
    bundle: true,
    platform: 'node',
    outfile,
    logLevel: 'silent',
    ...options,
  });
  const moved = join(elsewhere, output);
  await rename(outfile, moved);
  return moved;
}

const answer = (file: string, ...args: string[]) => run(process.execPath, [file, ...args], elsewhere);

describe('a program bundled for Node', () => {
  it.each(['esm', 'cjs'] as const)('trains with workers and without, as %s', async (format) => {
    const ending = format === 'esm' ? 'mjs' : 'cjs';
    for (const name of ['app', 'alone']) {
      const file = await bundle(`${name}.mjs`, `${name}.${ending}`, { format, minify: name === 'app' });
      expect(await answer(file)).toBe('left,right\n');
    }
  });

  it('takes the engine that it is handed, and starts its own workers', async () => {
    const file = await bundle('handed.mjs', 'handed.mjs', { format: 'esm' });
    expect(await answer(file, join(project, 'node_modules/fewbit/dist/engine.wasm'))).toBe('left,right\n');
  });

  it('is not led astray by files that happen to lie where the package has its own', async () => {
    await mkdir(join(elsewhere, 'run'));
    await writeFile(join(elsewhere, 'run', 'worker.js'), 'throw new Error("somebody else")');
    await writeFile(join(elsewhere, 'engine.wasm'), 'somebody else');
    const strange = await bundle('app.mjs', 'run/app.mjs', { format: 'esm' });
    expect(await answer(strange)).toBe('left,right\n');
  });

  it('works where the bundler wrote down where the package was, as webpack does', async () => {
    for (const place of ['file:///gone/node_modules/fewbit/dist/run/wasm-file.js', 'file:///gone/main.js']) {
      const define = { 'import.meta.url': JSON.stringify(place) };
      const file = await bundle('app.mjs', 'written.mjs', { format: 'esm', define });
      expect(await answer(file)).toBe('left,right\n');
    }
  });

  it('works when Vite or Rolldown has bundled it, in chunks', async () => {
    for (const format of ['es', 'cjs'] as const) {
      const ending = format === 'es' ? 'mjs' : 'cjs';
      await buildWithVite({
        root: project,
        configFile: false,
        logLevel: 'silent',
        ssr: { noExternal: true },
        build: {
          ssr: join(project, 'app.mjs'),
          outDir: join(elsewhere, `vite-${format}`),
          emptyOutDir: true,
          rolldownOptions: {
            output: { format, entryFileNames: `app.${ending}`, chunkFileNames: `[name].${ending}` },
          },
        },
      });
      expect(await answer(join(elsewhere, `vite-${format}`, `app.${ending}`))).toBe('left,right\n');
    }
  });
});
