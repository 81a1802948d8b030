/*
 * The playground as a visitor meets it: bytes, seconds from opening to the first trained network and to all of two, five and ten classes of digits, and of
 * every flow the longest tasks of the page's thread, by a clock and in processor time, from a server and as a file. A clock also counts what else the
 * machine does, the page's own workers among it. `npm run site` before; needs chromium. `node bench/playground.mjs`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { CATEGORIES, FLOW, pageTasks } from './lib/page-tasks.mjs';
import { browse, executablePath, FOLDER, SINGLE, serve } from './lib/site.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

if (executablePath === undefined) {
  process.stderr.write('playground: needs chromium\n');
  process.exit(2);
}
const bytes = readFileSync(SINGLE);
say(`${bytes.length} bytes, ${gzipSync(bytes, { level: 9 }).length} compressed`);

const done = (page, word = 'Done') =>
  page.waitForFunction((begin) => document.querySelector('.status')?.textContent?.startsWith(begin), word);

/** Clicks by mouse events, where the mouse of a person would be: a click from a script would hide what it costs. */
const press = async (page, selector) => {
  const target = page.locator(selector).first();
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await target.boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
};

async function draw(page) {
  const pad = page.locator('.pad');
  await pad.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await pad.boundingBox();
  const at = (turn) => [x + width * (0.5 + 0.2 * Math.sin(turn)), y + height * (0.5 - 0.35 * Math.cos(turn))];
  await page.mouse.move(...at(0));
  await page.mouse.down();
  for (let turn = 0; turn <= 6.4; turn += 0.2) await page.mouse.move(...at(turn));
  await page.mouse.up();
  await page.waitForTimeout(1200);
}

const table = Array.from({ length: 500 }, (_, k) =>
  [
    k % 97,
    (k * 7) % 31,
    ['red', 'green', 'blue'][(k % 5) % 3],
    k % 11 === 0 ? '' : (k % 13) / 4,
    'abc'[Math.floor((k % 97) / 33) % 3],
  ].join(','),
);

/** What is done in a part of the page, in order. Each leaves the page as the next one wants it. */
const FLOWS = {
  '#digits': {
    train: async (page) => {
      await press(page, 'button.main');
      await done(page);
    },
    'why, pair after pair': async (page) => {
      for (let pair = 0; pair < 6; pair++) {
        await press(page, `#try .triangle .cell >> nth=${7 * pair}`);
        await page.waitForTimeout(250);
      }
    },
    draw,
    'radius slider': async (page) => {
      await page.locator('#certified').scrollIntoViewIfNeeded();
      await page.focus('#certified');
      for (let step = 0; step < 12; step++) await page.keyboard.press(step < 6 ? 'ArrowLeft' : 'ArrowRight');
      await page.waitForTimeout(500);
    },
    'save and export': async (page, { folder }) => {
      for (const name of ['Save model.json', 'C for a', 'JavaScript', 'ONNX', 'plain JSON']) {
        const [download] = await Promise.all([page.waitForEvent('download'), press(page, `text=${name}`)]);
        if (name === 'Save model.json') await download.saveAs(join(folder, 'model.json'));
      }
    },
    'open a model': async (page, { folder }) => {
      await page.setInputFiles('#model-file', join(folder, 'model.json'));
      await done(page, 'Opened');
      await page.waitForTimeout(800);
    },
    'settings and classes': async (page) => {
      await press(page, '.controls summary');
      await press(page, '#examples .chip >> nth=9');
      await page.waitForTimeout(600);
      await page.focus('#shots');
      for (let step = 0; step < 6; step++) await page.keyboard.press('ArrowLeft');
      await page.waitForTimeout(600);
    },
    'other colours': async (page) => {
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.waitForTimeout(600);
    },
  },
  '#digits&classes=014&shots=4': {
    'weights against accuracy': async (page) => {
      await press(page, 'button.main');
      await done(page);
      await press(page, 'text=Try fewer and fewer weights');
      await page.waitForFunction(() =>
        /at most 2 weights/.test(document.querySelector('.dots')?.textContent),
      );
    },
  },
  '#table': {
    'open a table of 500 rows': async (page, { folder }) => {
      writeFileSync(join(folder, 'rows.csv'), ['a,b,colour,d,label', ...table].join('\n'));
      await page.setInputFiles('#table-file', join(folder, 'rows.csv'));
      await page.waitForFunction(() => /500 rows/.test(document.querySelector('#table')?.textContent));
      await page.waitForTimeout(400);
    },
    'train on it': async (page) => {
      await press(page, 'button.main');
      await done(page);
      await page.waitForTimeout(600);
    },
    'ask about a row': async (page) => {
      await press(page, '#field-0');
      await page.keyboard.type('12');
      await page.keyboard.press('Tab');
      await page.waitForTimeout(600);
    },
  },
  '#plane': {
    'add points': async (page) => {
      await page.locator('.plane').scrollIntoViewIfNeeded();
      const { x, y } = await page.locator('.plane').boundingBox();
      for (let k = 0; k < 8; k++) await page.mouse.click(x + 40 + 30 * k, y + 60 + 17 * k);
      await page.waitForTimeout(300);
    },
    'train on them': async (page) => {
      await press(page, 'button.main');
      await done(page);
      await page.waitForTimeout(800);
    },
    'ask about a place': async (page) => {
      await press(page, 'text=ask');
      await press(page, '.plane');
      await page.waitForTimeout(800);
    },
  },
};

