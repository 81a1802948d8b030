import type { StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { rowOf, scaleOf } from './claims.js';
import { boundInUnits, wholeUnits } from './units.js';

/**
 * What an entry of a file says, in whole units: read here, once. From then on integers are compared, and nothing is nearly equal.
 * `null`: it says nothing; `undefined`: it says what no such figure can be.
 */
export interface ReadFigures {
  readonly objective: number | null | undefined;
  readonly bound: number | null | undefined;
  readonly provedBound: number | null | undefined;
  readonly boundGivenReliance: number | null | undefined;
}

export function readFigures(problem: TrainingProblem, record: StageRecord): ReadFigures {
  const scale = scaleOf(problem, record.stage);
  const { sense } = rowOf(problem, record.stage);
  const { objective, bound, provedBound = null, boundGivenReliance: given = null } = record;
  return {
    objective: objective === null ? null : wholeUnits(objective, scale),
    bound: bound === null ? null : boundInUnits(bound, scale, sense),
    provedBound: provedBound === null ? null : boundInUnits(provedBound, scale, sense),
    boundGivenReliance: given === null ? null : boundInUnits(given, scale, sense),
  };
}
