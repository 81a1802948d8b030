/** The types of bench/lib/brokers.mjs and bench/lib/queue-chaos.mjs, which measurements use too. */

/** A queue's server of a test's own, in a folder and on a port of its own. */
export interface Broker {
  readonly url: string;
  start(): Promise<void>;
  /** With a signal; resolves when it is gone. */
  stop(signal: NodeJS.Signals): Promise<void>;
  /** Kills it and removes its folder. */
  remove(): Promise<void>;
}

export type BrokerKind = 'redis' | 'postgres';

export interface BrokerOptions {
  /** Redis: nothing survives a restart. */
  readonly forgetful?: boolean;
  /** Redis: its port is TLS alone. */
  readonly tls?: Certificate;
}

/** The paths of its files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface ChaosResult {
  readonly rounds: number;
  readonly pairs: number;
  readonly events: Readonly<Record<string, number>>;
  readonly twice: number;
  readonly faults: readonly string[];
}

interface Brokers {
  /** What no log, no file and no message may show. */
  readonly PASSWORD: string;
  /** Why a server cannot be started here; `undefined`: it can. */
  lacks(kind: BrokerKind): string | undefined;
  /** For this machine, in a folder; `undefined` where openssl is missing. */
  selfSigned(folder: string): Certificate | undefined;
  /** Whether the Redis that is here knows TLS. */
  knowsTls(tls: Certificate): boolean;
  makeBroker(kind: BrokerKind, options?: BrokerOptions): Promise<Broker>;
}

interface Chaos {
  chaos(settings: { kind: BrokerKind; seed: number; rounds: number; seconds?: number }): Promise<ChaosResult>;
}

const part = (name: string) =>
  import(/* @vite-ignore */ new URL(`../../bench/lib/${name}.mjs`, import.meta.url).href);

export const brokers: Brokers = await part('brokers');
export const { chaos }: Chaos = await part('queue-chaos');
