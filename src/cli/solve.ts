import type { Command } from 'commander';
import { createPool } from '../ensemble/train/platform.js';
import type { PairTaskOptions } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import { SOLVE_OPTIONS } from '../options.js';
import { checkSolutionSize, parseProblem, formatSolution as solutionText } from '../problem/file.js';
import type { SolutionRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { formatCounters } from '../report/counters.js';
import { formatPool } from '../report/network-pool.js';
import { formatSolution, progressRow, stageHeader } from '../report/stage-lines.js';
import { EXIT_INTERRUPTED, interruptible } from '../run/interrupt.js';
import { STAGE_NAMES } from '../stage-list.js';
import type { Solution, StageName, StageProgress } from '../stages/types.js';
import '../run/node.js';
import { EXIT_DONE, EXIT_FAILED, type Finish } from './exit.js';
import { checkTargets, readText, writeWhole } from './files.js';
import { poolAsked, solvePool } from './network-pool.js';
import { addOptions, type Flags, given } from './options.js';
import { solveWithProof } from './proof-solve.js';
import { solveWithRival } from './rival.js';
import { startOf } from './start.js';
import { log, logInterrupt, painter, print, printText } from './terminal.js';
import { refuseVipr, ViprFile } from './vipr-file.js';

const EXAMPLES = `
Examples:
  fewbit solve pair.problem.json
  fewbit solve pair.problem.json --stages sm,mm --time-limit 30 --solution pair.solution.json
  fewbit solve pair.problem.json --stages mw --solution pair.solution.json
  fewbit solve pair.problem.json --proof pair.proof --solution pair.solution.json
  fewbit solve neuron.problem.json --stages sm,mm --proof neuron.vipr --proof-format vipr
  fewbit solve neuron.problem.json --stages sm --pool 100 --within 1% --solution neuron.solution.json
  fewbit solve pair.problem.json --engine highs --json`;

const FLAGS = [
  ...SOLVE_OPTIONS,
  'pool',
  'within',
  'engine',
  'proof',
  'proofFormat',
  'solution',
  'trace',
  'stats',
  'json',
  'quiet',
] as const;

export type SolveFlags = Flags<typeof FLAGS, 'engine' | 'proofFormat'>;

/** `fewbit solve`: one problem file, its stages in order. */
export function addSolve(program: Command, finish: Finish): void {
  const command = program
    .command('solve')
    .description('train the network of one problem file: the stages in order, with bounds')
    .argument('<problem>', 'problem file');
  addOptions(command, FLAGS, {
    timeLimit: { scope: 'for all stages together' },
    workLimit: { scope: 'for all stages together' },
  })
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, flags: SolveFlags) => {
      const problem = parseProblem(await readText(path), path);
      if (flags.proof !== undefined && flags.engine !== 'bnb') {
        throw new InputError(
          `option --proof: engine ${flags.engine} writes no proofs; use the default engine`,
        );
      }
      if (flags.proofFormat === 'vipr') refuseVipr(problem, flags.proof);
      if (flags.trace !== undefined && flags.engine !== 'bnb') {
        throw new InputError(
          `option --trace: engine ${flags.engine} cannot be watched; use the default engine`,
        );
      }
      const request = poolAsked(flags, problem, path);
      checkSolutionSize(problem.layers, (flags.stages?.length ?? 3) + 1);
      await checkTargets(
        { '--solution': flags.solution, '--proof': flags.proof, '--trace': flags.trace },
        { 'the problem': path },
      );
      const interrupt = interruptible(() =>
        logInterrupt('interrupted: stopping with the best so far (again to quit)'),
      );
      const vipr = flags.proofFormat === 'vipr' ? new ViprFile(flags.proof as string) : undefined;
      const ours = vipr?.ours ?? flags.proof;
      const silence = flags.engine === 'bnb' || flags.quiet ? undefined : noteSilence(flags.engine);
      try {
        const solved = await run(problem, flags, ours, interrupt.signal);
        const pool = request && (await solvePool(problem, solved, request, flags.seed, interrupt.signal));
        const whole = pool === undefined ? solved : { ...solved, pool };
        await deliver(
          recordOf(whole, flags),
          whole,
          vipr === undefined ? flags : { ...flags, proof: undefined },
        );
        await vipr?.write(problem, solved, (flags.stages ?? STAGE_NAMES).at(-1) as StageName);
        if (vipr !== undefined && !flags.json) print([`Proof written to ${flags.proof}`]);
        finish(exitCode(solved, interrupt.signal.aborted));
      } finally {
        clearTimeout(silence);
        vipr?.dispose();
        interrupt.dispose();
      }
    });
}

/** Engines that have no progress to show: said once it takes longer than people like to wait without a word. */
const SILENCE_MS = 1000;

function noteSilence(engine: string): NodeJS.Timeout {
  return setTimeout(() => log(`engine ${engine}: says nothing before its end`), SILENCE_MS);
}

