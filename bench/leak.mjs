/*
 * What is left behind: for a sequence that a campaign has found (a fault of kind `state`), names the mutable globals of
 * the engine that make the last run another one when they are as the runs before have left them.
 *
 *     node bench/leak.mjs FILE
 *
 * Works on the checked build with all its globals exported. Nothing named means that memory was read before it was written.
 */
import { readFileSync } from 'node:fs';
import binaryen from 'binaryen';
import { compileEngine, Engine } from '../dist/engine/index.js';
import { execute, timeless } from '../dist/fuzz/execute.js';
import { parseFound } from '../dist/fuzz/found-file.js';

const [file] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('leak: the file of a sequence is needed\n');
  process.exit(2);
}
const MARK = '$';
const { runs } = parseFound(readFileSync(file, 'utf8'), file);
const last = runs[runs.length - 1];
const module = await compileEngine(
  withGlobals(readFileSync(new URL('../dist/engine.checked.wasm', import.meta.url))),
);

const used = await Engine.create(module);
for (const run of runs.slice(0, -1)) execute(used, run);
const left = globalsOf(used);
const fresh = await Engine.create(module);
const clean = globalsOf(fresh);
const expected = timeless(execute(fresh, last));
process.stdout.write(
  `${runs.length} runs: the last one is ${timeless(execute(used, last)) === expected ? 'the same' : 'another'} after the others\n`,
);
for (const [name, value] of left) {
  if (Object.is(value, clean.get(name))) continue;
  const engine = await Engine.create(module);
  engine.door[name].value = value;
  let outcome;
  try {
    outcome = timeless(execute(engine, last)) === expected ? undefined : 'another';
  } catch (error) {
    outcome = `an error: ${error.message}`;
  }
  if (outcome !== undefined)
    process.stdout.write(`${name.slice(1)} = ${value}, not ${clean.get(name)}: ${outcome}\n`);
}

function withGlobals(bytes) {
  const wasm = binaryen.readBinary(bytes);
  wasm.setFeatures(binaryen.Features.All);
  for (let n = 0; n < wasm.getNumGlobals(); n++) {
    const { name, mutable } = binaryen.getGlobalInfo(wasm.getGlobalByIndex(n));
    if (mutable) wasm.addGlobalExport(name, MARK + name);
  }
  return wasm.emitBinary();
}

function globalsOf(engine) {
  return new Map(
    Object.entries(engine.door)
      .filter(([name]) => name.startsWith(MARK))
      .map(([name, { value }]) => [name, value]),
  );
}
