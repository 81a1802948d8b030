/**
 * A thousand workers at one queue, simulated: pairs are sleeps, everything else is what it is (tasks, blocks, locks, signs of life, outcomes).
 * Machines (`QueueWorker`) of some cores each stand in a few processes of this machine.
 *
 *   node bench/queue-thousand.mjs [--kind redis|postgres] [--machines 20] [--cores 50] [--processes 4] [--pairs 4000]
 *                                 [--seconds 10 | --run DIR] [--seed 1] [--json]
 *
 * A sleep is as long as a pair of the run folder DIR has taken, in turn, or drawn (exponential, `--seconds` on average). Said are: the time
 * over that of the ideal schedule, in which whoever is free has the next pair at once; the longest wait of a pair from its offer to its beginning,
 * beside the ideal's; what the server was asked (Redis: commands; PostgreSQL: transactions). Needs a build and redis-server or PostgreSQL.
 */
import { fork } from 'node:child_process';
import { once, setMaxListeners } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readAddress, redisParts } from '../dist/queue/address.js';
import { nothingFound } from '../dist/queue/outcome.js';
import { QueuePool } from '../dist/queue/pool.js';
import { QueueWorker } from '../dist/queue/worker.js';
import { thisMaker } from '../dist/run/run-identity.js';
import { lacks, makeBroker } from './lib/brokers.mjs';
import { idealSchedule } from './lib/ideal-schedule.mjs';
import { processorSeconds } from './lib/processor-time.mjs';
import { randomOf } from './lib/queue-chaos.mjs';

const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Where pairs are sleeps: the length is in the place of the work limit, in milliseconds. */
const sleeper = (size) => ({
  size,
  async run(task, _, stop) {
    process.send({ began: task.pair, at: Date.now() });
    if (!stop.aborted) await sleep(task.options.workLimit);
    const outcome = nothingFound(task);
    return { ...outcome, stages: outcome.stages.map((stage) => ({ ...stage, stopReason: 'work-limit' })) };
  },
  async close() {},
});

/** A process of machines. */
async function work({ url, machines, cores }) {
  const maker = await thisMaker();
  const ending = new AbortController();
  process.on('message', () => ending.abort());
  setMaxListeners(0, ending.signal); // every machine hears it
  const settings = { maker, cores, patience: 15, signal: ending.signal };
  const machine = () => QueueWorker.serve(readAddress(url), sleeper(cores), settings);
  await Promise.all(Array.from({ length: machines }, machine));
  process.disconnect();
}

/** What the server has been asked so far. */
async function askedOf(kind, url) {
  const address = readAddress(url);
  if (kind === 'redis') {
    const { default: Redis } = await import('ioredis');
    const redis = new Redis(redisParts(address));
    const said = await redis.info('stats');
    redis.disconnect();
    return Number(/total_commands_processed:(\d+)/.exec(said)[1]);
  }
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(
    'SELECT sum(xact_commit + xact_rollback) AS asked FROM pg_stat_database',
  );
  await client.end();
  return Number(rows[0].asked);
}

function lengthsOf({ run, pairs, seconds, seed }) {
  const random = randomOf(seed);
  const measured =
    run === undefined
      ? undefined
      : readdirSync(join(run, 'pairs'))
          .filter((name) => /^pair-\d+\.json$/.test(name))
          .sort()
          .map((name) => JSON.parse(readFileSync(join(run, 'pairs', name), 'utf8')))
          .map(({ stages }) => stages.reduce((sum, stage) => sum + stage.seconds, 0));
  if (measured?.length === 0) throw new Error(`${run}: no pairs`);
  // A sleep of no time is none; milliseconds are what timers keep.
  return Array.from({ length: pairs }, (_, pair) =>
    Math.max(1, Math.round(1000 * (measured?.[pair % measured.length] ?? -seconds * Math.log(1 - random())))),
  );
}

