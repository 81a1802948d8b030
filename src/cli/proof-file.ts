import { randomBytes } from 'node:crypto';
import { closeSync, createReadStream, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { renameOver } from '../data/files/atomic.js';
import { InputError } from '../errors.js';
import { MAX_LINE } from '../verify/proof/parse.js';
import { asPathError } from './files.js';

/** A proof file that is being written: under another name until it is complete. */
export class ProofWriter {
  private readonly temporary: string;
  /** Its descriptor. */
  readonly file: number;

  /** @throws InputError for a path where no file can be made, before any work is done for it */
  constructor(private readonly path: string) {
    const name = `.${basename(path)}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`;
    this.temporary = join(dirname(path), name);
    try {
      this.file = openSync(this.temporary, 'wx');
    } catch (error) {
      throw asPathError(error, path);
    }
    process.on('exit', this.remove); // a second Ctrl-C quits at once
  }

  private readonly remove = (): void => rmSync(this.temporary, { force: true });

  /** The file is complete: gives it its name. */
  async finish(): Promise<void> {
    try {
      fsyncSync(this.file);
      closeSync(this.file);
      await renameOver(this.temporary, this.path);
    } catch (error) {
      this.remove();
      throw asPathError(error, this.path);
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

/** Writes text at the end of what was written before; returns when all of it is with the system. */
export function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

/**
 * Hands on the lines of a file one after the other (`.gz`: of what is compressed in it), in memory for one chunk. A line
 * longer than any that can be right is handed on when it has become so, in pieces: the reader will refuse it.
 */
export async function forEachLine(path: string, visit: (line: string) => void): Promise<void> {
  let rest = '';
  const split = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      // A proof is ASCII; in Latin-1 no character can be cut in two by the end of a chunk.
      const text = rest + chunk.toString('latin1');
      let start = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        visit(text.slice(start, end));
        start = end + 1;
      }
      rest = text.slice(start);
      if (rest.length > MAX_LINE) {
        visit(rest);
        rest = '';
      }
    }
  };
  try {
    const file = createReadStream(path, { highWaterMark: 2 ** 18 });
    if (path.endsWith('.gz')) await pipeline(file, createGunzip(), split);
    else await pipeline(file, split);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code?.startsWith('Z_')) throw new InputError(`${path}: is not a gzip file, or it is damaged`);
    throw asPathError(error, path);
  }
  if (rest !== '') visit(rest);
}
