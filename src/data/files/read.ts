import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { decodeText, TextPieces } from '../../decode-text.js';
import { InputError } from '../../errors.js';
import { LIMITS } from '../../limits.js';
import { unpack, unpackChunks } from './gunzip.js';
import { pathError } from './paths.js';

/*
 * The one door through which files are read. A path may lead to a folder, a device without an end, a pipe without a
 * writer, or a file that grows: each is one line, at once, whatever reads.
 */

const CHUNK = 2 ** 18;
/** How long a pipe may be without anybody who writes to it: who makes both ends at once needs a moment. */
const PIPE_PATIENCE_MS = 500;
const PIPE_POLL_MS = 20;

/**
 * The bytes of a file or a pipe, chunk by chunk, for readers that need not hold it all.
 *
 * @throws InputError, one line with the path: not there, no file, no reading allowed, a pipe that nobody writes to
 */
export async function* readChunks(path: string): AsyncGenerator<Uint8Array> {
  let file: FileHandle | undefined;
  try {
    refuseOthers(await stat(path), path); // devices may act on being opened
    // Without waiting: the opening of a pipe would, for as long as nobody has its other end.
    file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const kind = await file.stat();
    refuseOthers(kind, path);
    for (let first = true; ; first = false) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const bytes = kind.isFIFO() ? await readPipe(file, chunk, first, path) : await readSome(file, chunk);
      if (bytes === 0) return;
      yield chunk.subarray(0, bytes);
    }
  } catch (error) {
    throw pathError(error, path);
  } finally {
    await file?.close();
  }
}

/**
 * Reads a file, or a pipe to its end.
 *
 * @param most bytes: what is larger is refused before it is read, or as soon as it turns out to be
 * @throws InputError as `readChunks` does
 */
export async function readBytes(path: string, most: number = LIMITS.fileBytes): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  await refuseLargeFile(path, most);
  for await (const chunk of readChunks(path)) {
    size += chunk.length;
    refuseLarge(size, most, path);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, size);
}

/** Reads a data file and unpacks it where it is gzip, whatever its name says. */
export async function readUnpacked(path: string, mostUnpacked?: number): Promise<Uint8Array> {
  return unpack(await readBytes(path), path, mostUnpacked);
}

/** Reads a text file (UTF-8, gzip or not). */
export async function readText(path: string, mostBytes: number = LIMITS.jsonBytes): Promise<string> {
  const bytes = await readBytes(path, mostBytes);
  return decodeText(await unpack(bytes, path, mostBytes), path);
}

/** The path that is standard input, and what messages call it. */
export const STANDARD_INPUT = '-';
export function inputName(path: string): string {
  return path === STANDARD_INPUT ? 'standard input' : path;
}

/**
 * The text of a file, a pipe or standard input (UTF-8, gzip or not), piece by piece: memory does not grow with it.
 *
 * @param path `-` is standard input
 * @param most bytes, packed and unpacked: what is larger is refused before it is read, or as soon as it turns out to be; default: no limit
 * @throws InputError as `readChunks` does, and for what is no text in UTF-8
 */
export async function* readTextPieces(path: string, most = Number.POSITIVE_INFINITY): AsyncGenerator<string> {
  const where = inputName(path);
  const decoder = new TextPieces(where);
  if (path !== STANDARD_INPUT) await refuseLargeFile(path, most);
  const chunks = path === STANDARD_INPUT ? readStandardInput() : readChunks(path);
  let size = 0;
  for await (const bytes of unpackChunks(chunks, where)) {
    size += bytes.length;
    refuseLarge(size, most, where);
    yield decoder.decode(bytes);
  }
  yield decoder.decode(new Uint8Array(0), true);
}

async function* readStandardInput(): AsyncGenerator<Uint8Array> {
  for await (const chunk of process.stdin) yield chunk as Uint8Array;
}

function refuseOthers(kind: Stats, path: string): void {
  if (kind.isFile() || kind.isFIFO()) return;
  if (kind.isDirectory()) throw new InputError(`${path}: is a folder, not a file`);
  throw new InputError(`${path}: is a device, not a file`);
}

async function refuseLargeFile(path: string, most: number): Promise<void> {
  try {
    refuseLarge((await stat(path)).size, most, path);
  } catch (error) {
    throw pathError(error, path);
  }
}

function refuseLarge(size: number, most: number, path: string): void {
  if (size > most) throw new InputError(`${path}: more than ${most} bytes, the most that are read`);
}

async function readSome(file: FileHandle, buffer: Uint8Array): Promise<number> {
  return (await file.read(buffer, 0, buffer.length, null)).bytesRead;
}

/** Waits for a writer who is there; for one who is not, only a moment, and not after the last one has left. */
async function readPipe(file: FileHandle, buffer: Uint8Array, first: boolean, path: string): Promise<number> {
  const until = performance.now() + PIPE_PATIENCE_MS;
  let hasWriter = !first;
  for (;;) {
    try {
      const bytes = await readSome(file, buffer);
      if (bytes > 0 || hasWriter) return bytes;
      if (performance.now() > until) throw new InputError(`${path}: a pipe that nobody writes to`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      hasWriter = true;
    }
    await new Promise((resolve) => setTimeout(resolve, PIPE_POLL_MS));
  }
}
