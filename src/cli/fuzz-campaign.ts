import { join } from 'node:path';
import { makeFolder } from '../data/files/paths.js';
import { countProblem, runSequence, Tally } from '../fuzz/campaign.js';
import { engineSolver } from '../fuzz/engine-solver.js';
import { formatFound } from '../fuzz/found-file.js';
import { type Pace, THOROUGH } from '../fuzz/pace.js';
import { reduced } from '../fuzz/replay.js';
import type { Bench } from '../fuzz/trial.js';
import { type CheckSolverOptions, huntSolver, type SolverFailure } from '../testing/check-solver.js';
import type { Solver } from '../testing/solver.js';
import { writeWhole } from './files.js';

/** When a campaign ends, and where its failures go. */
export interface CampaignOptions {
  /** Of our own engine: every `lanes`th sequence, from number `first + lane` on; default all. */
  readonly lane?: number;
  readonly lanes?: number;
  readonly pace?: Pace;
  readonly problems: number;
  readonly seconds: number;
  readonly seed: number;
  readonly first: number;
  readonly out: string;
  readonly signal: AbortSignal;
  /** Told of every failure at once. */
  readonly onFailure: (failure: CampaignFailure) => void;
}

export interface CampaignFailure {
  readonly kind: string;
  readonly text: string;
  /** The smallest problem that shows it. */
  readonly problem: string;
  /** One command that shows it again. */
  readonly replay: string;
}

export interface CampaignReport {
  readonly problems: number;
  readonly seconds: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly CampaignFailure[];
}

/** Failures after which a campaign ends, and seconds for making one smaller. */
export const MOST_FAILURES = 10;
const SHRINK_SECONDS = 30;
const LEAST_SHRINK_SECONDS = 5;

/** Somebody's solver as it was asked; a replay has to ask it so. */
export interface Asked {
  readonly command: string;
  /** Seconds a problem, where they are not the default. */
  readonly timeLimit?: number;
}

class Campaign {
  readonly failures: CampaignFailure[] = [];
  readonly began = performance.now();
  /** Of sequences of our own runs. */
  readonly tally = new Tally();
  /** Of what all solvers are asked. */
  trials = 0;

  constructor(private readonly options: CampaignOptions) {}

  get elapsed(): number {
    return (performance.now() - this.began) / 1000;
  }

  get problems(): number {
    return this.trials + this.tally.problems;
  }

  get left(): number {
    return this.options.problems - this.problems;
  }

  /** Seconds for making a failure smaller: what time is left, but a few at least. */
  get shrinkSeconds(): number {
    return Math.min(SHRINK_SECONDS, Math.max(LEAST_SHRINK_SECONDS, this.secondsLeft));
  }

  get secondsLeft(): number {
    return this.options.seconds - this.elapsed;
  }

  get goesOn(): boolean {
    const { signal } = this.options;
    return this.left > 0 && this.secondsLeft > 0 && this.failures.length < MOST_FAILURES && !signal.aborted;
  }

  async fail(kind: string, text: string, name: string, file: string, solver?: Asked): Promise<void> {
    const { out, onFailure } = this.options;
    await makeFolder(out);
    const problem = join(out, `${name}.problem.json`);
    await writeWhole(problem, file);
    const quote = (word: string) => (/^[\w./:=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
    const limit = solver?.timeLimit === undefined ? '' : ` --time-limit ${solver.timeLimit}`;
    const by = solver === undefined ? '' : ` --solver ${quote(solver.command)}${limit}`;
    const failure = { kind, text, problem, replay: `fewbit fuzz --replay ${quote(problem)}${by}` };
    this.failures.push(failure);
    onFailure(failure);
  }

  async failTrial({ faults, file, seed, n }: SolverFailure, solver?: Asked): Promise<void> {
    const text = faults.map((fault) => fault.text).join('; ');
    await this.fail(faults[0].kind, text, `trial-${seed}-${n}`, file, solver);
  }

  report(counts: Readonly<Record<string, number>>): CampaignReport {
    return { problems: this.problems, seconds: this.elapsed, counts, failures: this.failures };
  }
}

/** Somebody's solver before the referee, planted optima and relations. */
export async function fuzzSolver(
  solve: Solver,
  asked: Asked,
  options: CampaignOptions,
  drawn: CheckSolverOptions,
): Promise<CampaignReport> {
  const campaign = new Campaign(options);
  const counts: Record<string, number> = {};
  for (let n = options.first; campaign.goesOn; n++) {
    const report = await huntSolver(solve, {
      ...drawn,
      seed: options.seed,
      first: n,
      problems: 1,
      shrinkSeconds: campaign.shrinkSeconds,
      signal: options.signal,
    });
    addCounts(counts, report.counts);
    campaign.trials += report.problems;
    for (const failure of report.failures) await campaign.failTrial(failure, asked);
  }
  return campaign.report(counts);
}

/**
 * Our engine before everything there is: sequences of runs on one engine, and between them what all solvers are asked. Sequence number n
 * and the trials after it are the same whoever runs them, so any lanes together look at what one would have looked at.
 */
export async function fuzzEngine(bench: Bench, options: CampaignOptions): Promise<CampaignReport> {
  const campaign = new Campaign(options);
  const { tally } = campaign;
  const counts: Record<string, number> = {};
  const solve = engineSolver(bench.release);
  const { seed, first, problems, lane = 0, lanes = 1, pace = THOROUGH } = options;
  const size = pace.sequence + pace.trials;
  for (let n = first + lane; campaign.goesOn; n += lanes) {
    const room = problems - (n - first) * size; // of all lanes, for this sequence
    if (room <= 0) break;
    await new Promise((resolve) => setImmediate(resolve)); // signals are heard here
    const before = tally.problems;
    const failure = await runSequence(bench, seed, n, tally, pace, () => {
      return campaign.goesOn && tally.problems - before < room;
    });
    if (failure !== undefined) {
      const found = await reduced(bench, failure, campaign.shrinkSeconds, options.signal);
      const text = found.faults.map((fault) => fault.text).join('; ');
      await campaign.fail(found.faults[0].kind, text, `seed-${seed}-${n}`, formatFound(found));
    }
    if (!campaign.goesOn || room <= pace.sequence) continue;
    const report = await huntSolver(solve, {
      seed,
      first: n * pace.trials,
      problems: Math.min(pace.trials, room - pace.sequence),
      seconds: campaign.secondsLeft,
      signal: options.signal,
      objectives: ['paper', 'paper', 'robust', 'soft'],
      fields: true,
      shrinkSeconds: campaign.shrinkSeconds,
      onTrial: ({ problem }, _faults, declined) => {
        if (!declined) countProblem(tally, problem, 'trial ');
      },
    });
    addCounts(counts, report.counts);
    campaign.trials += report.problems;
    for (const one of report.failures) await campaign.failTrial(one);
  }
  const looks = Object.entries(tally.looks).map(([name, count]) => [`looked at: ${name}`, count] as const);
  return campaign.report({ ...Object.fromEntries([...tally.counts, ...looks]), ...counts });
}

export function addCounts(to: Record<string, number>, more: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(more)) to[name] = (to[name] ?? 0) + count;
}
