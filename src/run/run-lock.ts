import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat, writeFile } from 'node:fs/promises';
import { diskError, pathError, temporaryName } from '../data/files/paths.js';
import { InputError } from '../errors.js';
import { isSuspended, lifeOf, type ProcessIdentity, thisProcess } from './process-identity.js';

interface LockContent extends ProcessIdentity {
  /** Random: what tells one holding of the lock from every other. */
  readonly token: string;
  readonly started: string;
}

/** The holder gives a sign of life this often; */
const HEARTBEAT_MS = 10_000;
/** one of which nothing else is known and that has given none for this long is taken to be gone. */
const STALE_MS = 60_000;

/** Tokens that this thread holds, with what releases them: an experiment holds the locks of many trainings, and listens for the end of the process once. */
const held = new Map<string, () => void>();
const releaseAll = (): void => {
  for (const release of [...held.values()]) release();
};

/** The folder belongs to another run now, and this one must write nothing more. The command line ends with exit code 1. */
export class LockLostError extends Error {
  override readonly name = 'LockLostError';
}

/**
 * A lock file that one run holds at a time. Its content is a random token and who wrote it. It is made whole (a link to a
 * finished file, so nobody reads half of one) and taken over whole (a rename over it, so there is no moment without a lock).
 *
 * Who is there is decided by the process (`lifeOf`), and only where nothing can be known of it by its last sign of life. That
 * can be wrong: a machine that was suspended comes back. So a holder is never sure of its lock. It asks before every
 * write (`verify`), and one whose token is gone stops. What lies between the question and the rename that follows it is the
 * window that file systems leave; files that carry the identity of their run make what might slip through it harmless.
 */
export class RunLock {
  private readonly heartbeat: NodeJS.Timeout;
  private readonly taken = new AbortController();

