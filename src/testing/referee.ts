import { InputError } from '../errors.js';
import { parseProblem, solutionOf } from '../problem/file.js';
import type { SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { checkSolution } from '../verify/checker.js';
import { scaleOf } from '../verify/claims.js';
import { readFigures } from '../verify/figures.js';
import { verifyProof } from '../verify/proof/index.js';
import type { StageVerdict } from '../verify/verdict.js';
import { optimumFaults } from './optimum-faults.js';
import type { TrialFault } from './solver.js';
import { optimumOf, type StageCase, stageCases } from './stage-case.js';

/*
 * The referee: one answer of anybody's solver, judged in exact integers by code that shares nothing with an engine. It stands
 * on the checker of solution files, the replay of proofs and enumeration, and adds what is known of the optimum from elsewhere.
 */

/** Known optima by stage, in the units of solution files; `null`: there is no network. */
export type Known = Partial<Readonly<Record<StageName, number | null>>>;

export interface RefereeOptions {
  /** Optima that are known from elsewhere: planted, or of a file's `known` block. They hold where nothing came before the stage. */
  readonly known?: Known;
  /** Combinations that enumeration may look at for each stage; default 2^14, some milliseconds; 0: none. */
  readonly combinations?: number;
}

/** Wrong: something does not hold. Right: all that is claimed is shown. Unchecked: neither. */
export type RulingVerdict = 'right' | 'wrong' | 'unchecked';

export interface StageRuling extends StageVerdict {
  readonly verdict: RulingVerdict;
  /** Where it is known, in the units of solution files; `null`: there is no network. */
  readonly optimum?: number | null;
}

export interface Ruling {
  readonly verdict: RulingVerdict;
  /** Nothing that could be looked at is wrong. */
  readonly valid: boolean;
  /** By stage of the solution, in its order. */
  readonly stages: readonly StageRuling[];
  /** What is not so; empty where nothing is wrong. */
  readonly faults: readonly TrialFault[];
}

const COMBINATIONS = 2 ** 14;

/**
 * Judges a solution.
 *
 * @param problem a problem, or the text of a problem file
 * @param solution what a solver answered, in memory or as the text of a solution file; nothing in it is believed
 * @param proof the text of a proof file (docs/proof.md)
 * @throws InputError for a problem that is none. An answer that is none is ruled wrong
 */
export function referee(
  problem: TrainingProblem | string,
  solution: SolutionRecord | string,
  proof?: string,
  options: RefereeOptions = {},
): Ruling {
  const asked = typeof problem === 'string' ? parseProblem(problem, 'problem') : problem;
  checkInMemory(asked);
  try {
    return judged(asked, solutionOf(solution, 'solution'));
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const faults = [{ kind: 'file', text: error.message } as const];
    return { verdict: 'wrong', valid: false, stages: [], faults };
  }

  function judged(problem: TrainingProblem, solution: SolutionRecord): Ruling {
    const replayed = proof === undefined ? undefined : verifyProof(problem, solution, linesOf(proof));
    const verdict = checkSolution(problem, solution, replayed);
    const faults: TrialFault[] = (verdict.faults ?? []).map((text) => ({ kind: 'claim', text }));
    for (const { stage, holds, reason, line } of replayed?.stages ?? []) {
      if (!holds) faults.push({ kind: 'proof', stage, text: `line ${line}: ${reason}` });
    }
    const cases = stageCases(problem, solution, { tolerance: solution.tolerance });
    const stages = verdict.stages.map((one, at): StageRuling => {
      const record = solution.stages[at];
      const scale = scaleOf(problem, record.stage);
      const optimum = knownOptimum(problem, cases[at], at === 0, options, scale);
      const found = stageFaults(problem, one, record, optimum);
      faults.push(...found);
      return {
        ...one,
        verdict: found.length > 0 ? 'wrong' : isShown(one, record, optimum) ? 'right' : 'unchecked',
        ...(optimum === undefined ? {} : { optimum: optimum === null ? null : optimum / scale }),
      };
    });
    if (solution.stages.length === 0) faults.push({ kind: 'file', text: 'no stage has an answer' });
    if (!verdict.valid && faults.length === 0) faults.push({ kind: 'claim', text: 'the file is not valid' });
    const valid = faults.length === 0;
    const isRight = stages.every((stage) => stage.verdict === 'right');
    return { verdict: valid ? (isRight ? 'right' : 'unchecked') : 'wrong', valid, stages, faults };
  }
}

/** A document of JSON looks much like a problem, and nothing would be found wrong with it. */
function checkInMemory(problem: TrainingProblem): void {
  const { samples, labels, sampleCount, layers } = Object(problem) as Partial<TrainingProblem>;
  const isProblem = ArrayBuffer.isView(samples) && ArrayBuffer.isView(labels) && Array.isArray(layers);
  if (isProblem && labels.length === sampleCount && samples.length === sampleCount * layers[0]) return;
  throw new InputError(
    'problem: expected a problem as parseProblem and problemOf make it, or the text of its file',
  );
}

function linesOf(proof: string): string[] {
  const lines = proof.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** In whole units; undefined: not known. */
function knownOptimum(
  problem: TrainingProblem,
  one: StageCase,
  isFirst: boolean,
  { known = {}, combinations = COMBINATIONS }: RefereeOptions,
  scale: number,
): number | null | undefined {
  const told = isFirst || one.stage === 'sm' || problem.keep !== undefined ? known[one.stage] : undefined;
  const isOwn = one.stage !== 'mw' || isFirst || problem.margins !== undefined;
  if (told !== undefined && isOwn) return told === null ? null : Math.round(told * scale);
  return combinations > 0 ? optimumOf(problem, one, combinations) : undefined;
}

function stageFaults(
  problem: TrainingProblem,
  { stage, objectiveHolds, boundHolds, reason }: StageVerdict,
  record: StageRecord,
  optimum: number | null | undefined,
): TrialFault[] {
  const texts: string[] = [];
  if (objectiveHolds === false || boundHolds === false) texts.push(reason ?? 'refused');
  if (optimum !== undefined) {
    const { objective = null, bound = null } = readFigures(problem, record);
    texts.push(...optimumFaults({ stage, status: record.status, objective, bound }, optimum));
  }
  return texts.map((text) => ({ kind: 'claim', stage, text }));
}

function isShown(
  { objectiveHolds, boundHolds }: StageVerdict,
  { objective, bound, status }: StageRecord,
  optimum: number | null | undefined,
): boolean {
  if (objective !== null && objectiveHolds !== true) return false;
  if (bound === null && status !== 'infeasible') return true;
  return boundHolds === true || optimum !== undefined; // a bound that the optimum contradicts is a fault
}
