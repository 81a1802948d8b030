import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from '../errors.js';
import { formatProblem } from '../problem/file.js';
import { filledIn, runOutside } from '../run/outside.js';
import { Declined, Overdue, type Solver, Unreadable } from '../testing/solver.js';
import { EXIT_USAGE } from './exit.js';
import { readText } from './files.js';

/** Seconds after the limit at which a command is killed. */
export const GRACE = 5;

/** A solver behind a command line, and what has to be done when it is no longer needed. */
export interface OutsideSolver {
  readonly solve: Solver;
  close(): Promise<void>;
}

/**
 * A solver in any language: its command is given a problem file, the name of a solution file to write, and seconds. Exit code 2 says
 * that it does not know such problems; any other than 0 is a fault.
 *
 * @param command with the places `{problem}`, `{solution}` and, where it takes one, `{time}`
 */
export async function outsideSolver(
  command: string,
  timeLimit: number,
  signal: AbortSignal,
): Promise<OutsideSolver> {
  const folder = await mkdtemp(join(tmpdir(), 'fewbit-fuzz-'));
  const [problemFile, solutionFile] = [join(folder, 'problem.json'), join(folder, 'solution.json')];
  const values = { problem: problemFile, solution: solutionFile, time: String(timeLimit) };
  const line = filledIn(command, values);
  const solve: Solver = async (problem) => {
    await rm(solutionFile, { recursive: true, force: true });
    await writeFile(problemFile, formatProblem(problem));
    const { code, killed, said } = await runOutside(line, timeLimit + GRACE, signal);
    signal.throwIfAborted();
    if (killed) throw new Overdue(`killed ${GRACE} s after its limit of ${timeLimit} s`);
    if (code === EXIT_USAGE) throw new Declined(said);
    if (code === null) throw new Error(said);
    if (code !== 0) throw new Error(`exit code ${code}${said === '' ? '' : `: ${said}`}`);
    if (!existsSync(solutionFile)) throw new Unreadable('exit code 0, but no solution file was written');
    return readText(solutionFile).catch((error: unknown) => {
      throw error instanceof InputError ? new Unreadable(error.message) : error;
    });
  };
  return { solve, close: () => rm(folder, { recursive: true, force: true }) };
}
