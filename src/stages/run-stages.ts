import type { Network } from '../network/types.js';
import { type EndedWorth, StageChain, type StageInputs } from '../problem/chain.js';
import { recordOf, type WholeResult } from '../problem/figures.js';
import { confidenceThreshold } from '../problem/semantics.js';
import type { Hold } from '../problem/solution.js';
import type { TrainingProblem } from '../problem/types.js';
import { stageShare } from './budget.js';
import type { StagePlace } from './progress.js';
import type { Solution, SolveOptions, StageName, StageProgress } from './types.js';

/** The options of a run with its defaults filled in. */
export type AskedRun = SolveOptions &
  Required<Pick<SolveOptions, 'stages' | 'seed' | 'tolerance' | 'timeLimit' | 'workLimit'>> & {
    /** What of the work is SM's alone. */
    readonly smWork: number;
  };

/** One stage, as the chain asks for it. */
export interface StageTask extends StagePlace, StageInputs {
  readonly isLast: boolean;
  /** What the stages before it have left; `null`: nothing. */
  readonly start: Network | null;
  /** What the stages before it have ended with. */
  readonly before: readonly WholeResult[];
  /** Work units that the run has left, for this stage and those behind it. */
  readonly workLeft: number;
  /** What this stage may take. */
  readonly seconds: number;
}

export interface EndedStage {
  readonly result: WholeResult;
  /** What the next stage starts from; `null`: the stage found no network. */
  readonly network: Network | null;
  readonly worth?: EndedWorth;
  /** Work units, proofs left out. */
  readonly spent: number;
}

/** Solves a stage, and writes its proof where one is asked for. */
export type StageSolver = (task: StageTask) => Generator<StageProgress, EndedStage>;

/**
 * The stages of a run one after another, each from what those before it leave, whoever solves them: the engine (engine-stage.ts) or
 * a tree over cases (cases.ts). A stage that has nothing to be about is not run, and ends like the one before it.
 *
 * @param runStart when the run began (milliseconds)
 */
export function* runStages(
  problem: TrainingProblem,
  { stages, from, tolerance, timeLimit, workLimit }: AskedRun,
  first: Network | null,
  runStart: number,
  solveStage: StageSolver,
): Generator<StageProgress, Solution> {
  const chain = new StageChain(problem, tolerance);
  const results: WholeResult[] = [];
  let network = first;
  let workLeft = workLimit;
  for (const [index, stage] of stages.entries()) {
    const previous = results.at(-1);
    const { keep, hold } = from ?? { keep: chain.keep, hold: chain.holdOf(stage) };
    const isWithoutMargins =
      previous?.stage === 'mm' && previous.objective === null && !isVoid(problem, hold);
    if (previous !== undefined && (chain.isBarred || isWithoutMargins)) {
      results.push(notRun(stage, previous));
      chain.ended(stage, null);
      continue;
    }
    const isLast = index === stages.length - 1;
    const ended = yield* solveStage({
      problem,
      stage,
      index,
      count: stages.length,
      runStart,
      keep,
      hold,
      isLast,
      start: network,
      before: results,
      workLeft,
      seconds: stageShare(stage, isLast, timeLimit - (performance.now() - runStart) / 1000),
    });
    const { result, worth = {}, spent } = ended;
    network = ended.network;
    workLeft -= spent;
    chain.ended(stage, network, worth);
    results.push(network === null ? result : { ...result, network, keep: worth.counted ?? keep });
  }
  const records = results.map((result) => recordOf(problem, result));
  return { stages: records, network, keep: chain.keep, tolerance };
}

/** A stage that has nothing to run on, because the one before has no network: it ends as that did, and has shown nothing of its own. */
function notRun(stage: StageName, { status, stopReason, keep }: WholeResult): WholeResult {
  return {
    ...{ stage, status, stopReason, objective: null, bound: null },
    ...{ nodes: 0, work: 0, seconds: 0 },
    ...(keep === undefined ? {} : { keep }),
  };
}

/** Confidence 0 is what a network of SM has of what it counts, also where no network is right on that. */
export function isVoid(problem: TrainingProblem, hold: Hold): boolean {
  return hold.kind === 'confident' && confidenceThreshold(problem) <= 0;
}
