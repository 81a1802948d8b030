import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { isGzip } from '../data/files/gunzip.js';
import { readChunks } from '../data/files/read.js';
import { InputError } from '../errors.js';
import { MAX_LINE } from '../verify/proof/parse.js';

/**
 * Hands on the lines of a proof file one after the other, of what is compressed in it where it is gzip, in memory for one
 * chunk and one line. A line longer than any that can be right is handed on when it has become so, in pieces: the reader
 * will refuse it.
 *
 * @param visit says `false` when it has seen enough, and nothing more is read or unpacked
 * @throws InputError for a path that is no file, and for gzip that is damaged or cut off
 */
export async function forEachLine(path: string, visit: (line: string) => boolean): Promise<void> {
  let rest = '';
  for await (const chunk of unpacked(path)) {
    // A proof is ASCII; in Latin-1 no character can be cut in two by the end of a chunk.
    const text = chunk.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (!visit(rest + text.slice(start, end))) return;
      rest = '';
      start = end + 1;
    }
    rest += text.slice(start);
    if (rest.length > MAX_LINE) {
      if (!visit(rest)) return;
      rest = '';
    }
  }
  if (rest !== '') visit(rest);
}

/** The bytes of a file; those in it where it is gzip, which its first bytes say. */
async function* unpacked(path: string): AsyncGenerator<Buffer> {
  const chunks = readChunks(path);
  const { value: first } = await chunks.next();
  if (first === undefined || !isGzip(first)) {
    if (path.endsWith('.gz')) throw new InputError(`${path}: is not a gzip file`);
    if (first !== undefined) yield Buffer.from(first);
    for await (const chunk of chunks) yield Buffer.from(chunk);
    return;
  }
  const packed = Readable.from(withFirst(first, chunks));
  const gunzip = createGunzip({ chunkSize: 2 ** 18 });
  packed.on('error', (error) => gunzip.destroy(error));
  packed.pipe(gunzip);
  try {
    for await (const chunk of gunzip) yield chunk as Buffer;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'Z_BUF_ERROR') throw new InputError(`${path}: truncated gzip file`);
    if (code?.startsWith('Z_')) throw new InputError(`${path}: is not a gzip file, or it is damaged`);
    throw error;
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}

async function* withFirst(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}
