import { renameSync } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError, kindOf, temporaryName } from './paths.js';

/** Windows refuses a rename for a moment while a scanner or an indexer looks at the file. */
const RENAME_TRIES = 5;
const RENAME_PAUSE_MS = 40;

/** What a file is to hold: at once, or piece by piece as it comes about. */
export type Content = string | Uint8Array | AsyncIterable<string>;

/**
 * Writes a file whole or not at all: into a new file in the same folder, to the disk, then renamed over the old one. A
 * reader, also after a crash, sees the old content or the new one, never a part. The temporary file is removed when the
 * writing fails. A link is followed, not replaced; a device or a pipe (`/dev/stdout`) is written to, because a file in its
 * place is nobody's wish.
 *
 * @param mayWrite looked at before anything is written and again right before the rename, with nothing in between: throws
 *   where the file must not be written any more
 * @throws the error of the file system (`ENOENT` for a missing folder, `ENOSPC`, ...), its message naming the path
 */
export async function writeFileAtomic(path: string, content: Content, mayWrite?: () => void): Promise<void> {
  mayWrite?.();
  try {
    await writeWhole(path, content, mayWrite);
  } catch (error) {
    throw diskError(error, path);
  }
}

async function writeWhole(path: string, content: Content, mayWrite: (() => void) | undefined): Promise<void> {
  if ((await kindOf(path)) === 'special') {
    try {
      await writeFile(path, content);
    } catch (error) {
      // The reader of a pipe has seen enough.
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    }
    return;
  }
  const target = await realpath(path).catch(() => path);
  const temporary = temporaryName(target);
  try {
    const file = await open(temporary, 'wx');
    try {
      await writeFile(file, content);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(temporary, target, mayWrite);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Renames and makes the new name durable. The target may exist. `mayRename` throws where it must not be done (any more). */
export async function renameOver(from: string, to: string, mayRename?: () => void): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      if (mayRename === undefined) await rename(from, to);
      else {
        mayRename();
        renameSync(from, to);
      }
      break;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const passing =
        process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
      if (!passing || tries === RENAME_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, RENAME_PAUSE_MS * tries));
    }
  }
  await syncFolder(dirname(to));
}

/** The new name is an entry of the folder; where folders cannot be synced (Windows), the file system sees to it. */
async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch {
    // Best effort: the content itself is already on the disk.
  } finally {
    await handle?.close();
  }
}
