#!/usr/bin/env node
/*
 * The documentation site: `npm run docs` builds website/dist/, `npm run docs:dev` serves it while docs/ is written. The pages are docs/ as it
 * stands there; the API comes from the sources by typedoc. Both have packages of their own in this folder, installed when they are first
 * needed: typedoc wants another compiler than the package has, and nobody else needs either.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const docs = `${root}docs/`;
const pages = `${here}pages/`;
const isDev = process.argv.includes('--dev');

run('packages', () => {
  const lock = readFileSync(`${here}package-lock.json`, 'utf8');
  const installed = `${here}node_modules/.installed`;
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lock) return 0;
  say('installing VitePress and typedoc into website/node_modules (once)');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status === 0) writeFileSync(installed, lock);
  return status;
});

rmSync(pages, { recursive: true, force: true });
mkdirSync(pages, { recursive: true });
for (const name of readdirSync(docs)) copyPage(name);

say('the API from src/');
run('typedoc', () => tool('typedoc/bin/typedoc', '--options', `${here}typedoc.json`).status);

if (isDev) {
  watch(docs, (_, name) => {
    if (name !== null && existsSync(docs + name)) copyPage(name);
  });
  process.exit(tool('vitepress/bin/vitepress.js', 'dev', here).status ?? 1);
}
say('the pages');
run('vitepress', () => tool('vitepress/bin/vitepress.js', 'build', here).status);
say(`website/dist: ${readdirSync(`${here}dist`, { recursive: true }).length} files`);

/** A page of docs/, links that leave the folder being those of the repository. */
function copyPage(name) {
  if (!name.endsWith('.md')) {
    cpSync(docs + name, pages + name, { recursive: true });
    return;
  }
  const { repository } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  const source = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
  const text = readFileSync(docs + name, 'utf8').replace(
    /\]\(\.\.\/([^)\s]+)\)/g,
    (_, path) => `](${source}/blob/main/${path})`,
  );
  writeFileSync(pages + name, text);
}

function tool(path, ...args) {
  return spawnSync(process.execPath, [`${here}node_modules/${path}`, ...args], {
    cwd: here,
    stdio: 'inherit',
  });
}

function run(what, step) {
  const status = step();
  if (status === 0) return;
  say(`${what} failed`);
  process.exit(status ?? 1);
}

function say(text) {
  process.stderr.write(`docs: ${text}\n`);
}
