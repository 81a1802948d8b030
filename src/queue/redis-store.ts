import type { Redis } from 'ioredis';
import type { Store } from './store.js';

/** Every key of ours begins with this, those of the queue proper too. */
export const PREFIX = 'fewbit';

const key = (name: string): string => `${PREFIX}:${name}`;
const MEMBERS = key('members');
const member = (name: string): string => key(`member:${name}`);

/** The store in Redis or Valkey. Commands that find no connection wait for one. */
export class RedisStore implements Store {
  constructor(private readonly redis: Redis) {}

  async get(names: readonly string[]): Promise<(Buffer | null)[]> {
    return names.length === 0 ? [] : this.redis.mgetBuffer(names.map(key));
  }

  async put(name: string, bytes: Uint8Array, seconds: number): Promise<void> {
    await this.redis.set(key(name), Buffer.from(bytes), 'EX', seconds);
  }

  async putOnce(name: string, bytes: Uint8Array, seconds: number): Promise<Buffer | null> {
    for (;;) {
      const done = await this.redis.set(key(name), Buffer.from(bytes), 'EX', seconds, 'NX');
      if (done !== null) return null;
      const there = await this.redis.getBuffer(key(name));
      if (there !== null) return there;
    }
  }

  async touch(names: readonly string[], seconds: number): Promise<boolean[]> {
    return Promise.all(names.map(async (name) => (await this.redis.expire(key(name), seconds)) === 1));
  }

  async remove(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.redis.del(names.map(key));
  }

  async join(name: string, bytes: Uint8Array, seconds: number): Promise<void> {
    await this.redis.set(member(name), Buffer.from(bytes), 'EX', seconds);
    await this.redis.sadd(MEMBERS, name);
  }

  async leave(name: string): Promise<void> {
    await this.redis.del(member(name));
    await this.redis.srem(MEMBERS, name);
  }

  async members(): Promise<Buffer[]> {
    const names = await this.redis.smembers(MEMBERS);
    if (names.length === 0) return [];
    const entries = await this.redis.mgetBuffer(names.map(member));
    const gone = names.filter((_, index) => entries[index] === null);
    if (gone.length > 0) await this.redis.srem(MEMBERS, ...gone);
    return entries.filter((entry) => entry !== null);
  }
}
