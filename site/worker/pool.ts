import type { PairJob, PairOutcome, PairPool, PairTask } from '../../src/ensemble/train/pool.js';
import { InputError } from '../../src/errors.js';
import type { StageProgress } from '../../src/stages/types.js';
import type { FromSolver, ToSolver } from './protocol.js';

interface Seat {
  port: MessagePort;
  job: PairJob | undefined;
}

const ATTEMPTS = 2;

/**
 * The brain's end of the solvers: tasks go out, one a solver, and outcomes come in. A task whose solver crashed is tried once more. The
 * solvers outlive the trainings, so `close` closes nothing; owner of `paused` and of the queue.
 */
export class PortPool implements PairPool {
  private readonly seats: Seat[] = [];
  private readonly queue: PairJob[] = [];
  private paused = false;
  private arrived: (() => void)[] = [];

  get size(): number {
    return this.seats.length;
  }

  /** A solver has been started; in the place of one that died where there was one. */
  seat(place: number, port: MessagePort): void {
    const job = this.seats[place]?.job;
    const seat: Seat = { port, job: undefined };
    this.seats[place] = seat;
    port.onmessage = ({ data }: MessageEvent<FromSolver>): void => this.hear(seat, data);
    if (this.paused) this.send(seat, { type: 'pause', on: true });
    if (job !== undefined) this.retry(job, 'its worker ended');
    this.assign();
    for (const arrive of this.arrived.splice(0)) arrive();
  }

  /** Resolves when there are so many solvers: a training has as many lanes as there are when it begins. */
  async ready(count: number): Promise<void> {
    while (this.seats.length < count) await new Promise<void>((resolve) => this.arrived.push(resolve));
  }

  pause(on: boolean): void {
    this.paused = on;
    for (const seat of this.seats) this.send(seat, { type: 'pause', on });
  }

  run(
    task: PairTask,
    onProgress: (progress: StageProgress) => void,
    stop: AbortSignal,
  ): Promise<PairOutcome> {
    return new Promise((resolve, reject) => {
      this.queue.push({ task, onProgress, stop, resolve, reject, attempts: 0 });
      this.assign();
    });
  }

  async close(): Promise<void> {}

  private send(seat: Seat, message: ToSolver): void {
    seat.port.postMessage(message);
  }

  private assign(): void {
    for (const seat of this.seats) {
      if (seat.job !== undefined) continue;
      const job = this.queue.shift();
      if (job === undefined) return;
      seat.job = job;
      job.attempts++;
      this.send(seat, { type: 'task', task: job.task });
      if (job.stop.aborted) this.send(seat, { type: 'stop' });
      else job.stop.addEventListener('abort', () => this.stop(seat, job), { once: true });
    }
  }

  private stop(seat: Seat, job: PairJob): void {
    if (seat.job === job) this.send(seat, { type: 'stop' });
  }

  private hear(seat: Seat, message: FromSolver): void {
    const { job } = seat;
    if (job === undefined) return;
    if (message.type === 'progress') {
      job.onProgress(message.progress);
      return;
    }
    seat.job = undefined;
    if (message.type === 'outcome') job.resolve(message.outcome);
    else if (message.type === 'refused') job.reject(new InputError(message.message));
    else this.retry(job, message.message);
    this.assign();
  }

  private retry(job: PairJob, why: string): void {
    if (job.attempts >= ATTEMPTS) job.reject(new Error(`the worker of pair ${job.task.pair} died: ${why}`));
    else this.queue.unshift(job);
  }
}
