#!/usr/bin/env node
/*
 * Builds dist/: `node tools/build.mjs [engine] [library] [--fresh]`, everything where no part is named. The parts do not
 * need each other and run at the same time; each says in one line what it is doing. `--fresh` empties dist/ before, so
 * that nothing of an older source is packed.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inline } from './inline.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const PARTS = {
  engine: async () => {
    say('engine: assembly/ -> dist/engine.wasm, optimised, and a checked build for the tests');
    await Promise.all(['release', 'checked'].map((target) => asc('assembly/door.ts', '--target', target)));
  },
  library: async () => {
    say('library: src/ -> dist/');
    await node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
    removeOrphans();
    copyFileSync('src/model.schema.json', 'dist/model.schema.json');
    copyFileSync('src/engine.wasm.d.ts', 'dist/engine.wasm.d.ts');
  },
};

const asked = process.argv.slice(2).filter((word) => word !== '--fresh');
const unknown = asked.find((part) => !Object.hasOwn(PARTS, part));
if (unknown !== undefined) {
  process.stderr.write(`build: no part ${unknown}; there are ${Object.keys(PARTS).join(' and ')}\n`);
  process.exit(2);
}
const began = performance.now();
if (process.argv.includes('--fresh')) rmSync('dist', { recursive: true, force: true });
mkdirSync('dist', { recursive: true });
const parts = asked.length === 0 ? Object.keys(PARTS) : asked;
const outcomes = await Promise.allSettled(parts.map((part) => PARTS[part]()));
if (outcomes.every(({ status }) => status === 'fulfilled')) {
  await inline();
  say(`built in ${((performance.now() - began) / 1000).toFixed(0)} s`);
} else {
  process.exitCode = 1;
}

/** What the compilers made of sources and targets that are gone by now; nobody else takes it away. */
function removeOrphans() {
  for (const path of readdirSync('dist', { recursive: true })) {
    if (/^engine\./.test(path)) {
      if (!/^engine(\.checked)?\.(wasm|wasm\.map|wasm\.d\.ts|wat|js|d\.ts)$/.test(path))
        rmSync(`dist/${path}`);
      continue;
    }
    const found = /^(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(path);
    if (found === null) continue;
    if (found[3] !== undefined || !existsSync(`src/${found[1]}.ts`)) rmSync(`dist/${path}`);
  }
}

function asc(...args) {
  return node('node_modules/assemblyscript/bin/asc.js', ...args);
}

/** Runs a script of a package and lets it speak; rejects where it fails. */
function node(...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 2, 2] });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${code}`)),
    );
  });
}

/** To standard error: `npm pack --json` has the other one for itself. */
function say(line) {
  process.stderr.write(`${line}\n`);
}
