import { hostname } from 'node:os';
import type { Job, Worker } from 'bullmq';
import type { PairOutcome, PairPool } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import type { Maker } from '../run/run-identity.js';
import type { StageProgress } from '../stages/types.js';
import type { QueueAddress } from './address.js';
import { Blocks, MissingBlockError } from './blocks.js';
import { Link, within } from './link.js';
import { BEAT, memberBytes } from './members.js';
import { canonicalOutcome, type Failure, failureBytes, outcomeBytes } from './outcome.js';
import { KEPT, NAMES } from './store.js';
import { readTask, unpackTask, type WireTask } from './task.js';

export interface WorkerSettings {
  readonly maker: Maker;
  /** Pairs at a time. */
  readonly cores: number;
  /** Seconds without a sign of life after which another worker has this one's pairs. */
  readonly patience: number;
  /** Seconds without a pair after which it ends by itself; left out: never. */
  readonly idle?: number;
  readonly shared?: string;
  /** Gives the pairs in hand back to the queue, and ends. */
  readonly signal: AbortSignal;
  readonly onNote?: (line: string) => void;
  readonly onPair?: (done: PairDone) => void;
}

/** A pair that this worker has had in hand. */
export interface PairDone {
  readonly pair: number;
  readonly seconds: number;
  /** `twice`: somebody else had its outcome first, and it is the same. */
  readonly how: 'solved' | 'twice' | 'unequal' | 'stopped' | 'given back' | Failure['kind'];
}

/** A task in work: how far it is, how far it was told to be, and what ends it. */
interface Hand {
  progress?: StageProgress;
  told?: StageProgress;
  readonly stop: AbortController;
}

/** A worker that is lost this often with one pair in hand: the pair is no longer handed out. */
const MOST_STALLS = 25;
const PROGRESS_MS = 1000;
/** Milliseconds that a worker that ends takes for giving its pairs back. */
const LEAVE_MS = 5000;
/** Outcomes that are at hand to be delivered again to a server that has forgotten them. */
const MOST_DELIVERED = 64;

/**
 * One machine's share in the work of a queue: takes tasks, has them solved by worker threads and delivers their outcomes. This thread never
 * computes, so locks are renewed in time however long a pair takes; a process that is killed, stalled or suspended loses its
 * locks, and with them its pairs, to others. One that was suspended delivers late, and its outcome is compared with the one that is there.
 */
export class QueueWorker {
  private link!: Link;
  private blocks!: Blocks;
  private worker!: Worker;
  private readonly running = new Map<string, Promise<void>>();
  private readonly hands = new Map<string, Hand>();
  private looking = false;
  private readonly delivered = new Map<string, Buffer>();
  private readonly stopping = new AbortController();
  private lastBusy = performance.now();
  private count = 0;

  private constructor(
    private readonly pool: PairPool,
    private readonly settings: WorkerSettings,
  ) {}

  /**
   * Works until the signal comes, or until there was nothing to do for long enough.
   *
   * @param pool where pairs are solved: worker threads
   * @returns how many pairs were solved
   * @throws InputError for a package that is missing; `QueueError` where the server is not there at the beginning, or refuses us
   */
  static async serve(address: QueueAddress, pool: PairPool, settings: WorkerSettings): Promise<number> {
    const self = new QueueWorker(pool, settings);
    const { maker, onNote, cores, patience } = settings;
    self.link = await Link.open(address, { maker, onNote, onBack: () => void self.deliverAgain() });
    self.blocks = new Blocks(self.link, settings.shared);
    try {
      self.worker = await self.link.openWorker((job, token) => self.process(job, token), {
        concurrency: cores,
        lockDuration: patience * 1000,
        stalledInterval: Math.max(250, patience * 500),
        maxStalledCount: MOST_STALLS,
        runRetryDelay: 1000,
        drainDelay: 2,
      });
      await self.stay();
      await self.leave();
    } finally {
      await self.link.close();
    }
    return self.count;
  }

  private get name(): string {
    return `${hostname()}-${process.pid}`;
  }

  /** Says that it is there, until it is to end. */
  private async stay(): Promise<void> {
    const { signal, idle, maker, cores } = this.settings;
    const me = memberBytes({ host: hostname(), pid: process.pid, cores, ...maker });
    let [next, nextLook] = [0, 0];
    while (!signal.aborted) {
      if (performance.now() >= next) {
        next = performance.now() + BEAT.every * 1000;
        void this.link.store.join(this.name, me, BEAT.gone).catch(() => {});
      }
      if (performance.now() >= nextLook) {
        nextLook = performance.now() + PROGRESS_MS;
        void this.look();
      }
      if (this.running.size > 0) this.lastBusy = performance.now();
      if (idle !== undefined && performance.now() - this.lastBusy > idle * 1000) return;
      await untilAborted(signal, 250);
    }
  }

  /** Gives back what is in hand; what cannot be given back in time is another's when its lock runs out. */
  private async leave(): Promise<void> {
    const work = async (): Promise<void> => {
      const closed = this.worker.close(); // takes no more, and waits for what is in hand
      this.stopping.abort();
      await this.link.store.leave(this.name).catch(() => {});
      await closed;
    };
    await within(LEAVE_MS, work());
  }

