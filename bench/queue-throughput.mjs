/**
 * What a queue costs: the same trainings by the plain pool and by one `fewbit worker` at a queue's server on this machine, with the same number
 * of threads. Pairs are limited by work, so both solve the same, and models are compared. Repeats are interleaved, each with a
 * seed of its own: an outcome that the server still has is not solved again. Threads are warm in both.
 *
 *   node bench/queue-throughput.mjs [--kind redis,postgres] [--workers 1,2,4] [--repeats 5] [--warm 3] [--work 20000000] [--classes 6] [--seed 1] [--json]
 *
 * What solving takes differs from run to run and from process to process (caches, neighbours, code that V8 has not made fast yet), by more
 * than a queue costs. So besides the plain ratio of walls it is said how much longer the queue takes by the clock for the same seconds of
 * solving (wall over solving, as a ratio), and the processor time of all but the threads that solve, plain and queue, and the
 * difference as a share of what they took.
 *
 * Processor time is user and system of all that takes part: this process, the worker, the server and its children. On a busy machine it is
 * the figure to look at. Needs Linux, a build (npm run build) and redis-server or PostgreSQL.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { planTraining, runTraining } from '../dist/ensemble/train/train.js';
import { readAddress } from '../dist/queue/address.js';
import { QueuePool } from '../dist/queue/pool.js';
import { WorkerPool } from '../dist/run/node.js';
import { thisMaker } from '../dist/run/run-identity.js';
import { compilePackagedEngine } from '../dist/run/wasm-file.js';
import { lacks, makeBroker } from './lib/brokers.mjs';
import { median, processorSeconds, threadSeconds } from './lib/processor-time.mjs';
import { randomOf } from './lib/queue-chaos.mjs';
import { textTable } from './lib/table.mjs';

const { values } = parseArgs({
  options: {
    kind: { type: 'string', default: 'redis,postgres' },
    workers: { type: 'string', default: '1,2,4' },
    repeats: { type: 'string', default: '5' },
    warm: { type: 'string', default: '3' },
    work: { type: 'string', default: '20000000' },
    classes: { type: 'string', default: '6' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const sizes = values.workers.split(',').map(Number);
const [repeats, warm] = [Number(values.repeats), Number(values.warm)];
const random = randomOf(Number(values.seed));
const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const kinds = values.kind.split(',').filter((kind) => {
  const why = lacks(kind);
  if (why !== undefined) console.error(why);
  return why === undefined;
});
if (kinds.length === 0) process.exit(2);

const maker = await thisMaker();
const engine = await compilePackagedEngine();

/** Hard enough for every pair to spend its work. */
function planOf() {
  const [rows, columns] = [8, 8];
  const samples = Array.from({ length: Number(values.classes) * rows }, () =>
    Array.from({ length: columns }, () => Math.floor(random() * 10)),
  );
  const labels = samples.map((_, row) => `c${Math.floor(row / rows)}`);
  const options = { hidden: [3], objective: 'bemi', scaling: 'none', workLimit: Number(values.work) };
  return planTraining({ samples, labels }, { ...options, seed: Math.floor(random() * 2 ** 31) });
}

/** @param solving where pairs are solved, by so many threads: those that run most */
async function timed(plan, pool, pids, solving, workers) {
  const before = processorSeconds(pids);
  const threads = threadSeconds(solving);
  const began = performance.now();
  const { classifier, pairs } = await runTraining(plan, { pool });
  const wall = (performance.now() - began) / 1000;
  const ran = [...threadSeconds(solving)]
    .map(([thread, seconds]) => seconds - (threads.get(thread) ?? 0))
    .sort((a, b) => b - a);
  const solved = ran.slice(0, workers).reduce((sum, seconds) => sum + seconds, 0);
  const processor = processorSeconds(pids) - before;
  return {
    wall,
    processor,
    beside: processor - solved,
    solved,
    pairs: pairs.length,
    model: JSON.stringify(classifier),
  };
}

async function startWorker(url, cores) {
  const child = spawn(process.execPath, [main, 'worker', '--queue', url, '--cores', String(cores)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await Promise.race([
    once(child.stderr, 'data'), // it says where it works
    once(child, 'exit').then(() => Promise.reject(new Error('the worker ended'))),
  ]);
  child.stderr.resume();
  return child;
}

const results = [];
for (const kind of kinds) {
  const broker = await makeBroker(kind);
  await broker.start();
  try {
    for (const workers of sizes) {
      const worker = await startWorker(broker.url, workers);
      const plain = await WorkerPool.open(engine, workers);
      const queue = await QueuePool.open(readAddress(broker.url), { maker });
      const runs = [];
      try {
        for (let repeat = -warm; repeat < repeats; repeat++) {
          const plan = planOf();
          const pools = [
            ['plain', plain, [process.pid], process.pid],
            ['queue', queue, [process.pid, worker.pid, broker.pid], worker.pid],
          ];
          // Each comes first in half of them.
          if (repeat % 2 !== 0) pools.reverse();
          const run = {};
          for (const [name, pool, pids, solving] of pools)
            run[name] = await timed(plan, pool, pids, solving, workers);
          if (run.plain.model !== run.queue.model)
            throw new Error(`${kind}, ${workers} workers: another model`);
          if (repeat >= 0) runs.push(run); // those before have warmed the threads: code is made faster while it runs
        }
      } finally {
        await queue.close();
        await plain.close();
        const gone = once(worker, 'exit');
        worker.kill('SIGTERM');
        await gone;
      }
      const of = (name, figure) => median(runs.map((run) => run[name][figure]));
      const ratio = (figure) => median(runs.map(({ plain, queue }) => queue[figure] / plain[figure]));
      const { pairs } = runs[0].plain;
      const figures = (name) => ({
        wall: of(name, 'wall'),
        processor: of(name, 'processor'),
        beside: of(name, 'beside'),
        pairsPerSecond: pairs / of(name, 'wall'),
      });
      const result = {
        kind,
        workers,
        pairs,
        repeats,
        plain: figures('plain'),
        queue: figures('queue'),
        wallRatio: ratio('wall'),
        processorRatio: ratio('processor'),
        wallOfSolving: median(
          runs.map(({ plain, queue }) => queue.wall / queue.solved / (plain.wall / plain.solved)),
        ),
        besideShare: median(runs.map(({ plain, queue }) => (queue.beside - plain.beside) / queue.solved)),
      };
      results.push(result);
      if (values.json) console.log(JSON.stringify(result));
    }
  } finally {
    await broker.remove();
  }
}
if (!values.json) {
  const percent = (ratio) => `${(100 * (ratio - 1)).toFixed(1)} %`;
  const head = [
    'queue',
    'workers',
    'pairs',
    'plain s',
    'queue s',
    'overhead',
    'same solving',
    'plain cpu s',
    'queue cpu s',
    'overhead',
    'beside, cpu s',
    'overhead',
  ];
  const rows = results.map(({ kind, workers, pairs, plain, queue, ...ratios }) => [
    ...[kind, workers, pairs, plain.wall.toFixed(2), queue.wall.toFixed(2), percent(ratios.wallRatio)],
    percent(ratios.wallOfSolving),
    ...[plain.processor.toFixed(2), queue.processor.toFixed(2), percent(ratios.processorRatio)],
    ...[`${plain.beside.toFixed(2)} ${queue.beside.toFixed(2)}`, percent(1 + ratios.besideShare)],
  ]);
  console.log(
    textTable(
      [head, ...rows].map((row) => row.map(String)),
      1,
    ),
  );
}
