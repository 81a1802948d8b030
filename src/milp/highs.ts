import { InputError } from '../errors.js';
import { marginSum, marginsHold, networkMargins } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { StageChain } from '../problem/chain.js';
import { recordOf, unitOf } from '../problem/figures.js';
import { isRobust, targetsOf } from '../problem/objective.js';
import { certificates, certifiedMargin, isCertified, rowsOf } from '../problem/robust.js';
import {
  confidentSamples,
  countedWeights,
  countedWorth,
  isAllowed,
  marginUnits,
  satisfiesHold,
} from '../problem/semantics.js';
import { softLoss } from '../problem/soft.js';
import type { Hold, SolutionRecord, StageName, StageRecord, StopReason } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGE_NAMES, STAGES } from '../stage-list.js';
import { stageModel } from './model.js';
import { formatMps } from './mps.js';
import { networkOfPoint } from './point.js';
import type { MilpModel } from './types.js';

/*
 * The stages solved by HiGHS (npm `highs`, optional) on the exported models: a rival and a judge. The weights it
 * returns are rounded to integers and evaluated exactly, so an objective is always true; a bound is HiGHS's own
 * floating-point claim, rounded outward to the unit in which the objective moves.
 */

/** The part of the package `highs` that is used here; its own types are not needed to compile against this library. */
export interface HighsModule {
  default(): Promise<HighsRuntime>;
}

interface HighsRuntime {
  createModel(source: { format: 'mps'; data: Uint8Array }): HighsModel;
}

interface HighsModel {
  readonly options: { set(options: Record<string, number | boolean | string>): void };
  readonly info: { get(name: string): number | bigint };
  run(callbacks?: Record<number, (event: { interrupt(): void }) => undefined>): unknown;
  getModelStatus(): number;
  getSolution(): { readonly colValue: Float64Array };
  dispose(): void;
}

export interface HighsOptions {
  /** Seconds for all stages together; unused time passes on. Default: none. */
  readonly timeLimit?: number;
  /** Branch-and-bound nodes of a stage at most: a limit that does not depend on the clock. Default: none. */
  readonly nodeLimit?: number;
  /** HiGHS's `random_seed`; default 0. */
  readonly seed?: number;
  /** MW holds `(1 - tolerance) * m`; in [0, 1], default 0. */
  readonly tolerance?: number;
  /** Polled by HiGHS between nodes; true ends the run with the best so far. */
  readonly shouldStop?: () => boolean;
}

/**
 * Loads the optional package.
 *
 * @param specifier the module to load; a page without a bundler can name a URL
 * @throws InputError that says how to install it
 */
export async function importHighs(specifier = 'highs'): Promise<HighsModule> {
  try {
    // Not a literal, so that bundlers and compilers leave the optional package alone.
    return (await import(/* @vite-ignore */ specifier)) as HighsModule;
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new InputError(
      `engine highs: the optional package could not be loaded; run: npm install highs (${why})`,
    );
  }
}

/**
 * Solves stage after stage with HiGHS. `nodes` are its branch-and-bound nodes and `work` its simplex iterations.
 * Status `optimal` means that HiGHS's claimed bound, rounded outward, is the exact objective.
 *
 * @param loader delivers the package, `importHighs` unless the caller has its own
 * @throws InputError when the package is missing
 */
