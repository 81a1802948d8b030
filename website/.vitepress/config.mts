import { readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

/* Navigation is docs/index.md: its headings and the links below them. Nothing is asked for from other hosts, and the search is the page's own. */

interface Entry {
  text: string;
  link: string;
}

function navigation(): { text: string; items: Entry[] }[] {
  const index = readFileSync(new URL('../../docs/index.md', import.meta.url), 'utf8');
  return index
    .split(/^## /m)
    .slice(1)
    .map((part) => ({
      text: part.split('\n')[0],
      items: [...part.matchAll(/^\* \[([^\]]+)\]\(([\w/-]+)\.md\)/gm)].map(([, text, link]) => ({
        text,
        link: `/${link}`,
      })),
    }));
}

const api: Entry[] = [
  ['fewbit', 'index-1'],
  ['fewbit/node', 'run/node'],
  ['fewbit/data', 'data'],
  ['fewbit/testing', 'testing'],
].map(([text, path]) => ({ text, link: `/api/${path}` }));

/** Anchors as the repository's own view of the pages has them, so that one link serves both: figures may come first, underscores stay. */
function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

export default defineConfig({
  title: 'fewbit',
  description: 'Exact, sparse, robust few-bit neural networks from a handful of examples',
  srcDir: 'pages',
  outDir: 'dist',
  // Any folder of any server: `--base` says another.
  base: process.env.FEWBIT_DOCS_BASE ?? '/',
  cleanUrls: false,
  lastUpdated: false,
  metaChunk: true,
  markdown: {
    anchor: { slugify: anchorOf },
    // What scrolls by itself is reached by keyboard: blocks indented in the text, and drawings, which stand alone in their paragraphs.
    config: (md) => {
      md.renderer.rules.code_block = (tokens, at) =>
        `<pre tabindex="0"><code>${md.utils.escapeHtml(tokens[at].content)}</code></pre>\n`;
      md.core.ruler.push('drawings', ({ tokens }) => {
        for (const [at, { type, children }] of tokens.entries())
          if (type === 'inline' && children?.length === 1 && children[0].type === 'image')
            tokens[at - 1].attrSet('tabindex', '0');
      });
    },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    sidebar: [...navigation(), { text: 'The library', items: api }],
    nav: [{ text: 'Overview', link: '/' }],
  },
});
