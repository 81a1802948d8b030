#!/usr/bin/env node
/*
 * `npm start`: builds, trains on the built-in digits, and leaves a model behind. Says first what that takes, in processor
 * time as it was measured, because nobody knows the machine.
 */
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Seconds of one core (AMD EPYC, Node 20, November 2026): the build, whose longest part is one process; 45 networks. */
const BUILD = 20;
const LONGEST_PART = 15;
const TRAINING = 60;

const cores = availableParallelism();
const build = Math.max(LONGEST_PART, BUILD / cores);
say(
  `builds, then trains 45 networks on the built-in digits: about ${round(build)} and ${round(TRAINING / cores)} s on ${cores} idle ${cores === 1 ? 'core' : 'cores'}`,
);
run('tools/build.mjs');
run('dist/cli/main.js', 'train', '--data', 'digits', '--shots', '10', '--out', 'fewbit-digits', '--force');

/** To the next five seconds: no more is known. */
function round(seconds) {
  return Math.max(5, 5 * Math.round(seconds / 5));
}

/** Runs a script of this package in the terminal, and ends as it does where it does not end well. */
function run(...args) {
  const { status, signal } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (signal !== null) process.kill(process.pid, signal);
  if (status !== 0) process.exit(status ?? 1);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
