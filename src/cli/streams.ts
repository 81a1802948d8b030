import { fstatSync, writeSync } from 'node:fs';
import { diskError } from '../data/files/paths.js';

/**
 * The two streams when somebody leaves (`fewbit ... | head`) or a disk is full. Neither may end the work: what was asked
 * for is in files, or comes at the end, and progress is not what was asked for.
 *
 * Standard error that cannot be written is silent from then on. An answer that could not be written because its reader has
 * gone is nobody's loss; one that could not be written for another reason is a failed run, which is said at the end.
 */

/** A reader that went away: a closed pipe, a terminal that was hung up. */
const GONE: ReadonlySet<string | undefined> = new Set(['EPIPE', 'EIO', 'ECONNRESET', 'ERR_STREAM_DESTROYED']);

let outputFault: NodeJS.ErrnoException | undefined;
let errorIsLost = false;

/** Once, before anything is written. */
export function outliveReaders(): void {
  process.stdout.on('error', noteOutputFault);
  process.stderr.on('error', () => {
    errorIsLost = true;
  });
}

/** Text for standard output. */
export function writeOut(text: string): void {
  if (outputFault !== undefined) return;
  if (!isFile(1)) {
    process.stdout.write(text);
    return;
  }
  // Node's stream takes what a disk took of a write for all of it.
  const bytes = Buffer.from(text, 'utf8');
  try {
    for (let done = 0; done < bytes.length; ) done += writeSync(1, bytes, done);
  } catch (error) {
    noteOutputFault(error as NodeJS.ErrnoException);
  }
}

/** Waits until standard output has taken what was written, or has failed: who writes without end does not fill the memory. */
export async function flushOut(): Promise<void> {
  if (outputFault !== undefined || !process.stdout.writableNeedDrain) return;
  await new Promise<void>((resolve) => process.stdout.write('', () => resolve()));
}

/** Whether standard output takes nothing any more. */
export function isOutputLost(): boolean {
  return outputFault !== undefined;
}

/** Text for standard error. */
export function writeErr(text: string): void {
  if (!errorIsLost) process.stderr.write(text);
}

/** Waits until everything is written or has failed; resolves to what standard output suffered other than a reader that left. */
export async function settleStreams(): Promise<Error | undefined> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
  // The events of what failed come after the callbacks.
  await new Promise((resolve) => setImmediate(resolve));
  if (outputFault === undefined || GONE.has(outputFault.code)) return undefined;
  return diskError(outputFault, 'standard output') as Error;
}

function noteOutputFault(error: NodeJS.ErrnoException): void {
  outputFault ??= error;
}

function isFile(descriptor: number): boolean {
  try {
    const found = fstatSync(descriptor);
    return found.isFile() || (found.isCharacterDevice() && !process.stdout.isTTY);
  } catch {
    return false;
  }
}
