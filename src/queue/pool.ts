import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Queue } from 'bullmq';
import type { PairOutcome, PairPool, PairTask } from '../ensemble/train/pool.js';
import { InputError } from '../errors.js';
import { parseJson } from '../json.js';
import { UnequalPairsError } from '../run/merge.js';
import type { Maker } from '../run/run-identity.js';
import type { StageProgress } from '../stages/types.js';
import type { QueueAddress } from './address.js';
import { Blocks } from './blocks.js';
import { QueueError } from './errors.js';
import { answered, Link, sleep, within } from './link.js';
import { type Member, readMembers } from './members.js';
import { nothingFound, readFailure, readOutcome } from './outcome.js';
import { KEPT, NAMES } from './store.js';
import { type PackedTask, packTask } from './task.js';

export interface QueuePoolOptions {
  readonly maker: Maker;
  /** A folder that the workers see too: samples go through it instead of the queue's server. */
  readonly shared?: string;
  /** Lines about the connection and about who works. */
  readonly onNote?: (line: string) => void;
  /** Milliseconds to wait for a server that is not there yet. Default: 30,000. */
  readonly wait?: number;
}

interface Entry {
  readonly task: PairTask;
  readonly packed: PackedTask;
  readonly listeners: ((progress: StageProgress) => void)[];
  readonly outcome: Promise<PairOutcome>;
  readonly settle: (outcome: PairOutcome) => void;
  readonly fail: (error: Error) => void;
  /** When it was first wanted. */
  readonly since: number;
  /** Handed over; from now on it is looked for. */
  submitted: boolean;
  /** How often it was handed over. */
  attempts: number;
  halted: boolean;
}

/** Pairs in flight at most. */
const MOST = 1024;
/** Milliseconds between two looks for outcomes, at least and at most. */
const LOOK_MS = { least: 40, most: 500 } as const;
/** How late an outcome may be seen, as a share of the time that its training takes, and the share of the time that goes into looking. */
const LATE = 0.02;
const LOOKING = 0.1;
const PROGRESS_MS = 1000;
/** Milliseconds between two looks whether what is waited for is still in the queue, and how many pairs are looked for. */
const CHECK_MS = 3000;
const CHECKED = 10;
/** Outcomes of before that are asked for a second one, a check. */
const COMPARED = 200;
const MEMBERS_MS = 5000;
/** Milliseconds that a pair may take to end with its best so far, when it is asked to. */
const STOP_MS = 4000;
/** A task that the queue has lost or failed so often has something to do with it. */
const MOST_ATTEMPTS = 50;

/**
 * Where pairs are solved by the workers of a queue (`fewbit worker`), on any number of machines. What is waited for is known here and not in
 * the queue: a job that the queue's server has forgotten is handed in again, and an outcome that is there is taken whatever became of
 * its job. An outcome stays at the server for a week, under the name of its task, so a training that is resumed finds what was solved in the meantime.
 */
export class QueuePool implements PairPool {
  readonly size = MOST;
  private readonly entries = new Map<string, Entry>();
  /** Tasks that had an outcome; for the comparison with those that come later. */
  private readonly solved = new Set<string>();
  private readonly salt = randomUUID();
  private watching: Promise<void> | undefined;
  private closed = false;
  private trouble: Error | undefined;
  private checkAll = false;
  private alone = false;
  private next = { progress: 0, check: 0, members: 0 };

  private constructor(
    private readonly link: Link,
    private readonly queue: Queue,
    private readonly blocks: Blocks,
    private readonly options: QueuePoolOptions,
    private known: readonly Member[],
  ) {}

  /** @throws InputError for a package that is missing; `QueueError` where the server is not there or refuses us */
  static async open(address: QueueAddress, options: QueuePoolOptions): Promise<QueuePool> {
    let pool: QueuePool | undefined;
    const link = await Link.open(address, {
      maker: options.maker,
      onNote: options.onNote,
      wait: options.wait,
      // What a server has lost is noticed by looking.
      onBack: () => {
        if (pool !== undefined) pool.checkAll = true;
      },
    });
    try {
      const queue = await link.openQueue();
      const members = readMembers(await link.patiently(() => link.store.members()));
      pool = new QueuePool(link, queue, new Blocks(link, options.shared), options, members);
      return pool;
    } catch (error) {
      await link.close();
      throw error;
    }
  }

