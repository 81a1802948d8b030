import { setMaxListeners } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PairJob, PairOutcome, PairPool, PairTask } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import type { StageProgress } from '../stages/types.js';
import { builtFile, workerProgram } from './wasm-file.js';

/** To a worker: one task at a time. */
export interface TaskMessage {
  readonly task: PairTask;
}

/** From a worker: any number of progress messages, then one of the others. */
export type WorkerMessage =
  | { readonly type: 'progress'; readonly progress: StageProgress }
  | { readonly type: 'outcome'; readonly outcome: PairOutcome }
  | { readonly type: 'refused'; readonly message: string };

/** What a worker starts with: the compiled engine, shared by all, and the flag that stops its task. */
export interface WorkerStart {
  readonly module: WebAssembly.Module;
  /** One Int32; 1 asks the task in work to end with its best so far. Set here, read by the worker between slices. */
  readonly stop: SharedArrayBuffer;
}

const ATTEMPTS = 2;

/**
 * Worker threads that solve pairs: started at the first need, one engine instance each, reused for many pairs. A worker
 * that dies (a trap, memory, an exit) is replaced and its pair tried once more; the other pairs never notice.
 *
 * Not a general pool library: those leave a task hanging when its thread exits without an error, and know no stop flag
 * that a busy thread can read. A message cannot reach a thread that computes; shared memory can.
 */
export class WorkerPool implements PairPool {
  private readonly jobs: PairJob[] = [];
  private readonly seats: Seat[] = [];
  private closed = false;

  /**
   * @param module the compiled engine, shared by all threads
   * @param size threads at most, >= 1
   * @param script the worker's file, or its program as CommonJS text; the package's own file by default
   */
  constructor(
    private readonly module: WebAssembly.Module,
    readonly size: number,
    private readonly script: URL | string = builtFile('run/worker.js'),
  ) {}

  /** A pool of the package's own workers, in a bundle too. */
  static async open(module: WebAssembly.Module, size: number): Promise<WorkerPool> {
    return new WorkerPool(module, size, await workerProgram());
  }

  run(
    task: PairTask,
    onProgress: (progress: StageProgress) => void,
    stop: AbortSignal,
  ): Promise<PairOutcome> {
    if (this.closed) return Promise.reject(new Error('the worker pool is closed'));
    return new Promise((resolve, reject) => {
      this.jobs.push({ task, onProgress, stop, resolve, reject, attempts: 0 });
      this.assign();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const job of this.jobs.splice(0)) job.reject(new Error('the worker pool was closed'));
    await Promise.all(this.seats.map((seat) => seat.leave()));
  }

  private assign(): void {
    while (this.jobs.length > 0) {
      let seat = this.seats.find((candidate) => candidate.idle);
      if (seat === undefined) {
        if (this.seats.length >= this.size) return;
        seat = new Seat(this.module, this.script);
        this.seats.push(seat);
      }
      const job = this.jobs.shift() as PairJob;
      void this.work(seat, job);
    }
  }

  private async work(seat: Seat, job: PairJob): Promise<void> {
    job.attempts++;
    try {
      job.resolve(await seat.solve(job));
    } catch (error) {
      if (error instanceof InputError || this.closed || job.attempts >= ATTEMPTS) {
        job.reject(error as Error);
      } else {
        this.jobs.unshift(job);
      }
    }
    if (!this.closed) this.assign();
  }
}

/** One place for a worker: the thread in it is started when work comes and replaced after a crash. */
class Seat {
  idle = true;
  private worker: Worker | undefined;
  private readonly stop = new Int32Array(new SharedArrayBuffer(4));

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly script: URL | string,
  ) {}

  async solve(job: PairJob): Promise<PairOutcome> {
    this.idle = false;
    Atomics.store(this.stop, 0, job.stop.aborted ? 1 : 0);
    const raiseFlag = (): void => {
      Atomics.store(this.stop, 0, 1);
    };
    setMaxListeners(0, job.stop); // a listener a worker
    job.stop.addEventListener('abort', raiseFlag, { once: true });
    try {
      return await this.converse(job);
    } finally {
      job.stop.removeEventListener('abort', raiseFlag);
      this.idle = true;
    }
  }

  async leave(): Promise<void> {
    await this.worker?.terminate();
  }

  private converse(job: PairJob): Promise<PairOutcome> {
    this.worker ??= this.start();
    const worker = this.worker;
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        worker.off('message', onMessage);
        worker.off('error', onError);
        worker.off('exit', onExit);
      };
      const crash = (reason: string, cause?: unknown): void => {
        settle();
        this.worker = undefined;
        void worker.terminate();
        reject(new Error(`the worker of pair ${job.task.pair} died: ${reason}`, { cause }));
      };
      const onError = (error: unknown): void =>
        crash(error instanceof Error ? error.message : String(error), error);
      const onExit = (code: number): void => crash(`exit code ${code}`);
      const onMessage = (message: WorkerMessage): void => {
        if (message.type === 'progress') {
          job.onProgress(message.progress);
          return;
        }
        settle();
        if (message.type === 'outcome') resolve(message.outcome);
        else reject(new InputError(message.message));
      };
      worker.on('message', onMessage);
      worker.on('error', onError);
      worker.on('exit', onExit);
      const message: TaskMessage = { task: job.task };
      worker.postMessage(message);
    });
  }

  private start(): Worker {
    const workerData: WorkerStart = { module: this.module, stop: this.stop.buffer as SharedArrayBuffer };
    // Loaders and debuggers of the parent's process are none of the worker's business.
    const worker = new Worker(this.script, {
      workerData,
      execArgv: [],
      eval: typeof this.script === 'string',
    });
    // Between tasks nobody listens: an error there must not end the process, the next task finds the seat empty.
    worker.on('error', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    return worker;
  }
}
