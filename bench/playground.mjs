/*
 * The playground as a visitor meets it: bytes, seconds from opening to the first trained network and to all of two, five and ten classes of digits, and tasks of the page's thread
 * that a clock saw last longer than 50 ms. `npm run site` before; needs chromium. `node bench/playground.mjs`.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const single = fileURLToPath(new URL('../site/dist/folder/fewbit.html', import.meta.url));
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => existsSync(path),
);
if (!existsSync(single) || executablePath === undefined) {
  process.stderr.write('playground: needs site/dist (npm run site) and chromium\n');
  process.exit(2);
}
const bytes = readFileSync(single);
process.stdout.write(`${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed\n`);

for (const classes of ['14', '01479', '0123456789']) {
  const home = mkdtempSync(join(tmpdir(), 'fewbit-playground-'));
  const context = await chromium.launchPersistentContext(home, {
    executablePath,
    args: ['--no-sandbox', '--headless', '--disable-gpu', '--disable-background-networking'],
  });
  await context.addInitScript(() => {
    globalThis.slowTasks = [];
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries())
        globalThis.slowTasks.push([startTime, duration]);
    }).observe({ type: 'longtask', buffered: true });
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(240_000);
  await page.goto(`${pathToFileURL(single).href}#digits&classes=${classes}`);
  await page.click('button.main');
  await page.waitForSelector('#train .cell[data-status=done]');
  const first = await page.evaluate(() => performance.now() / 1000);
  await page.waitForFunction(() => /^Done/.test(document.querySelector('.status')?.textContent ?? ''));
  const { all, says, slow, ready } = await page.evaluate(() => {
    const begun = performance.getEntriesByName('fewbit ready')[0].startTime;
    return {
      all: performance.now() / 1000,
      says: document.querySelector('.status').textContent,
      slow: globalThis.slowTasks.filter(([start]) => start >= begun).map(([, ms]) => ms),
      ready: begun,
    };
  });
  process.stdout.write(
    `${classes.length} classes: page ready ${ready.toFixed(0)} ms, first network ${first.toFixed(1)} s, all ${all.toFixed(1)} s; tasks beyond 50 ms: ${slow.join(', ') || 'none'}\n  ${says}\n`,
  );
  await context.close();
  rmSync(home, { recursive: true, force: true });
}
