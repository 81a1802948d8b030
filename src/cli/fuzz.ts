import type { Command } from 'commander';
import { refuseFile } from '../data/files/paths.js';
import { InputError } from '../errors.js';
import { engineSolver } from '../fuzz/engine-solver.js';
import { parseFound } from '../fuzz/found-file.js';
import { FAST, THOROUGH } from '../fuzz/pace.js';
import { replay } from '../fuzz/replay.js';
import { interruptible } from '../run/interrupt.js';
import { runTrial } from '../testing/run-trial.js';
import type { Solver } from '../testing/solver.js';
import { isTrial, parseTrial } from '../testing/trial-file.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { readText } from './files.js';
import { fuzzBench } from './fuzz-bench.js';
import { type CampaignReport, fuzzSolver } from './fuzz-campaign.js';
import { fuzzLanes } from './fuzz-lanes.js';
import { type OutsideSolver, outsideSolver } from './fuzz-solver.js';
import { addOptions, type Flags } from './options.js';
import { log, print, printJson } from './terminal.js';

const EXAMPLES = `
Examples:
  fewbit fuzz --seconds 60
  fewbit fuzz --fast --cores 2 --problems 100000 --seed 1
  fewbit fuzz --solver './mine {problem} {solution} {time}' --problems 500
  fewbit fuzz --replay found/trial-0-17.problem.json --solver './mine {problem} {solution} {time}'`;

const FLAGS = [
  'solver',
  'seconds',
  'problems',
  'seed',
  'first',
  'cores',
  'fast',
  'timeLimit',
  'all',
  'out',
  'replay',
  'json',
] as const;

type FuzzFlags = Flags<typeof FLAGS>;

/** Seconds, where nothing says when to end. */
const SECONDS = 60;
const TIME_LIMIT = 10;

