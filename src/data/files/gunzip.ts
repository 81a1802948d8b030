import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
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
    if (code === 'Z_BUF_ERROR') throw new InputError(`${where}: truncated gzip file`);
    if (code === 'Z_DATA_ERROR') throw new InputError(`${where}: damaged gzip file`);
    throw error;
  }
}
