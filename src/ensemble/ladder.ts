import { isGeometric, narrowed } from '../perturb/index.js';
import type { TrainingProblem } from '../problem/types.js';
import { DEFAULT_ROBUST_WORK } from '../stages/budget.js';
import type { StageProgress } from '../stages/types.js';
import type { TrainingConfig } from './options.js';
import { type Pair, pairProblem, pairSeed } from './pairs.js';
import type { PairOutcome, PairPool, PairTaskOptions } from './pool.js';
import type { TrainingSamples } from './samples.js';

/**
 * How far one pair can bear the perturbations asked for. The set that suits digits tears shirts and pullovers to pieces:
 * their rows contradict each other, and the worst case of contradictions teaches nothing. So a pair whose margin under
 * the set falls below a share of its margin without motions (`config.adapt`) is given the set with smaller motions, the
 * largest of a few steps that it can bear. Training data only; deterministic with work limits.
 */
export const STEPS: readonly number[] = [1, 0.75, 0.5, 0.25];

/** What a probe may spend, as a share of what the pair may. */
const PROBE_SHARE = 0.2;
const PROBE_SECONDS_SHARE = 0.1;

/** A solved pair, and the share of the perturbation set's motions that it was trained with. */
export interface BorneOutcome {
  readonly outcome: PairOutcome;
  readonly problem: TrainingProblem;
  readonly share: number;
}

/** Solves one pair, after probing how much of the set it bears where `config.adapt` asks for that. */
export async function solveBearable(
  pair: Pair,
  samples: TrainingSamples,
  config: TrainingConfig,
  pool: PairPool,
  onProgress: (progress: StageProgress) => void,
  stop: AbortSignal,
): Promise<BorneOutcome> {
  const problemWith = (share: number): TrainingProblem =>
    pairProblem(pair, samples, { ...config, perturb: narrowed(config.perturb, share) });
  const options: PairTaskOptions = {
    stages: config.stages,
    timeLimit: config.timeLimit ?? undefined,
    workLimit: config.workLimit ?? undefined,
    seed: pairSeed(config.seed, pair.index),
    tolerance: config.tolerance,
  };
  const margin = async (share: number): Promise<number> => {
    const { soft: _, ...problem } = problemWith(share);
    const task = { pair: pair.index, problem, options: probeOptions(options) };
    const { stages } = await pool.run(task, () => {}, stop);
    return stages[0].objective ?? Number.NEGATIVE_INFINITY;
  };
  const share = adapts(config) ? await bearable(margin, config.adapt, stop) : 1;
  const problem = problemWith(share);
  const spent = adapts(config) ? 5 * PROBE_SECONDS_SHARE : 0;
  const timeLimit = options.timeLimit === undefined ? undefined : options.timeLimit * (1 - spent);
  const task = { pair: pair.index, problem, options: { ...options, timeLimit } };
  return { outcome: await pool.run(task, onProgress, stop), problem, share };
}

function adapts(config: TrainingConfig): config is TrainingConfig & { readonly adapt: number } {
  return (config.adapt ?? 0) > 0 && isGeometric(config.perturb);
}

/** The first step whose margin is at least the wanted share of the margin without motions; 0 where none is. */
async function bearable(
  marginAt: (share: number) => Promise<number>,
  wanted: number,
  stop: AbortSignal,
): Promise<number> {
  const still = Math.max(0, await marginAt(0));
  for (const share of STEPS) {
    if (stop.aborted) return share;
    if ((await marginAt(share)) >= wanted * still) return share;
  }
  return 0;
}

/** Max-margin alone, over all samples: whether they can all be certified, and how well. */
function probeOptions(options: PairTaskOptions): PairTaskOptions {
  const { timeLimit, workLimit, seed } = options;
  const own = workLimit ?? (timeLimit === undefined ? DEFAULT_ROBUST_WORK : undefined);
  return {
    stages: ['mm'],
    seed,
    timeLimit: timeLimit === undefined ? undefined : timeLimit * PROBE_SECONDS_SHARE,
    workLimit: own === undefined ? undefined : Math.floor(own * PROBE_SHARE),
  };
}
