import { Worker } from 'node:worker_threads';
import { InputError } from '../errors.js';
import type { TrainingProblem } from '../problem/types.js';
import { STAGE_NAMES } from '../stage-list.js';
import type { Solution, StageName, StageResult, StopReason } from '../stages/types.js';

/** What the thread is asked; plain data. */
export interface RivalTask {
  readonly engine: 'highs' | 'brute';
  readonly problem: TrainingProblem;
  readonly stages: readonly StageName[];
  readonly timeLimit?: number;
  readonly nodeLimit?: number;
  readonly seed?: number;
  readonly tolerance?: number;
  /** One Int32; 1 asks HiGHS to end with its best so far. A busy thread hears no message, but it can read memory. */
  readonly stop: SharedArrayBuffer;
}

export type RivalAnswer =
  | { readonly type: 'solution'; readonly solution: Solution }
  | { readonly type: 'refused'; readonly message: string };

export interface RivalOptions {
  readonly stages?: readonly StageName[];
  readonly timeLimit?: number;
  readonly workLimit?: number;
  readonly seed?: number;
  readonly tolerance?: number;
}

/**
 * Solves with another method than our own engine: HiGHS on each stage's MILP (a work limit counts its nodes), or
 * enumeration. Both block the thread they run in, so they get one of their own; this one hears Ctrl-C. Enumeration has
 * no answer before its end: a limit or an interrupt ends it with nothing.
 */
export async function solveWithRival(
  engine: RivalTask['engine'],
  problem: TrainingProblem,
  options: RivalOptions,
  signal: AbortSignal,
): Promise<Solution> {
  const { timeLimit, workLimit, seed, tolerance } = options;
  const stages = options.stages ?? STAGE_NAMES;
  const stop = new SharedArrayBuffer(4);
  const task: RivalTask = { engine, problem, stages, timeLimit, nodeLimit: workLimit, seed, tolerance, stop };
  const began = performance.now();
  const nothing = (reason: StopReason) => unanswered(stages, reason, (performance.now() - began) / 1000);
  const worker = new Worker(new URL('./rival-thread.js', import.meta.url), { workerData: task });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Solution>((resolve, reject) => {
      worker.once('message', (answer: RivalAnswer) => {
        if (answer.type === 'solution') resolve(answer.solution);
        else reject(new InputError(answer.message));
      });
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`the thread of engine ${engine} ended with code ${code}`)),
      );
      const interrupt = () => {
        Atomics.store(new Int32Array(stop), 0, 1);
        if (engine === 'brute') resolve(nothing('interrupted'));
      };
      if (signal.aborted) interrupt();
      else signal.addEventListener('abort', interrupt, { once: true });
      if (engine === 'brute' && timeLimit !== undefined) {
        timer = setTimeout(() => resolve(nothing('time-limit')), Math.min(timeLimit * 1000, 2 ** 31 - 1));
      }
    });
  } finally {
    clearTimeout(timer);
    await worker.terminate();
  }
}

/** Every stage without an answer: honest, and the same shape as any other solution. */
function unanswered(stages: readonly StageName[], stopReason: StopReason, seconds: number): Solution {
  const results = stages.map(
    (stage, index): StageResult => ({
      stage,
      status: 'unknown',
      stopReason,
      objective: null,
      bound: null,
      gap: null,
      nodes: 0,
      work: 0,
      seconds: index === 0 ? seconds : 0,
    }),
  );
  return { stages: results, network: null, keep: [] };
}
