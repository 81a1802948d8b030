import { InputError } from '../errors.js';
import { object, text } from '../json-check.js';
import { solutionOf } from '../problem/file.js';
import type { SolutionRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Trial } from './draw-trial.js';
import { Draws } from './draws.js';
import { ANYWHERE, meets, type Range, rangeOfAnswer } from './optimum-range.js';
import { type Known, type RulingVerdict, referee } from './referee.js';
import { related } from './relations.js';
import {
  type Answer,
  Declined,
  Overdue,
  type Solver,
  type SolverTask,
  type TrialFault,
  Unreadable,
} from './solver.js';

/** What became of a trial. */
export interface TrialOutcome {
  readonly faults: readonly TrialFault[];
  /** Of every answer; none where the solver declined. */
  readonly verdicts: readonly RulingVerdict[];
  readonly declined: boolean;
}

export interface RunOptions {
  /** Seconds that the solver is told; default 10. */
  readonly timeLimit?: number;
  /** Seconds after which an answer is no longer waited for; default: the limit and 10 more. Only what gives way can be left. */
  readonly patience?: number;
  /** The solver is not told which stages are asked and is judged on those that it ran; default: it has to run one of those. */
  readonly anyStages?: boolean;
}

/** Has a trial run and judges what comes of it. */
export async function runTrial(solve: Solver, trial: Trial, options: RunOptions = {}): Promise<TrialOutcome> {
  const { problem, stages, relation, known, seed } = trial;
  const family =
    relation === undefined ? undefined : related(relation, new Draws(...seed), problem, stages[0]);
  const problems = family?.problems ?? [problem];
  const faults: TrialFault[] = [];
  const verdicts: RulingVerdict[] = [];
  const ranges: Range[] = [];
  for (const [at, one] of problems.entries()) {
    const asked = await ask(solve, one, trial, options);
    if (asked.declined) return { faults, verdicts, declined: true };
    const told = (fault: TrialFault) => ({ ...fault, text: `${about(trial, at)}${fault.text}` });
    faults.push(...asked.faults.map(told));
    if (asked.solution === undefined) return { faults, verdicts, declined: false };
    const ruling = ruled(one, asked.solution, asked.proof, known);
    verdicts.push(ruling.verdict);
    faults.push(...ruling.faults.map(told));
    ranges.push(rangeOfAnswer(one, asked.solution, stages[0]) ?? ANYWHERE);
  }
  if (family !== undefined && faults.length === 0) {
    const { found, expected } = family.holds(ranges);
    if (!meets(found, expected)) {
      const text = `${relation}: the optimum lies in ${shown(found)}, but by the answers to its relatives in ${shown(expected)}`;
      faults.push({ kind: 'relation', stage: stages[0], text });
    }
  }
  return { faults, verdicts, declined: false };
}

function about({ relation }: Trial, at: number): string {
  return at === 0 ? '' : `${relation}, relative ${at}: `;
}

/** In whole units of the stage. */
function shown({ low, high }: Range): string {
  return low === high ? String(low) : `${low}..${high}`;
}

function ruled(problem: TrainingProblem, solution: SolutionRecord, proof: string | undefined, known?: Known) {
  return referee(problem, solution, proof, known === undefined ? {} : { known });
}

interface Asked {
  readonly solution?: SolutionRecord;
  readonly proof?: string;
  readonly faults: readonly TrialFault[];
  readonly declined?: true;
}

async function ask(
  solve: Solver,
  problem: TrainingProblem,
  { stages, seed }: Trial,
  { timeLimit = 10, patience = timeLimit + 10, anyStages = false }: RunOptions,
): Promise<Asked> {
  const task: SolverTask = { stages, timeLimit, seed: seed.at(-1) ?? 0 };
  let answer: Answer | typeof LATE;
  try {
    answer = await within(patience, solve(problem, task));
  } catch (error) {
    if (error instanceof Declined) return { faults: [], declined: true };
    if (error instanceof Overdue) return { faults: [{ kind: 'limit', text: error.message }] };
    if (error instanceof Unreadable) return { faults: [{ kind: 'file', text: error.message }] };
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { faults: [{ kind: 'crash', text }] };
  }
  if (answer === LATE) {
    return { faults: [{ kind: 'limit', text: `no answer ${patience} s after a limit of ${timeLimit} s` }] };
  }
  try {
    const { solution, proof } = parts(answer);
    const record = solutionOf(solution, 'solution');
    if (!anyStages && !record.stages.some(({ stage }) => stages.includes(stage))) {
      const text = `no stage of ${stages.join(', ')} in the answer`;
      return { faults: [{ kind: 'file', text }] };
    }
    return { solution: record, faults: [], ...(proof === undefined ? {} : { proof }) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { faults: [{ kind: 'file', text: error.message }] };
  }
}

/** Whatever a solver has answered: what it is made of is looked at when it is read. */
function parts(answer: unknown): { readonly solution: unknown; readonly proof?: string } {
  if (typeof answer === 'string') return { solution: answer };
  const { solution, proof, ...rest } = object(answer, 'answer');
  if (solution === undefined || 'stages' in rest) return { solution: answer };
  return { solution, ...(proof === undefined ? {} : { proof: text(proof, 'proof') }) };
}

const LATE = Symbol('late');

/** What a promise comes to, or `LATE` where it takes longer. */
async function within<T>(seconds: number, promise: T | Promise<T>): Promise<T | typeof LATE> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(() => resolve(LATE), Math.min(seconds * 1000, 2 ** 31 - 1));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