/** How long until there are networks. */
for (const classes of ['14', '01479', '0123456789']) {
  // A browser of its own: one that has seen the page keeps what it has compiled of it.
  const browser = await browse();
  const page = await browser.newPage();
  page.setDefaultTimeout(240_000);
  await page.goto(`${pathToFileURL(SINGLE).href}#digits&classes=${classes}`);
  await page.click('button.main');
  await page.waitForSelector('#train .cell[data-status=done]');
  const first = await page.evaluate(() => performance.now() / 1000);
  await done(page);
  const { all, says, ready } = await page.evaluate(() => ({
    all: performance.now() / 1000,
    says: document.querySelector('.status').textContent,
    ready: performance.getEntriesByName('fewbit ready')[0].startTime,
  }));
  say(
    `${classes.length} classes: page ready ${ready.toFixed(0)} ms, first network ${first.toFixed(1)} s, all ${all.toFixed(1)} s\n  ${says}`,
  );
  await browser.close();
}

/** The longest tasks of each flow. */
const folder = mkdtempSync(join(tmpdir(), 'fewbit-playground-'));
const { server, address } = await serve();
let [longestWall, longestProcessor] = [0, 0];
try {
  for (const [source, base] of [
    ['server', address],
    ['file', pathToFileURL(SINGLE).href],
  ]) {
    say(`from a ${source}: longest task by a clock and in processor time, ms`);
    for (const [hash, flows] of Object.entries(FLOWS)) {
      const browser = await browse();
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
      page.setDefaultTimeout(240_000);
      await browser.startTracing(page, { categories: CATEGORIES });
      await page.goto(`${base}${hash}`);
      await page.waitForFunction(() => performance.getEntriesByName('fewbit ready').length > 0);
      await page.waitForTimeout(800);
      for (const [name, flow] of Object.entries(flows)) {
        await page.evaluate((mark) => performance.mark(mark), `${FLOW}${name}`);
        await flow(page, { folder });
      }
      const trace = await browser.stopTracing();
      for (const [name, tasks] of pageTasks(trace.toString())) {
        const wall = Math.max(0, ...tasks.map((task) => task.wall));
        const processor = Math.max(0, ...tasks.map((task) => task.processor));
        [longestWall, longestProcessor] = [
          Math.max(longestWall, wall),
          Math.max(longestProcessor, processor),
        ];
        const slow = tasks.filter((task) => task.wall >= 50).length;
        say(
          `  ${hash} ${name}: ${wall.toFixed(1)}, ${processor.toFixed(1)}${slow > 0 ? `; ${slow} of 50 ms and more` : ''}`,
        );
      }
      await browser.close();
    }
  }
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
say(
  `longest of all: ${longestWall.toFixed(1)} ms by a clock, ${longestProcessor.toFixed(1)} ms of processor time; the site is ${FOLDER}`,
);
