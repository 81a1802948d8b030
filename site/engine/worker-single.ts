import workerUrl from '../worker/entry.js?worker&url';

/**
 * The workers out of the page itself: a page of `file://` may open no other file. Their script is a block of text (vite.config.ts puts it there,
 * under the name of its file) and no string of the page's own script, which would be read twice by the thread that has to draw.
 */
let address: string | undefined;

export function startWorker(name: string): Worker {
  const id = workerUrl.slice(workerUrl.lastIndexOf('/') + 1);
  const script = document.getElementById(id)?.textContent ?? '';
  address ??= URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  return new Worker(address, { name });
}

export const IS_SINGLE = true;
