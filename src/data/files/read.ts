import { readFile, stat } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { unpack } from './gunzip.js';
import { pathError } from './paths.js';

/** Larger files are refused before they are read. */
export const MAX_FILE_BYTES = 512 * 1024 * 1024;

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
