import { readFile, stat } from 'node:fs/promises';
import { writeFileAtomic } from '../data/files/atomic.js';
import { InputError } from '../errors.js';

/** Larger texts cannot be one string, and no problem we can solve needs one. */
const MAX_TEXT_BYTES = 400 * 1024 * 1024;

/** What can be wrong with a path that a person typed; anything else is a failure of the run. */
const PATH_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EISDIR: 'is a folder, not a file',
  ENOTDIR: 'a part of the path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  ENAMETOOLONG: 'the name is too long',
};

/** Reads a text file; a path that does not lead to one is an InputError that names it. */
export async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_TEXT_BYTES) {
      throw new InputError(`${path}: ${size} bytes, more than the ${MAX_TEXT_BYTES} that are read`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw asPathError(error, path);
  }
}

/** Writes a text file whole or not at all. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    throw asPathError(error, path);
  }
}

export function asPathError(error: unknown, path: string): unknown {
  const fault = PATH_FAULTS[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  return fault === undefined ? error : new InputError(`${path}: ${fault}`);
}
