import { open, rm, stat } from 'node:fs/promises';
import { diskError } from './paths.js';

/** Why one address did not deliver; the message reads after "ADDRESS: ". */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  constructor(
    message: string,
    /** Whether asking the same address again makes sense: the transfer broke, it was not refused. */
    readonly again: boolean,
    /** The host could not be found or reached: there may be no network at all. */
    readonly unreachable = false,
  ) {
    super(message);
  }
}

export interface DownloadOptions {
  readonly signal?: AbortSignal;
  /** Give up when this many milliseconds pass without a byte. */
  readonly idleMs: number;
  /** Never store more than this. */
  readonly most: number;
  readonly onBytes?: (received: number, total: number | null) => void;
}

/**
 * Downloads an address into a part file. Bytes that are there already are kept and only the rest is asked for (HTTP
 * `Range`); a server that sends everything again is taken at its word. What has arrived stays in the part file when the
 * transfer breaks.
 *
 * @returns how many bytes were there before and kept
 * @throws DownloadError; the signal's reason when that was it
 */
export async function download(url: string, part: string, options: DownloadOptions): Promise<number> {
  let kept = (await stat(part).catch(() => undefined))?.size ?? 0;
  if (kept >= options.most) {
    await rm(part, { force: true });
    kept = 0;
  }
  const idle = new IdleGuard(options.idleMs, options.signal);
  try {
    const response = await request(url, kept, idle);
    if (response.status === 416) {
      await rm(part, { force: true });
      throw new DownloadError('has fewer bytes than were already here; they were dropped', true);
    }
    refuseStrange(response);
    if (response.status === 206 && rangeStart(response) !== kept) {
      await rm(part, { force: true });
      throw new DownloadError('sent another part of the file than was asked for', true);
    }
    if (response.status !== 206) kept = 0;
    await store(response, part, kept, idle, options);
    return kept;
  } catch (error) {
    options.signal?.throwIfAborted();
    if (idle.expired) throw new DownloadError(`no data for ${options.idleMs / 1000} s`, false);
    if (error instanceof DownloadError) throw error;
    if (isFileError(error)) throw diskError(error, part);
    const code = networkCode(error);
    throw new DownloadError(networkReason(error), code !== 'ENOTFOUND', UNREACHABLE.has(code));
  } finally {
    idle.stop();
  }
}

async function request(url: string, kept: number, idle: IdleGuard): Promise<Response> {
  // The file is compressed as it is; a second compression on the way would make ranges meaningless.
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (kept > 0) headers.range = `bytes=${kept}-`;
  return fetch(url, { headers, signal: idle.signal, redirect: 'follow' });
}

function refuseStrange(response: Response): void {
  if (response.status !== 200 && response.status !== 206) {
    const text = response.statusText === '' ? '' : ` ${response.statusText}`;
    throw new DownloadError(`answered ${response.status}${text}`, response.status >= 500);
  }
  if (/^text\/html\b/i.test(response.headers.get('content-type') ?? '')) {
    throw new DownloadError('answered with a web page instead of the file', false);
  }
}

function rangeStart(response: Response): number {
  const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return match === null ? -1 : Number(match[1]);
}

async function store(
  response: Response,
  part: string,
  kept: number,
  idle: IdleGuard,
  { most, onBytes }: DownloadOptions,
): Promise<void> {
  const length = response.headers.get('content-length');
  const total = length === null ? null : kept + Number(length);
  let received = kept;
  const file = await open(part, kept > 0 ? 'a' : 'w');
  try {
    for await (const chunk of response.body ?? []) {
      idle.touch();
      received += chunk.length;
      if (received > most) {
        await file.truncate(0);
        throw new DownloadError(`sends more than the ${most} bytes that the file can have`, false);
      }
      await file.appendFile(chunk);
      onBytes?.(received, total);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (total !== null && received < total) {
    throw new DownloadError(`the transfer broke off after ${received} of ${total} bytes`, true);
  }
}

/** A signal that fires when nothing arrives for a while, or when the caller's own does. */
class IdleGuard {
  readonly signal: AbortSignal;
  expired = false;
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;

  constructor(
    private readonly idleMs: number,
    outer: AbortSignal | undefined,
  ) {
    this.signal =
      outer === undefined ? this.controller.signal : AbortSignal.any([outer, this.controller.signal]);
    this.timer = this.start();
  }

  touch(): void {
    clearTimeout(this.timer);
    this.timer = this.start();
  }

  /** Also ends a body that nobody will read. */
  stop(): void {
    clearTimeout(this.timer);
    this.controller.abort();
  }

  private start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.expired = true;
      this.controller.abort();
    }, this.idleMs);
  }
}

/** A full or read-only disk is no fault of the address. */
function isFileError(error: unknown): boolean {
  const { syscall } = error as NodeJS.ErrnoException;
  return syscall === 'open' || syscall === 'write' || syscall === 'fsync' || syscall === 'ftruncate';
}

/** `fetch` hides the reason one level down. */
/** What systems and resolvers say where there is no way to a host. */
const UNREACHABLE: ReadonlySet<string | undefined> = new Set([
  ...[
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'ENODATA',
    'ENETUNREACH',
    'EHOSTUNREACH',
    'ENETDOWN',
    'EADDRNOTAVAIL',
  ],
  ...['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'],
]);

function networkCode(error: unknown): string | undefined {
  return (error as { cause?: { code?: string } }).cause?.code;
}

function networkReason(error: unknown): string {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (cause === undefined) return message;
  const reason = cause.message || message;
  return cause.code === undefined || reason.includes(cause.code) ? reason : `${cause.code}, ${reason}`;
}
