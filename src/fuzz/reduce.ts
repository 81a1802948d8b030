import { smallerProblems } from '../testing/shrink.js';
import type { FuzzRun } from './types.js';

/*
 * Makes a sequence of runs that fails smaller: runs that came before are left out, then their problems (testing/shrink.ts) and
 * their options are made smaller, one step at a time, as long as what is left still fails.
 */

/**
 * @param fails whether a sequence of runs, each after the other on one engine, still fails at its last
 * @param seconds how long to go on
 */
export async function reduce(
  runs: readonly FuzzRun[],
  fails: (runs: readonly FuzzRun[]) => Promise<boolean>,
  seconds: number,
): Promise<readonly FuzzRun[]> {
  const end = performance.now() + seconds * 1000;
  let least = runs;
  for (;;) {
    let smaller: readonly FuzzRun[] | undefined;
    for (const candidate of shorter(least)) {
      if (performance.now() > end) return least;
      if (await fails(candidate)) {
        smaller = candidate;
        break;
      }
    }
    if (smaller === undefined) return least;
    least = smaller;
  }
}

/** The last run alone, then without some of those before it, then with one of them, or the last, made smaller. */
function* shorter(runs: readonly FuzzRun[]): Generator<readonly FuzzRun[]> {
  const last = runs.length - 1;
  if (last > 0) yield runs.slice(last);
  for (let size = last >> 1; size > 1; size >>= 1) {
    for (let at = 0; at + size <= last; at += size) yield [...runs.slice(0, at), ...runs.slice(at + size)];
  }
  for (let at = 0; at < last; at++) yield [...runs.slice(0, at), ...runs.slice(at + 1)];
  for (let at = last; at >= 0; at--) for (const run of smallerRuns(runs[at])) yield runs.with(at, run);
}

function* smallerRuns(run: FuzzRun): Generator<FuzzRun> {
  for (const problem of smallerProblems(run.problem)) yield { ...run, problem };
  const { options } = run;
  for (const stage of options.stages) {
    const stages = options.stages.filter((one) => one !== stage);
    if (stages.length > 0) yield { ...run, options: { ...options, stages } };
  }
  const plain = {
    tolerance: 0,
    seed: 0,
    treeBytes: undefined,
    patience: undefined,
    proof: false,
    enumeration: 0,
  };
  for (const [name, value] of Object.entries(plain)) {
    if (options[name as keyof typeof plain] === value) continue;
    yield { ...run, options: { ...options, [name]: value } };
  }
}
