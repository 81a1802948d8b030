import engineUrl from '../../dist/engine.wasm?url';
import SiteWorker from '../worker/entry.js?worker';

/*
 * Where worker and engine come from: files beside the page. In the single file (vite.config.ts, mode `single`) the module `single.ts` with
 * the same exports stands in the place of this one.
 */

export function startWorker(name: string): Worker {
  return new SiteWorker({ name });
}

export async function loadEngine(): Promise<WebAssembly.Module> {
  const response = await fetch(engineUrl);
  return WebAssembly.compile(await response.arrayBuffer());
}

/** Whether this page is one file. */
export const IS_SINGLE = false;
