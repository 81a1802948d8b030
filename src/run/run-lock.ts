import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { pathError } from '../data/files/paths.js';
import { InputError } from '../errors.js';

interface LockContent {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
  readonly started: string;
}

/** The holder touches its lock this often; */
const HEARTBEAT_MS = 10_000;
/** a lock not touched for this long has lost its holder, whatever its process id says (ids are used again). */
const STALE_MS = 60_000;

/** Tokens that this process holds: its own process id in a lock proves nothing. */
const held = new Set<string>();

/** A lock file that two processes cannot hold at once; `release` may be called twice. */
export class RunLock {
  private readonly heartbeat: NodeJS.Timeout;

  private constructor(
    private readonly path: string,
    private readonly token: string,
  ) {
    held.add(token);
    this.heartbeat = setInterval(() => void this.touch(), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /**
   * Takes the lock, also from a holder that is gone: its process ended (on this machine), or it has not touched the lock
   * for a minute. Throws `InputError` naming the file and the holder when the lock is in use.
   */
  static async acquire(path: string): Promise<RunLock> {
    const content: LockContent = {
      pid: process.pid,
      host: hostname(),
      token: randomUUID(),
      started: new Date().toISOString(),
    };
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        await writeFile(path, `${JSON.stringify(content)}\n`, { flag: 'wx' });
        return new RunLock(path, content.token);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw pathError(error, path);
      }
      await removeIfStale(path);
    }
    throw new InputError(`${path}: other processes keep taking this lock; use a folder of your own`);
  }

  async release(): Promise<void> {
    clearInterval(this.heartbeat);
    if (!held.delete(this.token)) return;
    const lock = await readLock(this.path);
    if (lock?.content?.token === this.token) await rm(this.path, { force: true });
  }

  private async touch(): Promise<void> {
    const now = new Date();
    await utimes(this.path, now, now).catch(() => undefined);
  }
}

interface FoundLock {
  /** `undefined`: unreadable, perhaps just being written. */
  readonly content: LockContent | undefined;
  readonly age: number;
}

async function readLock(path: string): Promise<FoundLock | undefined> {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)]);
    return { content: parseLock(text), age: Date.now() - mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseLock(text: string): LockContent | undefined {
  try {
    const raw = JSON.parse(text) as LockContent;
    const valid =
      Number.isSafeInteger(raw.pid) && typeof raw.host === 'string' && typeof raw.token === 'string';
    return valid ? raw : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the lock of a holder that is gone; throws `InputError` for one that is not. */
async function removeIfStale(path: string): Promise<void> {
  const lock = await readLock(path);
  if (lock === undefined) return;
  if (!isStale(lock)) {
    const holder =
      lock.content === undefined
        ? 'another process'
        : `process ${lock.content.pid} on ${lock.content.host} since ${lock.content.started}`;
    throw new InputError(
      `${path}: this run folder is in use by ${holder}; wait for it or use another folder`,
    );
  }
  // Renaming is what only one of several takers can do; what was renamed is looked at again before it is thrown away.
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const taken = await readLock(aside);
  if (taken?.content?.token === lock.content?.token) await rm(aside, { force: true });
  else await rename(aside, path);
}

function isStale(lock: FoundLock): boolean {
  if (lock.age > STALE_MS) return true;
  const { content } = lock;
  if (content === undefined || content.host !== hostname()) return false;
  if (content.pid === process.pid) return !held.has(content.token);
  try {
    process.kill(content.pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