/** `fewbit fuzz`: a solver, ours or anybody's, before all judges there are. */
export function addFuzz(program: Command, finish: Finish): void {
  const command = program
    .command('fuzz')
    .description(
      'put a solver, ours or another, before random problems and all judges; exit 1 where it fails',
    );
  addOptions(command, FLAGS, {
    seed: { help: 'which problems (default: 0)' },
    cores: {
      help: 'without --solver: threads that share the sequences; the problems are the same (default: 1)',
    },
    timeLimit: {
      help: 'with --solver: seconds for a problem, {time} in the command (default: 10); killed 5 s later',
    },
    out: { flag: '--out <dir>', help: 'folder for what fails (default: fuzz-found)' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (flags: FuzzFlags) => {
      const interrupt = interruptible(() => log('fuzz: interrupted, ending with what was looked at'));
      // An event loop that holds nothing else drains the compiler's jobs at every new instance, which takes time, and in
      // Node 20 can wait for a job that waits for it.
      const alive = setInterval(() => {}, 1000);
      try {
        const failed = await (flags.replay === undefined
          ? campaign(flags, interrupt.signal)
          : again(flags.replay, flags, interrupt.signal));
        finish(failed ? EXIT_FAILED : EXIT_DONE);
      } finally {
        clearInterval(alive);
        interrupt.dispose();
      }
    });
}

async function withSolver<T>(
  { solver, timeLimit = TIME_LIMIT }: FuzzFlags,
  signal: AbortSignal,
  work: (solve: Solver | undefined) => Promise<T>,
): Promise<T> {
  if (solver === undefined) return work(undefined);
  for (const place of ['{problem}', '{solution}']) {
    if (!solver.includes(place)) throw new InputError(`option --solver: ${place} is missing in '${solver}'`);
  }
  const outside: OutsideSolver = await outsideSolver(solver, timeLimit, signal);
  try {
    return await work(outside.solve);
  } finally {
    await outside.close();
  }
}

async function campaign(flags: FuzzFlags, signal: AbortSignal): Promise<boolean> {
  const { solver = '', seed = 0, first = 0, out = 'fuzz-found', problems = Number.POSITIVE_INFINITY } = flags;
  const { cores = 1, fast = false } = flags;
  for (const name of ['cores', 'fast'] as const) {
    if (flags.solver !== undefined && flags[name] !== undefined)
      throw new InputError(`option --${name}: only for our own engine, not with --solver`);
  }
  await refuseFile(out); // before any work; it is made when something fails
  const seconds = flags.seconds ?? (flags.problems === undefined ? SECONDS : Number.POSITIVE_INFINITY);
  const onFailure = ({ kind, text, replay }: { kind: string; text: string; replay: string }) => {
    log(`FAILED ${kind}: ${text.split('\n')[0]}`);
    log(`  ${replay}`);
  };
  const options = { problems, seconds, seed, first, out, signal, onFailure };
  const report = await withSolver(flags, signal, async (solve) => {
    if (solve === undefined)
      return fuzzLanes(await fuzzBench(log), { ...options, pace: fast ? FAST : THOROUGH }, cores);
    const { timeLimit = TIME_LIMIT, all = false } = flags;
    // The command is killed from outside: longer than that nothing has to be waited for.
    const patience = timeLimit + 60;
    const objectives = all ? (['paper', 'robust', 'soft'] as const) : (['paper'] as const);
    return fuzzSolver(solve, { command: solver, timeLimit: flags.timeLimit }, options, {
      timeLimit,
      patience,
      objectives,
      fields: all,
      anyStages: true,
    });
  });
  show(report, flags, seed);
  const { failures, counts } = report;
  const isSilent = report.problems > 0 && counts.declined === report.problems;
  if (isSilent) log('fuzz: the solver declined every problem, so nothing was looked at');
  return failures.length > 0 || isSilent;
}

function show({ problems, seconds, counts, failures }: CampaignReport, flags: FuzzFlags, seed: number): void {
  const rounded = Math.round(seconds * 100) / 100;
  if (flags.json) {
    printJson({ problems, seconds: rounded, seed, counts, failures });
    return;
  }
  print([
    ...groupedCounts(counts),
    `${problems} problems, seed ${seed}, ${seconds.toFixed(0)} s, ${failures.length} failures`,
    ...failures.flatMap(({ kind, problem, replay }) => [`FAILED ${kind}: ${problem}`, `  ${replay}`]),
  ]);
}

/** `group: name count, ..`, one line a group. */
function groupedCounts(counts: Readonly<Record<string, number>>): string[] {
  const groups = new Map<string, string[]>();
  for (const [key, count] of Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [, group = 'answers', name = key] =
      /^(.+): (.+)$/.exec(key) ?? /^(family|planted|relation) (.+)$/.exec(key) ?? [];
    groups.set(group, [...(groups.get(group) ?? []), `${name} ${count}`]);
  }
  return [...groups].map(([group, entries]) => `${group}: ${entries.join(', ')}`);
}

/** Shows a failure again; true where it still fails. */
async function again(file: string, flags: FuzzFlags, signal: AbortSignal): Promise<boolean> {
  const text = await readText(file);
  const faults = await withSolver(flags, signal, async (solve) => {
    if (isTrial(text, file)) {
      const trial = parseTrial(text, file);
      const solver = solve ?? engineSolver((await fuzzBench(() => {})).release);
      return (
        await runTrial(solver, trial, {
          timeLimit: flags.timeLimit,
          patience: 86_400,
          anyStages: solve !== undefined,
        })
      ).faults;
    }
    if (solve !== undefined)
      throw new InputError(`${file}: trial: missing; --solver replays what --solver has found`);
    return replay(await fuzzBench(log), parseFound(text, file).runs);
  });
  if (flags.json) printJson({ problem: file, faults });
  else if (faults.length === 0) print(['nothing fails']);
  else
    print(
      faults.map(
        ({ kind, stage, text }) => `FAILED ${kind}${stage === undefined ? '' : ` ${stage}`}: ${text}`,
      ),
    );
  return faults.length > 0;
}
