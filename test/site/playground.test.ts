import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnsembleClassifier } from '../../src/index.js';
import { browse, buildSite, FOLDER, MISSING, SINGLE, serve, type Visit, visit } from './browser.js';

/*
 * The page as people use it: each flow end to end, from a server and as one file, in light and dark, on a desk and on a phone. Every visit
 * also has its requests, its complaints, its longest task and what axe says of it looked at.
 */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const cli = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const QUICK = '&classes=014&shots=4&copies=4&work=2000000';
/** What the page promises of itself, from its first byte on. In processor time: a clock would tell of the machine. */
const LONGEST_TASK_MS = 35;

const WIDE = { width: 1280, scheme: 'light' } as const;
const PHONE = { width: 390, scheme: 'dark', hasTouch: true } as const;
/** A folder for pictures of all pages; they are no part of the project. */
const PICTURES = process.env.FEWBIT_SITE_PICTURES;
/**
 * Every kind on every paper and width from either source. The flows above have each kind on either paper, on either width and from either
 * source, but for one, which is here every time.
 */
const LOOKS = (['digits', 'table', 'plane'] as const)
  .flatMap((kind) =>
    ([1280, 390] as const).flatMap((width) =>
      (['light', 'dark'] as const).flatMap((scheme) =>
        (['a server', 'a file'] as const).map((source) => ({ kind, width, scheme, source })),
      ),
    ),
  )
  .filter(
    ({ kind, width, scheme, source }) =>
      process.env.FEWBIT_SITE_ALL !== undefined ||
      (kind === 'plane' && width === 1280 && scheme === 'light' && source === 'a file'),
  );

let browser: Browser;
let server: Server;
let address: string;
let folder: string;

/** A line with a finger, which is no mouse: a page that scrolled under it would get no more of it. */
async function strokeDown(page: Page): Promise<void> {
  await page.locator('.pad').scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await page.locator('.pad').boundingBox()) ?? fail('no pad');
  const finger = await page.context().newCDPSession(page);
  const touch = (type: string, points: readonly number[]): Promise<unknown> =>
    finger.send(
      'Input.dispatchTouchEvent' as never,
      {
        type,
        touchPoints: points.map((share) => ({ x: x + width * 0.5, y: y + height * share })),
      } as never,
    );
  await touch('touchStart', [0.15]);
  for (let step = 1; step <= 12; step++) await touch('touchMove', [0.15 + step * 0.055]);
  await touch('touchEnd', []);
}

function fail(message: string): never {
  throw new Error(message);
}

async function trained(page: Page): Promise<string | null> {
  await page.click('button.main');
  await page.waitForFunction(() => /^Done/.test(document.querySelector('.status')?.textContent ?? ''));
  return page.textContent('.status');
}

/** A small table, as somebody who chooses a file. */
async function openTable(page: Page): Promise<void> {
  const table = join(folder, 'small.csv');
  const rows = Array.from({ length: 30 }, (_, k) => `${k},${k % 3},${k < 15 ? 'low' : 'high'}`);
  writeFileSync(table, ['size,rest,label', ...rows].join('\n'));
  await page.setInputFiles('#table-file', table);
  await page.waitForFunction(() =>
    /small.csv: 30 rows/.test(document.querySelector('#table')?.textContent ?? ''),
  );
}

