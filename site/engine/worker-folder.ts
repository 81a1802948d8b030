import SiteWorker from '../worker/entry.js?worker';

/*
 * Where the workers come from, and in `wasm-folder.ts` the engine: files beside the page. In the single file (vite.config.ts, mode `single`)
 * the modules called `single` with the same exports stand in the place of these.
 */

export function startWorker(name: string): Worker {
  return new SiteWorker({ name });
}

/** Whether this page is one file. */
export const IS_SINGLE = false;
