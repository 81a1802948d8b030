import { createHash } from 'node:crypto';

/** Sixteen hexadecimal digits of SHA-256: enough to tell a change. */
export function hash(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
