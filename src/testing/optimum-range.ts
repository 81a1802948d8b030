import type { SolutionRecord, StageName } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import { readFigures } from '../verify/figures.js';
import { stageCases } from './stage-case.js';

/** Where an optimum lies by an answer, in whole units of the stage. That there is no network is the worst there is: -inf, of MW +inf. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export const ANYWHERE: Range = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/**
 * What an answer says of the optimum of a stage that starts from the problem alone.
 *
 * @returns undefined where the answer has no such stage, or what it was about followed from a stage before
 */
export function rangeOfAnswer(
  problem: TrainingProblem,
  solution: SolutionRecord,
  stage: StageName,
): Range | undefined {
  const cases = stageCases(problem, solution, { tolerance: solution.tolerance });
  const at = cases.findIndex((one) => one.stage === stage);
  if (at < 0) return undefined;
  const { record, keep, hold, barred } = cases[at];
  if (barred) return undefined;
  const alone = { stages: [record], network: record.network ?? solution.network };
  const [expected] = stageCases(problem, alone, {});
  if (stage !== 'sm' && keep.join() !== expected.keep.join()) return undefined;
  if (stage === 'mw' && JSON.stringify(hold) !== JSON.stringify(expected.hold)) return undefined;
  const { sense } = STAGES[stage];
  if (record.status === 'infeasible') {
    const worst = sense * Number.NEGATIVE_INFINITY;
    return { low: worst, high: worst };
  }
  const { objective, bound } = readFigures(problem, record);
  const reached = objective ?? sense * Number.NEGATIVE_INFINITY;
  const limit = bound ?? sense * Number.POSITIVE_INFINITY;
  return sense > 0 ? { low: reached, high: limit } : { low: limit, high: reached };
}

export function atMost(high: number): Range {
  return { low: Number.NEGATIVE_INFINITY, high };
}

export function atLeast(low: number): Range {
  return { low, high: Number.POSITIVE_INFINITY };
}

export function least(ranges: readonly Range[]): Range {
  return {
    low: Math.min(...ranges.map(({ low }) => low)),
    high: Math.min(...ranges.map(({ high }) => high)),
  };
}

export function most(ranges: readonly Range[]): Range {
  return {
    low: Math.max(...ranges.map(({ low }) => low)),
    high: Math.max(...ranges.map(({ high }) => high)),
  };
}

/** Lower end and upper end moved, each outwards by as much as you like. */
export function widened(range: Range, low: number, high: number): Range {
  return {
    low: low === Number.NEGATIVE_INFINITY ? low : range.low + low,
    high: high === Number.POSITIVE_INFINITY ? high : range.high + high,
  };
}

/** The sum of two optima of a stage; where one of them has no network, neither has the sum. */
export function added(a: Range, b: Range, sense: 1 | -1): Range {
  const worst = sense * Number.NEGATIVE_INFINITY;
  const sum = (x: number, y: number) => (x === worst || y === worst ? worst : x + y);
  return { low: sum(a.low, b.low), high: sum(a.high, b.high) };
}

export function meets(a: Range, b: Range): boolean {
  return a.low <= b.high && b.low <= a.high;
}