/** What every visit has to be, whatever it is about. */
async function checkVisit({ page, requests, faults, longest, leave }: Visit, base: string): Promise<void> {
  // Before axe, whose own tasks are long.
  const { starting, since } = await longest();
  await page.evaluate(showAll);
  const size = page.viewportSize() ?? { width: 1280, height: 900 };
  const isWide = size.width === WIDE.width;
  // By Runtime.evaluate: the page's own policy lets no script in.
  await page.evaluate(axe);
  for (const { width, scheme } of isWide ? [WIDE, PHONE] : [PHONE, WIDE]) {
    await page.emulateMedia({ colorScheme: scheme });
    // As wide as it is, and on the narrowest phone.
    for (const narrow of [360, width]) {
      await page.setViewportSize({ ...size, width: narrow });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wide, `no scrolling sideways at ${narrow} px`).toBeLessThanOrEqual(0);
    }
    expect(await page.evaluate(smallTexts), `text below 14 px at ${width} px`).toEqual([]);
    expect(await page.evaluate(seriousFindings), `axe, ${scheme}, ${width} px`).toEqual([]);
  }
  expect(faults).toEqual([]);
  const elsewhere = requests.filter((url) => !url.startsWith(base) && !/^(blob|data):/.test(url));
  expect(elsewhere, 'requests that leave').toEqual([]);
  await leave();
  expect(since, 'longest task, processor time in ms').toBeGreaterThan(0);
  expect(since, 'longest task, processor time in ms').toBeLessThan(LONGEST_TASK_MS);
  expect(starting, 'longest task of the start').toBeGreaterThan(0);
  expect(starting, 'longest task of the start').toBeLessThan(LONGEST_TASK_MS);
  if (process.env.FEWBIT_SITE_FIGURES) console.log(`longest task ${since} ms, of the start ${starting} ms`);
}

/** In the page: cards out of sight are there for pictures and judges, too. */
function showAll(): void {
  for (const card of document.querySelectorAll<HTMLElement>('.card'))
    card.style.setProperty('content-visibility', 'visible');
}

/** In the page. */
function smallTexts(): (string | null)[] {
  return [...document.querySelectorAll('body *')]
    .filter((element) => {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      const box = element.getBoundingClientRect();
      if (!own || box.width === 0) return false;
      // A drawing is scaled, and its text with it.
      const svg = element.closest('svg');
      const scale = svg === null ? 1 : svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      return Number.parseFloat(getComputedStyle(element).fontSize) * scale < 13.99;
    })
    .map((element) => element.textContent);
}

