import type { Engine } from '../../engine/index.js';
import { InputError } from '../../errors.js';
import type { TrainingProblem } from '../../problem/types.js';
import { solveSteps } from '../../stages/solve.js';
import type { Solution, SolveOptions, StageProgress } from '../../stages/types.js';

/** One pair to solve; plain data, so that it can be posted to a worker. */
export interface PairTask {
  readonly pair: number;
  readonly problem: TrainingProblem;
  readonly options: PairTaskOptions;
}

export type PairTaskOptions = Pick<
  SolveOptions,
  'stages' | 'timeLimit' | 'workLimit' | 'thorough' | 'start' | 'memoryLimit' | 'seed' | 'tolerance'
>;

/** How a pair ended; plain data. */
export type PairOutcome = Solution;

/** A pair that a pool has been given, until it is answered. */
export interface PairJob {
  readonly task: PairTask;
  readonly onProgress: (progress: StageProgress) => void;
  readonly stop: AbortSignal;
  readonly resolve: (outcome: PairOutcome) => void;
  readonly reject: (error: Error) => void;
  attempts: number;
}

/**
 * Where pairs are solved: in this thread, in worker threads, on other machines. Any number of `run` calls may be open;
 * `size` says how many make sense.
 */
export interface PairPool {
  readonly size: number;
  /** Pairs that are in work at a time, where more of them than that can wait in the pool. */
  readonly cores?: number;
  /**
   * Solves one pair. `stop` ends it soon (within a slice, tens of milliseconds) with the best so far, as an ordinary
   * outcome. Rejects with `InputError` for a problem that cannot be solved as asked, with `Error` after a crash and one
   * failed retry.
   */
  run(task: PairTask, onProgress: (progress: StageProgress) => void, stop: AbortSignal): Promise<PairOutcome>;
  /** Ends what the pool started. */
  close(): Promise<void>;
}

/** The machine that solves: yields after each slice of work (milliseconds), returns the solution. */
export type PairSolver = (task: PairTask, shouldStop: () => boolean) => Generator<StageProgress, PairOutcome>;

/** The real solver, on one engine that serves any number of pairs one after the other. */
export function engineSolver(engine: Engine): PairSolver {
  return ({ problem, options }, shouldStop) => solveSteps(engine, problem, { ...options, shouldStop });
}

/** Milliseconds of work between two turns of the event loop, and a slice more: together well below thirty. */
const TURN_MS = 8;

/**
 * Solves in this thread, one pair at a time, in slices with turns of the event loop between them, so that a page stays
 * alive and a signal can arrive. The clock decides only when to let others run, never what is computed.
 */
export class InThreadPool implements PairPool {
  readonly size = 1;
  private solver: PairSolver | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  /** @param createSolver makes the solver, at the first pair and again after a crash */
  constructor(private readonly createSolver: () => Promise<PairSolver>) {}

  run(
    task: PairTask,
    onProgress: (progress: StageProgress) => void,
    stop: AbortSignal,
  ): Promise<PairOutcome> {
    const turn = this.queue.then(() => this.solveWithRetry(task, onProgress, stop));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    await this.queue;
    this.solver = undefined;
  }

  private async solveWithRetry(
    task: PairTask,
    onProgress: (progress: StageProgress) => void,
    stop: AbortSignal,
  ): Promise<PairOutcome> {
    try {
      return await this.solve(task, onProgress, stop);
    } catch (error) {
      // What an engine is worth after a trap nobody knows: a new one tries once more.
      this.solver = undefined;
      if (error instanceof InputError) throw error;
      return await this.solve(task, onProgress, stop);
    }
  }

  private async solve(
    task: PairTask,
    onProgress: (progress: StageProgress) => void,
    stop: AbortSignal,
  ): Promise<PairOutcome> {
    this.solver ??= await this.createSolver();
    const steps = this.solver(task, () => stop.aborted);
    let turn = performance.now();
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      onProgress(step.value);
      if (performance.now() - turn >= TURN_MS) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        turn = performance.now();
      }
    }
  }
}
