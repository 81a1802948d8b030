import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build, type Rollup } from 'vite';
import { beforeAll, describe, expect, it } from 'vitest';
import { builtFile } from '../src/run/wasm-file.js';

/** The library's core, bundled for a browser and run where there is no Node. */
let chunk: Rollup.OutputChunk;
beforeAll(async () => {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL('../src/index.ts', import.meta.url)),
        name: 'fewbit',
        formats: ['iife'],
      },
    },
  });
  const outputs = [result].flat() as Rollup.RollupOutput[];
  expect(outputs.length).toBe(1);
  expect(outputs[0].output.length).toBe(1);
  chunk = outputs[0].output[0];
});

describe('the bundle', () => {
  it('holds modules of this library only, and reaches for nothing outside', () => {
    expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([]);
    const folders = chunk.moduleIds.map((id) => /\/src\/(.*)$/.exec(id)?.[1] ?? id);
    expect(folders).toContain('ensemble/train/train.ts');
    for (const module of folders) {
      expect(module).not.toMatch(
        /node_modules|^node:|__vite-browser-external|^(run|cli|data\/files|report)\//,
      );
    }
    expect(chunk.code).not.toMatch(/['"]node:|\brequire\(|commander|csv-parse|tinypool|worker_threads/);
  });

  it('is small enough for a page', () => {
    // As it is written, with its comments: features and their ranges are 39 thousand of it, reading and encoding of tables 40, the table of
    // options 20, groups of columns and the cases that solve them 12, colour in features the last thousands. A page gets a seventh of that, minified and packed, probabilities 6, what SM's plan has for selections 2, radii in units of columns 11, pools of a training 12,
    // what a training with groups begins with the last thousands.
    expect(chunk.code.length).toBeLessThan(505_000);
  });

  it('trains, saves and loads in a context without Node, the engine handed in as bytes', async () => {
    const context = createContext({
      AbortController,
      AbortSignal,
      TextEncoder,
      TextDecoder,
      performance,
      setTimeout,
      clearTimeout,
      structuredClone,
      Response,
      engineBytes: readFileSync(builtFile('engine.wasm')),
    });
    runInContext(chunk.code, context);
    const outcome = (await runInContext(
      `(async () => {
        const nodeless = typeof process === 'undefined' && typeof require === 'undefined';
        const data = { samples: [[9, 1, 0, 8], [8, 2, 1, 9], [1, 9, 8, 0], [2, 8, 9, 1]], labels: ['l', 'l', 'r', 'r'] };
        const before = await fewbit.train(data).then(() => 'trained', (error) => error.name + ': ' + error.message);
        await fewbit.initialise(engineBytes);
        const events = [];
        const { classifier, trainAccuracy } = await fewbit.train(data, {
          hidden: [2],
          workLimit: 1e6,
          onProgress: (event) => events.push(event.type),
        });
        const loaded = fewbit.EnsembleClassifier.load(JSON.stringify(classifier));
        return JSON.stringify({ nodeless, before, trainAccuracy, start: events[0], label: loaded.predictOne([7, 3, 0, 9]) });
      })()`,
      context,
    )) as string;
    expect(JSON.parse(outcome)).toEqual({
      nodeless: true,
      before: expect.stringMatching(/^InputError: the engine is not loaded/),
      trainAccuracy: 1,
      start: 'start',
      label: 'l',
    });
  });
});