/** In the page. */
async function seriousFindings(): Promise<string[]> {
  interface Finding {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }
  const { axe } = globalThis as unknown as {
    axe: { run(options: object): Promise<{ violations: Finding[] }> };
  };
  const { violations } = await axe.run({ resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => /^(serious|critical)$/.test(impact))
    .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes[0]?.html}`);
}

describe.skipIf(MISSING !== '')(`the playground${MISSING}`, () => {
  beforeAll(async () => {
    buildSite();
    folder = mkdtempSync(join(tmpdir(), 'fewbit-site-files-'));
    ({ server, address } = await serve());
    browser = await browse();
  }, 300_000);

  afterAll(async () => {
    server?.close();
    await browser?.close();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it('is small enough to be opened on a phone', () => {
    const compressed = gzipSync(readFileSync(SINGLE), { level: 9 }).length;
    expect(compressed).toBeLessThan(300_000);
    expect(statSync(join(FOLDER, 'index.html')).size).toBeGreaterThan(500);
  });

  it('learns digits and gives the command line the same model, byte for byte', async () => {
    const seen = await visit(browser, `${address}#digits${QUICK}`, WIDE);
    const { page } = seen;
    expect(await trained(page)).toMatch(/% of 60 held back, .* % of the examples right/);
    expect(await page.locator('#train .cell[data-status=done]').count()).toBe(3);
    expect(await page.locator('#train .bounds svg[role=img]').first().getAttribute('aria-label')).toMatch(
      /^MM: /,
    );
    // The panel asks again once the last network is there.
    await page.waitForFunction(() =>
      /^It is [014]\.$/.test(document.querySelector('.answer')?.textContent ?? ''),
    );
    await page.click('#try .triangle .cell >> nth=2');
    await page.waitForFunction(() =>
      /^Why [14], between 1 and 4$/.test(document.querySelectorAll('#try h3')[1]?.textContent ?? ''),
    );
    // The proof ends before the attack begins.
    await page.waitForFunction(() =>
      /An attack was found/.test(document.querySelector('#certificate .note')?.textContent ?? ''),
    );
    const summary = await page.locator('#certificate .note').first().textContent();
    const [, proved, broken] =
      /more than (\d+)\. An attack was found that changes values by (\d+)/.exec(summary ?? '') ?? [];
    expect(Number(broken)).toBeGreaterThan(Number(proved));

    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save model.json')]);
    const saved = readFileSync(await download.path(), 'utf8');
    const command = await page.textContent('#model pre');
    const out = join(folder, 'same');
    const words = (command ?? '').split(/\s+/).slice(1, -1);
    execFileSync(process.execPath, [cli, ...words, out], { stdio: 'pipe' });
    expect(readFileSync(join(out, 'model.json'), 'utf8')).toBe(saved);

    // From pair to pair by keys.
    await page.focus('#train .cell[aria-pressed=true]');
    const names = async (): Promise<string | null> => page.getAttribute(':focus', 'aria-label');
    for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    expect(await names()).toMatch(/^1 against 4: \d+ of 784 weights/);
    await page.keyboard.press('ArrowLeft');
    expect(await names()).toMatch(/^0 against 4: /);
    await checkVisit(seen, address);
  });

  it('opens a model of the command line as one file, and knows what is drawn with a finger', async () => {
    const model = join(folder, 'same', 'model.json');
    const seen = await visit(browser, pathToFileURL(SINGLE).href, PHONE);
    const { page } = seen;
    await page.setInputFiles('#model-file', model);
    await page.waitForFunction(() =>
      /^Opened: 3 networks/.test(document.querySelector('.status')?.textContent ?? ''),
    );
    await strokeDown(page);
    await page.waitForFunction(() => document.querySelector('.answer')?.textContent === 'It is 1.');
    // The same file comes out again.
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('text=Save model.json')]);
    expect(readFileSync(await download.path(), 'utf8')).toBe(readFileSync(model, 'utf8'));
    await checkVisit(seen, pathToFileURL(FOLDER).href);
  });

  it('learns from drawings, pauses, goes on, and stops with what there is', async () => {
    const seen = await visit(
      browser,
      `${pathToFileURL(SINGLE).href}#digits&shots=2&copies=4&work=20000000`,
      WIDE,
    );
    const { page } = seen;
    await page.click('#try .strip button >> nth=0');
    await page.click('text=Learn from it');
    await page.waitForFunction(() =>
      /1 of them yours/.test(document.querySelector('#examples')?.textContent ?? ''),
    );
    await page.click('button.main');
    await page.waitForSelector('#train .cell[data-status=done]');
    await page.click('text=Pause');
    await page.waitForFunction(() => /^Paused at/.test(document.querySelector('.status')?.textContent ?? ''));
    const done = (): Promise<number> => page.locator('#train .cell[data-status=done]').count();
    // One that was about to end may still come.
    await page.waitForTimeout(400);
    const before = await done();
    await page.waitForTimeout(600);
    expect(await done()).toBe(before);
    await page.click('text=Go on');
    await page.waitForFunction(
      (count) => document.querySelectorAll('#train .cell[data-status=done]').length > count,
      before,
    );
    await page.click('text=Stop here');
    await page.waitForFunction(() =>
      /^Stopped after/.test(document.querySelector('.status')?.textContent ?? ''),
    );
    // No command makes a model of somebody's drawings.
    expect(await page.isHidden('#model pre')).toBe(true);
    await checkVisit(seen, pathToFileURL(FOLDER).href);
  });

  it('learns a table that is dropped in, and exports it', async () => {
    const rows = Array.from(
      { length: 40 },
      (_, k) => `${k % 2 ? 30 + k : k / 4},${k % 2 ? 'warm' : 'cold'},x${k % 3},${k % 2 ? 'melts' : 'stays'}`,
    );
    const table = join(folder, 'ice.csv');
    writeFileSync(table, ['degrees,felt,mark,ice', ...rows].join('\n'));
    const seen = await visit(browser, `${address}#table`, PHONE);
    const { page } = seen;
    await page.setInputFiles('#table-file', table);
    await page.waitForFunction(() =>
      /ice.csv: 40 rows/.test(document.querySelector('#table')?.textContent ?? ''),
    );
    expect(await page.inputValue('#table-label')).toBe('ice');
    expect(await page.locator('#table tbody tr').count()).toBe(3);
    await page.uncheck('[aria-label="use mark"]');
    await page.waitForFunction(() =>
      /left out/.test(document.querySelector('#table tbody')?.textContent ?? ''),
    );
    expect(await trained(page)).toMatch(/^Done after .*: 100 % of 12 held back, 100 % of the examples right/);
    await page.fill('#field-0', '45');
    await page.selectOption('#field-1', 'warm');
    await page.locator('#field-0').blur();
    await page.waitForFunction(() => document.querySelector('.answer')?.textContent === 'It is melts.');
    expect(await page.locator('.reasons li').count()).toBeGreaterThan(0);

    const [saved] = await Promise.all([page.waitForEvent('download'), page.click('text=Save model.json')]);
    const text = readFileSync(await saved.path(), 'utf8');
    const classifier = EnsembleClassifier.load(text);
    // The last column was nobody's choice, and the command has to say so.
    const command = (await page.textContent('#model pre')) ?? '';
    const words = command.split(/\s+/).slice(1);
    execFileSync(process.execPath, [cli, ...words], { stdio: 'pipe', cwd: folder });
    expect(readFileSync(join(folder, 'my-model', 'model.json'), 'utf8')).toBe(text);
    const [script] = await Promise.all([page.waitForEvent('download'), page.click('text=JavaScript')]);
    expect(script.suggestedFilename()).toBe('model-js.zip');
    execFileSync('unzip', ['-q', await script.path(), '-d', join(folder, 'js')]);
    const { predict } = (await import(pathToFileURL(join(folder, 'js', 'model.mjs')).href)) as {
      predict(row: readonly (number | string)[]): string | null;
    };
    expect([predict([45, 'warm']), predict([2, 'cold'])]).toEqual(['melts', 'stays']);
    expect(classifier.classes).toEqual(['melts', 'stays']);
    const [c] = await Promise.all([
      page.waitForEvent('download'),
      page.click('text=C for a microcontroller'),
    ]);
    execFileSync('unzip', ['-q', await c.path(), '-d', join(folder, 'c')]);
    expect(readFileSync(join(folder, 'c', 'model.c'), 'utf8')).toContain('model.h');
    const [onnx] = await Promise.all([page.waitForEvent('download'), page.click('text=ONNX')]);
    expect(statSync(await onnx.path()).size).toBeGreaterThan(100);
    await checkVisit(seen, address);
  });

  it('says in one line what is wrong with a table or a model', async () => {
    const bad = join(folder, 'bad.csv');
    writeFileSync(bad, 'a,b,label\n1,2,x\n3,y\n');
    const seen = await visit(browser, `${pathToFileURL(SINGLE).href}#table`, WIDE);
    const { page } = seen;
    await page.setInputFiles('#table-file', bad);
    await page.waitForSelector('.status.fault');
    expect(await page.textContent('.status')).toMatch(/^bad\.csv: .*3/);
    expect(await page.textContent('#table .fault')).toMatch(/^bad\.csv: .*3/);
    // What is there is not trained on in its place.
    expect(await page.isEnabled('button.main')).toBe(false);
    // A table that has no label in its last column is one choice away from being used.
    const rows = Array.from({ length: 12 }, (_, k) => `${k},${k < 6 ? 'young' : 'old'},${100 + k}`);
    writeFileSync(bad, ['age,kind,id', ...rows].join('\n'));
    await page.setInputFiles('#table-file', bad);
    await page.selectOption('#table-label', 'kind');
    await page.waitForFunction(() => /12 rows/.test(document.querySelector('#table')?.textContent ?? ''));
    writeFileSync(bad, 'no model');
    await page.setInputFiles('#model-file', bad);
    await page.waitForFunction(() => /JSON/.test(document.querySelector('.status.fault')?.textContent ?? ''));
    // And nothing is broken by it.
    await openTable(page);
    await page.focus('button.main');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /^Done/.test(document.querySelector('.status')?.textContent ?? ''));
    expect(await page.textContent(':focus')).toBe('Train again');
    // A model of another table, from another part of the page.
    await page.click('text=Points in the plane');
    await page.setInputFiles('#model-file', join(folder, 'my-model', 'model.json'));
    await page.waitForSelector('label:has-text("degrees")');
    await page.fill('#field-0', '45');
    await page.selectOption('#field-1', 'warm');
    await page.waitForFunction(() => document.querySelector('.answer')?.textContent === 'It is melts.');
    await checkVisit(seen, pathToFileURL(FOLDER).href);
  });

  it('colours the plane, and keeps its state in the address', async () => {
    const seen = await visit(
      browser,
      `${address}#plane&preset=moons&weightBound=2&hidden=4&work=20000000`,
      PHONE,
    );
    const { page } = seen;
    expect(await page.inputValue('#weight-bound')).toBe('2');
    await trained(page);
    await page.locator('#preset').selectOption('ring');
    expect(page.url()).toContain('preset=ring');
    await page.locator('.plane').click({ position: { x: 20, y: 20 } });
    // Drawn anew when the state has gone round, not within the click.
    await expect
      .poll(() => page.locator('.plane').getAttribute('aria-label'))
      .toBe('plane with points: 15 orange, 14 blue, 0 green');
    expect(await trained(page)).toMatch(/^Done/);
    await page.check('text=ask', { force: true });
    await page.locator('.plane').click({ position: { x: 100, y: 100 } });
    await page.waitForFunction(() =>
      /^It is (orange|blue)\.$/.test(document.querySelector('.answer')?.textContent ?? ''),
    );
    const painted = () =>
      page.evaluate(() => {
        const canvas = document.querySelector<HTMLCanvasElement>('.plane');
        const { data } = canvas?.getContext('2d')?.getImageData(0, 100, 480, 1) ?? { data: [] };
        return Array.from(data).filter((value, at) => at % 4 === 3 && value > 0).length / 480;
      });
    await expect.poll(painted).toBeGreaterThan(0.99);
    await checkVisit(seen, address);
  });

  it.each(LOOKS)(
    'serves $kind on $scheme paper, $width px, from $source',
    async ({ kind, source, ...look }) => {
      const base = source === 'a server' ? address : pathToFileURL(FOLDER).href;
      const page0 = source === 'a server' ? address : pathToFileURL(SINGLE).href;
      const seen = await visit(browser, `${page0}#${kind}${kind === 'digits' ? QUICK : ''}`, look);
      const { page } = seen;
      if (kind === 'table') await openTable(page);
      expect(await trained(page)).toMatch(/^Done/);
      expect(await page.locator('#train .cell[data-status=done]').count()).toBeGreaterThan(0);
      expect(await page.locator('#train .bounds svg[role=img]').count()).toBeGreaterThan(0);
      if (kind !== 'plane') {
        await page.waitForFunction(() =>
          /^It is /.test(document.querySelector('.answer')?.textContent ?? ''),
        );
      }
      if (PICTURES !== undefined) {
        const name = `${kind}-${look.scheme}-${look.width}-${source.replaceAll(' ', '-')}.png`;
        await page.evaluate(showAll);
        await page.screenshot({ path: join(PICTURES, name), fullPage: true });
      }
      await checkVisit(seen, base);
    },
  );
});
