import { existsSync } from 'node:fs';
import type { Bench } from '../fuzz/trial.js';
import { importHighs } from '../milp/highs.js';
import { builtFile, compileBuilt } from '../run/wasm-file.js';

/**
 * What fuzzing our own engine needs: the engine, and, where they are there, its build with assertions and HiGHS.
 *
 * @param note told what is not there
 */
export async function fuzzBench(note: (line: string) => void): Promise<Bench> {
  const release = await compileBuilt('engine.wasm');
  // The checked build is part of a checkout, not of the package.
  const isChecked = existsSync(builtFile('engine.checked.wasm'));
  if (!isChecked) note('fuzz: no build with assertions here; a checkout has one');
  return benchOf(release, isChecked ? await compileBuilt('engine.checked.wasm') : undefined, note);
}

/** Compiled engines, and HiGHS where it is installed. */
export async function benchOf(
  release: WebAssembly.Module,
  checked: WebAssembly.Module | undefined,
  note: (line: string) => void,
): Promise<Bench> {
  const engines = { release, ...(checked === undefined ? {} : { checked }) };
  try {
    const highs = await (await importHighs()).default(); // once, not for every problem
    return { ...engines, highs: async () => ({ default: async () => highs }) };
  } catch {
    note('fuzz: HiGHS is not installed and judges nothing');
    return engines;
  }
}
