import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import { formatProblem, parseProblem } from '../problem/file.js';
import type { Trial } from './draw-trial.js';
import { RELATIONS } from './relations.js';
import type { TrialFault } from './solver.js';

/*
 * A trial that failed, as a problem file (docs/formats.md) with one block more, which readers of problem files ignore: what
 * was asked, by which measure it was judged, and what was wrong.
 */

interface Block extends Omit<Trial, 'problem'> {
  readonly faults?: readonly TrialFault[];
}

/** @param faults what was wrong with the answer, for people */
export function formatTrial({ problem, ...trial }: Trial, faults: readonly TrialFault[] = []): string {
  const block: Block = { ...trial, faults };
  const text = formatProblem(problem).trimEnd().slice(0, -2);
  return `${text},\n  "trial": ${JSON.stringify(block)}\n}\n`;
}

/** Whether a file has the block. */
export function isTrial(text: string, where: string): boolean {
  return (parseJson(text, where) as { trial?: unknown } | null)?.trial !== undefined;
}

/** @throws InputError for a file without the block, and everything that `parseProblem` refuses */
export function parseTrial(text: string, where: string): Trial {
  const problem = parseProblem(text, where);
  const { trial } = parseJson(text, where) as { trial?: Partial<Block> };
  if (trial === undefined || !Array.isArray(trial.stages) || !Array.isArray(trial.seed)) {
    throw new InputError(`${where}: trial: missing; only what a campaign has found can be replayed`);
  }
  const { relation, known, planted, stages, seed, origin = 'file' } = trial;
  if (relation !== undefined && !RELATIONS.includes(relation)) {
    throw new InputError(`${where}: trial: no relation "${relation}"`);
  }
  return {
    problem,
    stages,
    origin: String(origin),
    seed: seed.map(Number),
    ...(relation === undefined ? {} : { relation }),
    ...(known === undefined ? {} : { known }),
    ...(planted === undefined ? {} : { planted }),
  };
}