export async function solveWithHighs(
  loader: () => Promise<HighsModule>,
  problem: TrainingProblem,
  stages: readonly StageName[] = STAGE_NAMES,
  options: HighsOptions = {},
): Promise<SolutionRecord & { readonly keep: readonly number[] }> {
  const started = performance.now();
  const highs = await (await loader()).default();
  const tolerance = options.tolerance ?? 0;
  const records: StageRecord[] = [];
  let network: Network | null = null;
  const chain = new StageChain(problem, tolerance);
  for (const stage of stages) {
    const { keep } = chain;
    const hold = chain.holdOf(stage);
    const elapsed = (performance.now() - started) / 1000;
    const left = options.timeLimit === undefined ? Number.POSITIVE_INFINITY : options.timeLimit - elapsed;
    if (chain.isBarred) {
      records.push({ ...records[0], stage, bound: null, gap: null, nodes: 0, work: 0, seconds: 0 });
      continue;
    }
    const outcome = solveStage(highs, { problem, stage, keep, hold }, network, left, options);
    if (outcome.network !== undefined) network = outcome.network;
    const counted = stage === 'sm' && network !== null ? confidentSamples(problem, network) : undefined;
    chain.ended(stage, outcome.network ?? null, { counted });
    records.push({ ...outcome, keep: counted ?? keep });
  }
  return { stages: records, network, keep: chain.keep, ...(tolerance === 0 ? {} : { tolerance }) };
}

interface Task {
  readonly problem: TrainingProblem;
  readonly stage: StageName;
  readonly keep: readonly number[];
  readonly hold: Hold;
}

/** HighsModelStatus, by what it means here. Every variable is bounded, so "unbounded or infeasible" is infeasible. */
const OPTIMAL = 7;
const INFEASIBLE = [8, 9];
const STOP_REASONS: Readonly<Record<number, StopReason>> = {
  13: 'time-limit',
  14: 'work-limit',
  16: 'work-limit',
};
const FEASIBLE_POINT = 2; // kSolutionStatusFeasible
const MIP_INTERRUPT = 6; // callback type

function solveStage(
  highs: HighsRuntime,
  task: Task,
  previous: Network | null,
  secondsLeft: number,
  options: HighsOptions,
): StageRecord {
  const started = performance.now();
  const model = stageModel(task.problem, task.stage, task.keep, task.hold);
  const { scale } = unitOf(task.problem, task.stage);
  const run = runHighs(highs, model, 1 / scale, secondsLeft, options);
  // The network of the stage before is a candidate too: a limit never leaves less than there was.
  const candidates = [
    run.weights === null ? null : networkOfPoint(task.problem, run.weights, model),
    previous,
  ]
    .map((network) => ({ network, value: network === null ? null : exactObjective(task, network) }))
    .filter((candidate): candidate is { network: Network; value: number } => candidate.value !== null);
  const { sense } = STAGES[task.stage];
  const best = candidates.sort((a, b) => sense * (b.value - a.value))[0];
  const claimed = roundedBound(task.stage, run.dualBound, scale);
  // A claim that an exactly evaluated network refutes is no bound.
  const bound = best && claimed !== null && sense * (claimed - best.value) < 0 ? null : claimed;
  const isInfeasible = best === undefined && INFEASIBLE.includes(run.status);
  const isOptimal = best !== undefined && bound === best.value;
  return recordOf(task.problem, {
    stage: task.stage,
    status: isOptimal ? 'optimal' : isInfeasible ? 'infeasible' : best === undefined ? 'unknown' : 'feasible',
    stopReason: isOptimal || isInfeasible ? 'proved' : run.stopReason,
    objective: best?.value ?? null,
    bound: isInfeasible ? null : bound,
    nodes: run.nodes,
    work: run.iterations,
    seconds: (performance.now() - started) / 1000,
    ...(best === undefined ? {} : { network: best.network }),
  });
}

interface HighsRun {
  readonly status: number;
  readonly stopReason: StopReason;
  readonly weights: Float64Array | null; // one value per column of the model
  readonly dualBound: number;
  readonly nodes: number;
  readonly iterations: number;
}

