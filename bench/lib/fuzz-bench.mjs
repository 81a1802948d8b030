/* What fuzzing needs: both builds of the engine, and HiGHS where it is installed. */
import { readFileSync } from 'node:fs';
import { compileEngine } from '../../dist/engine/index.js';
import { importHighs } from '../../dist/milp/highs.js';

export async function fuzzBench() {
  const build = (name) => compileEngine(readFileSync(new URL(`../../dist/${name}`, import.meta.url)));
  const bench = { release: await build('engine.wasm'), checked: await build('engine.checked.wasm') };
  try {
    const highs = await (await importHighs()).default(); // once, not for every problem
    return { ...bench, highs: async () => ({ default: async () => highs }) };
  } catch {
    process.stderr.write('fuzz: HiGHS is not installed and judges nothing\n');
    return bench;
  }
}
