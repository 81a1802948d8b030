import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as data from '../src/data/index.js';
import * as core from '../src/index.js';
import { reachable } from './support/architecture.js';
import { readImports } from './support/imports.js';

/** The page of docs/browser.md needs no bundler, so its import map has to be right to the letter. */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const page = /```html\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs', 'browser.md'), 'utf8'))?.[1] ?? '';
const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '{}';
const { imports } = JSON.parse(map) as { imports: Record<string, string> };
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { default: string }>;
};

describe('the page without a bundler', () => {
  it('maps our own names to what the package exports', () => {
    const ours = Object.keys(imports).filter((name) => name.startsWith('fewbit'));
    expect(ours.sort()).toEqual(['fewbit', 'fewbit/data', 'fewbit/engine.wasm']);
    for (const name of ours) {
      const entry = manifest.exports[name.replace(/^fewbit/, '.')];
      const file = typeof entry === 'string' ? entry : entry.default;
      expect(imports[name]).toBe(`./node_modules/fewbit/${file.replace('./', '')}`);
    }
  });

  it('maps every package that our modules ask for, to a file that is there', () => {
    const edges = readImports(root, 'src');
    const asked = ['src/index.ts', 'src/data/index.ts'].flatMap((file) => reachable(edges, file).packages);
    const others = Object.keys(imports).filter((name) => !name.startsWith('fewbit'));
    expect(others).toEqual([...new Set(asked)]);
    for (const name of others) expect(existsSync(join(root, imports[name])), imports[name]).toBe(true);
  });

  it('imports names that there are', () => {
    const found = [...page.matchAll(/import \{ ([^}]+) \} from '([^']+)'/g)];
    expect(found).toHaveLength(2);
    for (const [, names, from] of found) {
      for (const name of names.split(', ')) expect(from === 'fewbit' ? core : data).toHaveProperty(name);
    }
  });
});
