import { execFileSync } from 'node:child_process';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The types of bench/lib/site.mjs and bench/lib/page-tasks.mjs, which the bench of the page uses too. */
interface SiteModule {
  readonly FOLDER: string;
  readonly SINGLE: string;
  readonly executablePath: string | undefined;
  serve(): Promise<{ readonly server: Server; readonly address: string }>;
  browse(): Promise<Browser>;
}
interface TasksModule {
  readonly CATEGORIES: string[];
  pageTasks(trace: string): Map<string, readonly { readonly wall: number; readonly processor: number }[]>;
}
const load = (name: string): Promise<unknown> =>
  import(/* @vite-ignore */ new URL(`../../bench/lib/${name}.mjs`, import.meta.url).href);
export const { FOLDER, SINGLE, executablePath, serve, browse } = (await load('site')) as SiteModule;
const { CATEGORIES, pageTasks } = (await load('page-tasks')) as TasksModule;

/** Why there is nothing to test with; empty where there is. */
export const MISSING = executablePath === undefined ? ' (skipped: chromium is not installed)' : '';

/** Builds the page as people do. */
export function buildSite(): string {
  return execFileSync(process.execPath, [join(root, 'site', 'build.mjs')], {
    encoding: 'utf8',
    cwd: tmpdir(),
  });
}

export interface Visit {
  readonly page: Page;
  /** Everything that was asked for over a network or from files. */
  readonly requests: readonly string[];
  /** What the page complained of. */
  readonly faults: readonly string[];
  /** The longest tasks of the page's thread until the page was ready, and since, in milliseconds of its processor time. Once. */
  longest(): Promise<{ readonly starting: number; readonly since: number }>;
  leave(): Promise<void>;
}

export type Scheme = 'light' | 'dark';

export interface Look {
  readonly width: number;
  readonly scheme: Scheme;
  /** With fingers. */
  readonly hasTouch?: boolean;
}

let isTracing = false;

/** Opens an address as somebody who has never been there. One visit at a time: a browser has one trace. */
export async function visit(
  browser: Browser,
  address: string,
  { width, scheme, hasTouch }: Look,
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    colorScheme: scheme,
    reducedMotion: scheme === 'dark' ? 'reduce' : 'no-preference',
    acceptDownloads: true,
    ...(hasTouch === undefined ? {} : { hasTouch }),
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const requests: string[] = [];
  const faults: string[] = [];
  context.on('request', (request) => requests.push(request.url()));
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  // A test that failed has left its own behind.
  if (isTracing) await browser.stopTracing();
  isTracing = true;
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.goto(address);
  return {
    page,
    requests,
    faults,
    longest: async () => {
      isTracing = false;
      const flows = pageTasks((await browser.stopTracing()).toString());
      const most = (name: string): number =>
        Math.max(0, ...(flows.get(name) ?? []).map(({ processor }) => processor));
      return { starting: most('start'), since: most('ready') };
    },
    leave: () => context.close(),
  };
}
