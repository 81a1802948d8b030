import type { StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import { dishonesties } from '../testing/honest.js';
import { optimumOf, type StageCase, stageCases } from '../testing/stage-case.js';
import { checkSolution } from '../verify/checker.js';
import { readFigures } from '../verify/figures.js';
import { EASY_COMBINATIONS, verifyProof } from '../verify/proof/index.js';
import type { ProofResult } from '../verify/proof/types.js';
import type { Fault, FuzzRun, Outcome } from './types.js';

/** Work units past a limit: what lies between two breaths, some tenths of a millisecond, for each stage. */
const MOST_OVERSHOOT = 1.5e6;

/** What was looked at: a judge that never had anything to look at has said nothing. */
export interface Looks {
  /** Stages whose optimum was known by enumeration. */
  enumerated: number;
  /** Stages that are too large for it: their bounds are held against networks, proofs and relatives only. */
  beyond: number;
  /** Stages that ended with a claim of a proof. */
  proved: number;
  /** Blocks of proof files, replayed. */
  blocks: number;
  /** Blocks that show the stage's very bound. */
  complete: number;
  /** Blocks that were left out, because the verifier could be at them for minutes. */
  dear: number;
  /** Stages about a pair of runs, or the engine and HiGHS, that started from the same. */
  compared: number;
}

export function noLooks(): Looks {
  return { enumerated: 0, beyond: 0, proved: 0, blocks: 0, complete: 0, dear: 0, compared: 0 };
}

/**
 * Holds the outcome of a run against brute force where the problem is small enough, against the checker of solution files,
 * and its proof against the verifier.
 *
 * @param mostCombinations what brute force may look at, per stage
 */
export function judge(run: FuzzRun, outcome: Outcome, mostCombinations: number, looks: Looks): Fault[] {
  const { problem, options } = run;
  const { solution } = outcome;
  const faults: Fault[] = [];
  const cases = stageCases(problem, solution, options);
  if (cases.map(({ stage }) => stage).join() !== options.stages.join()) {
    faults.push({ kind: 'claim', text: `stages ${cases.map(({ stage }) => stage)} of ${options.stages}` });
  }
  for (const one of cases) {
    const optimum = optimumOf(problem, one, mostCombinations);
    if (optimum !== undefined) looks.enumerated++;
    else looks.beyond++;
    if (one.record.stopReason === 'proved') looks.proved++;
    for (const text of dishonesties(problem, one, optimum))
      faults.push({ kind: 'claim', stage: one.stage, text });
  }
  const spent = solution.stages.reduce((sum, { work }) => sum + work, 0);
  if (spent > options.workLimit + MOST_OVERSHOOT) {
    faults.push({ kind: 'limit', text: `${spent} units of work under a limit of ${options.workLimit}` });
  }
  const proof =
    outcome.proof === undefined
      ? undefined
      : verifyProof(problem, solution, withoutDear(problem, cases, outcome.proof, looks));
  if (proof !== undefined) faults.push(...proofFaults(problem, cases, proof, looks));
  const verdict = checkSolution(problem, solution, proof);
  for (const text of verdict.faults ?? []) faults.push({ kind: 'checker', text });
  for (const { stage, objectiveHolds, boundHolds, reason } of verdict.stages) {
    if (objectiveHolds !== false && boundHolds !== false) continue;
    faults.push({ kind: 'checker', stage, text: reason ?? 'refused without a reason' });
  }
  if (!verdict.valid && !faults.some(({ kind }) => kind === 'checker')) {
    faults.push({ kind: 'checker', text: 'not valid, without a reason' });
  }
  return faults;
}

/** The lines of a proof, but for blocks that leave a search of minutes to the verifier: no limit of time would be kept. */
function withoutDear(
  problem: TrainingProblem,
  cases: readonly StageCase[],
  proof: string,
  looks: Looks,
): string[] {
  const lines = proof.split('\n').slice(0, -1);
  const begins = lines.flatMap((line, at) => (line.startsWith('stage ') ? [at] : []));
  for (const [n, begin] of [...begins.entries()].reverse()) {
    const end = begins[n + 1] ?? lines.length;
    if (!lines.slice(begin, end).some((line) => SEARCHES.has(line))) continue;
    const one = cases.find(({ stage }) => lines[begin] === `stage ${stage}`);
    if (one === undefined || optimumOf(problem, one, EASY_COMBINATIONS) !== undefined) continue;
    looks.dear++;
    lines.splice(begin, end - begin);
  }
  return lines;
}
const SEARCHES = new Set(['method enumerate', 'method interval']);

function proofFaults(
  problem: TrainingProblem,
  cases: readonly StageCase[],
  proof: ProofResult,
  looks: Looks,
): Fault[] {
  const faults: Fault[] = [];
  if (proof.fault !== undefined) faults.push({ kind: 'proof', text: proof.fault });
  for (const { stage, holds, claim, reason, line } of proof.stages) {
    looks.blocks++;
    if (!holds) faults.push({ kind: 'proof', stage, text: `line ${line}: ${reason}` });
    const record = cases.find((one) => one.stage === stage)?.record;
    if (holds && record !== undefined && claim === readFigures(problem, record).bound) looks.complete++;
  }
  return faults;
}

/**
 * Two runs of one problem, by whatever ways: no network of the one may beat a bound of the other, stage by stage as far as
 * both started from the same.
 */
export function rivalFaults(
  problem: TrainingProblem,
  cases: readonly StageCase[],
  others: readonly StageCase[],
  looks: Looks,
): Fault[] {
  const faults: Fault[] = [];
  for (const one of cases) {
    const other = others.find(({ stage }) => stage === one.stage);
    if (other === undefined || !startsAlike(one, other)) continue;
    looks.compared++;
    for (const [mine, its] of [
      [one, other],
      [other, one],
    ]) {
      const text = beaten(problem, one.stage, mine, its);
      if (text !== undefined) faults.push({ kind: 'rival', stage: one.stage, text });
    }
  }
  return faults;
}

function startsAlike(one: StageCase, other: StageCase): boolean {
  if (one.stage === 'sm') return true;
  if (one.barred !== other.barred) return false;
  if (one.keep.join() !== other.keep.join()) return false;
  return one.stage === 'mm' || JSON.stringify(one.hold) === JSON.stringify(other.hold);
}

function beaten(
  problem: TrainingProblem,
  stage: StageName,
  { record: mine }: StageCase,
  { record: its }: StageCase,
): string | undefined {
  const [{ objective }, { bound }] = [mine, its];
  const [value, limit] = [readFigures(problem, mine).objective, readFigures(problem, its).bound];
  if (value === null || value === undefined) return undefined;
  if (its.status === 'infeasible') return `infeasible, but another run has ${objective}`;
  const { sense } = STAGES[stage];
  const isBeaten = limit !== null && limit !== undefined && sense * (value - limit) > 0;
  return isBeaten ? `bound ${bound}, but another run has ${objective}` : undefined;
}
