import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { renameOver } from './atomic.js';
import { cacheDirectory } from './cache-dir.js';
import { CATALOGUE, type CatalogueEntry, type CatalogueFile, isDatasetName } from './catalogue.js';
import { DownloadError, download } from './download.js';
import { unpack } from './gunzip.js';
import { kindOf, makeFolder } from './paths.js';

export type FetchEvent =
  | { readonly type: 'present'; readonly file: string }
  | { readonly type: 'start'; readonly file: string; readonly url: string }
  | {
      readonly type: 'bytes';
      readonly file: string;
      readonly received: number;
      /** `null` where the server does not say. */
      readonly total: number | null;
    }
  | {
      readonly type: 'failed';
      readonly file: string;
      readonly url: string;
      readonly reason: string;
      /** The host could not be found or reached. */
      readonly unreachable: boolean;
    }
  | { readonly type: 'done'; readonly file: string };

export interface FetchOptions {
  /** Addresses to try instead of the known ones, each a folder with the four `.gz` files. */
  readonly mirrors?: readonly string[];
  /** The folder that gets a folder named as the data set; default: the user's cache. */
  readonly cacheDir?: string;
  readonly onProgress?: (event: FetchEvent) => void;
  readonly signal?: AbortSignal;
  /** Give up on a mirror when nothing arrives for this long; default 30 s. */
  readonly idleMs?: number;
  /** Pause before the same mirror is asked again, doubled every time; default 1 s. */
  readonly retryMs?: number;
}

export interface FetchResult {
  readonly folder: string;
  readonly files: readonly { readonly name: string; readonly status: 'present' | 'fetched' }[];
}

/** No mirror delivered a file: the run failed, the input was not at fault. One line with every reason. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
}

const TRIES_PER_MIRROR = 3;

/**
 * Gets a data set into the cache, file by file: what is there and right is left alone, a broken transfer goes on where it
 * stopped (`.part` files), mirrors are tried in turn, and nothing gets its final name before its content has the known
 * SHA-256.
 *
 * @throws InputError for an unknown name; FetchError when every mirror failed; the signal's reason when aborted
 */
export async function fetchDataset(name: string, options: FetchOptions = {}): Promise<FetchResult> {
  if (!isDatasetName(name)) {
    throw new InputError(
      `${name}: nothing to fetch under this name; there are ${Object.keys(CATALOGUE).join(', ')}`,
    );
  }
  return fetchEntry(CATALOGUE[name], options);
}

/** The same for any list of files with known contents. */
export async function fetchEntry(entry: CatalogueEntry, options: FetchOptions = {}): Promise<FetchResult> {
  const folder = join(options.cacheDir ?? cacheDirectory(), entry.name);
  await makeFolder(folder);
  const files: FetchResult['files'][number][] = [];
  for (const file of entry.files) {
    options.signal?.throwIfAborted();
    const present = await isPresent(folder, file);
    if (present) options.onProgress?.({ type: 'present', file: file.name });
    else await fetchFile(folder, file, options.mirrors ?? entry.mirrors, options);
    files.push({ name: file.name, status: present ? 'present' : 'fetched' });
  }
  return { folder, files };
}

async function isPresent(folder: string, file: CatalogueFile): Promise<boolean> {
  for (const name of [file.name, `${file.name}.gz`]) {
    const path = join(folder, name);
    if ((await kindOf(path)) === 'file' && (await contentFault(path, file)) === undefined) return true;
  }
  return false;
}

async function fetchFile(
  folder: string,
  file: CatalogueFile,
  mirrors: readonly string[],
  options: FetchOptions,
): Promise<void> {
  const target = join(folder, `${file.name}.gz`);
  const part = `${target}.part`;
  const reasons: string[] = [];
  const lost: string[] = [];
  for (const mirror of mirrors) {
    const url = `${mirror.replace(/\/+$/, '')}/${file.name}.gz`;
    for (let tries = 1; tries <= TRIES_PER_MIRROR; tries++) {
      const failure = await tryOnce(url, part, file, options);
      if (failure === undefined) {
        await renameOver(part, target);
        options.onProgress?.({ type: 'done', file: file.name });
        return;
      }
      const { message: reason, unreachable } = failure;
      options.onProgress?.({ type: 'failed', file: file.name, url, reason, unreachable });
      if (!failure.again || tries === TRIES_PER_MIRROR) {
        reasons.push(`${url}: ${failure.message}`);
        if (failure.unreachable) lost.push(new URL(url).host);
        break;
      }
      await pause((options.retryMs ?? 1000) * 2 ** (tries - 1), options.signal);
    }
  }
  const all =
    reasons.length === 0
      ? 'no mirrors'
      : lost.length === reasons.length
        ? `no network: cannot reach ${lost.join(' or ')}`
        : reasons.join('; ');
  throw new FetchError(`${file.name}.gz could not be fetched (${all}); put it into ${folder} by other means`);
}

/** One request and a look at the result: `undefined` when the part file is complete and right. */
async function tryOnce(
  url: string,
  part: string,
  file: CatalogueFile,
  options: FetchOptions,
): Promise<DownloadError | undefined> {
  const { onProgress, signal } = options;
  onProgress?.({ type: 'start', file: file.name, url });
  let kept: number;
  try {
    kept = await download(url, part, {
      signal,
      idleMs: options.idleMs ?? 30_000,
      // Gzip never makes a file much larger, and a mirror may serve the content unpacked.
      most: file.bytes + 65_536,
      onBytes: (received, total) => onProgress?.({ type: 'bytes', file: file.name, received, total }),
    });
  } catch (error) {
    if (error instanceof DownloadError) return error;
    throw error;
  }
  const fault = await contentFault(part, file);
  if (fault === undefined) return undefined;
  await rm(part, { force: true });
  // A part from one mirror and the rest from another need not fit together: then once more from the start.
  return new DownloadError(fault, kept > 0);
}

/** What is wrong with a file's content, `undefined` when it is the known one. */
async function contentFault(path: string, file: CatalogueFile): Promise<string | undefined> {
  const bytes = await readFile(path);
  if (looksLikeWebPage(bytes)) return 'answered with a web page instead of the file';
  let content: Uint8Array;
  try {
    content = await unpack(bytes, file.name, file.bytes);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  if (content.length !== file.bytes) return `unpacks to ${content.length} bytes instead of ${file.bytes}`;
  const found = createHash('sha256').update(content).digest('hex');
  return found === file.sha256 ? undefined : `has other content: SHA-256 ${found}, expected ${file.sha256}`;
}

function looksLikeWebPage(bytes: Uint8Array): boolean {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200)).trimStart().toLowerCase();
  return start.startsWith('<!doctype html') || start.startsWith('<html') || start.startsWith('<?xml');
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
