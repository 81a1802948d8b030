import { oneLine } from '../printable.js';

/** The queue cannot be used: it cannot be reached, refuses us, or cannot hold what it is given. One line; the run has failed (exit code 1). */
export class QueueError extends Error {
  override readonly name = 'QueueError';

  constructor(message: string, options?: ErrorOptions) {
    super(oneLine(message), options);
  }
}
