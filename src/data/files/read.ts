import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { unpack } from './gunzip.js';

/** Larger files are refused before they are read. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

const PATH_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'is a folder, not a file',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links that lead in a circle',
};

/** What a path leads to; `none` when there is nothing. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'none'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'none';
    throw pathError(error, path);
  }
}

/** Reads a data file and unpacks it where it is gzip, whatever its name says. */
export async function readUnpacked(path: string, mostUnpacked?: number): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new InputError(`${path}: ${size} bytes; at most ${MAX_FILE_BYTES} are read`);
    }
    bytes = await readFile(path);
  } catch (error) {
    throw pathError(error, path);
  }
  return unpack(bytes, path, mostUnpacked);
}

/** A fault of a path that a person typed, as one line; any other error as it is. */
export function pathError(error: unknown, path: string): unknown {
  const fault = PATH_FAULTS[(error as NodeJS.ErrnoException | undefined)?.code ?? ''];
  return fault === undefined ? error : new InputError(`${path}: ${fault}`);
}
