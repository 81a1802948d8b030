import type { EventEmitter } from 'node:events';
import type { Job, Queue, Worker, WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Maker } from '../run/run-identity.js';
import { type QueueAddress, redisParts, withoutSecrets } from './address.js';
import { isAway, wordsOf } from './away.js';
import { QueueError } from './errors.js';
import { loadPackages, type QueuePackages } from './packages.js';
import { steady } from './postgres-client.js';
import { type PostgresPool, PostgresStore, QUEUE_SCHEMA } from './postgres-store.js';
import { PREFIX, RedisStore } from './redis-store.js';
import type { Store } from './store.js';

export interface LinkOptions {
  readonly maker: Maker;
  /** A line about the connection: lost, found again. No password is in it. */
  readonly onNote?: (line: string) => void;
  /** Told when the connection is there again. */
  readonly onBack?: () => void;
  /** Milliseconds to wait for a server that is not there yet. Default: 30,000. */
  readonly wait?: number;
  /** Milliseconds after which a call that nobody has answered has failed. Default: 60,000. */
  readonly answer?: number;
}

type PostgresDriver = { readonly Pool: new (config: object) => PostgresPool; readonly Client: unknown };
type RedisDriver = new (options: object) => Redis;

const WAIT_MS = 30_000;
const CONNECT_MS = 10_000;
const ANSWER_MS = 60_000;
const MOST_PAUSE_MS = 2000;

/**
 * The connection to a queue's server: the queue proper, by BullMQ, and our store beside it. It outlives the server: what cannot be said now
 * is said when the server is back, and what was said twice does no harm.
 *
 * Engines of different builds have queues of their own, so machines with different versions of this package never touch each other's pairs.
 */
export class Link {
  private away = false;
  private closing = false;
  private constructor(
    readonly address: QueueAddress,
    readonly store: Store,
    private readonly packages: QueuePackages,
    private readonly redis: Redis | undefined,
    private readonly pool: PostgresPool | undefined,
    private readonly options: LinkOptions,
  ) {}

  /** @throws InputError for a package that is missing, `QueueError` where the server is not there or refuses us */
  static async open(address: QueueAddress, options: LinkOptions): Promise<Link> {
    const packages = await loadPackages(address);
    const until = performance.now() + (options.wait ?? WAIT_MS);
    for (;;) {
      try {
        return await Link.connect(address, packages, options);
      } catch (error) {
        if (!isAway(error) || performance.now() > until) throw failure(error, address, 'cannot be used');
        await sleep(250);
      }
    }
  }

