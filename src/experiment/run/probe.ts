import { solveBearable } from '../../ensemble/train/ladder.js';
import type { PairPool } from '../../ensemble/train/pool.js';
import type { TrainingPlan } from '../../ensemble/train/train.js';
import { isRobust } from '../../problem/objective.js';
import { DEFAULT_ROBUST_WORK, DEFAULT_WORK } from '../../stages/budget.js';

/** One pair may take so long, and so many pairs are asked, apart in the plan. */
const PROBE_MS = 1500;
export const PROBES = 3;

/**
 * Seconds that a pair of a plan takes: the middle one is solved for a moment, and what it had not done by then is counted in work. An
 * estimate for people; nothing depends on it.
 */
export async function probeSeconds(
  plan: TrainingPlan,
  pool: PairPool,
  signal: AbortSignal,
): Promise<number | null> {
  const pair = plan.pairs[plan.pairs.length >> 1];
  const stop = AbortSignal.any([signal, AbortSignal.timeout(PROBE_MS)]);
  const began = performance.now();
  // A pool of other machines may have nobody there yet.
  const late = new Promise<null>((resolve) => setTimeout(resolve, 2 * PROBE_MS, null).unref());
  const solved = await Promise.race([
    solveBearable(pair, plan.samples, plan.config, pool, () => {}, stop),
    late,
  ]);
  if (solved === null || signal.aborted) return null;
  const seconds = (performance.now() - began) / 1000;
  const { stages } = solved.outcome;
  if (!stages.some(({ stopReason }) => stopReason === 'interrupted')) return seconds;
  const { timeLimit, workLimit } = plan.config;
  if (timeLimit !== null) return Math.max(seconds, timeLimit);
  const planned = workLimit ?? (isRobust(solved.problem) ? DEFAULT_ROBUST_WORK : DEFAULT_WORK);
  const done = stages.reduce((sum, { work }) => sum + work, 0);
  if (done === 0) return null; // nobody has begun it
  return seconds * Math.max(1, planned / done);
}
