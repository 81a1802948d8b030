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
  /** Descriptor of the open proof file: descriptors belong to the process, not to a thread. */
  readonly file: number;
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

/**
 * Solves with the default engine and writes the proof file. A thread of its own, because this one has to hear Ctrl-C; that
 * thread writes the text itself, so that nothing piles up between the two. The file appears when it is complete.
 */
export async function solveWithProof(
  path: string,
  problem: TrainingProblem,
  options: PairTaskOptions,
  onProgress: (progress: StageProgress) => void,
  signal: AbortSignal,
): Promise<ProvedSolution> {
  const stop = new SharedArrayBuffer(4);
  const interrupt = () => Atomics.store(new Int32Array(stop), 0, 1);
  const writer = new ProofWriter(path);
  let solved: ProvedSolution | undefined;
  try {
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt, { once: true });
    const task: ProvingTask = { problem, options, file: writer.file, stop };
    solved = await outcome(task, onProgress);
  } catch (error) {
    throw diskError(error, path);
  } finally {
    signal.removeEventListener('abort', interrupt);
    if (solved === undefined) writer.discard();
  }
  await writer.finish();
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
