import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { deflateRawSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';

/*
 * Two builds of one page: a static folder (the default), and with `--mode single` one HTML file with everything in it. Both
 * say in a policy of their own that nothing is asked for from anywhere else.
 */

const root = fileURLToPath(new URL('.', import.meta.url));
const engine = fileURLToPath(new URL('./dist/engine.wasm', import.meta.url));

const SINGLE_ENGINE = 'virtual:engine';

/** The reader of tables from its sources, with a Buffer of our own: its build for browsers has all of Node's in it. */
function smallBuffer(): Plugin {
  const built = fileURLToPath(import.meta.resolve('csv-parse/browser/esm/sync'));
  const library = `${built.slice(0, built.lastIndexOf('csv-parse'))}csv-parse/lib/`;
  return {
    name: 'fewbit-small-buffer',
    enforce: 'pre',
    resolveId: (id) => (id === 'csv-parse/browser/esm/sync' ? `${library}sync.js` : undefined),
    transform: (code, id) =>
      id.startsWith(library) && /\bBuffer\b/.test(code)
        ? `import { Buffer } from ${JSON.stringify(`${root}worker/utf8-buffer.ts`)};\n${code}`
        : undefined,
  };
}

/** In the single file worker and engine come out of the page: `engine/NAME-single.ts` for `engine/NAME-folder.ts`. */
function singleEngine(): Plugin {
  return {
    name: 'fewbit-single-engine',
    enforce: 'pre',
    resolveId(id, importer) {
      if (id === SINGLE_ENGINE) return `\0${SINGLE_ENGINE}`;
      const [, name] = /\/engine\/(\w+)-folder\.js$/.exec(id) ?? [];
      return name !== undefined && importer !== undefined ? `${root}engine/${name}-single.ts` : undefined;
    },
    load(id) {
      if (id !== `\0${SINGLE_ENGINE}`) return undefined;
      const text = deflateRawSync(readFileSync(engine), { level: 9 }).toString('base64');
      return `export default ${JSON.stringify(text)};`;
    },
  };
}

/** Scripts and styles of the page, in the page; the worker's as a block of text, which `engine/worker-single.ts` finds by the name of its file. */
function inlinePage(): Plugin {
  return {
    name: 'fewbit-inline-page',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') throw new Error('no page in the bundle');
      let html = String(page.source);
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'chunk') {
          const tag = new RegExp(`<script type="module"[^>]*src="[^"]*${escaped(name)}"[^>]*></script>`);
          html = html
            .replace(tag, '')
            .replace('</body>', () => `<script type="module">${inPage(file.code)}</script></body>`);
          delete bundle[name];
        } else if (name.endsWith('.js')) {
          const code = inPage(String(file.source));
          html = html.replace(
            '</body>',
            () =>
              `<script type="text/plain" id="${name.slice(name.lastIndexOf('/') + 1)}">${code}</script></body>`,
          );
          delete bundle[name];
        } else if (name.endsWith('.css')) {
          const tag = new RegExp(`<link rel="stylesheet"[^>]*href="[^"]*${escaped(name)}"[^>]*>`);
          html = html.replace(tag, () => `<style>${String(file.source)}</style>`);
          delete bundle[name];
        }
      }
      page.source = html;
    },
  };
}

/** A script that may stand between tags. */
function inPage(code: string): string {
  return code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Only built: while developing, Vite itself talks to the page. */
function policy(isSingle: boolean): Plugin {
  const rules = isSingle
    ? "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    : "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'";
  return {
    name: 'fewbit-policy',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: rules },
        injectTo: 'head-prepend',
      },
    ],
  };
}

export default defineConfig(({ mode }) => {
  const isSingle = mode === 'single';
  return {
    root,
    base: './',
    plugins: [smallBuffer(), policy(isSingle), ...(isSingle ? [singleEngine(), inlinePage()] : [])],
    worker: {
      format: isSingle ? 'iife' : 'es',
      plugins: () => [smallBuffer(), ...(isSingle ? [singleEngine()] : [])],
    },
    build: {
      outDir: isSingle ? 'dist/single' : 'dist/folder',
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      // An image or two in the styles; the engine is a file of its own.
      assetsInlineLimit: 4096,
      chunkSizeWarningLimit: 1000,
    },
    server: { fs: { allow: [fileURLToPath(new URL('..', import.meta.url))] } },
  };
});
