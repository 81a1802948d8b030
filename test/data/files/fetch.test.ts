import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CatalogueEntry } from '../../../src/data/files/catalogue.js';
import { type FetchEvent, fetchDataset, fetchEntry } from '../../../src/data/files/fetch.js';
import { realData } from '../real-data.js';

/** Bytes that gzip cannot shrink, so that a transfer has a middle. */
const content = Buffer.concat(
  Array.from({ length: 2000 }, (_, k) => createHash('sha256').update(String(k)).digest()),
);
const packed = gzipSync(content);
const repacked = gzipSync(content, { level: 1, memLevel: 1, strategy: 3 });
const entry: CatalogueEntry = {
  name: 'tiny',
  mirrors: [],
  files: [
    { name: 'data-ubyte', bytes: content.length, sha256: createHash('sha256').update(content).digest('hex') },
  ],
};

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let folder: string;
let server: Server;
let requests: string[];
/** What each path prefix answers: a mirror. */
let mirrors: Record<string, Handler>;
let address: string;
let events: FetchEvent[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fewbit-fetch-'));
  requests = [];
  mirrors = {};
  events = [];
  server = createServer((request, response) => {
    const mirror = request.url?.split('/')[1] ?? '';
    requests.push(`${mirror} ${request.headers.range ?? 'all'}`);
    mirrors[mirror](request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

function run(names: string[], options: { signal?: AbortSignal; idleMs?: number } = {}) {
  return fetchEntry(entry, {
    mirrors: names.map((name) => `${address}/${name}`),
    cacheDir: folder,
    retryMs: 5,
    onProgress: (event) => events.push(event),
    ...options,
  });
}

const target = (): string => join(folder, 'tiny', 'data-ubyte.gz');
const failures = (): string[] => events.flatMap((event) => (event.type === 'failed' ? [event.reason] : []));

/** Serves bytes, with ranges; `cutAfter` breaks the first transfer in the middle. */
function serving(bytes: Buffer, { ranges = true, cutAfter = 0 } = {}): Handler {
  let cuts = cutAfter > 0 ? 1 : 0;
  return (request, response) => {
    const from = ranges ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
    if (from >= bytes.length) {
      response.writeHead(416).end();
      return;
    }
    const headers: Record<string, string> = { 'content-length': String(bytes.length - from) };
    if (from > 0) headers['content-range'] = `bytes ${from}-${bytes.length - 1}/${bytes.length}`;
    response.writeHead(from > 0 ? 206 : 200, headers);
    if (cuts-- > 0)
      response.write(bytes.subarray(from, from + cutAfter), () => setTimeout(() => response.destroy(), 30));
    else response.end(bytes.subarray(from));
  };
}

describe('fetchEntry', () => {
  it('fetches, checks, names, and next time finds everything there', async () => {
    mirrors.good = serving(packed);
    expect(await run(['good'])).toEqual({
      folder: join(folder, 'tiny'),
      files: [{ name: 'data-ubyte', status: 'fetched' }],
    });
    expect(gunzipSync(await readFile(target())).equals(content)).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'done', file: 'data-ubyte' });
    expect(events.filter((event) => event.type === 'bytes').at(-1)).toMatchObject({
      received: packed.length,
      total: packed.length,
    });
    expect((await run(['good'])).files).toEqual([{ name: 'data-ubyte', status: 'present' }]);
    expect(requests).toEqual(['good all']);
    expect(await readdir(join(folder, 'tiny'))).toEqual(['data-ubyte.gz']);
  });

  it('accepts other gzip wrappings and unpacked content, and takes a good file found unpacked', async () => {
    mirrors.other = serving(repacked);
    await run(['other']);
    await rm(target());
    mirrors.plain = serving(content);
    await run(['plain']);
    await rm(target());
    await writeFile(join(folder, 'tiny', 'data-ubyte'), content);
    expect((await run([])).files[0].status).toBe('present');
  });

  it('goes on where a transfer broke', async () => {
    mirrors.weak = serving(packed, { cutAfter: 20_000 });
    await run(['weak']);
    expect(requests).toEqual(['weak all', expect.stringMatching(/^weak bytes=\d+-$/)]);
    expect(Number(/\d+/.exec(requests[1])?.[0])).toBeGreaterThan(0);
    expect(failures()).toHaveLength(1);
  });

  it('starts over where the server knows no ranges', async () => {
    mirrors.simple = serving(packed, { ranges: false, cutAfter: 20_000 });
    await run(['simple']);
    expect(requests).toHaveLength(2);
    expect(gunzipSync(await readFile(target())).equals(content)).toBe(true);
  });

  it('goes on from a part of an earlier run, and drops one that does not fit', async () => {
    await mkdir(join(folder, 'tiny'));
    await writeFile(`${target()}.part`, packed.subarray(0, 1000));
    mirrors.good = serving(packed);
    await run(['good']);
    expect(requests).toEqual(['good bytes=1000-']);
    await rm(target());
    await writeFile(`${target()}.part`, repacked.subarray(0, 1000).fill(7, 500));
    await run(['good']);
    expect(requests.slice(1)).toEqual(['good bytes=1000-', 'good all']);
    await rm(target());
    await writeFile(`${target()}.part`, Buffer.alloc(packed.length + 10));
    await run(['good']);
    expect(requests.slice(3)).toEqual([`good bytes=${packed.length + 10}-`, 'good all']);
  });

  it('tries the next mirror after a refusal, a web page, a wrong content, a flood, and a range that was not asked', async () => {
    mirrors.forbidden = (_, response) => response.writeHead(403).end('no');
    mirrors.page = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    mirrors.hiddenPage = serving(Buffer.from('<!DOCTYPE html><html>sorry</html>'));
    mirrors.wrong = serving(gzipSync(Buffer.from(content).fill(0, 0, 10)));
    mirrors.cut = serving(packed.subarray(0, 30_000));
    mirrors.short = serving(gzipSync('short'));
    mirrors.flood = (_, response) => response.end(Buffer.alloc(content.length + 100_000));
    mirrors.odd = (_, response) => response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('56789');
    mirrors.good = serving(packed);
    await run(['forbidden', 'page', 'hiddenPage', 'wrong', 'cut', 'short', 'flood', 'odd', 'good']);
    expect(failures()).toEqual([
      'answered 403 Forbidden',
      'answered with a web page instead of the file',
      'answered with a web page instead of the file',
      expect.stringMatching(/^has other content: SHA-256 [0-9a-f]{64}, expected [0-9a-f]{64}$/),
      'data-ubyte: truncated gzip file',
      'unpacks to 5 bytes instead of 64000',
      expect.stringMatching(/^sends more than the \d+ bytes that the file can have$/),
      'sent another part of the file than was asked for',
      'sent another part of the file than was asked for',
      'sent another part of the file than was asked for',
    ]);
    expect(await readdir(join(folder, 'tiny'))).toEqual(['data-ubyte.gz']);
  });

  it('does not wait for ever', async () => {
    mirrors.silent = () => undefined;
    mirrors.stalls = (_, response) => {
      response.writeHead(200, { 'content-length': String(packed.length) });
      response.write(packed.subarray(0, 100));
    };
    mirrors.good = serving(packed);
    await run(['silent', 'stalls', 'good'], { idleMs: 150 });
    expect(failures()).toEqual(['no data for 0.15 s', 'no data for 0.15 s']);
    expect(requests.at(-1)).toBe('good bytes=100-');
  });

  it('says in one line why every mirror failed, and what to do', async () => {
    mirrors.forbidden = (_, response) => response.writeHead(403).end();
    mirrors.broken = (_, response) => response.destroy();
    const error = await run(['forbidden', 'broken']).catch((reason: Error) => reason);
    expect(error).toMatchObject({ name: 'FetchError' });
    expect((error as Error).message).toMatch(
      /^data-ubyte\.gz could not be fetched \(.*forbidden\/data-ubyte\.gz: answered 403 Forbidden; .*broken.*\); put it into /,
    );
    expect(requests).toEqual(['forbidden all', 'broken all', 'broken all', 'broken all']);
    await expect(
      fetchEntry(entry, { mirrors: ['http://127.0.0.1:1'], cacheDir: folder, retryMs: 1 }),
    ).rejects.toThrow(/could not be fetched/);
  });

  it('stops at once when aborted, and keeps what it has', async () => {
    const controller = new AbortController();
    mirrors.stalls = (_, response) => {
      response.writeHead(200, { 'content-length': String(packed.length) });
      response.write(packed.subarray(0, 500));
      setTimeout(() => controller.abort(new Error('enough')), 100);
    };
    await expect(run(['stalls'], { signal: controller.signal })).rejects.toThrow('enough');
    expect(await readdir(join(folder, 'tiny'))).toEqual(['data-ubyte.gz.part']);
    mirrors.good = serving(packed);
    await run(['good']);
    expect(requests.at(-1)).toBe('good bytes=500-');
    await expect(run(['good'], { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });

  it('fetches again what is there but wrong', async () => {
    await mkdir(join(folder, 'tiny'));
    await writeFile(target(), packed.subarray(0, 100));
    mirrors.good = serving(packed);
    expect((await run(['good'])).files[0].status).toBe('fetched');
  });
});

describe('fetchDataset', () => {
  it.skipIf(realData === undefined)('knows the contents of the real files (FEWBIT_DATA)', async () => {
    for (const name of ['mnist', 'fashion-mnist']) {
      const { files } = await fetchDataset(name, { cacheDir: realData, mirrors: [] });
      expect(files.map((file) => file.status)).toEqual(['present', 'present', 'present', 'present']);
    }
  });

  it('knows its names', async () => {
    await expect(fetchDataset('../mnist')).rejects.toThrow(
      '../mnist: nothing to fetch under this name; there are mnist, fashion-mnist',
    );
  });
});
