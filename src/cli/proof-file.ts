import {
  closeSync,
  createReadStream,
  fsyncSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { renameOver } from '../data/files/atomic.js';
import { diskError, pathError, temporaryName } from '../data/files/paths.js';
import { InputError } from '../errors.js';
import { MAX_LINE } from '../verify/proof/parse.js';

/** A proof file that is being written: under another name until it is complete (a device or a pipe: at once). */
export class ProofWriter {
  private readonly target: string;
  private readonly temporary: string | undefined;
  /** Its descriptor. */
  readonly file: number;

  /** @throws InputError for a path where no file can be made, before any work is done for it */
  constructor(private readonly path: string) {
    try {
      const there = statSync(path, { throwIfNoEntry: false });
      this.target = there === undefined ? path : realpathSync(path);
      const whole = there === undefined || there.isFile() || there.isDirectory();
      this.temporary = whole ? temporaryName(this.target) : undefined;
      this.file = this.temporary === undefined ? openSync(path, 'w') : openSync(this.temporary, 'wx');
    } catch (error) {
      throw pathError(error, path);
    }
    process.on('exit', this.remove); // a second Ctrl-C quits at once
  }

  private readonly remove = (): void => {
    if (this.temporary !== undefined) rmSync(this.temporary, { force: true });
  };

  /** The file is complete: gives it its name. */
  async finish(): Promise<void> {
    try {
      if (this.temporary !== undefined) fsyncSync(this.file);
      closeSync(this.file);
      if (this.temporary !== undefined) await renameOver(this.temporary, this.target);
    } catch (error) {
      this.remove();
      throw diskError(pathError(error, this.path), this.path);
    } finally {
      process.off('exit', this.remove);
    }
  }

  /** Nothing is left behind. */
  discard(): void {
    closeSync(this.file);
    this.remove();
    process.off('exit', this.remove);
  }
}

/**
 * Writes text at the end of what was written before; returns when all of it is with the system, or the reader of a pipe has
 * seen enough.
 */
export function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

/** Ends the reading of a file, and with it whatever is open for that. */
class Enough extends Error {}

/**
 * Hands on the lines of a file one after the other (`.gz`: of what is compressed in it), in memory for one chunk. A line
 * longer than any that can be right is handed on when it has become so, in pieces: the reader will refuse it.
 *
 * @param visit says `false` when it has seen enough: a file may be without an end
 */
export async function forEachLine(path: string, visit: (line: string) => boolean): Promise<void> {
  let rest = '';
  const split = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      // A proof is ASCII; in Latin-1 no character can be cut in two by the end of a chunk.
      const text = rest + chunk.toString('latin1');
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        if (!visit(text.slice(start, end))) throw new Enough();
        start = end + 1;
      }
      rest = text.slice(start);
      if (rest.length > MAX_LINE) {
        if (!visit(rest)) throw new Enough();
        rest = '';
      }
    }
  };
  try {
    const file = createReadStream(path, { highWaterMark: 2 ** 18 });
    if (path.endsWith('.gz')) await pipeline(file, createGunzip(), split);
    else await pipeline(file, split);
  } catch (error) {
    if (error instanceof Enough) return;
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw new InputError(`${path}: is not a gzip file, or it is damaged`);
    throw pathError(error, path);
  }
  if (rest !== '') visit(rest);
}
