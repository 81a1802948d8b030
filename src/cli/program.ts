import { Command, CommanderError } from 'commander';
import { InterruptedError, NoNetworkError } from '../ensemble/train/errors.js';
import { InputError } from '../errors.js';
import { oneLine } from '../printable.js';
import { QueueError } from '../queue/errors.js';
import { EXIT_INTERRUPTED } from '../run/interrupt.js';
import { UnequalPairsError } from '../run/merge.js';
import { LockLostError } from '../run/run-lock.js';
import { VERSION } from '../version.js';
import { addBench } from './bench.js';
import { addConvert } from './convert.js';
import { addCrossValidation } from './cv.js';
import { addEvaluate } from './evaluate.js';
import { EXIT_DONE, EXIT_FAILED, EXIT_USAGE, type Finish } from './exit.js';
import { addExperiment } from './experiment.js';
import { addExplain } from './explain.js';
import { addExport } from './export.js';
import { addFetch } from './fetch.js';
import { addFuzz } from './fuzz.js';
import { helpWidth, wrapHelp } from './help.js';
import { addMerge } from './merge.js';
import { addPredict } from './predict.js';
import { addProblem } from './problem.js';
import { addReport } from './report.js';
import { addSolve } from './solve.js';
import { outliveReaders, settleStreams } from './streams.js';
import { log, logLines, printText } from './terminal.js';
import { addTrain } from './train.js';
import { addVerify } from './verify.js';
import { addWorker } from './worker.js';

const EXAMPLES = `
Examples:
  fewbit train --data digits --shots 10 --out my-digits
  fewbit evaluate my-digits/model.json --data digits
  fewbit problem --data digits --classes 4,9 --shots 2 --out pair.problem.json
  fewbit solve pair.problem.json --time-limit 10 --solution pair.solution.json
  fewbit verify pair.problem.json pair.solution.json

Exit codes: 0 done, 1 failed or not verified, 2 bad usage or input, 130 interrupted with nothing usable.`;

/** The whole command line as commander knows it; `finish` receives the exit code of the command that ran. */
export function createProgram(finish: Finish): Command {
  const program = new Command('fewbit')
    .description('Exact, sparse, robust few-bit neural networks from a handful of examples.')
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help; also after a command')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => printText(wrapHelp(text, helpWidth(process.stdout))),
      getOutHelpWidth: () => helpWidth(process.stdout),
      writeErr: logLines,
      outputError: (text) => log(oneLine(text.replace(/^error:/, 'fewbit:'))),
    });
  addTrain(program, finish);
  addCrossValidation(program, finish);
  addExperiment(program, finish);
  addMerge(program, finish);
  addWorker(program, finish);
  addEvaluate(program, finish);
  addExplain(program, finish);
  addPredict(program, finish);
  addConvert(program, finish);
  addProblem(program, finish);
  addSolve(program, finish);
  addVerify(program, finish);
  addExport(program, finish);
  addReport(program, finish);
  addFuzz(program, finish);
  addBench(program, finish);
  addFetch(program, finish);
  return program;
}

/**
 * Runs one command line and resolves to its exit code. Whatever goes wrong ends here: bad usage and bad input are one
 * line, an unexpected error is shown with its stack, because then the stack is what a report needs.
 */
export async function run(args: readonly string[]): Promise<number> {
  outliveReaders();
  const code = await runCommand(args);
  const fault = await settleStreams();
  if (fault === undefined) return code;
  log(`fewbit: ${oneLine(fault.message)}`);
  return code === EXIT_DONE ? EXIT_FAILED : code;
}

async function runCommand(args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    log('fewbit: no command given; fewbit --help lists them');
    return EXIT_USAGE;
  }
  let code = EXIT_DONE;
  try {
    const program = createProgram((result) => {
      code = result;
    });
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    return exitCodeOf(error);
  }
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_DONE : EXIT_USAGE;
  if (error instanceof InputError) {
    log(`fewbit: ${oneLine(error.message)}`);
    return error instanceof NoNetworkError ? EXIT_FAILED : EXIT_USAGE;
  }
  if (error instanceof InterruptedError) {
    log(`fewbit: ${oneLine(error.message)}`);
    return EXIT_INTERRUPTED;
  }
  const told = [LockLostError, UnequalPairsError, QueueError].some((kind) => error instanceof kind);
  if (told || isSystemError(error)) {
    const { message } = error as Error;
    log(`fewbit: ${oneLine(message)}`);
    return EXIT_FAILED;
  }
  logLines(`fewbit: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return EXIT_FAILED;
}

/** A disk that is full and the like: the system's own line says it all, a stack would not help. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return error instanceof Error && code !== undefined && syscall !== undefined;
}
