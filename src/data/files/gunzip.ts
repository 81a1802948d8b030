import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { createGunzip, gunzip } from 'node:zlib';
import { InputError } from '../../errors.js';
import { LIMITS } from '../../limits.js';

const gunzipBytes = promisify(gunzip);

/** Whether the bytes start as gzip does; file names can be wrong about it. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Unpacks gzip; bytes that are no gzip come back as they are.
 *
 * @param most bytes that may come out: a small file that would fill the memory is refused before it does
 * @throws InputError when the content is truncated, damaged or too large
 */
export async function unpack(
  bytes: Uint8Array,
  where: string,
  most: number = LIMITS.unpackedBytes,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  try {
    return await gunzipBytes(bytes, { maxOutputLength: most });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw new InputError(`${where}: unpacks to more than ${most} bytes`);
    }
    throw gzipError(error, where);
  }
}

/**
 * The same chunk by chunk, for readers that need not hold it all.
 *
 * @throws InputError when the content is truncated or damaged
 */
export async function* unpackChunks(
  chunks: AsyncGenerator<Uint8Array>,
  where: string,
): AsyncGenerator<Uint8Array> {
  try {
    yield* unpackAll(chunks, where);
  } finally {
    // Who leaves in the middle leaves no file open.
    await chunks.return(undefined);
  }
}

async function* unpackAll(chunks: AsyncGenerator<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const first = await chunks.next();
  if (first.done) return;
  // A pipe may give a single byte first.
  let head = first.value;
  while (head.length < 2) {
    const more = await chunks.next();
    if (more.done) break;
    head = Buffer.concat([head, more.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    yield* chunks;
  }
  if (!isGzip(head)) {
    yield* all();
    return;
  }
  const source = Readable.from(all(), { objectMode: false });
  const unpacked = createGunzip({ chunkSize: 2 ** 17 });
  source.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const chunk of source.pipe(unpacked)) yield chunk as Uint8Array;
  } catch (error) {
    throw gzipError(error, where);
  } finally {
    source.destroy();
  }
}

function gzipError(error: unknown, where: string): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'Z_BUF_ERROR') return new InputError(`${where}: truncated gzip file`);
  if (code === 'Z_DATA_ERROR') return new InputError(`${where}: damaged gzip file`);
  return error;
}
