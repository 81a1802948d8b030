#!/usr/bin/env node
/*
 * Writes src/engine/exports.ts: what assembly/door.ts exports, as the compiler says it (dist/engine.d.ts for types, the
 * module itself for the values of constants), so that nothing is typed twice. After a change of the door:
 *
 *     npm run -s build:engine && node tools/exports.mjs
 *
 * test/engine/exports.test.ts compares. The file is kept in the repository because src/ is read, checked and tested without
 * a compiler of AssemblyScript at hand.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const LINE = 110;

/** The text of src/engine/exports.ts for the engine in dist/. */
export async function exportsText() {
  const types = readFileSync(new URL('dist/engine.d.ts', root), 'utf8');
  const module = await WebAssembly.compile(readFileSync(new URL('dist/engine.wasm', root)));
  const memory = new WebAssembly.Memory({ initial: 1 });
  const { exports } = await WebAssembly.instantiate(module, { env: { memory, abort: () => {} } });
  const constants = [];
  const functions = [];
  // One block of comment and declaration an export.
  for (const [, comment, declared] of types.matchAll(/\/\*\*([\s\S]*?)\*\/\s*export (.*)/g)) {
    const [kind, name] = declared.split(/[\s(:]+/);
    if (kind === 'const' && exports[name] instanceof WebAssembly.Global && name !== 'memory') {
      constants.push(`export const ${name} = ${exports[name].value};`);
    } else if (kind === 'function') functions.push(signature(name, comment));
  }
  return [
    '// Written by tools/exports.mjs from what the compiler says of assembly/door.ts. Not to be edited.',
    '',
    ...constants,
    '',
    "/** The door's functions: numbers and addresses only; a bool is 1 or 0. */",
    'export interface EngineExports {',
    ...functions,
    '}',
    '',
  ].join('\n');
}

/** As the bare module has it: every argument and result is a number. */
function signature(name, comment) {
  const names = [...comment.matchAll(/@param (\w+) /g)].map(([, argument]) => `${argument}: number`);
  const result = comment.includes('@returns') ? 'number' : 'void';
  const line = `  ${name}(${names.join(', ')}): ${result};`;
  if (line.length <= LINE) return line;
  return [`  ${name}(`, ...names.map((argument) => `    ${argument},`), `  ): ${result};`].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('src/engine/exports.ts', root), await exportsText());
}
