import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../cli/support.js';

/* What `npm run docs` has built; VitePress itself refuses links that lead nowhere. */

const dist = join(root, 'website/dist');
const isBuilt = existsSync(join(dist, 'index.html'));

describe.skipIf(!isBuilt)('website/dist (needs npm run docs)', () => {
  const files = isBuilt ? readdirSync(dist, { recursive: true, encoding: 'utf8' }) : [];
  const read = (name: string): string => readFileSync(join(dist, name), 'utf8');
  const pages = files.filter((name) => name.endsWith('.html'));

  it('has a page for each of docs/, and the API', () => {
    const names = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(pages).toContain(name.replace(/md$/, 'html'));
    for (const name of ['index-1', 'data', 'testing', 'run/node'])
      expect(pages).toContain(`api/${name}.html`);
  });

  it('asks for nothing from other hosts', () => {
    for (const name of pages) {
      const loaded = [
        ...read(name).matchAll(/<(?:script|link|img|iframe|source)\b[^>]*?\b(?:src|href)="([^"]*)"/g),
      ].map(([, address]) => address);
      expect(loaded.length, name).toBeGreaterThan(2);
      for (const address of loaded) expect(address, name).not.toMatch(/^(https?:)?\/\//);
    }
    for (const name of files.filter((file) => file.endsWith('.css'))) {
      expect(read(name), name).not.toMatch(/(url\(|@import)\s*["']?(https?:)?\/\//);
    }
  });

  it('has figures and a search of its own', () => {
    const figures = readdirSync(join(root, 'docs/figures')).length;
    const shown = [
      ...read('the-paper.html').matchAll(
        /<img src="(?:\/assets\/[\w.-]+\.svg|data:image\/svg\+xml)[^"]*" alt="[^"]{20,}"/g,
      ),
    ];
    expect([figures, shown.length]).toEqual([5, 5]);
    expect(files.some((name) => /localSearchIndex/.test(name))).toBe(true);
  });
});
