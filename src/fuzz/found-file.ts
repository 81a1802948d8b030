import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import { formatProblem, parseProblem } from '../problem/file.js';
import type { Fault, FuzzRun, RunOptions } from './types.js';

/*
 * What a campaign has found, as a problem file (docs/formats.md) with one block more, which readers of problem files
 * ignore: how the problem is run, what was wrong, and the runs on the same engine before it where it takes those.
 */

export interface Found {
  /** The last is the one that fails. */
  readonly runs: readonly FuzzRun[];
  readonly seed: number;
  readonly sequence: number;
  readonly faults: readonly Fault[];
}

export function formatFound({ runs, seed, sequence, faults }: Found): string {
  const { problem, options } = runs[runs.length - 1];
  const before = runs
    .slice(0, -1)
    .map((run) => ({ problem: parseJson(formatProblem(run.problem), 'problem'), options: run.options }));
  const block = { options, seed, sequence, faults, ...(before.length === 0 ? {} : { before }) };
  const text = formatProblem(problem).trimEnd().slice(0, -2);
  return `${text},\n  "fuzz": ${JSON.stringify(block)}\n}\n`;
}

/** @throws InputError for a file without the block, and everything that `parseProblem` refuses */
export function parseFound(text: string, where: string): Found {
  const problem = parseProblem(text, where);
  const { fuzz } = parseJson(text, where) as { fuzz?: Block };
  if (fuzz === undefined || !Array.isArray(fuzz.options?.stages)) {
    throw new InputError(`${where}: fuzz: missing; only what a campaign has found can be replayed`);
  }
  const before = (fuzz.before ?? []).map((run, n) => ({
    problem: parseProblem(JSON.stringify(run.problem), `${where}: fuzz, run ${n} before`),
    options: run.options,
  }));
  const { seed = 0, sequence = 0, faults = [] } = fuzz;
  return { runs: [...before, { problem, options: fuzz.options }], seed, sequence, faults };
}

interface Block {
  readonly options: RunOptions;
  readonly seed?: number;
  readonly sequence?: number;
  readonly faults?: readonly Fault[];
  readonly before?: readonly { readonly problem: unknown; readonly options: RunOptions }[];
}
