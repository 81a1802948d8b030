/*
 * `first-failure.mjs DIST PROBLEMS SECONDS SEED`: the fuzzer's judges before the build in DIST, until something is wrong. SECONDS
 * are of processor time. Prints `{ problems, kind, text }`, or `{ problems }` where nothing was.
 */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [dist, problems, seconds, seed] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${dist}/${path}`).href);
const { runSequence, Tally } = await load('fuzz/campaign.js');
const { THOROUGH } = await load('fuzz/pace.js');
const { engineSolver } = await load('fuzz/engine-solver.js');
const { huntSolver } = await load('testing/check-solver.js');
const { compileEngine } = await load('engine/index.js');

const alive = setInterval(() => {}, 1000);
const release = await compileEngine(readFileSync(`${dist}/engine.wasm`));
const solve = engineSolver(release);
const tally = new Tally();
const isOver = () => process.cpuUsage().user / 1e6 > Number(seconds);
let done = 0;
let failure;
for (let n = 0; done < Number(problems) && !isOver() && failure === undefined; n++) {
  const before = tally.problems;
  // No engine without a past and no HiGHS: they cost most and are about other faults.
  const shares = { fresh: 1e9, checked: 1e9, rival: 4, highs: 1e9, cut: 12 };
  const found = await runSequence({ release }, Number(seed), n, tally, { ...THOROUGH, shares });
  done += tally.problems - before;
  if (found !== undefined) failure = found.faults[0];
  if (failure !== undefined) break;
  const options = {
    seed: Number(seed),
    first: n * 8,
    problems: 8,
    objectives: ['paper', 'paper', 'robust', 'soft'],
    fields: true,
    shrinkSeconds: 0,
  };
  const report = await huntSolver(solve, options);
  done += report.problems;
  failure = report.failures[0]?.faults[0];
}
clearInterval(alive);
process.stdout.write(
  `${JSON.stringify({ problems: done, kind: failure?.kind, text: failure?.text.split('\n')[0] })}\n`,
);
