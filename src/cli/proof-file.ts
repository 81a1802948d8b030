import { closeSync, fsyncSync, openSync, realpathSync, rmSync, statSync, writeSync } from 'node:fs';
import { renameOver } from '../data/files/atomic.js';
import { diskError, pathError, temporaryName } from '../data/files/paths.js';

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
