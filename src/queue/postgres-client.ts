import type { EventEmitter } from 'node:events';

type ClientClass = new (...args: never[]) => EventEmitter;

const made = new WeakSet<object>();

/**
 * Makes the clients of the package `pg` outlive their connections. One whose connection breaks while nobody asks it anything (checked out of
 * a pool between two queries of a transaction, or on its way out) emits an error that nobody hears, and Node ends the process over it; BullMQ has
 * both kinds, so that a restart of the server took workers with it. Whoever asks such a client next is told anyway.
 *
 * The class is exchanged in the package itself, because BullMQ takes it from there.
 */
export function steady(driver: unknown): void {
  const pg = driver as { Client: ClientClass };
  if (made.has(pg.Client)) return;
  pg.Client = class extends pg.Client {
    override emit(event: string | symbol, ...args: unknown[]): boolean {
      if (event === 'error' && this.listenerCount('error') === 0) return false;
      return super.emit(event, ...args);
    }
  };
  made.add(pg.Client);
}
