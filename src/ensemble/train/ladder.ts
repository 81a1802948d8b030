import { isGeometric, narrowed, type PerturbationSet } from '../../perturb/index.js';
import { targetsOf } from '../../problem/objective.js';
import type { TrainingProblem } from '../../problem/types.js';
import { DEFAULT_ROBUST_WORK } from '../../stages/budget.js';
import type { StageProgress } from '../../stages/types.js';
import type { TrainingConfig } from '../config.js';
import type { Pair } from '../pair-order.js';
import { pairProblem, pairSeed } from './pairs.js';
import type { PairOutcome, PairPool, PairTaskOptions } from './pool.js';
import type { TrainingSamples } from './training-samples.js';

/**
 * How far one pair can bear the perturbations asked for. The set that suits digits tears shirts and pullovers to pieces:
 * their rows contradict each other, and the worst case of contradictions teaches nothing. So a pair whose margin under
 * the set falls below a share of its margin without motions (`config.adapt`) is given the set with smaller motions, the
 * largest of a few steps that it can bear. Training data only; deterministic with work limits.
 *
 * With soft margins a pair bears what leaves its loss at or below a share (`config.adapt` again) of what no reach at all
 * would cost; an eighth of the random copies tells that as well as all of them, at a fraction of the work.
 */
export const STEPS: readonly number[] = [1, 0.75, 0.5, 0.25];

/**
 * On features it is the radius that has to suit a pair, not the motions, which upright images bear: a large one makes weights few and
 * answers steady where classes are far apart, and leaves nothing of the margins where they are close (Fashion-MNIST loses six points at
 * 4 where MNIST gains one over 2). So a pair is given the largest of these shares of the radius at which its loss
 * is at most `config.adapt` of the squared targets, on all its copies; the last share whatever it lacks.
 */
export const RADIUS_STEPS: readonly number[] = [1, 0.5, 0.25, 0.125];

/**
 * On tables it is the reach that has to suit: pairs that a neuron tells apart do better with less of it wanted (optdigits by more than a
 * point of cross-validation, at 0.5 instead of 0.8), those that nothing tells apart with more, as rounding and flips see more of what every
 * column says (heart, by one). So a pair is first asked for this share of `config.soft`, and for all of it where it lacks more than
 * `config.adapt` of the squared targets.
 */
export const REACH_SHARE = 0.625;

/** What a probe may spend, as a share of what the pair may. */
const PROBE_SHARE = 0.2;
const PROBE_SECONDS_SHARE = 0.1;

/** Soft margins: one of so many copies is in a probe, and copies at least. */
const PROBE_COPIES = { oneOf: 8, least: 4 };

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
    pairProblem(pair, samples, { ...config, perturb: shrunk(config, config.perturb, share) });
  const options: PairTaskOptions = {
    stages: config.stages,
    timeLimit: config.timeLimit ?? undefined,
    workLimit: config.workLimit ?? undefined,
    seed: pairSeed(config.seed, pair.index),
    tolerance: config.tolerance,
  };
  if (adaptsReach(config)) return solveReachable(pair, samples, config, options, pool, onProgress, stop);
  const margin = async (share: number): Promise<number> => {
    const task = { pair: pair.index, problem: problemWith(share), options: probeOptions(options) };
    const { stages } = await pool.run(task, () => {}, stop);
    return stages[0].objective ?? Number.NEGATIVE_INFINITY;
  };
  const lackAt = async (share: number): Promise<number> => {
    const copies = adaptsRadius(config) ? config.perturb : fewer(config.perturb);
    const few = { ...config, perturb: shrunk(config, copies, share) };
    const problem = pairProblem(pair, samples, few);
    const task = { pair: pair.index, problem, options: probeOptions(options) };
    const { stages } = await pool.run(task, () => {}, stop);
    const all = squares(targetsOf(problem) ?? new Int32Array());
    return -(stages[0].objective ?? Number.NEGATIVE_INFINITY) / all;
  };
  const last = RADIUS_STEPS[RADIUS_STEPS.length - 1];
  const share = !adapts(config)
    ? 1
    : config.soft === undefined
      ? await bearable(margin, config.adapt, stop)
      : adaptsRadius(config)
        ? await affordable(lackAt, config.adapt, stop, RADIUS_STEPS.slice(0, -1), last)
        : await affordable(lackAt, config.adapt, stop);
  const problem = problemWith(share);
  const spent = adapts(config) ? 5 * PROBE_SECONDS_SHARE : 0;
  const timeLimit = options.timeLimit === undefined ? undefined : options.timeLimit * (1 - spent);
  const task = { pair: pair.index, problem, options: { ...options, timeLimit } };
  return { outcome: await pool.run(task, onProgress, stop), problem, share };
}

