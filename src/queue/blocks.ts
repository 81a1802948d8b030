import { join } from 'node:path';
import { writeFileAtomic } from '../data/files/atomic.js';
import { kindOf } from '../data/files/paths.js';
import { readBytes } from '../data/files/read.js';
import type { Link } from './link.js';
import { KEPT, NAMES } from './store.js';
import { pack, sha256, unpack } from './task.js';

/** Bytes of a block unpacked, at most. */
const MOST_BYTES = 2 ** 31 - 1;
/** Unpacked bytes that a worker keeps at hand. */
const CACHE_BYTES = 2 ** 28;
/** Milliseconds after which a block that is there is given time anew. */
const RENEW_MS = 3600_000;

/** The bytes of a hash are nowhere. */
export class MissingBlockError extends Error {
  override readonly name = 'MissingBlockError';
}

/** Blocks of samples, by the SHA-256 of their bytes: in a folder that all machines see, or in the server of the queue. */
export class Blocks {
  /** When a block was sent, and when it is there: pairs share blocks, and none may be handed out before its own are. */
  private readonly sent = new Map<string, { readonly at: number; readonly done: Promise<void> }>();
  private readonly cached = new Map<string, Promise<Uint8Array>>();
  private size = 0;

  /** @param folder that all machines see; left out: everything goes through the server */
  constructor(
    private readonly link: Link,
    private readonly folder: string | undefined,
  ) {}

  /** Makes sure that the blocks are there; those that are there are not sent. */
  async send(bytes: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const at = performance.now();
    const due = [...bytes.keys()].filter((hash) => at - (this.sent.get(hash)?.at ?? -Infinity) > RENEW_MS);
    if (due.length > 0) {
      const done =
        this.folder === undefined ? this.toServer(due, bytes) : this.toFolder(this.folder, due, bytes);
      for (const hash of due) this.sent.set(hash, { at, done });
      done.catch(() => {
        for (const hash of due) this.sent.delete(hash);
      });
    }
    await Promise.all([...bytes.keys()].map((hash) => this.sent.get(hash)?.done));
  }

  /** A worker does not find them: they go through the server, wherever they are. */
  async sendAgain(bytes: ReadonlyMap<string, Uint8Array>): Promise<void> {
    await this.toServer([...bytes.keys()], bytes);
  }

  /** The bytes of a hash. Throws `MissingBlockError`. */
  find(hash: string): Promise<Uint8Array> {
    const there = this.cached.get(hash);
    if (there !== undefined) {
      this.cached.delete(hash); // to the end: it was used last
      this.cached.set(hash, there);
      return there;
    }
    const found = this.read(hash);
    this.cached.set(hash, found);
    found.then(
      (bytes) => this.admit(bytes.length),
      () => this.cached.delete(hash),
    );
    return found;
  }

  private admit(size: number): void {
    this.size += size;
    for (const [hash, bytes] of this.cached) {
      if (this.size <= CACHE_BYTES || this.cached.size === 1) return;
      this.cached.delete(hash);
      void bytes.then(({ length }) => {
        this.size -= length;
      });
    }
  }

  private async read(hash: string): Promise<Uint8Array> {
    if (this.folder !== undefined) {
      const path = join(this.folder, hash);
      if ((await kindOf(path)) === 'file') {
        const bytes = await whole(await readBytes(path), hash);
        if (bytes !== undefined) return bytes;
      }
    }
    const [packed] = await this.link.patiently(() => this.link.store.get([NAMES.block(hash)]));
    const bytes = packed === null ? undefined : await whole(packed, hash);
    if (bytes === undefined) throw new MissingBlockError(hash);
    return bytes;
  }

  private async toServer(hashes: readonly string[], bytes: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const { store } = this.link;
    const names = hashes.map(NAMES.block);
    const there = await this.link.patiently(() => store.touch(names, KEPT.block));
    for (const [index, hash] of hashes.entries()) {
      if (there[index]) continue;
      const packed = await pack(bytes.get(hash) as Uint8Array);
      await this.link.patiently(() => store.put(names[index], packed, KEPT.block));
    }
  }

  private async toFolder(
    folder: string,
    hashes: readonly string[],
    bytes: ReadonlyMap<string, Uint8Array>,
  ): Promise<void> {
    for (const hash of hashes) {
      const path = join(folder, hash);
      if ((await kindOf(path)) === 'file') continue;
      await writeFileAtomic(path, await pack(bytes.get(hash) as Uint8Array));
    }
  }
}

/** `undefined`: these are not the bytes that the name promises. */
async function whole(packed: Uint8Array, hash: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await unpack(packed, MOST_BYTES);
    return sha256(bytes) === hash ? bytes : undefined;
  } catch {
    return undefined;
  }
}
