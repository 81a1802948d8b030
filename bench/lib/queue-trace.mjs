/**
 * What a process of a queue is doing, for a rig that has to say why a round does not end: `node --import ./bench/lib/queue-trace.mjs ..`. Calls that
 * may wait are written down as they begin and end; SIGUSR2, or `whatItDoes()`, says which have not ended, the last that have, and how
 * long the main thread was kept from running. The classes that are watched are the built ones; the product knows nothing of it.
 */
import { Worker } from 'bullmq';
import { Link } from '../../dist/queue/link.js';
import { QueuePool } from '../../dist/queue/pool.js';
import { QueueWorker } from '../../dist/queue/worker.js';

const ENDED = 25;
const LATE_MS = 500;

const open = new Map();
const ended = [];
let count = 0;

function remember(line) {
  ended.push(line);
  if (ended.length > ENDED) ended.shift();
}

function watch(type, names, where) {
  for (const name of names) {
    const original = type.prototype[name];
    if (original === undefined) throw new Error(`${type.name} has no ${name}`);
    type.prototype[name] = function (...given) {
      const id = count++;
      const since = Date.now();
      const what = `${type.name}.${name}${where ? ` ${new Error().stack.split('\n')[2].trim()}` : ''}`;
      open.set(id, { what, since });
      const end = (how) => {
        open.delete(id);
        remember(`${timeOf(since)} ${what}: ${how} after ${Date.now() - since} ms`);
      };
      const result = original.apply(this, given);
      if (typeof result?.then !== 'function') end('done');
      else
        result.then(
          () => end('done'),
          (error) => end(`${error?.message ?? error}`),
        );
      return result;
    };
  }
}

watch(Link, ['patiently'], true);
watch(QueueWorker, ['work', 'solve', 'hand']);
watch(QueuePool, ['submit', 'look', 'check', 'lookForMembers', 'take', 'suffer']);
watch(Worker, [
  'waitForJob',
  'moveToActive',
  'handleCompleted',
  'handleFailed',
  'extendJobLocks',
  'moveStalledJobsToWait',
]);
const emit = Worker.prototype.emit;
Worker.prototype.emit = function (event, ...given) {
  if (event === 'error' || event === 'stalled')
    remember(`${timeOf(Date.now())} ${event}: ${given[0]?.message ?? given[0]}`);
  return emit.call(this, event, ...given);
};

let next = Date.now() + 100;
setInterval(() => {
  const late = Date.now() - next;
  if (late > LATE_MS) remember(`${timeOf(Date.now())} the main thread was kept from running for ${late} ms`);
  next = Date.now() + 100;
}, 100).unref();

const timeOf = (at) => new Date(at).toISOString().slice(11, 23);

/** Lines. */
export function whatItDoes() {
  const now = Date.now();
  return [
    `${timeOf(now)} process ${process.pid}, not ended:`,
    ...[...open.values()].map(({ what, since }) => `  ${what} for ${now - since} ms`),
    'ended last:',
    ...ended.map((line) => `  ${line}`),
  ];
}

process.on('SIGUSR2', () => process.stderr.write(`${whatItDoes().join('\n')}\n`));