  private static async connect(
    address: QueueAddress,
    packages: QueuePackages,
    options: LinkOptions,
  ): Promise<Link> {
    if (address.kind === 'postgres') {
      const driver = packages.driver as PostgresDriver;
      steady(driver);
      const pool = new driver.Pool({
        ...postgresConfig(address, driver),
        max: 2,
        query_timeout: answerOf(options),
      });
      pool.on('error', () => {}); // an idle connection has broken: the next query says so
      try {
        return new Link(address, await PostgresStore.open(pool), packages, undefined, pool, options);
      } catch (error) {
        await pool.end().catch(() => {});
        throw error;
      }
    }
    const driver = packages.driver as RedisDriver;
    await probe(driver, address);
    const redis = new driver({
      ...redisParts(address),
      maxRetriesPerRequest: null,
      // A connection whose other end is gone without a word says nothing for ever: it is made anew, and what was asked is asked again. BullMQ's
      // own calls go over connections with the same limits, and its longest wait for a job is two seconds (`drainDelay`).
      socketTimeout: answerOf(options) / 3,
      commandTimeout: answerOf(options),
      retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 6), MOST_PAUSE_MS),
      // A server that is reading its data in answers everything with LOADING: that is no answer.
      reconnectOnError: (error: Error) => (/^(READONLY|LOADING|MASTERDOWN)/.test(error.message) ? 2 : false),
    });
    const link = new Link(address, new RedisStore(redis), packages, redis, undefined, options);
    redis.on('error', (error) => link.lost(error));
    redis.on('close', () => link.lost());
    redis.on('ready', () => link.found());
    return link;
  }

  /** Of this engine alone. */
  get queueName(): string {
    return `pairs-${this.options.maker.fewbit}-${this.options.maker.engine.replace(/^sha256:/, '').slice(0, 16)}`;
  }

  /** The queue as who hands out tasks has it. */
  openQueue(): Promise<Queue> {
    const { bullmq } = this.packages;
    return this.opened(() => {
      const options = { connection: this.connection(), prefix: PREFIX };
      return this.redis === undefined
        ? (new bullmq.Queue(this.queueName, options as never, bullmq.createPostgresBackend as never) as Queue)
        : new bullmq.Queue(this.queueName, options);
    });
  }

  /** The queue as who takes tasks has it; it begins at once. */
  openWorker(
    work: (job: Job, token?: string) => Promise<string>,
    more: Partial<WorkerOptions>,
  ): Promise<Worker> {
    const { bullmq } = this.packages;
    return this.opened(() => {
      const options = { connection: this.connection(), prefix: PREFIX, ...more };
      return this.redis === undefined
        ? (new bullmq.Worker(
            this.queueName,
            work,
            options as never,
            bullmq.createPostgresBackend as never,
          ) as Worker)
        : new bullmq.Worker(this.queueName, work, options);
    });
  }

  /** What tells BullMQ that a job has gone back to the queue. */
  get backInQueue(): Error {
    return new this.packages.bullmq.WaitingError();
  }

  /**
   * Does something that can be done twice, again and again until the server has answered. Throws `QueueError` for what it refuses. A call that
   * a restart has swallowed is never answered at all: it is made again after a while.
   */
  patiently<T>(work: () => Promise<T>): Promise<T> {
    return this.untilAnswered(() => answered(work(), answerOf(this.options)));
  }

  private async untilAnswered<T>(work: () => Promise<T>): Promise<T> {
    for (let pause = 100; ; pause = Math.min(2 * pause, MOST_PAUSE_MS)) {
      try {
        const result = await work();
        this.found();
        return result;
      } catch (error) {
        if (this.closing || !isAway(error)) throw failure(error, this.address, 'refuses');
        this.lost(error);
        await sleep(pause);
      }
    }
  }

  /** Gives up what is still waiting for an answer. */
  async close(): Promise<void> {
    this.closing = true;
    this.redis?.disconnect();
    await this.pool?.end().catch(() => {});
  }

  /** BullMQ's objects report what their connections suffer; nothing of it may end the process. */
  private async opened<T extends Queue | Worker>(make: () => T): Promise<T> {
    return this.untilAnswered(async () => {
      const made = make();
      (made as EventEmitter).on('error', (error: Error) => {
        if (isAway(error)) this.lost(error);
      });
      try {
        await answered(made.waitUntilReady(), answerOf(this.options));
        return made;
      } catch (error) {
        await within(CONNECT_MS, made.close());
        throw error;
      }
    });
  }

  private connection(): never {
    const postgres = {
      ...postgresConfig(this.address, this.packages.driver as PostgresDriver),
      schema: QUEUE_SCHEMA,
      migrate: true,
      max: 2,
      query_timeout: answerOf(this.options),
    };
    return (this.redis ?? postgres) as never;
  }

  private lost(error?: unknown): void {
    if (this.away || this.closing) return;
    this.away = true;
    const why = error === undefined ? '' : ` (${withoutSecrets(wordsOf(error), this.address)})`;
    this.options.onNote?.(`${this.address.shown} is away${why}; waiting for it`);
  }

  private found(): void {
    if (!this.away || this.closing) return;
    this.away = false;
    this.options.onNote?.(`${this.address.shown} is back`);
    this.options.onBack?.();
  }
}

const answerOf = ({ answer }: LinkOptions): number => answer ?? ANSWER_MS;

function postgresConfig(address: QueueAddress, { Client }: PostgresDriver): object {
  return {
    Client,
    connectionString: address.url.href,
    application_name: 'fewbit',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** One connection that is not tried again, for an error that says what is wrong. */
async function probe(driver: RedisDriver, address: QueueAddress): Promise<void> {
  const redis = new driver({
    ...redisParts(address),
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let said: unknown;
  redis.on('error', (error) => {
    said ??= error;
  });
  try {
    await answered(redis.connect(), CONNECT_MS);
    await answered(redis.ping(), CONNECT_MS);
  } catch (error) {
    throw said ?? error;
  } finally {
    redis.disconnect();
  }
}

function failure(error: unknown, address: QueueAddress, what: string): Error {
  if (error instanceof QueueError) return error;
  return new QueueError(`${address.shown} ${what}: ${withoutSecrets(wordsOf(error), address)}`);
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits no longer than this; what fails is over as well. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await answered(work, milliseconds).catch(() => {});
}

/** What `work` answers; an error of `isAway` where that takes longer. */
export async function answered<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(
      () => refuse(Object.assign(new Error('the server does not answer'), { code: 'ETIMEDOUT' })),
      ms,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
