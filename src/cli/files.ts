import { type Content, writeFileAtomic } from '../data/files/atomic.js';
import { checkTarget, pathError } from '../data/files/paths.js';

export { readText } from '../data/files/read.js';

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: Content): Promise<void> {
  try {
    await writeFileAtomic(path, content);
  } catch (error) {
    throw pathError(error, path);
  }
}

/** For every file that is written at the end of long work: complains before it. Options not given are no files. */
export async function checkTargets(...paths: (string | undefined)[]): Promise<void> {
  for (const path of paths) if (path !== undefined) await checkTarget(path);
}
