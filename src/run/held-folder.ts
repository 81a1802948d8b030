import { join } from 'node:path';
import { writeFileAtomic } from '../data/files/atomic.js';
import { makeFolder, pathError } from '../data/files/paths.js';
import { LOCK_FILE, PAIR_FOLDER, refuseFolders, sweep } from './run-layout.js';
import { isLeftBehind, RunLock } from './run-lock.js';

/** How to write into the folder; `mayWrite` throws where it is another run's by now. */
export interface FolderWriter {
  readonly write: (path: string, text: string) => Promise<void>;
  readonly mayWrite: () => void;
}

/** The same, and the signal that it is another run's. */
export interface HeldFolder extends FolderWriter {
  readonly lost: AbortSignal;
}

/**
 * Makes a run folder where there is none and holds its lock while something is done in it. Files are written under another name and
 * renamed, and the lock is looked at again right before each rename.
 *
 * @throws InputError when the folder is in use by another process or cannot be written; `LockLostError` from a write when another run has
 * taken it over
 */
export async function holdFolder<T>(directory: string, work: (folder: HeldFolder) => Promise<T>): Promise<T> {
  await makeFolder(join(directory, PAIR_FOLDER));
  await refuseFolders(directory);
  const lock = await RunLock.acquire(join(directory, LOCK_FILE));
  const mayWrite = (): void => lock.verify();
  const write = async (path: string, text: string): Promise<void> => {
    try {
      await writeFileAtomic(path, text, mayWrite);
    } catch (error) {
      mayWrite(); // whoever took the folder over has swept away what was not finished
      throw pathError(error, path);
    }
  };
  try {
    await sweep(directory, isLeftBehind);
    return await work({ write, mayWrite, lost: lock.lost });
  } finally {
    await lock.release();
  }
}