  /** What BullMQ calls for a job: the same task once at a time, though its job may come again while it is in work. */
  private async process(job: Job, token: string | undefined): Promise<string> {
    const id = job.id as string;
    const there = this.running.get(id);
    if (there !== undefined) {
      await there;
      return 'elsewhere';
    }
    const work = this.work(id, job, token);
    this.running.set(
      id,
      work.then(
        () => {},
        () => {},
      ),
    );
    try {
      return await work;
    } finally {
      this.running.delete(id);
      this.lastBusy = performance.now();
    }
  }

  private async work(id: string, job: Job, token: string | undefined): Promise<string> {
    const [there] = await this.link.patiently(() => this.link.store.get([NAMES.outcome(id)]));
    if (there !== null) return 'there';
    const began = performance.now();
    let task: WireTask | undefined;
    const done = (how: PairDone['how']): string => {
      this.settings.onPair?.({ pair: task?.pair ?? -1, seconds: (performance.now() - began) / 1000, how });
      return how;
    };
    try {
      task = readTask(id, job.data, this.settings.maker);
      const outcome = await this.solve(task);
      if (outcome === 'given back') {
        done(outcome);
        await within(LEAVE_MS, job.moveToWait(token)); // it is another's already, or will be when the lock runs out
        throw this.link.backInQueue;
      }
      if ('stopped' in outcome) {
        await this.confess(id, { kind: 'stopped', outcome: outcome.stopped });
        return done('stopped');
      }
      return done(await this.deliver(task, outcome));
    } catch (error) {
      const failure = failureOf(error);
      if (failure === undefined) throw error;
      await this.confess(id, failure);
      return done(failure.kind);
    }
  }

  /** Solves a task, telling how far it is, until it is done or is to end. */
  private async solve(
    task: WireTask,
  ): Promise<PairOutcome | { readonly stopped: PairOutcome } | 'given back'> {
    const whole = await unpackTask(task, (hash) => this.blocks.find(hash));
    const hand: Hand = { stop: new AbortController() };
    this.hands.set(task.id, hand);
    try {
      const outcome = await this.pool.run(
        whole,
        (now) => {
          hand.progress = now;
        },
        AbortSignal.any([hand.stop.signal, this.stopping.signal]),
      );
      // What ended by itself just before it was to end is as good as any.
      if (!outcome.stages.some(({ stopReason }) => stopReason === 'interrupted')) return outcome;
      return hand.stop.signal.aborted ? { stopped: outcome } : 'given back';
    } finally {
      this.hands.delete(task.id);
    }
  }

  /** Tells how far the tasks in work are, and asks which of them are still wanted, all at once. Where nobody answers they go on. */
  private async look(): Promise<void> {
    if (this.looking || this.hands.size === 0) return;
    this.looking = true;
    try {
      const { store } = this.link;
      const hands = [...this.hands];
      await Promise.all(
        hands.map(async ([id, hand]) => {
          const { progress } = hand;
          if (progress === undefined || progress === hand.told) return;
          await store.put(NAMES.progress(id), Buffer.from(JSON.stringify(progress)), KEPT.progress);
          hand.told = progress;
        }),
      );
      const stops = await store.get(hands.map(([id]) => NAMES.stop(id)));
      for (const [at, [, { stop }]] of hands.entries()) if (stops[at] !== null) stop.abort();
    } catch {
      // Asked again in a second.
    } finally {
      this.looking = false;
    }
  }

  private async deliver(task: WireTask, outcome: PairOutcome): Promise<'solved' | 'twice' | 'unequal'> {
    const bytes = await outcomeBytes(outcome);
    const how = await this.hand(task.id, bytes, task.salt === undefined);
    this.count++;
    if (task.salt === undefined) {
      this.delivered.set(task.id, bytes);
      const [oldest] = this.delivered.keys();
      if (this.delivered.size > MOST_DELIVERED) this.delivered.delete(oldest);
    }
    return how;
  }

  /** Puts an outcome where it is looked for. Where one is, the two must be equal, byte for byte, unless the clock decides. */
  private async hand(id: string, bytes: Buffer, compare: boolean): Promise<'solved' | 'twice' | 'unequal'> {
    const { store } = this.link;
    const there = await this.link.patiently(() => store.putOnce(NAMES.outcome(id), bytes, KEPT.outcome));
    if (there === null || there.equals(bytes) || !compare) return there === null ? 'solved' : 'twice';
    const where = `outcome of task ${id.slice(0, 12)}`;
    if ((await canonicalOutcome(there, where)) === (await canonicalOutcome(bytes, where))) return 'twice';
    await this.link.patiently(() => store.put(NAMES.unequal(id), bytes, KEPT.outcome));
    this.settings.onNote?.(`${where}: another worker has found another one; one of the two machines errs`);
    return 'unequal';
  }

  /** A server that is back may have forgotten what it was given last. */
  private async deliverAgain(): Promise<void> {
    for (const [id, bytes] of [...this.delivered]) await this.hand(id, bytes, true).catch(() => {});
  }

  private async confess(id: string, failure: Failure): Promise<void> {
    const bytes = await failureBytes(failure);
    await this.link.patiently(() => this.link.store.put(NAMES.failure(id), bytes, KEPT.failure));
  }
}

/** What is said of an error to who waits; `undefined`: it is the queue's own. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof MissingBlockError) return { kind: 'missing' };
  if (error instanceof InputError) return { kind: 'refused', message: error.message };
  const { name, message } = error as Error;
  if (name === 'WaitingError' || name === 'QueueError') return undefined;
  return { kind: 'crashed', message };
}

function untilAborted(signal: AbortSignal, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end, { once: true });
  });
}
