import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatProblem } from '../../src/problem/file.js';
import { drawn } from '../engine/problems.js';

/* An interrupted benchmark leaves nothing behind. Every Node process of a run, a solver's stand-in too, leaves its id. */

const script = fileURLToPath(new URL('../../bench/highs.mjs', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-interrupt-'));
  // Noise: no tree ends it within the limit.
  const slow = { ...drawn({ seed: 3, layers: [60, 1], count: 120 }), keep: [...Array(120).keys()] };
  const known = { stage: 'sm', best: 60, proven: false, tier: 'hard', runs: {} };
  const text = formatProblem(slow).replace(/\n}\n$/, `,\n  "known": ${JSON.stringify(known)}\n}\n`);
  mkdirSync(join(folder, 'instances'));
  writeFileSync(join(folder, 'instances', 'slow.problem.json'), text);
  writeFileSync(
    join(folder, 'tell.mjs'),
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(process.env.TELL + '/' + process.pid, '');\n`,
  );
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'glpsol'), '#!/usr/bin/env node\nsetInterval(() => {}, 1000);\n');
  chmodSync(join(folder, 'bin', 'glpsol'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

/** Runs one engine on the slow instance, and interrupts it in the middle of the solve. */
async function interrupted(engine: string, signal: NodeJS.Signals, whole: boolean, inShell = false) {
  const tell = mkdtempSync(join(folder, 'tell-'));
  const temporary = mkdtempSync(join(folder, 'tmp-'));
  const words = ['--engines', engine, '--limit', '100', '--permutations', '1', '--out', join(folder, 'out')];
  const command = [process.execPath, script, ...words];
  const [program, ...rest] = inShell ? ['sh', '-c', 'true; "$@"; true', 'sh', ...command] : command;
  const child = spawn(program, rest, {
    detached: true, // a group of its own, as a terminal gives it
    env: {
      ...process.env,
      FEWBIT_INSTANCES: join(folder, 'instances'),
      PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH}`,
      TMPDIR: temporary,
      TELL: tell,
      ...(inShell ? { npm_lifecycle_event: 'bench:highs' } : {}),
      NODE_OPTIONS: `--import=${pathToFileURL(join(folder, 'tell.mjs'))}`,
    },
  });
  let output = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (output += data));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ids = () => readdirSync(tell).map(Number);
  for (let tries = 0; ids().length < 2 && tries < 200; tries++) await pause(100);
  await pause(2000); // past the warm-up
  const before = ids().filter(isAlive).length;
  process.kill(whole ? -child.pid! : child.pid!, signal);
  const code = await ended;
  for (let tries = 0; ids().some(isAlive) && tries < 20; tries++) await pause(100);
  const after = ids().filter(isAlive);
  for (const id of after) process.kill(id, 'SIGKILL');
  return { before, code, output, after: after.length, left: readdirSync(temporary) };
}

describe.skipIf(process.platform === 'win32')('an interrupted benchmark', () => {
  it.each([
    ['fewbit', 'SIGTERM', false, 143],
    ['fewbit', 'SIGINT', true, 130],
    ['glpsol', 'SIGTERM', false, 143],
  ] as const)(
    '%s, %s: takes its processes along and says nothing',
    { timeout: 60_000 },
    async (engine, signal, whole, code) => {
      const end = await interrupted(engine, signal, whole);
      expect(end).toEqual({ before: 2, code, output: '', after: 0, left: [] });
    },
  );

  it('ends with the shell that npm started it in', { timeout: 60_000 }, async () => {
    const end = await interrupted('fewbit', 'SIGTERM', false, true);
    expect(end).toEqual({ before: 2, code: null, output: '', after: 0, left: [] });
  });
});
