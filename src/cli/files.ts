import { type Content, writeFileAtomic } from '../data/files/atomic.js';
import { checkTarget, kindOf, pathError, trueName } from '../data/files/paths.js';
import { InputError } from '../errors.js';

export { readText } from '../data/files/read.js';

/** Writes a file whole or not at all. */
export async function writeWhole(path: string, content: Content): Promise<void> {
  try {
    await writeFileAtomic(path, content);
  } catch (error) {
    throw pathError(error, path);
  }
}

/** Files by what a person calls them, as in `{ '--out': flags.out }`. Options not given are no files. */
type NamedFiles = Readonly<Record<string, string | undefined>>;

/**
 * For every file that is written at the end of long work: complains before it. Neither what the command reads may be
 * written over, a table or a model that there is once, nor one of its files by another.
 *
 * @throws InputError naming the file and the options
 */
export async function checkTargets(targets: NamedFiles, sources: NamedFiles = {}): Promise<void> {
  const taken = new Map<string, string>();
  for (const [name, path] of Object.entries(sources)) {
    if (path === undefined || (await kindOf(path)) !== 'file') continue;
    taken.set((await trueName(path)) as string, `${name} is read from`);
  }
  for (const [name, path] of Object.entries(targets)) {
    if (path === undefined) continue;
    await checkTarget(path);
    const own = await trueName(path);
    if (own === undefined) continue;
    const other = taken.get(own);
    if (other !== undefined) throw new InputError(`option ${name}: ${path}: the same file as ${other}`);
    taken.set(own, `that of ${name}`);
  }
}
