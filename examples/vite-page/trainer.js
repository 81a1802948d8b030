import { initialise, train } from 'fewbit/core';
import { drawDigits } from 'fewbit/data';
import engine from 'fewbit/engine.wasm?url';

const stop = new AbortController();
self.onmessage = () => stop.abort();

await initialise(fetch(engine));
const { classifier } = await train(drawDigits({ perClass: 5, stream: 'train' }), {
  classes: ['1', '4', '7'],
  seed: 1,
  workLimit: 10_000_000,
  signal: stop.signal,
  onProgress: (event) => event.type === 'pair-done' && self.postMessage(`trained ${event.result.classes.join(' against ')}`),
});
const { accuracy, images } = classifier.evaluate(drawDigits({ perClass: 50, stream: 'test' }));
self.postMessage(`${(100 * accuracy).toFixed(1)} % of ${images} digits it has not seen`);