/** @param ours where our own proof goes */
async function run(
  problem: TrainingProblem,
  flags: SolveFlags,
  ours: string | undefined,
  signal: AbortSignal,
): Promise<Solution> {
  if (flags.engine !== 'bnb') return solveWithRival(flags.engine, problem, flags, signal);
  const onProgress = flags.quiet ? () => {} : progressLog();
  const { proof, trace } = flags;
  const start = await startOf(flags.solution, problem, flags.stages ?? STAGE_NAMES);
  if (start.note !== undefined && !flags.quiet) log(start.note);
  const limits = { ...given(flags, SOLVE_OPTIONS), start: start.network };
  if (proof !== undefined && ours !== undefined) {
    return solveProving({ proof: ours, trace }, proof, problem, limits, onProgress, signal);
  }
  if (trace !== undefined) {
    return (await solveWithProof({ trace }, problem, limits, onProgress, signal)).solution;
  }
  return solveWithEngine(problem, limits, onProgress, signal);
}

/** With a proof file; says which bounds it does not show. @param name of the file that is asked for */
async function solveProving(
  files: { readonly proof: string; readonly trace?: string },
  name: string,
  problem: TrainingProblem,
  options: PairTaskOptions,
  onProgress: (progress: StageProgress) => void,
  signal: AbortSignal,
): Promise<Solution> {
  const { solution, proved } = await solveWithProof(files, problem, options, onProgress, signal);
  for (const { stage, bound, provedBound, status } of solution.stages) {
    if (provedBound !== undefined) {
      log(
        `${name}: shows ${provedBound} for ${stage}; that ${bound} is a bound was not shown within the limits`,
      );
    } else if (!proved.includes(stage) && (bound !== null || status === 'infeasible')) {
      log(`${name}: shows nothing of the bound of ${stage}; the proof did not end within its limits`);
    }
    if (status === 'infeasible') break; // the stages behind it have nothing of their own to show
  }
  return solution;
}

/** The engine runs in a worker thread, so that this one can draw and hear a second Ctrl-C. */
async function solveWithEngine(
  problem: TrainingProblem,
  options: PairTaskOptions,
  onProgress: (progress: StageProgress) => void,
  signal: AbortSignal,
): Promise<Solution> {
  const pool = await createPool(1);
  try {
    return await pool.run({ pair: 0, problem, options }, onProgress, signal);
  } finally {
    await pool.close();
  }
}

/** Rows that say nothing new are not worth a line; a change of the incumbent is, but not a hundred a second. */
const ROW_MS = 250;
const IDLE_ROW_MS = 5000;

/** The solver log on standard error: a row for each new stage or incumbent, and one every few seconds of neither. */
function progressLog(): (progress: StageProgress) => void {
  const paint = painter(process.stderr);
  let last: StageProgress | undefined;
  let lastAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const newStage = last?.stage !== progress.stage;
    const improved = progress.objective !== null && (newStage || last?.objective !== progress.objective);
    const waited = performance.now() - lastAt;
    if (!newStage && waited < (improved ? ROW_MS : IDLE_ROW_MS)) return;
    if (last === undefined) log(stageHeader(paint));
    log(progressRow(progress, improved));
    last = progress;
    lastAt = performance.now();
  };
}

/** What is written: a tolerance only where there is one, because without it a solution is the paper's. */
function recordOf(solved: Solution, flags: SolveFlags): SolutionRecord {
  return { ...solved, tolerance: flags.tolerance || undefined };
}

/** Also where the file cannot be written: the answer was long in coming, and standard output may have it all the same. */
async function deliver(record: SolutionRecord, solved: Solution, flags: SolveFlags): Promise<void> {
  const text = solutionText(record);
  try {
    if (flags.solution !== undefined) await writeWhole(flags.solution, text);
  } catch (error) {
    show(text, solved, { ...flags, solution: undefined });
    throw error;
  }
  show(text, solved, flags);
}

function show(text: string, solved: Solution, flags: SolveFlags): void {
  if (flags.json) {
    printText(text);
    return;
  }
  print(formatSolution(solved, painter(process.stdout)));
  if (solved.pool !== undefined) print(['', ...formatPool(solved.pool)]);
  if (flags.stats) print(['', ...formatCounters(solved.stages)]);
  if (flags.proof !== undefined) print([`Proof written to ${flags.proof}`]);
  if (flags.trace !== undefined) print([`Trace written to ${flags.trace}`]);
  if (flags.solution !== undefined) print([`Solution written to ${flags.solution}`]);
}

/** A network, or the proof that there is none, is an answer; a limit that left nothing is a failure. */
function exitCode(solved: Solution, interrupted: boolean): number {
  const proved = solved.stages.length > 0 && solved.stages.some((stage) => stage.status === 'infeasible');
  if (solved.network !== null || proved) return EXIT_DONE;
  return interrupted ? EXIT_INTERRUPTED : EXIT_FAILED;
}