  private constructor(
    private readonly path: string,
    private readonly token: string,
  ) {
    if (held.size === 0) process.on('exit', releaseAll);
    held.set(token, () => this.releaseNow());
    this.heartbeat = setInterval(() => void this.beat(), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  /**
   * Takes the lock, also from a holder that is gone. Throws `InputError` naming the file and the holder when it is in use.
   */
  static async acquire(path: string): Promise<RunLock> {
    const content: LockContent = {
      ...thisProcess(),
      token: randomUUID(),
      started: new Date().toISOString(),
    };
    const own = temporaryName(path);
    try {
      await writeFile(own, `${JSON.stringify(content)}\n`, { flag: 'wx' });
      for (let attempt = 0; attempt < 5; attempt++) {
        if (await place(own, path)) return new RunLock(path, content.token);
        if (await takeOver(own, path)) return new RunLock(path, content.token);
      }
    } catch (error) {
      throw diskError(pathError(error, path), path);
    } finally {
      await rm(own, { force: true });
    }
    throw new InputError(`${path}: other processes keep taking this lock; use a folder of your own`);
  }

  /** Aborted, with a `LockLostError`, as soon as it is noticed that somebody else has the lock. */
  get lost(): AbortSignal {
    return this.taken.signal;
  }

  /** Throws `LockLostError` unless the lock is still this one. Synchronous, so that a rename can follow at once. */
  verify(): void {
    if (!this.lost.aborted) {
      const there = readNow(this.path);
      if (there?.token === this.token) return;
      this.taken.abort(new LockLostError(`${this.path}: ${describeLoss(there)}`));
    }
    throw this.lost.reason;
  }

  /** May be called twice. A lock that is no longer its own is left alone. */
  async release(): Promise<void> {
    this.releaseNow();
  }

  /** Synchronous, so that nothing comes between the look and the removal, and for the end of the process. */
  private releaseNow(): void {
    clearInterval(this.heartbeat);
    if (!held.delete(this.token)) return;
    if (held.size === 0) process.off('exit', releaseAll);
    try {
      if (readNow(this.path)?.token === this.token) rmSync(this.path, { force: true });
    } catch {
      // A folder that cannot be read any more: the lock grows old there.
    }
  }

  /** The same text again: the file system notes when. Through one descriptor, so that nobody else's lock is written to. */
  private async beat(): Promise<void> {
    try {
      this.verify();
      const file = await open(this.path, 'r+');
      try {
        const text = await file.readFile('utf8');
        if (parseLock(text)?.token === this.token) await file.write(text, 0);
      } finally {
        await file.close();
      }
    } catch {
      // Lost: `lost` says so. A disk that is full for a moment: the next beat may do better.
    }
  }
}

/** Makes `path` another name of the finished file; `false` where it is there already. */
async function place(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK') throw error;
  }
  // A file system without links (FAT): made in one step all the same, but empty for a moment.
  try {
    await writeFile(path, readFileSync(own), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Puts the finished file in the place of a lock whose holder is gone; `false`: try again. Throws `InputError` for a holder
 * that is not. Only one taker can have the claim on a certain token, and the claim becomes the lock in one rename.
 */
async function takeOver(own: string, path: string): Promise<boolean> {
  const lock = await readLock(path, own);
  if (lock === undefined) return false;
  if (!isGone(lock)) throw inUse(path, lock);
  const claim = `${path}.${lock.content?.token ?? 'unreadable'}`;
  if (!(await place(own, claim))) {
    const taker = await readLock(claim, own);
    if (taker !== undefined && !isGone(taker)) throw inUse(path, taker);
    await rm(claim, { force: true });
    return false;
  }
  if (readNow(path)?.token !== lock.content?.token) {
    await rm(claim, { force: true });
    return false;
  }
  try {
    await rename(claim, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false; // somebody swept it away
    throw error;
  }
}

/**
 * Whether a file with which some run wanted to take a lock was left behind: its process is gone, or nothing is known of
 * that (another machine; killed before it had written) and the file is old.
 */
export async function isLeftBehind(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return false;
  return isGone({ content: readNow(path), age: Date.now() - found.mtimeMs });
}

interface FoundLock {
  /** `undefined`: unreadable, perhaps just being written. */
  readonly content: LockContent | undefined;
  /** Milliseconds since the last sign of life, by the clock of the file system. */
  readonly age: number;
}

/** @param own a file that was just written beside it: the clock of a server may differ from ours */
async function readLock(path: string, own: string): Promise<FoundLock | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const [text, found] = [await file.readFile('utf8'), await file.stat()];
    await writeFile(own, readFileSync(own), { flag: 'r+' });
    const mine = await open(own, 'r');
    const now = (await mine.stat()).mtimeMs;
    await mine.close();
    return { content: parseLock(text), age: now - found.mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  } finally {
    await file?.close();
  }
}

/** `undefined`: not there, or nothing that this program wrote. Throws where that cannot be told. */
function readNow(path: string): LockContent | undefined {
  try {
    return parseLock(readFileSync(path, 'utf8'));
  } catch (error) {
    if (LOST_CODES.has((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** The file, or the folder that it was in, is not there. */
const LOST_CODES = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ESTALE']);
const TOKEN = /^[\w-]{1,64}$/;

function parseLock(text: string): LockContent | undefined {
  try {
    const { boot = null, space = null, began = null, ...rest } = JSON.parse(text) as LockContent;
    const valid =
      Number.isSafeInteger(rest.pid) &&
      rest.pid > 0 &&
      TOKEN.test(rest.token) &&
      [rest.host, rest.token, rest.started].every((part) => typeof part === 'string') &&
      [boot, space, began].every((part) => part === null || typeof part === 'string');
    return valid ? { ...rest, boot, space, began } : undefined;
  } catch {
    return undefined;
  }
}

function isGone({ content, age }: FoundLock): boolean {
  if (content !== undefined) {
    if (held.has(content.token)) return false;
    const life = lifeOf(content);
    // Our own process lives whatever it holds: a lock that no thread of it keeps alive was left behind.
    if (life !== 'unknown' && content.pid !== process.pid) return life === 'gone';
    if (life === 'gone') return true;
  }
  return age > STALE_MS;
}

function inUse(path: string, { content, age }: FoundLock): InputError {
  const where = `${path}: this run folder is in use by`;
  if (content === undefined) {
    return new InputError(`${where} another process; wait for it or use another folder`);
  }
  const holder = `process ${content.pid} on ${content.host} since ${content.started}`;
  const what = isSuspended(content)
    ? ', which is suspended'
    : lifeOf(content) === 'alive'
      ? ''
      : `, last seen ${Math.max(0, Math.round(age / 1000))} s ago (after ${STALE_MS / 1000} s it counts as gone)`;
  return new InputError(`${where} ${holder}${what}; wait for it or use another folder`);
}

function describeLoss(there: LockContent | undefined): string {
  const end = 'this run stops and writes nothing more';
  return there === undefined
    ? `the lock of this run is gone, and the folder may be another's; ${end}`
    : `process ${there.pid} on ${there.host} has taken this run folder over (${there.started}); ${end}`;
}
