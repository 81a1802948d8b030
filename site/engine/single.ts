import deflated from 'virtual:engine';
import SiteWorker from '../worker/entry.js?worker&inline';

/** Worker and engine out of the page itself: a page of `file://` may open no other file. */
export function startWorker(name: string): Worker {
  return new SiteWorker({ name });
}

export async function loadEngine(): Promise<WebAssembly.Module> {
  const bytes = Uint8Array.from(atob(deflated), (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return WebAssembly.compile(await new Response(inflated).arrayBuffer());
}

export const IS_SINGLE = true;
