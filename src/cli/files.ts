import { readFile, stat } from 'node:fs/promises';
import { writeFileAtomic } from '../data/files/atomic.js';
import { checkTarget, pathError } from '../data/files/paths.js';
import { InputError } from '../errors.js';

/** Larger texts cannot be one string, and no problem we can solve needs one. */
const MAX_TEXT_BYTES = 400 * 1024 * 1024;

/** Reads a text file; a path that does not lead to one is an InputError that names it. */
export async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > MAX_TEXT_BYTES) {
      throw new InputError(`${path}: ${size} bytes, more than the ${MAX_TEXT_BYTES} that are read`);
    }
    return await readFile(path, 'utf8');
  } catch (error) {
    throw pathError(error, path);
  }
}

/** Writes a text file whole or not at all. */
export async function writeText(path: string, text: string): Promise<void> {
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    throw pathError(error, path);
  }
}

/** For every file that is written at the end of long work: complains before it. Options not given are no files. */
export async function checkTargets(...paths: (string | undefined)[]): Promise<void> {
  for (const path of paths) if (path !== undefined) await checkTarget(path);
}
