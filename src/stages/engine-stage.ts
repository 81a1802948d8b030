import type { Engine } from '../engine/index.js';
import type { Network } from '../network/types.js';
import type { EndedWorth } from '../problem/chain.js';
import type { Figures, WholeResult } from '../problem/figures.js';
import { isRobust, objectiveOf } from '../problem/objective.js';
import { robustMarginSteps, satisfiesHold } from '../problem/semantics.js';
import { wantedSquares } from '../problem/soft.js';
import { alignToHold } from './align.js';
import { mostProofWork, proofUnits, stageProofWork, stageShare } from './budget.js';
import { asIsKnown } from './known.js';
import { progressOf, type StagePlace } from './progress.js';
import { type StageBlock, stageProof } from './proof.js';
import { runStage, type StageRun } from './run-stage.js';
import { type AskedRun, type EndedStage, isVoid, type StageTask } from './run-stages.js';
import type { TraceWriter } from './trace.js';
import type { SolveOptions, StageProgress } from './types.js';

/** Share of MW's allowance for finding a first network that holds the margins, where no stage before it left one. */
const OPENING_SHARE = 0.6;
/** The same of a single neuron that is given its margin: the opening ends once weights hold it, and MW need only thin them. */
const ALONE_OPENING_SHARE = 0.9;

/** The stages of one run by the engine, which has the problem loaded. */
export class EngineStages {
  /** Work that is left for proofs. */
  private proofWork: number;
  /** The proof of a bound takes about as long as finding it. */
  private readonly searchShare: number;

  constructor(
    private readonly engine: Engine,
    private readonly options: AskedRun,
    private readonly trace: TraceWriter | undefined,
  ) {
    const proves = options.proof !== undefined;
    this.proofWork = proves ? mostProofWork(options.workLimit) : 0;
    this.searchShare = proves ? 0.5 : 1;
  }

  *solve(task: StageTask): Generator<StageProgress, EndedStage> {
    const { engine, options } = this;
    const { problem, stage, keep, hold, isLast } = task;
    const began = performance.now();
    const secondsLeft = (): number => task.seconds - (performance.now() - began) / 1000;
    let start = task.start;
    let spent = 0;
    const run = (share: number): StageRun => ({
      ...task,
      trace: this.trace,
      start,
      seed: options.seed,
      work: share * stageShare(stage, isLast, task.workLeft - spent, stage === 'sm' ? options.smWork : 0),
      seconds: share * this.searchShare * secondsLeft(),
    });
    let result: WholeResult | undefined;
    if (stage === 'mw') {
      const { network, isHeld } = this.held(task);
      start = network;
      if (!isHeld && !isVoid(problem, hold)) {
        const isAlone = problem.layers.length === 2 && hold.kind === 'margins';
        const share = isAlone ? ALONE_OPENING_SHARE : OPENING_SHARE;
        const opening = yield* runStage(engine, { ...run(share), stage: 'mm', openingOf: stage }, options);
        spent += opening.work;
        const isUnsolved = opening.objective === null;
        // The paper's MW looks for a network of its own where the opening has none.
        if (opening.status === 'infeasible' || (isUnsolved && isRobust(problem)))
          result = { ...opening, stage, bound: null, history: undefined };
        else if (!isUnsolved) start = aligned(task, engine.incumbent());
      }
    }
    if (result === undefined) {
      result = yield* runStage(engine, run(1), options);
      spent += result.work;
    }
    result = asIsKnown(result, keep, problem.keep === undefined ? task.before[0] : undefined);
    if (stage === 'mm' && objectiveOf(problem) === 'soft')
      result = { ...result, wanted: wantedSquares(problem, keep) };
    // The proof pass may meet a better network, which this stage has not found.
    const network = result.objective === null ? null : engine.incumbent();
    const worth = network === null ? {} : yield* this.worth(task, result, network);
    if (options.proof !== undefined) {
      // An opening that found MW infeasible has left the engine in MM.
      if (result.status === 'infeasible') engine.begin(stage, keep, hold, null, options.seed);
      const { text, provedBound, work } = yield* this.proof(task, result, secondsLeft());
      if (text !== undefined) options.proof(text);
      if (provedBound !== undefined) result = { ...result, provedBound };
      this.proofWork -= work / proofUnits(problem);
    }
    return { result, network, worth, spent };
  }

  /**
   * MW's first network. What the stages of this run have left holds what they have reached; what came from elsewhere, or is to hold what
   * the problem says, may not.
   */
  private held({ problem, start, before, keep, hold }: StageTask): {
    readonly network: Network | null;
    readonly isHeld: boolean;
  } {
    const isOpened = start !== null && before.length > 0;
    const isStated =
      this.options.from !== undefined || problem.keep !== undefined || problem.margins !== undefined;
    if (start === null || isRobust(problem) || (isOpened && !isStated))
      return { network: start, isHeld: isOpened };
    const network = aligned({ problem, keep, hold }, start);
    return { network, isHeld: satisfiesHold(problem, network, keep, hold) };
  }

  /** What the stage's network is worth, where the engine says it sooner than the chain would find out. */
  private *worth(
    task: StageTask,
    result: WholeResult,
    network: Network,
  ): Generator<StageProgress, EndedWorth> {
    const { engine, options } = this;
    const { problem, stage, keep } = task;
    const ended = { ...result, ...task };
    if (stage === 'sm') return { counted: yield* told(engine.countedSteps(), ended, options) };
    if (objectiveOf(problem) === 'soft') return { mm: { loss: -(result.objective ?? 0) } };
    if (stage !== 'mm' || task.isLast) return {};
    const steps = isRobust(problem) ? robustMarginSteps(problem, network, keep) : engine.marginSteps();
    return { mm: { margins: yield* told(steps, ended, options) } };
  }

  /**
   * The proof of a stage that has just ended; its slices are yielded like those of the stage. It has what time the stage has
   * left over, but does not take what stands reserved for the stages behind.
   */
  private *proof(
    task: StageTask,
    result: WholeResult,
    seconds: number,
  ): Generator<StageProgress, StageBlock> {
    const { engine, options } = this;
    const { problem, stage, isLast, keep, hold } = task;
    const began = performance.now();
    const limits = {
      work: proofUnits(problem) * stageProofWork(stage, isLast, result.work, this.proofWork),
      elapsed: () => (seconds > 0 ? (performance.now() - began) / 1000 / seconds : 1),
      stop: () => options.shouldStop?.() === true,
    };
    const steps = stageProof(engine, problem, result, keep, hold, limits);
    return yield* told(steps, { ...result, ...task }, options, () => engine.figures());
  }
}

/** A network with its neurons in the order of the margins that they are to hold. */
function aligned(
  { problem, keep, hold }: Pick<StageTask, 'problem' | 'keep' | 'hold'>,
  network: Network,
): Network {
  if (hold.kind !== 'margins' || isRobust(problem)) return network;
  return alignToHold(problem, network, keep, hold.margins);
}

export interface StageFigures extends StagePlace, Figures, Pick<StageProgress, 'nodes' | 'work'> {}

/** A piece of a run that is not the search: what it yields becomes progress, with the stage's figures as they stand. */
export function* told<T>(
  steps: Generator<void, T>,
  stage: StageFigures,
  options: SolveOptions,
  counters: () => Pick<StageFigures, 'nodes' | 'work'> = () => stage,
): Generator<StageProgress, T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const { nodes, work } = counters();
    const progress = progressOf(stage, { ...stage, nodes, work });
    options.onProgress?.(progress);
    yield progress;
  }
}
