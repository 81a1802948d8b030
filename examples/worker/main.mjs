import { Worker } from 'node:worker_threads';
import { EnsembleClassifier } from 'fewbit';
import { drawDigits } from 'fewbit/data';

// The main thread stays free: it hears how far the training is, and could say `stop` at any moment.
const worker = new Worker(new URL('./trainer.mjs', import.meta.url), { workerData: { classes: ['0', '1', '7'], shots: 5 } });
let beats = 0;
const heart = setInterval(() => beats++, 10);

worker.on('message', ({ kind, ...news }) => {
  if (kind === 'pair') console.log(`trained ${news.classes.join(' against ')} (${news.done} of ${news.of})`);
  if (kind === 'done') {
    clearInterval(heart);
    const { accuracy, images } = EnsembleClassifier.load(news.model).evaluate(drawDigits({ perClass: 50, stream: 'test' }));
    console.log(`${(100 * accuracy).toFixed(1)} % of ${images} drawn digits; the main thread beat ${beats > 0 ? 'on' : 'not at all'}`);
  }
});
// `worker.postMessage('stop')` would end it with the best networks so far.
