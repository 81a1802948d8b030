import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, type Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
export const FOLDER = join(root, 'site', 'dist', 'folder');
export const SINGLE = join(FOLDER, 'fewbit.html');

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = PLACES.find((path) => existsSync(path));

/** Why there is nothing to test with; empty where there is. */
export const MISSING = executablePath === undefined ? ' (skipped: chromium is not installed)' : '';

/** Builds the page as people do. */
export function buildSite(): string {
  return execFileSync(process.execPath, [join(root, 'site', 'build.mjs')], {
    encoding: 'utf8',
    cwd: tmpdir(),
  });
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html',
  js: 'text/javascript',
  css: 'text/css',
  wasm: 'application/wasm',
};

/** The folder as any server would give it: no header but the type. */
export async function serve(): Promise<{ readonly server: Server; readonly address: string }> {
  const server = createServer(({ url = '/' }, response) => {
    const path = new URL(url, 'http://site').pathname;
    const file = join(FOLDER, path === '/' ? 'index.html' : path);
    if (!existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader('content-type', TYPES[file.split('.').pop() ?? ''] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

export interface Visit {
  readonly page: Page;
  /** Everything that was asked for over a network or from files. */
  readonly requests: readonly string[];
  /** What the page complained of. */
  readonly faults: readonly string[];
  /** The longest tasks of the main thread until the page was ready, and since, in milliseconds of its processor time. Once. */
  longest(): Promise<{ readonly starting: number; readonly since: number }>;
  /** Tasks since the page was ready that a clock saw last longer than 50 ms (the browser's own count), each in milliseconds. */
  slow(): Promise<readonly number[]>;
  leave(): Promise<void>;
}

/** Opens an address in a browser of its own. */
export async function visit(
  address: string,
  { width, scheme }: { readonly width: number; readonly scheme: 'light' | 'dark' },
): Promise<Visit> {
  const home = mkdtempSync(join(tmpdir(), 'fewbit-site-'));
  const context: BrowserContext = await chromium.launchPersistentContext(home, {
    executablePath,
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: scheme === 'dark' ? 'reduce' : 'no-preference',
    acceptDownloads: true,
    // Page and solvers on a small machine that does other things as well.
    timeout: 60_000,
    args: [
      ...['--no-sandbox', '--headless', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
  context.setDefaultTimeout(60_000);
  const page = context.pages()[0] ?? (await context.newPage());
  const requests: string[] = [];
  const faults: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  const browser = context.browser();
  await browser?.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
  await context.addInitScript(() => {
    const seen: { start: number; ms: number }[] = [];
    Object.assign(globalThis, { slowTasks: seen });
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) seen.push({ start: startTime, ms: duration });
    }).observe({ type: 'longtask', buffered: true });
  });
  await page.goto(address);
  return {
    page,
    requests,
    faults,
    longest: async () => {
      const trace = await browser?.stopTracing();
      return longestTasks(trace?.toString() ?? '{"traceEvents":[]}');
    },
    slow: () =>
      page.evaluate(() => {
        const ready = performance.getEntriesByName('fewbit ready')[0].startTime;
        const { slowTasks } = globalThis as unknown as { slowTasks: { start: number; ms: number }[] };
        return slowTasks.filter(({ start }) => start >= ready).map(({ ms }) => ms);
      }),
    leave: async () => {
      await context.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly tdur?: number;
}

/** Of the thread of the page. Processor time: wall time would count what else the machine does. */
function longestTasks(text: string): { readonly starting: number; readonly since: number } {
  const { traceEvents } = JSON.parse(text) as { traceEvents: readonly TraceEvent[] };
  // Chromium has renderers in store that have nothing to do with the page.
  const ready = traceEvents.find(({ name }) => name === 'fewbit ready');
  if (ready === undefined) throw new Error('the page was never ready');
  const longest = { starting: 0, since: 0 };
  for (const { ph, pid, tid, ts, tdur } of traceEvents) {
    if (ph !== 'X' || tdur === undefined || pid !== ready.pid || tid !== ready.tid) continue;
    const part = ts < ready.ts ? 'starting' : 'since';
    longest[part] = Math.max(longest[part], tdur / 1000);
  }
  return longest;
}
