import type { Network } from '../network/types.js';
import type { StageName, StageRecord } from '../problem/solution.js';
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

/** The run as it claims itself, with a solution that a referee can look at. An optimum is bound and objective in one. */
export function claimedRun({ stage, status, objective, bound, seconds, nodes, network }: Claimed): RawRun {
  const isOptimal = status === 'optimal' && objective !== null;
  const limit = isOptimal ? objective : status === 'infeasible' ? null : bound;
  const record: StageRecord = {
    stage,
    status: isOptimal
      ? 'optimal'
      : status === 'infeasible'
        ? 'infeasible'
        : objective === null
          ? 'unknown'
          : 'feasible',
    stopReason: isOptimal || status === 'infeasible' ? 'proved' : 'time-limit',
    objective: status === 'infeasible' ? null : objective,
    bound: limit,
    gap: status === 'infeasible' ? null : gapOf(objective, limit),
    nodes: nodes ?? 0,
    work: 0,
    seconds,
    ...(network === undefined ? {} : { network }),
  };
  return {
    status: record.status,
    objective: record.objective,
    bound: record.bound,
    seconds,
    nodes,
    incumbents: [],
    bounds: [],
    solution: { stages: [record], network: network ?? null },
  };
}