async function simulate(given) {
  const { kind, machines, cores, processes } = given;
  const lengths = lengthsOf(given);
  const maker = await thisMaker();
  // PostgreSQL: up to five a machine.
  const broker = await makeBroker(kind, { connections: kind === 'redis' ? 10_000 : 5 * machines + 30 });
  await broker.start();
  const offered = new Map();
  const waits = new Map();
  const children = Array.from({ length: processes }, (_, index) => {
    const share = Math.floor(machines / processes) + (index < machines % processes ? 1 : 0);
    const child = fork(fileURLToPath(import.meta.url), [
      '--child',
      JSON.stringify({ url: broker.url, machines: share, cores }),
    ]);
    // A pair that begins twice has waited until the first time.
    child.on('message', ({ began, at }) => {
      if (!waits.has(began)) waits.set(began, at - offered.get(began));
    });
    return child;
  });
  try {
    const pool = await QueuePool.open(readAddress(broker.url), { maker });
    await sleep(given.settle * 1000); // all have connected
    const pids = [process.pid, broker.pid, ...children.map(({ pid }) => pid)];
    const [asked, processor, start] = [await askedOf(kind, broker.url), processorSeconds(pids), Date.now()];
    const never = new AbortController().signal;
    let next = 0;
    const lane = async () => {
      while (next < lengths.length) {
        const pair = next++;
        offered.set(pair, Date.now());
        await pool.run(taskOf(pair, lengths[pair]), () => {}, never);
      }
    };
    await Promise.all(Array.from({ length: pool.size }, lane));
    const seconds = (Date.now() - start) / 1000;
    const messages = (await askedOf(kind, broker.url)) - asked;
    const used = processorSeconds(pids) - processor;
    await pool.close();
    const ideal = idealSchedule(lengths, machines * cores, pool.size);
    return {
      ...{ kind, machines, cores, pairs: lengths.length },
      ...{ seconds, idealSeconds: ideal.end / 1000, ratio: (1000 * seconds) / ideal.end },
      ...{ longestWait: Math.max(...waits.values()) / 1000, idealLongestWait: ideal.longestWait / 1000 },
      ...{ messages, messagesPerSecond: messages / seconds, messagesPerPair: messages / lengths.length },
      ...{ processorSeconds: used, processorMsPerPair: (1000 * used) / lengths.length },
    };
  } finally {
    const ended = children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined));
    for (const child of children) if (child.connected) child.send('end');
    await Promise.race([Promise.all(ended), sleep(15_000)]);
    for (const child of children) child.kill('SIGKILL');
    await broker.remove();
  }
}

/** Four samples of its own: no task is that of another. */
function taskOf(pair, length) {
  const samples = Int32Array.of(0, pair, 1, pair, 2, pair, 3, pair);
  const labels = Int8Array.of(1, 1, -1, -1);
  const problem = { layers: [2, 1], weightBound: 1, epsilon: 0.1, samples, sampleCount: 4, labels, linf: 0 };
  return { pair, problem, options: { workLimit: length, seed: pair } };
}

const { values } = parseArgs({
  options: {
    child: { type: 'string' },
    kind: { type: 'string', default: 'redis' },
    machines: { type: 'string', default: '20' },
    cores: { type: 'string', default: '50' },
    processes: { type: 'string', default: '4' },
    pairs: { type: 'string', default: '4000' },
    seconds: { type: 'string', default: '10' },
    settle: { type: 'string', default: '10' },
    run: { type: 'string' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
if (values.child !== undefined) await work(JSON.parse(values.child));
else {
  const why = lacks(values.kind);
  if (why !== undefined) {
    console.error(why);
    process.exit(2);
  }
  const numbers = ['machines', 'cores', 'processes', 'pairs', 'seconds', 'settle', 'seed'];
  const result = await simulate({
    ...values,
    ...Object.fromEntries(numbers.map((name) => [name, Number(values[name])])),
  });
  if (values.json) console.log(JSON.stringify(result));
  else for (const [name, value] of Object.entries(result)) console.log(`${name.padEnd(20)} ${value}`);
}
