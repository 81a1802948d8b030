import { readFile } from 'node:fs/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { initialise, train } from 'fewbit/core';
import { drawDigits } from 'fewbit/data';

// `fewbit/core` trains on the thread that it is called on, in slices, so that messages get through in between.
const stop = new AbortController();
parentPort.on('message', (word) => word === 'stop' && stop.abort());

await initialise(await readFile(new URL(import.meta.resolve('fewbit/engine.wasm'))));
let done = 0;
const { classes, shots } = workerData;
const of = (classes.length * (classes.length - 1)) / 2;
const { classifier } = await train(drawDigits({ perClass: shots, stream: 'train' }), {
  classes,
  seed: 1,
  workLimit: 10_000_000,
  signal: stop.signal,
  onProgress: (event) => {
    if (event.type === 'pair-done') parentPort.postMessage({ kind: 'pair', classes: event.result.classes, done: ++done, of });
  },
});
parentPort.postMessage({ kind: 'done', model: JSON.stringify(classifier) });
parentPort.close();
