import { drawTrial, plantedTrial, type Trial, type TrialOptions } from './draw-trial.js';
import { type RunOptions, runTrial } from './run-trial.js';
import { shrink } from './shrink.js';
import type { Solver, TrialFault } from './solver.js';
import { formatTrial } from './trial-file.js';

/*
 * A campaign against anybody's solver: trials drawn one by one, judged by the referee, by planted optima and by relations;
 * what fails is made smaller and handed back as a problem file.
 */

export interface CheckSolverOptions extends TrialOptions, RunOptions {
  /** Trials; default 200. A trial of a relation is two or three problems. */
  readonly problems?: number;
  /** Seconds after which no new trial begins; default: none. */
  readonly seconds?: number;
  readonly seed?: number;
  /** The first trial's number; default 0. */
  readonly first?: number;
  /** Seconds for making a failure smaller; default 10. */
  readonly shrinkSeconds?: number;
  /** Aborted: no new trial begins, and nothing is made smaller any more. */
  readonly signal?: AbortSignal;
  /** Failures after which the campaign ends; default 1. */
  readonly mostFailures?: number;
  /** Told of every trial, and whether the solver declined it. */
  readonly onTrial?: (trial: Trial, faults: readonly TrialFault[], declined: boolean) => void;
}

export interface SolverFailure {
  /** The smallest trial that was found to fail. */
  readonly trial: Trial;
  readonly faults: readonly TrialFault[];
  /** Of the trial as it was drawn: `drawTrial(seed, n)`. */
  readonly seed: number;
  readonly n: number;
  /** The text of a problem file with the block of a trial. */
  readonly file: string;
}

export interface SolverReport {
  readonly problems: number;
  readonly seconds: number;
  /** Trials by origin, and answers by verdict: `drawn`, `relation zero-column`, .., `right`, `unchecked`, `declined`. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly SolverFailure[];
}

/** Runs a campaign and reports it; nothing is thrown for what the solver does wrong. */
export async function huntSolver(solve: Solver, options: CheckSolverOptions = {}): Promise<SolverReport> {
  const {
    problems = 200,
    seconds = Number.POSITIVE_INFINITY,
    seed = 0,
    first = 0,
    mostFailures = 1,
    signal,
  } = options;
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const counts: Record<string, number> = {};
  const count = (name: string) => {
    counts[name] = (counts[name] ?? 0) + 1;
  };
  const failures: SolverFailure[] = [];
  let done = 0;
  const goesOn = () =>
    done < problems && elapsed() < seconds && failures.length < mostFailures && !signal?.aborted;
  for (; goesOn(); done++) {
    const n = first + done;
    const trial = drawTrial(seed, n, options);
    const { faults, verdicts, declined } = await runTrial(solve, trial, options);
    if (signal?.aborted) break; // what ended it is no fault of the solver's
    count(trial.origin);
    for (const verdict of verdicts) count(verdict);
    if (declined) count('declined');
    options.onTrial?.(trial, faults, declined);
    if (faults.length > 0) failures.push(await shrunk(solve, trial, faults, { seed, n }, options));
  }
  return { problems: done, seconds: elapsed(), counts, failures };
}

/**
 * A smaller trial with a fault of the same kind. What was planted is not known of a problem made smaller, so first smaller ones of its
 * kind are planted, until enumeration reaches them.
 */
async function shrunk(
  solve: Solver,
  whole: Trial,
  faults: readonly TrialFault[],
  drawn: { readonly seed: number; readonly n: number },
  options: CheckSolverOptions,
): Promise<SolverFailure> {
  const { shrinkSeconds = 10, signal } = options;
  const kinds = new Set(faults.map(({ kind }) => kind));
  const failing = async (trial: Trial) => {
    if (signal?.aborted) return [];
    const { faults } = await runTrial(solve, trial, options);
    return signal?.aborted ? [] : faults.filter(({ kind }) => kinds.has(kind));
  };
  let least = { trial: whole, faults };
  const end = performance.now() + shrinkSeconds * 1000;
  const left = () => (end - performance.now()) / 1000;
  for (const trial of smallerPlanted(whole)) {
    if (left() < shrinkSeconds / 2) break;
    const found = await failing(trial);
    if (found.length === 0) continue;
    least = { trial, faults: found };
    break;
  }
  const { known, planted, ...unknown } = least.trial;
  for (const start of stageCuts(unknown)) {
    const problem = await shrink(
      start.problem,
      async (problem) => {
        const candidate = { ...start, problem };
        const found = await failing(candidate);
        if (found.length > 0) least = { trial: candidate, faults: found };
        return found.length > 0;
      },
      left(),
    );
    if (problem !== start.problem) break;
  }
  return { ...least, ...drawn, file: formatTrial(least.trial, least.faults) };
}

/** Planted problems of the same kind, the smallest first. */
function* smallerPlanted({ planted, problem, seed }: Trial): Generator<Trial> {
  if (planted === undefined) return;
  const { layers, sampleCount, weightBound } = problem;
  const hidden = layers.slice(1, -1);
  for (let size = 2; size < Math.max(layers[0], sampleCount); size++) {
    const shape = {
      inputs: Math.min(size, layers[0]),
      rows: Math.min(size, sampleCount),
      hidden,
      weightBound,
    };
    for (let n = 0; n < SEEDS; n++) yield plantedTrial(planted, shape, [...seed, n]);
  }
}
const SEEDS = 20;

/** The trial with one stage alone, each of them, and then as it is. */
function stageCuts(trial: Trial): Trial[] {
  const single = trial.stages.map((stage) => ({ ...trial, stages: [stage] }));
  return trial.stages.length > 1 ? [...single, trial] : [trial];
}

/** Thrown by `checkSolver`: the message has the faults, the smallest problem and what replays it. */
export class SolverFault extends Error {
  override readonly name = 'SolverFault';
  constructor(readonly report: SolverReport) {
    const [{ faults, file, seed, n }] = report.failures;
    const lines = faults.map(
      ({ kind, stage, text }) => `${kind}${stage === undefined ? '' : ` ${stage}`}: ${text}`,
    );
    super(
      `${lines.join('\n')}\nafter ${report.problems} problems; drawTrial(${seed}, ${n}) made smaller, as a problem file:\n${file}`,
    );
  }
}

/**
 * Puts a solver before all judges; for vitest, jest, node:test, or nothing at all.
 *
 *     test('our solver', () => checkSolver(solve, { problems: 500 }));
 *
 * @returns what was looked at
 * @throws SolverFault with the smallest problem that shows the first fault
 * @throws Error where the solver declined every problem: then nothing was looked at
 */
export async function checkSolver(solve: Solver, options: CheckSolverOptions = {}): Promise<SolverReport> {
  const report = await huntSolver(solve, options);
  if (report.failures.length > 0) throw new SolverFault(report);
  if (report.problems > 0 && report.counts.declined === report.problems) {
    throw new Error(`the solver declined all ${report.problems} problems: nothing was looked at`);
  }
  return report;
}
