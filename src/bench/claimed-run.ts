import type { Network } from '../network/types.js';
import type { StageName, StageRecord } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGES } from '../stage-list.js';
import { attained } from '../testing/stage-case.js';
import { gapOf } from './statistics.js';
import type { RawRun } from './types.js';

/** What a general solver says of a stage, in the units of solution files. */
export interface Claimed {
  readonly stage: StageName;
  /** `null`: its limit ended it. */
  readonly status: 'optimal' | 'infeasible' | null;
  readonly objective: number | null;
  readonly bound: number | null;
  readonly seconds: number;
  readonly nodes: number | null;
  /** The nearest one to its point. */
  readonly network?: Network;
}

/** Solvers that compute in floating point mean the nearest multiple of the stage's unit. */
export function wholeOf(value: number, scale: number): number {
  return Math.round(value * scale) / scale + 0;
}

/** A bound of the minimised model as a multiple of the unit, after a solver's own tolerance: what it proves, and no more. */
export function outwardBound(
  stage: StageName,
  dual: number | null | undefined,
  scale: number,
): number | null {
  if (dual === null || dual === undefined || !Number.isFinite(dual) || Math.abs(dual) >= 1e19) return null;
  const slack = 1e-6 + 1e-8 * Math.abs(dual);
  if (stage === 'mw') return Math.max(0, Math.ceil(dual - slack));
  return Math.floor((slack - dual) * scale) / scale + 0;
}

/**
 * The run as it claims itself, with a solution that a referee can look at. An optimum is bound and objective in one.
 *
 * A point within a limit says what the network has at least: the model lets a sample that is right count as none, a weight that is 0 as one
 * and a margin be less than it is. So an incumbent is worth what its network is worth, where that is more. An optimum is held to its word.
 */
export function claimedRun(problem: TrainingProblem, claimed: Claimed): RawRun {
  const { stage, status, bound, seconds, nodes, network = null } = claimed;
  const objective = status === 'optimal' ? claimed.objective : atLeast(problem, claimed);
  const isOptimal = status === 'optimal' && objective !== null;
  const isInfeasible = status === 'infeasible';
  const limit = isOptimal ? objective : isInfeasible ? null : bound;
  const record: StageRecord = {
    stage,
    status: isOptimal ? 'optimal' : isInfeasible ? 'infeasible' : objective === null ? 'unknown' : 'feasible',
    stopReason: isOptimal || isInfeasible ? 'proved' : 'time-limit',
    objective: isInfeasible ? null : objective,
    bound: limit,
    gap: isInfeasible ? null : gapOf(objective, limit),
    nodes: nodes ?? 0,
    work: 0,
    seconds,
    ...(network === null ? {} : { network }),
  };
  return {
    status: record.status,
    objective: record.objective,
    bound: record.bound,
    seconds,
    nodes,
    incumbents: [],
    bounds: [],
    solution: { stages: [record], network },
  };
}

/** The objective of a claim, or that of its network where it is better. */
function atLeast(problem: TrainingProblem, claimed: Claimed): number | null {
  const { stage, objective, network } = claimed;
  if (objective === null || network === undefined) return objective;
  const own = attained(problem, stage, network);
  return own !== null && STAGES[stage].sense * (own - objective) > 0 ? own : objective;
}
