import { objectiveOf } from '../problem/objective.js';
import type { SolutionRecord, StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { misplacedStage } from '../stage-list.js';
import { rowOf, scaleOf } from './claims.js';
import type { ReadFigures } from './figures.js';
import { isBarred, type StageStart } from './starts.js';
import type { Worth } from './worth/index.js';

/*
 * What is wrong with a stage's entry by itself and by the table of claims (claims.ts), before any network is looked at: a
 * status that its numbers contradict, a number that cannot be, an `infeasible` that is impossible. Nothing here needs a search.
 */

/** What contradicts itself in an entry: status, stop reason, objective and network. */
export function objectiveFaults(
  problem: TrainingProblem,
  record: StageRecord,
  figures: ReadFigures,
): string[] {
  const { stage, status, stopReason, objective, network } = record;
  const faults: string[] = [];
  const found = status === 'optimal' || status === 'feasible';
  if (found !== (objective !== null)) faults.push(`status ${status} with objective ${objective}`);
  if (!found && network !== undefined) faults.push(`status ${status} with a network`);
  const isEnd = status === 'optimal' || status === 'infeasible';
  if (isEnd !== (stopReason === 'proved')) faults.push(`status ${status} with stop reason ${stopReason}`);
  if (figures.objective === undefined) {
    faults.push(`objective ${objective} is not ${unitWords(problem, stage)}`);
  }
  return faults;
}

/** What contradicts itself in an entry's bounds. */
export function boundFaults(
  problem: TrainingProblem,
  record: StageRecord,
  figures: ReadFigures,
  floor: number,
): string[] {
  const { stage, status, objective, bound, provedBound, gap } = record;
  const { sense } = rowOf(problem, stage);
  const scale = scaleOf(problem, stage);
  const faults = givenFaults(problem, record, figures);
  if (bound === null) {
    if (status === 'optimal') faults.push('status optimal without a bound');
    if (provedBound !== undefined) faults.push(`proved bound ${provedBound} without a bound`);
    if (gap !== null) faults.push(`gap ${gap} without a bound`);
    return faults;
  }
  if (status === 'infeasible') faults.push(`status infeasible with bound ${bound}`);
  const units = figures.bound;
  if (units === undefined || units === null)
    return [...faults, `bound ${bound} is no number that a bound can be`];
  if (status !== 'infeasible' && sense * (units - floor) < 0)
    faults.push(`bound ${bound} says that there is no network, which is status infeasible`);
  const value = figures.objective ?? undefined;
  if (value !== undefined && sense * (units - value) < 0)
    faults.push(`bound ${bound} is on the wrong side of the objective`);
  if (value !== undefined && status === 'optimal' && units !== value && sense * (units - value) > 0)
    faults.push(`status optimal, but bound ${bound} leaves a gap`);
  if (gap !== null && ![bound, units / scale].some((value) => isGap(gap, objective, value)))
    faults.push(`gap ${gap} is not that of objective and bound`);
  if (provedBound !== undefined) {
    const shown = figures.provedBound ?? undefined;
    if (shown === undefined) faults.push(`proved bound ${provedBound} is no number that a bound can be`);
    else if (sense * (shown - units) < 0)
      faults.push(`proved bound ${provedBound} is better than bound ${bound}`);
  }
  return faults;
}

/** The bound given what rows rely on: of MM under a robust objective with hidden layers, and the network that they rely on it in keeps to it. */
function givenFaults(problem: TrainingProblem, record: StageRecord, figures: ReadFigures): string[] {
  const { stage, boundGivenReliance: given, objective } = record;
  if (given === undefined) return [];
  const { figure } = rowOf(problem, stage);
  const isRelied = figure === 'loss' || (figure === 'margin' && objectiveOf(problem) === 'robust');
  if (!isRelied || problem.layers.length === 2 || objective === null)
    return [`bound ${given} given what rows rely on, where nothing is relied on`];
  const units = figures.boundGivenReliance ?? undefined;
  if (units === undefined || (figure === 'loss' && units > 0))
    return [`bound ${given} given what rows rely on is no such bound`];
  if (units < (figures.objective ?? Number.NEGATIVE_INFINITY))
    return [`bound ${given} given what rows rely on is on the wrong side of the objective`];
  return [];
}

/** As the contract defines it; people round it. */
function isGap(gap: number, objective: number | null, bound: number): boolean {
  if (objective === null) return false;
  const exact = Math.abs(bound - objective) / Math.max(1, Math.abs(objective));
  return Math.abs(gap - exact) <= 1e-6 + 0.01 * exact;
}

function unitWords(problem: TrainingProblem, stage: StageName): string {
  const scale = scaleOf(problem, stage);
  return scale === 1 ? 'a whole number in range' : `a multiple of ${1 / scale} in range`;
}

/** Why a stage cannot be infeasible, whatever its networks are; `undefined`: it may be. */
export function neverInfeasible(
  problem: TrainingProblem,
  solution: SolutionRecord,
  stage: StageName,
  { keep, hold }: StageStart,
  worth: Worth,
): string | undefined {
  const kind = rowOf(problem, stage).infeasible;
  const entry = (name: StageName) => solution.stages.find((record) => record.stage === name);
  if (isBarred(problem, stage, solution.stages)) return undefined;
  if (stage === 'sm' && problem.atMostWrong !== undefined) return undefined;
  if (kind === 'never')
    return stage === 'sm' ? 'any network counts 0 samples or more' : 'there is always a network with a loss';
  if (keep?.length === 0) return 'no sample is kept, so every network will do';
  const keepsCounted = problem.keep === undefined && entry('sm') !== undefined;
  if (kind === 'keep') {
    const isRight = keepsCounted && worth.countsRight;
    return isRight ? "stage sm's own network is right on the samples it counts" : undefined;
  }
  if (problem.margins !== undefined) return undefined;
  if ((entry('mm')?.objective ?? null) !== null) return "stage mm's own network holds its margins";
  if (keepsCounted) return "stage sm's own network holds what it counts";
  return hold !== undefined && worth.isFree(hold) ? 'no weights at all will do' : undefined;
}

/** What is wrong with the file beside its entries. */
export function fileFaults(solution: SolutionRecord): string[] {
  const faults: string[] = [];
  if (misplacedStage(solution.stages.map(({ stage }) => stage)) !== undefined)
    faults.push('stages: each of sm, mm, mw at most once and in this order');
  const found = solution.stages.some(({ objective }) => objective !== null);
  if (solution.network !== null && solution.stages.length > 0 && !found)
    faults.push('network: no stage says that it found one');
  return faults;
}