function runHighs(
  highs: HighsRuntime,
  model: MilpModel,
  unit: number,
  secondsLeft: number,
  options: HighsOptions,
): HighsRun {
  const solver = highs.createModel({ format: 'mps', data: new TextEncoder().encode(formatMps(model)) });
  try {
    solver.options.set({
      output_flag: false,
      random_seed: options.seed ?? 0,
      mip_rel_gap: 0,
      mip_abs_gap: unit / 2, // objectives move in whole units: half of one proves optimality
      // Big-M rows multiply a loose binary by thousands. HiGHS takes no less than 1e-10.
      mip_feasibility_tolerance: Math.max(1e-10, Math.min(1e-9, model.tolerance)),
      ...(Number.isFinite(secondsLeft) ? { time_limit: Math.max(0, secondsLeft) } : {}),
      ...(options.nodeLimit === undefined ? {} : { mip_max_nodes: options.nodeLimit }),
    });
    let stopped = false;
    const { shouldStop } = options;
    const callbacks = shouldStop && {
      [MIP_INTERRUPT]: (event: { interrupt(): void }): undefined => {
        stopped ||= shouldStop();
        if (stopped) event.interrupt();
      },
    };
    if (callbacks) solver.run(callbacks);
    else solver.run();
    const status = solver.getModelStatus();
    const hasPoint = Number(solver.info.get('primal_solution_status')) === FEASIBLE_POINT;
    // At OPTIMAL without equality the float claim is a hair off the exact objective: HiGHS's own tolerance ended it.
    return {
      status,
      stopReason: stopped
        ? 'interrupted'
        : (STOP_REASONS[status] ?? (status === OPTIMAL ? 'work-limit' : 'interrupted')),
      weights: hasPoint ? solver.getSolution().colValue : null,
      dualBound: Number(solver.info.get('mip_dual_bound')),
      nodes: Math.max(0, Number(solver.info.get('mip_node_count'))),
      iterations: Math.max(0, Number(solver.info.get('simplex_iteration_count'))),
    };
  } finally {
    solver.dispose();
  }
}

/** What a network scores at a stage, in integer units; `null` where it is not feasible there. */
function exactObjective({ problem, stage, keep, hold }: Task, network: Network): number | null {
  if (!isAllowed(problem, network)) return null;
  if (stage !== 'sm' && isRobust(problem)) return robustObjective(problem, stage, keep, hold, network);
  if (stage === 'sm') return countedWorth(problem, confidentSamples(problem, network));
  if (stage === 'mw')
    return satisfiesHold(problem, network, keep, hold) ? countedWeights(problem, network) : null;
  const margins = networkMargins(network, problem, keep, marginUnits(problem));
  return marginsHold(margins) ? marginSum(margins) : null;
}

/** The same of MM and MW under the robust objective and soft margins. */
function robustObjective(
  problem: TrainingProblem,
  stage: StageName,
  keep: readonly number[],
  hold: Hold,
  network: Network,
): number | null {
  if (stage === 'mw') {
    return holdsRobustly(problem, network, keep, hold) ? countedWeights(problem, network) : null;
  }
  if (targetsOf(problem) === undefined) {
    const margin = certifiedMargin(problem, network, keep);
    return margin < 0 ? null : margin;
  }
  const loss = softLoss(problem, network, keep);
  return Number.isFinite(loss) ? 0 - loss : null;
}

function holdsRobustly(
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
  hold: Hold,
): boolean {
  if (hold.kind === 'loss') return softLoss(problem, network, keep) <= hold.most;
  const thresholds = hold.kind === 'margins' ? hold.margins[0] : network.weights[0].map(() => 0);
  const found = certificates(problem, network);
  return rowsOf(problem, keep).every((k) => isCertified(problem, found, k, thresholds));
}

/**
 * HiGHS's bound on the minimised objective as a bound of the stage in integer units: loosened by 1e-6 and 1e-8 of its
 * size, then rounded to the next unit towards the optimum, which is a whole number of units.
 */
function roundedBound(stage: StageName, dualBound: number, scale: number): number | null {
  if (!Number.isFinite(dualBound)) return null;
  const loose = 1e-6 + 1e-8 * Math.abs(dualBound);
  if (stage === 'mw') return Math.max(0, Math.ceil(dualBound - loose));
  return Math.floor((loose - dualBound) * scale);
}