  /** Pairs that the workers that are there solve at a time. */
  get cores(): number {
    return this.known.filter((member) => this.isOurs(member)).reduce((sum, { cores }) => sum + cores, 0);
  }

  run(
    task: PairTask,
    onProgress: (progress: StageProgress) => void,
    stop: AbortSignal,
  ): Promise<PairOutcome> {
    if (this.closed) return Promise.reject(new Error('the queue is closed'));
    if (this.trouble !== undefined) return Promise.reject(this.trouble);
    if (stop.aborted) return Promise.resolve(nothingFound(task));
    const packed = packTask(task, this.options.maker, this.salt);
    const { id } = packed.task;
    let entry = this.entries.get(id);
    if (entry === undefined) {
      entry = newEntry(task, packed);
      this.entries.set(id, entry);
      void this.submit(entry);
      this.watching ??= this.watch().finally(() => {
        this.watching = undefined;
      });
    }
    const { outcome, listeners } = entry;
    listeners.push(onProgress);
    const asked = entry;
    const onStop = (): void => void this.halt(asked);
    setMaxListeners(0, stop); // a listener a pair
    stop.addEventListener('abort', onStop, { once: true });
    return outcome.finally(() => stop.removeEventListener('abort', onStop));
  }

  /**
   * Takes back what is still waiting in the queue, and ends. Throws `UnequalPairsError` where an outcome came twice and was not the same.
   */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const waiting = [...this.entries.values()];
    for (const entry of waiting) entry.fail(new Error('the queue was closed'));
    await within(STOP_MS, Promise.all(waiting.map((entry) => this.queue.remove(entry.packed.task.id))));
    await within(STOP_MS, this.lookForUnequal([...this.solved, ...this.entries.keys()]));
    await within(STOP_MS, this.queue.close());
    await within(STOP_MS, this.link.close());
    if (this.trouble instanceof UnequalPairsError) throw this.trouble;
  }

  private isOurs({ fewbit, engine }: Member): boolean {
    return fewbit === this.options.maker.fewbit && engine === this.options.maker.engine;
  }

  /** Hands a task over, where its outcome is not there already. */
  private async submit(entry: Entry, again = false): Promise<void> {
    const { task, bytes } = entry.packed;
    entry.submitted = false;
    try {
      if (++entry.attempts > MOST_ATTEMPTS) {
        throw new QueueError(
          `${this.link.address.shown}: pair ${task.pair} was handed in ${MOST_ATTEMPTS} times and came to nothing`,
        );
      }
      const [there] = await this.link.patiently(() => this.link.store.get([NAMES.outcome(task.id)]));
      if (there !== null) {
        await this.take(entry, there);
        return;
      }
      await (again ? this.blocks.sendAgain(bytes) : this.blocks.send(bytes));
      await this.link.patiently(() => this.link.store.remove([NAMES.stop(task.id), NAMES.failure(task.id)]));
      const { id: jobId, ...data } = task;
      await this.link.patiently(() =>
        this.queue.add('pair', data, { jobId, removeOnComplete: true, removeOnFail: { age: KEPT.failure } }),
      );
      entry.submitted = true;
      if (entry.halted) await this.halt(entry);
    } catch (error) {
      this.settleWith(entry, (one) => one.fail(error as Error));
    }
  }

  private async watch(): Promise<void> {
    while (!this.closed && this.entries.size > 0) {
      const began = performance.now();
      try {
        await this.look(began);
        if (began >= this.next.check || this.checkAll) await this.check(began);
        if (began >= this.next.members) await this.lookForMembers(began);
      } catch (error) {
        this.giveUp(error as Error);
      }
      const now = performance.now();
      const oldest = Math.min(now, ...[...this.entries.values()].map(({ since }) => since));
      await sleep(pauseAfter(now - began, now - oldest));
    }
  }

  /** Outcomes, failures and, once a second, progress. */
  private async look(now: number): Promise<void> {
    const there = [...this.entries.values()].filter(({ submitted }) => submitted);
    const ids = there.map(({ packed }) => packed.task.id);
    const withProgress = now >= this.next.progress;
    if (withProgress) this.next.progress = now + PROGRESS_MS;
    const kinds = [NAMES.outcome, NAMES.failure, ...(withProgress ? [NAMES.progress] : [])];
    const names = kinds.flatMap((kind) => ids.map(kind));
    const found = await this.link.patiently(() => this.link.store.get(names));
    const taken: Promise<void>[] = [];
    for (const [index, entry] of there.entries()) {
      const [outcome, failure, progress] = kinds.map((_, kind) => found[kind * ids.length + index]);
      if (outcome !== null) taken.push(this.take(entry, outcome));
      else if (failure !== null) taken.push(this.suffer(entry, failure));
      else if (progress) tell(entry, progress);
    }
    await Promise.all(taken);
  }

  private async take(entry: Entry, bytes: Buffer): Promise<void> {
    const { id, pair } = entry.packed.task;
    try {
      const outcome = await readOutcome(bytes, entry.task, `outcome of pair ${pair}`);
      this.solved.add(id);
      this.settleWith(entry, (one) => one.settle(outcome));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.options.onNote?.(`${error.message}: this pair is solved again`);
      await this.link.patiently(() => this.link.store.remove([NAMES.outcome(id)]));
      await this.submit(entry);
    }
  }

  private async suffer(entry: Entry, bytes: Buffer): Promise<void> {
    const { id, pair } = entry.packed.task;
    const failure = await readFailure(bytes, entry.task, `failure of pair ${pair}`);
    await this.link.patiently(() => this.link.store.remove([NAMES.failure(id)]));
    switch (failure.kind) {
      case 'refused':
        return this.settleWith(entry, (one) => one.fail(new InputError(failure.message)));
      case 'crashed':
        return this.settleWith(entry, (one) => one.fail(new Error(failure.message)));
      case 'stopped': // by us, or by another training that waits for the same and has had enough
        if (entry.halted) return this.settleWith(entry, (one) => one.settle(failure.outcome));
        return this.submit(entry);
      case 'missing':
        return this.submit(entry, true);
    }
  }

  /** Whether what is waited for is still in the queue: the oldest some, or all after the server was away. */
  private async check(now: number): Promise<void> {
    const all = this.checkAll;
    this.checkAll = false;
    this.next.check = now + CHECK_MS;
    const entries = [...this.entries.values()].filter(({ submitted }) => submitted);
    let lost = 0;
    for (const entry of all ? entries : entries.slice(0, CHECKED)) {
      const { id } = entry.packed.task;
      if (!entry.submitted || !this.entries.has(id)) continue;
      // Those that were looked at come last the next time.
      this.entries.delete(id);
      this.entries.set(id, entry);
      const state = await this.link.patiently(() => this.queue.getJobState(id));
      if (state === 'unknown') {
        lost++;
        await this.submit(entry);
      } else if (state === 'failed') {
        await this.revive(entry);
      }
    }
    if (lost > 0 && !all) this.checkAll = true;
    const some = [...this.solved].slice(0, COMPARED);
    for (const id of some) {
      this.solved.delete(id);
      this.solved.add(id);
    }
    await this.lookForUnequal([...some, ...this.entries.keys()]);
  }

  /** A job that failed without a word of its worker: its end could not be told, or too many workers were lost over it. */
  private async revive(entry: Entry): Promise<void> {
    const { id, pair } = entry.packed.task;
    const job = await this.link.patiently(() => this.queue.getJob(id));
    if (/stalled more than/.test(job?.failedReason ?? '')) {
      throw new QueueError(
        `pair ${pair}: too many workers were lost while they had it; does it need more memory than they have?`,
      );
    }
    await this.link.patiently(() => this.queue.remove(id));
    await this.submit(entry);
  }

  private async lookForUnequal(ids: readonly string[]): Promise<void> {
    // Asked again soon: no answer is none yet, and nobody waits for one that does not come.
    const asked = this.link.store.get(ids.map(NAMES.unequal));
    const found = await answered(asked, STOP_MS).catch(() => []);
    if (found.some((bytes) => bytes !== null)) {
      throw this.giveUp(
        new UnequalPairsError(
          `${this.link.address.shown}: a pair was solved twice with different results; a machine errs, or its engine is another one`,
        ),
      );
    }
  }

  /** Somebody has to be there who works. */
  private async lookForMembers(now: number): Promise<void> {
    this.next.members = now + MEMBERS_MS;
    this.known = readMembers(await this.link.patiently(() => this.link.store.members()));
    const alone = this.cores === 0;
    if (alone && !this.alone) {
      const others = this.known.length;
      const why =
        others === 0
          ? ''
          : `; ${others} of another version or engine of fewbit ${others === 1 ? 'is' : 'are'} there`;
      this.options.onNote?.(
        `no worker at ${this.link.address.shown}${why}: start fewbit worker --queue .. on any machine`,
      );
    } else if (!alone && this.alone) {
      this.options.onNote?.(
        `workers at ${this.link.address.shown}: ${this.cores} ${this.cores === 1 ? 'core' : 'cores'}`,
      );
    }
    this.alone = alone;
  }

  /** A pair is to end with its best so far: where nobody has begun it, with nothing. */
  private async halt(entry: Entry): Promise<void> {
    entry.halted = true;
    const { id } = entry.packed.task;
    const nothing = (): void => this.settleWith(entry, (one) => one.settle(nothingFound(entry.task)));
    const timer = setTimeout(nothing, STOP_MS);
    void entry.outcome.finally(() => clearTimeout(timer)).catch(() => {});
    try {
      await this.link.patiently(() => this.link.store.put(NAMES.stop(id), Buffer.from('1'), KEPT.stop));
      // Of a job that somebody has in hand this says no.
      if ((await this.queue.remove(id)) === 1) nothing();
    } catch {
      // The timer ends it.
    }
  }

  private settleWith(entry: Entry, settle: (entry: Entry) => void): void {
    const { id } = entry.packed.task;
    if (this.entries.get(id) === entry) this.entries.delete(id);
    settle(entry);
  }

  /** The queue cannot be trusted or used any more: nobody waits for it. */
  private giveUp(error: Error): Error {
    this.trouble ??= error;
    for (const entry of [...this.entries.values()])
      this.settleWith(entry, (one) => one.fail(this.trouble as Error));
    return this.trouble;
  }
}

/**
 * Milliseconds to the next look. Looking takes a tenth of the time, so that a server is not asked more than it can answer; what has taken
 * long is asked for seldom, and seen a fiftieth late. A look that took long has waited for a server that was away, most of the time:
 * that is no reason to wait nine times as long again.
 *
 * @param took milliseconds of the last look
 * @param age milliseconds since the oldest pair in flight was handed over
 */
export function pauseAfter(took: number, age: number): number {
  return Math.min(LOOK_MS.most, Math.max(LOOK_MS.least, (1 / LOOKING - 1) * took, LATE * age));
}

function newEntry(task: PairTask, packed: PackedTask): Entry {
  let settle: Entry['settle'] = () => {};
  let fail: Entry['fail'] = () => {};
  const outcome = new Promise<PairOutcome>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return {
    task,
    packed,
    listeners: [],
    outcome,
    settle,
    fail,
    since: performance.now(),
    submitted: false,
    attempts: 0,
    halted: false,
  };
}

function tell({ listeners }: Entry, bytes: Buffer): void {
  const progress = parseJson(bytes.toString('utf8'), 'progress') as StageProgress;
  for (const listener of listeners) listener(progress);
}
