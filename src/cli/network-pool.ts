import { createPool } from '../ensemble/train/platform.js';
import { InputError } from '../errors.js';
import { objectiveOf } from '../problem/objective.js';
import type { NetworkPool } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGE_NAMES } from '../stage-list.js';
import { findPool, type PoolRequest, poolRefusal, type Within } from '../stages/network-pool.js';
import type { Solution, StageName } from '../stages/types.js';
import { usageError } from './terminal.js';

/** The options that have a say in it. */
export interface PoolFlags {
  readonly pool?: number;
  readonly within?: string;
  readonly engine: string;
  readonly stages?: readonly StageName[];
  readonly workLimit?: number;
  readonly timeLimit?: number;
  readonly tolerance?: number;
}

/** What `--pool` and `--within` ask for, before any work is done for it. */
export function poolAsked(flags: PoolFlags, problem: TrainingProblem, path: string): PoolRequest | undefined {
  const { pool: size, within, workLimit, timeLimit, tolerance } = flags;
  if (size === undefined) {
    if (within !== undefined) throw usageError('--within', 'needs --pool');
    return undefined;
  }
  const reach = withinOf(within ?? '0');
  if (flags.engine !== 'bnb')
    throw usageError('--pool', `not with engine ${flags.engine}; the default engine makes pools`);
  const refusal = poolRefusal({
    stages: flags.stages ?? STAGE_NAMES,
    objective: objectiveOf(problem),
    hidden: problem.layers.length > 2,
    hasMargins: problem.margins !== undefined,
  });
  if (refusal !== undefined) throw new InputError(`option --pool: ${path}: ${refusal}`);
  const limits = {
    ...(workLimit === undefined ? {} : { workLimit }),
    ...(timeLimit === undefined ? {} : { timeLimit }),
    ...(tolerance === undefined ? {} : { tolerance }),
  };
  return { size, within: reach, ...limits };
}

/** What `--within` says. */
export function withinOf(text: string): Within {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim());
  const value = match === null ? Number.NaN : Number(match[1]);
  const isShare = match?.[2] === '%';
  if (Number.isFinite(value) && value <= (isShare ? 100 : 1e9))
    return isShare ? { share: value / 100 } : { amount: value };
  throw usageError('--within', 'expected a share as in 1% or a number as in 2');
}

/** The boxes of the pool are solved one after the other, in a worker thread. */
export async function solvePool(
  problem: TrainingProblem,
  solved: Solution,
  request: PoolRequest,
  seed: number | undefined,
  signal: AbortSignal,
): Promise<NetworkPool> {
  const workers = await createPool(1);
  try {
    const options = seed === undefined ? {} : { seed };
    return await findPool(
      problem,
      solved,
      request,
      (box, limits) =>
        workers.run({ pair: 0, problem: box, options: { ...limits, ...options } }, () => {}, signal),
      () => signal.aborted,
    );
  } finally {
    await workers.close();
  }
}
