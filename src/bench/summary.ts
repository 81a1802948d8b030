import { gapOf, mean, shiftedGeometricMean } from './statistics.js';
import { type Instance, isLost, isProved, type Run } from './types.js';

/** What a solver comes to over all its runs. */
export interface SolverSummary {
  readonly solver: string;
  readonly version: string;
  readonly runs: number;
  /** Runs that ended with a proof which nothing contradicts. */
  readonly proved: number;
  /** Shifted geometric mean of the seconds to a proof, shift 1 s; a run without one counts as its limit. */
  readonly sgm: number | null;
  /** The same of the seconds to the last incumbent. */
  readonly sgmBest: number | null;
  /** Mean gap after the limit of what is not proved; an incumbent of nothing counts as 1. */
  readonly gap: number | null;
  readonly wrong: number;
  /** Killed or failed. */
  readonly lost: number;
  /** Most bytes of a run. */
  readonly memory: number | null;
}

export function summaries(runs: readonly Run[]): SolverSummary[] {
  const solvers = [...new Set(runs.map(({ solver }) => solver))];
  return solvers.map((solver): SolverSummary => {
    const own = runs.filter((run) => run.solver === solver);
    const open = own.filter((run) => !isProved(run));
    const memories = own.flatMap(({ memory }) => (memory === null ? [] : [memory]));
    return {
      solver,
      version: own[0].version,
      runs: own.length,
      proved: own.length - open.length,
      sgm: shiftedGeometricMean(own.map(provedAt)),
      sgmBest: shiftedGeometricMean(own.map(bestAt)),
      gap: mean(open.map(({ gap }) => Math.min(1, gap ?? 1))),
      wrong: own.filter(({ verdict }) => verdict === 'wrong').length,
      lost: own.filter(isLost).length,
      memory: memories.length === 0 ? null : Math.max(...memories),
    };
  });
}

/** Seconds to a proof; the limit where there is none. */
export function provedAt(run: Run): number {
  return isProved(run) ? run.seconds : run.limit;
}

function bestAt({ incumbents, limit, verdict }: Run): number {
  const last = incumbents.at(-1);
  return last === undefined || verdict === 'wrong' ? limit : Math.min(last[0], limit);
}

/** A step function of a performance profile: at ratio `x` the solver has proved the share `y` of the runs. */
export interface Profile {
  readonly solver: string;
  /** Ascending ratios to the fastest solver of a run, one a proved run, out of `total`. */
  readonly ratios: readonly number[];
  readonly total: number;
}

/** Less than this is noise of a clock and of a process, and counts as this. */
const LEAST_SECONDS = 0.01;

/** Performance profiles (Dolan and More 2002): how often a solver is within a factor of the best. */
export function profiles(runs: readonly Run[]): Profile[] {
  const keyOf = ({ instance, permutation }: Run) => `${instance} ${permutation}`;
  const best = new Map<string, number>();
  for (const run of runs.filter(isProved)) {
    const key = keyOf(run);
    best.set(key, Math.min(best.get(key) ?? Number.POSITIVE_INFINITY, clipped(run)));
  }
  const total = new Set(runs.map(keyOf)).size;
  return [...new Set(runs.map(({ solver }) => solver))].map((solver) => ({
    solver,
    total,
    ratios: runs
      .filter((run) => run.solver === solver && isProved(run))
      .map((run) => clipped(run) / (best.get(keyOf(run)) ?? 1))
      .sort((a, b) => a - b),
  }));
}

function clipped({ seconds }: Run): number {
  return Math.max(LEAST_SECONDS, seconds);
}

/**
 * What one run's network says of another's bound: a bound that somebody's sound network beats is wrong, whoever gave it. The best
 * figures of all runs that nothing is wrong with, by instance; permutations share their optimum. A process that fell or was killed left no
 * network, so what it printed says nothing of others; and what is shown in exact integers is not refuted by what a file says was reached.
 */
export function withCrossChecks(runs: readonly Run[], instances: readonly Instance[] = []): Run[] {
  const best = new Map<string, Reached>();
  for (const { name, reached } of instances)
    if (reached !== undefined) best.set(name, { value: reached, by: 'the file' });
  const senseOf = ({ stage }: Run) => (stage === 'mw' ? -1 : 1);
  for (const run of runs) {
    if (run.verdict === 'wrong' || run.objective === null || isLost(run)) continue;
    const known = best.get(run.instance);
    const isBetter = known === undefined || senseOf(run) * (run.objective - known.value) > 0;
    if (isBetter) best.set(run.instance, { value: run.objective, by: 'another run' });
  }
  return runs.map((run): Run => {
    const reached = best.get(run.instance);
    if (reached === undefined || run.verdict !== 'unchecked') return run;
    const isBeaten = run.bound !== null && senseOf(run) * (reached.value - run.bound) > SLACK;
    if (!isBeaten && run.status !== 'infeasible') return run;
    const said =
      run.status === 'infeasible'
        ? `infeasible, but ${reached.by} has ${reached.value}`
        : `bound ${run.bound} is beaten by ${reached.value} of ${reached.by}`;
    return { ...run, verdict: 'wrong', said, gap: gapOf(run.objective, run.bound) };
  });
}

interface Reached {
  readonly value: number;
  readonly by: 'the file' | 'another run';
}

/** Figures are multiples of 1/10000 at the finest. */
const SLACK = 1e-6;