/** Both solutions have half of what the pair may spend. */
async function solveReachable(
  pair: Pair,
  samples: TrainingSamples,
  config: TrainingConfig & { readonly soft: number; readonly adapt: number },
  options: PairTaskOptions,
  pool: PairPool,
  onProgress: (progress: StageProgress) => void,
  stop: AbortSignal,
): Promise<BorneOutcome> {
  const { workLimit, timeLimit } = options;
  const half: PairTaskOptions = {
    ...options,
    workLimit: workLimit === undefined ? undefined : Math.floor(workLimit / 2),
    timeLimit: timeLimit === undefined ? undefined : timeLimit / 2,
  };
  const solve = async (soft: number): Promise<BorneOutcome> => {
    const problem = pairProblem(pair, samples, { ...config, soft });
    const outcome = await pool.run({ pair: pair.index, problem, options: half }, onProgress, stop);
    return { outcome, problem, share: 1 };
  };
  const first = await solve(config.soft * REACH_SHARE);
  const wanted = squares(targetsOf(first.problem) ?? new Int32Array());
  const lack = -(first.outcome.stages[0]?.objective ?? Number.NEGATIVE_INFINITY) / wanted;
  return lack <= config.adapt || stop.aborted ? first : solve(config.soft);
}

/** Whether it is the reach that a pair may be asked less of: nothing moves, and a table has soft margins. */
export function adaptsReach(
  config: TrainingConfig,
): config is TrainingConfig & { readonly soft: number; readonly adapt: number } {
  const { adapt, soft, bias, perturb } = config;
  return (
    soft !== undefined && bias === true && (adapt ?? 0) > 0 && !isGeometric(perturb) && !adaptsRadius(config)
  );
}

function adapts(config: TrainingConfig): config is TrainingConfig & { readonly adapt: number } {
  return (config.adapt ?? 0) > 0 && (isGeometric(config.perturb) || adaptsRadius(config));
}

/** Whether it is the radius that a pair may have less of. */
export function adaptsRadius(config: Pick<TrainingConfig, 'features' | 'soft'>): boolean {
  return config.features !== undefined && config.soft !== undefined;
}

/** The set with a share of its motions, or of its radius. */
function shrunk(config: TrainingConfig, set: PerturbationSet, share: number): PerturbationSet {
  return adaptsRadius(config) ? { ...set, linf: Math.round(set.linf * share) } : narrowed(set, share);
}

/** The first step at which a pair lacks no more than the share `most`; `otherwise` where there is none. */
async function affordable(
  lackAt: (share: number) => Promise<number>,
  most: number,
  stop: AbortSignal,
  steps = STEPS,
  otherwise = 0,
): Promise<number> {
  for (const share of steps) {
    if (stop.aborted || (await lackAt(share)) <= most) return share;
  }
  return otherwise;
}

function fewer(set: PerturbationSet): PerturbationSet {
  if (set.affine === undefined) return set;
  const copies = Math.ceil(set.affine.copies / PROBE_COPIES.oneOf);
  const least = Math.min(set.affine.copies, PROBE_COPIES.least);
  return { ...set, affine: { ...set.affine, copies: Math.max(copies, least) } };
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
    thorough: false,
    seed,
    timeLimit: timeLimit === undefined ? undefined : timeLimit * PROBE_SECONDS_SHARE,
    workLimit: own === undefined ? undefined : Math.floor(own * PROBE_SHARE),
  };
}

function squares(targets: Int32Array): number {
  return targets.reduce((sum, target) => sum + target ** 2, 0);
}
