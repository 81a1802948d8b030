import { Draws } from '../testing/draws.js';
import { isSound } from '../testing/sound.js';
import type { Failure } from './campaign.js';
import { newEngine } from './execute.js';
import type { Found } from './found-file.js';
import { noLooks } from './judge.js';
import { reduce } from './reduce.js';
import { type Bench, type Judges, NO_JUDGES, trial } from './trial.js';
import type { Fault, FuzzRun } from './types.js';

/** Ways to run a problem again that a replay tries, where the fault is about another way. */
const OTHER_WAYS = 8;

/** Runs a sequence on a new engine and judges its last run, by everything that there is. */
export async function replay(bench: Bench, runs: readonly FuzzRun[], judges?: Judges): Promise<Fault[]> {
  const engine = await newEngine(bench.release);
  const last = runs[runs.length - 1];
  const isTimed = last.options.timeLimit !== undefined;
  const all = judges ?? { fresh: !isTimed, checked: !isTimed, rival: true, highs: true, cut: true };
  for (const [n, run] of runs.entries()) {
    if (run === last) break;
    await trial(engine, run, bench, NO_JUDGES, new Draws(n), noLooks());
  }
  const faults = await trial(engine, last, bench, all, new Draws(0), noLooks());
  for (let way = 1; (all.rival || all.cut) && way < OTHER_WAYS && faults.length === 0; way++) {
    faults.push(
      ...(await trial(
        engine,
        last,
        bench,
        { ...all, fresh: false, checked: false },
        new Draws(way),
        noLooks(),
      )),
    );
  }
  return faults;
}

/**
 * Reduces a failure to what still shows a fault of the same kind.
 *
 * @param seconds how long to go on, if the signal is not aborted before
 */
export async function reduced(
  bench: Bench,
  failure: Failure,
  seconds: number,
  signal?: AbortSignal,
): Promise<Found> {
  const { seed, sequence, judges } = failure;
  const kinds = new Set(failure.faults.map(({ kind }) => kind));
  let faults = failure.faults;
  const runs = await reduce(
    failure.runs,
    async (candidate) => {
      if (signal?.aborted || !candidate.every(({ problem }) => isSound(problem))) return false;
      const found = (await replay(bench, candidate, judges)).filter(({ kind }) => kinds.has(kind));
      if (found.length > 0) faults = found;
      return found.length > 0;
    },
    seconds,
  );
  return { runs, seed, sequence, faults };
}
