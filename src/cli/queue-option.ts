import { kindOf } from '../data/files/paths.js';
import { readAddress } from '../queue/address.js';
import { QueuePool } from '../queue/pool.js';
import { thisMaker } from '../run/run-identity.js';
import { usageError } from './terminal.js';

/** What a command that trains is told of a queue. */
export interface QueueFlags {
  readonly queue?: string;
  readonly shared?: string;
  readonly workers?: number;
}

/**
 * The pool of the workers at a queue, where there is `--queue`; who opened it closes it.
 *
 * @param onNote lines about the connection and about who works
 * @throws InputError, `QueueError`
 */
export async function openQueue(
  flags: QueueFlags,
  onNote: (line: string) => void,
): Promise<QueuePool | undefined> {
  const { queue, shared, workers } = flags;
  if (queue === undefined) {
    if (shared !== undefined) throw usageError('--shared', 'needs --queue');
    return undefined;
  }
  if (workers !== undefined) throw usageError('--workers', 'not with --queue, whose workers say --cores');
  const address = readAddress(queue);
  await checkShared(shared);
  return QueuePool.open(address, { maker: await thisMaker(), shared, onNote });
}

/** The folder for samples is there. */
export async function checkShared(shared: string | undefined): Promise<void> {
  if (shared !== undefined && (await kindOf(shared)) !== 'folder') {
    throw usageError('--shared', 'names no folder; it has to be there, the same on all machines');
  }
}
