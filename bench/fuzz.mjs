/*
 * Fuzzing of the engine: problems of all objectives, sizes and options, in random order on engines that are used again,
 * every answer judged by brute force where that is possible, by the checker, the verifier of proofs, engines without a
 * past, the checked build, other ways to run the same problem, and HiGHS:
 *
 *     npm run fuzz -- [--problems 50000] [--seed 1] [--seconds S] [--out test/cases/found]
 *     npm run fuzz -- --replay FILE
 *
 * Prints counts by kind; a failure is reduced, written as a problem file, and named with the command that replays it.
 * Exit code 1 with failures.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSequence, SEQUENCE, Tally } from '../dist/fuzz/campaign.js';
import { formatFound, parseFound } from '../dist/fuzz/found-file.js';
import { reduced, replay } from '../dist/fuzz/replay.js';
import { fuzzBench } from './lib/fuzz-bench.mjs';

/** Seconds for making one failure smaller, and failures after which a campaign ends. */
const REDUCE_SECONDS = 30;
const MOST_FAILURES = 10;

const { values } = parseArgs({
  options: {
    problems: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    seconds: { type: 'string' },
    out: { type: 'string', default: fileURLToPath(new URL('../test/cases/found', import.meta.url)) },
    replay: { type: 'string' },
  },
});
const [problems, seed, first] = [values.problems, values.seed, values.first].map(Number);
const seconds = Number(values.seconds ?? Number.POSITIVE_INFINITY);
if (!(problems >= 1) || !Number.isInteger(seed) || !(first >= 0) || !(seconds > 0)) {
  process.stderr.write('fuzz: --problems and --seconds must be positive, --seed and --first whole numbers\n');
  process.exit(2);
}

// Instances are had asynchronously. An event loop that holds nothing else drains the compiler's jobs at every one of them,
// which takes time, and in Node 20 can wait for a job that waits for it; a timer keeps the loop from being empty.
const alive = setInterval(() => {}, 1000);
try {
  const bench = await fuzzBench();
  process.exitCode = values.replay === undefined ? await campaign(bench) : await again(bench, values.replay);
} finally {
  clearInterval(alive);
}

async function campaign(bench) {
  const tally = new Tally();
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let failures = 0;
  for (let n = first; tally.problems < problems && elapsed() < seconds && failures < MOST_FAILURES; n++) {
    const most = Math.min(SEQUENCE, problems - tally.problems);
    const failure = await runSequence(bench, seed, n, tally, undefined, most);
    if (failure !== undefined) await report(bench, failure, ++failures);
  }
  process.stdout.write(`${tally.text()}\n`);
  process.stdout.write(
    `${tally.problems} problems, seed ${seed}, ${elapsed().toFixed(0)} s, ${failures} failures\n`,
  );
  return failures > 0 ? 1 : 0;
}

async function report(bench, failure, number) {
  const found = await reduced(bench, failure, REDUCE_SECONDS);
  mkdirSync(values.out, { recursive: true });
  const file = join(values.out, `seed-${seed}-${failure.sequence}-${number}.problem.json`);
  writeFileSync(file, formatFound(found));
  for (const { kind, stage, text } of found.faults) {
    process.stdout.write(`FAILED ${kind}${stage === undefined ? '' : ` ${stage}`}: ${text}\n`);
  }
  process.stdout.write(`  ${found.runs.length} runs; node bench/fuzz.mjs --replay ${relative('.', file)}\n`);
  process.stdout.write(
    `  sequence: node bench/fuzz.mjs --seed ${seed} --first ${failure.sequence} --problems ${failure.runs.length}\n`,
  );
}

async function again(bench, file) {
  const faults = await replay(bench, parseFound(readFileSync(file, 'utf8'), file).runs);
  for (const { kind, stage, text } of faults) {
    process.stdout.write(`FAILED ${kind}${stage === undefined ? '' : ` ${stage}`}: ${text}\n`);
  }
  if (faults.length === 0) process.stdout.write('nothing fails\n');
  return faults.length > 0 ? 1 : 0;
}
