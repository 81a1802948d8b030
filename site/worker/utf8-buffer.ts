/*
 * As much of Node's Buffer as csv-parse wants of it for texts in UTF-8. Its own build for browsers brings all of Buffer along, every encoding and
 * number format, which were a fiftieth of the page (vite.config.ts puts this one in its place).
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class Bytes extends Uint8Array {
  copy(to: Uint8Array, start = 0, from = 0, end = this.length): void {
    to.set(this.subarray(from, end), start);
  }

  /** As Node has it, a view and no copy. */
  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return this.subarray(start, end) as Uint8Array<ArrayBuffer>;
  }

  override toString(_encoding?: string, start = 0, end = this.length): string {
    return decoder.decode(this.subarray(start, end));
  }
}

export const Buffer = {
  allocUnsafe: (size: number): Bytes => new Bytes(size),

  from: (value: string | ArrayLike<number>): Bytes =>
    new Bytes(typeof value === 'string' ? encoder.encode(value) : value),

  isBuffer: (value: unknown): value is Bytes => value instanceof Bytes,

  concat(parts: readonly Uint8Array[]): Bytes {
    const all = new Bytes(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  },

  /** 0 where they are equal; nobody asks for an order. */
  compare: (a: Uint8Array, b: Uint8Array): number =>
    a.length === b.length && a.every((byte, at) => byte === b[at]) ? 0 : 1,
};
