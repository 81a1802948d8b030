import { type FileHandle, open, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { kindOf, temporaryName } from './paths.js';

/** Windows refuses a rename for a moment while a scanner or an indexer looks at the file. */
const RENAME_TRIES = 5;
const RENAME_PAUSE_MS = 40;

/**
 * Writes a file whole or not at all: into a new file in the same folder, to the disk, then renamed over the old one. A
 * reader, also after a crash, sees the old content or the new one, never a part. The temporary file is removed when the
 * writing fails. A link is followed, not replaced; a device or a pipe (`/dev/stdout`) is written to, because a file in its
 * place is nobody's wish.
 *
 * @throws the error of the file system (`ENOENT` for a missing folder, `ENOSPC`, ...)
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  if ((await kindOf(path)) === 'special') {
    await writeFile(path, content);
    return;
  }
  const target = await realpath(path).catch(() => path);
  const temporary = temporaryName(target);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameOver(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Renames and makes the new name durable. The target may exist. */
export async function renameOver(from: string, to: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await rename(from, to);
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
