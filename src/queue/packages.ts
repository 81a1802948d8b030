import { InputError } from '../errors.js';
import type { QueueAddress } from './address.js';

/**
 * The packages that a queue needs. They are optional peers: whoever trains on one machine has none of them, so they are imported when a
 * queue is opened and not before, and one that is missing is said with the command that installs it.
 */
export interface QueuePackages {
  readonly bullmq: typeof import('bullmq');
  /** `ioredis` or `pg`, as the address asks. */
  readonly driver: unknown;
}

const DRIVERS = { redis: 'ioredis', postgres: 'pg' } as const;

/** @throws InputError naming what to install */
export async function loadPackages({ kind }: Pick<QueueAddress, 'kind'>): Promise<QueuePackages> {
  const names = ['bullmq', DRIVERS[kind]] as const;
  const found = await Promise.all(names.map(load));
  const missing = names.filter((_, index) => found[index] === undefined);
  if (missing.length > 0) {
    throw new InputError(
      `option --queue: needs ${missing.join(' and ')}, which ${missing.length === 1 ? 'is' : 'are'} not installed: npm install ${missing.map(versioned).join(' ')}`,
    );
  }
  return { bullmq: found[0] as typeof import('bullmq'), driver: found[1] };
}

function versioned(name: string): string {
  return { bullmq: 'bullmq@6', ioredis: 'ioredis@5', pg: 'pg@8' }[name] ?? name;
}

async function load(name: string): Promise<unknown> {
  try {
    const module = (await import(name)) as { readonly default?: unknown };
    return name === 'bullmq' ? module : (module.default ?? module);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_MODULE_NOT_FOUND' && message.includes(`'${name}'`)) return undefined;
    throw error;
  }
}
