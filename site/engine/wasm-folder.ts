import engineUrl from '../dist/engine.wasm?url';

/** The engine, in a worker: the page's own thread is for drawing. */
export async function loadEngine(): Promise<WebAssembly.Module> {
  const response = await fetch(engineUrl);
  return WebAssembly.compile(await response.arrayBuffer());
}
