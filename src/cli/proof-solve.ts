import { Worker } from 'node:worker_threads';
import { diskError } from '../data/files/paths.js';
import type { PairTaskOptions } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import type { TrainingProblem } from '../problem/types.js';
import type { Solution, StageName, StageProgress } from '../stages/types.js';
import { ProofWriter } from './proof-file.js';

/** What the thread is asked; plain data. */
export interface ProvingTask {
  readonly problem: TrainingProblem;
  readonly options: PairTaskOptions;
  /** Descriptors of the open files: descriptors belong to the process, not to a thread. */
  readonly proof?: number;
  readonly trace?: number;
  /** One Int32; 1 asks it to end with its best so far. A busy thread hears no message, but it can read memory. */
  readonly stop: SharedArrayBuffer;
}

/** A solution, and the stages whose bounds the proof file shows. */
export interface ProvedSolution {
  readonly solution: Solution;
  readonly proved: readonly StageName[];
}

/** Any number of progress messages, then one of the others. */
export type ProvingAnswer =
  | { readonly type: 'progress'; readonly progress: StageProgress }
  | { readonly type: 'solution'; readonly solution: Solution; readonly proved: readonly StageName[] }
  | { readonly type: 'refused'; readonly message: string };

/** What is written while it solves. */
export interface Written {
  readonly proof?: string;
  readonly trace?: string;
}

/**
 * Solves with the default engine and writes proof and trace. A thread of its own, because this one has to hear Ctrl-C; that
 * thread writes the text itself, so that nothing piles up between the two. The files appear when they are complete.
 */
export async function solveWithProof(
  files: Written,
  problem: TrainingProblem,
  options: PairTaskOptions,
  onProgress: (progress: StageProgress) => void,
  signal: AbortSignal,
): Promise<ProvedSolution> {
  const stop = new SharedArrayBuffer(4);
  const interrupt = () => Atomics.store(new Int32Array(stop), 0, 1);
  const writers: ProofWriter[] = [];
  const open = (path: string | undefined): number | undefined => {
    if (path === undefined) return undefined;
    const writer = new ProofWriter(path);
    writers.push(writer);
    return writer.file;
  };
  let solved: ProvedSolution | undefined;
  try {
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
    const task: ProvingTask = { problem, options, proof: open(files.proof), trace: open(files.trace), stop };
    solved = await outcome(task, onProgress);
  } catch (error) {
    throw diskError(error, (files.proof ?? files.trace) as string);
  } finally {
    signal.removeEventListener('abort', interrupt);
    if (solved === undefined) for (const writer of writers) writer.discard();
  }
  for (const writer of writers) await writer.finish();
  return solved;
}

async function outcome(
  workerData: ProvingTask,
  onProgress: (progress: StageProgress) => void,
): Promise<ProvedSolution> {
  const worker = new Worker(new URL('./proof-thread.js', import.meta.url), { workerData, execArgv: [] });
  try {
    return await new Promise<ProvedSolution>((resolve, reject) => {
      worker.on('message', (answer: ProvingAnswer) => {
        if (answer.type === 'progress') onProgress(answer.progress);
        else if (answer.type === 'solution') resolve(answer);
        else reject(new InputError(answer.message));
      });
      worker.once('error', reject);
      worker.once('exit', (code) =>
        reject(new Error(`the thread that writes the proof ended with code ${code}`)),
      );
    });
  } finally {
    await worker.terminate();
  }
}
