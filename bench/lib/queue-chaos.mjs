/**
 * A queue under attack: small trainings, one a round, by four workers of which one or another is killed (SIGKILL), suspended for longer than
 * the others' patience (SIGSTOP) or ended (SIGTERM) at random moments, while the queue's server is restarted or killed. Every model is held against that
 * of one process, byte for byte; a round that does not end is a fault, and so is an outcome that came twice and differs.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeBroker, PASSWORD } from './brokers.mjs';
import { threadLines, unstarved } from './starvation.mjs';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const tracer = new URL('queue-trace.mjs', import.meta.url).href;
const built = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);

const WORKERS = 4;
/** Seconds without a sign of life after which a worker's pairs are another's. */
const PATIENCE = 1;
/** Work units of a pair: a twentieth of a second. */
const WORK = 3_000_000;
/** Seconds after which a round counts as stuck, though nobody attacks it any more: seconds in which nobody who takes part lacked a processor. */
const STUCK = 120;
/** Seconds after which a round is slow: with `trace` all that take part say what they are doing. */
const SLOW = 45;
/** Milliseconds between two attacks, at most. */
const PAUSE_MS = 700;
/** Milliseconds that a trainer waits for a server that is starting at its beginning: machines that are busy take their time. */
const WAIT_MS = 120_000;
/** Milliseconds of attacks in a round: without an end to them nothing need ever come to an end. */
const ATTACKED_MS = 15_000;

/** Mulberry32: the attacks of a seed are the same, though what they hit is not. */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Four classes of eight rows in eight columns, hard enough for the work limit to be spent. */
function tableOf(random) {
  const [classes, rows, columns] = [4, 8, 8];
  const samples = Array.from({ length: classes * rows }, () =>
    Array.from({ length: columns }, () => Math.floor(random() * 10)),
  );
  return { samples, labels: samples.map((_, row) => 'abcd'[Math.floor(row / rows)]) };
}

/**
 * @param seconds after which no further round begins; left out: all rounds
 * @param say takes a line a round
 * @param trace whether a round that is slow or stuck is explained (queue-trace.mjs), by lines to `say`
 */
export async function chaos({ kind, seed, rounds, seconds = Infinity, say = () => {}, trace = false }) {
  const { whatItDoes } = trace ? await import('./queue-trace.mjs') : { whatItDoes: () => [] };
  const { train } = await built('run/node.js');
  const { QueuePool } = await built('queue/pool.js');
  const { readAddress } = await built('queue/address.js');
  const { thisMaker } = await built('run/run-identity.js');
  const maker = await thisMaker();
  const random = randomOf(seed);
  const broker = await makeBroker(kind);
  await broker.start();
  const workers = Array.from({ length: WORKERS }, () => startWorker(broker.url, trace));
  const events = { kill: 0, suspend: 0, end: 0, restart: 0, crash: 0 };
  const faults = [];
  let [pairs, round] = [0, 0];
  const began = performance.now();

  const attack = async () => {
    const at = Math.floor(random() * WORKERS);
    const draw = random();
    const worker = workers[at];
    if (draw < 0.35) {
      events.kill++;
      worker.child.kill('SIGKILL');
      workers[at] = startWorker(broker.url, trace, worker);
    } else if (draw < 0.7) {
      events.suspend++;
      worker.child.kill('SIGSTOP');
      await pause(1000 * PATIENCE * (1 + 3 * random()));
      worker.child.kill('SIGCONT');
    } else if (draw < 0.8) {
      events.end++;
      worker.child.kill('SIGTERM');
      workers[at] = startWorker(broker.url, trace, worker);
    } else {
      const crash = random() < 0.5;
      events[crash ? 'crash' : 'restart']++;
      // PostgreSQL waits for its clients on SIGTERM; SIGINT is its fast shutdown.
      await broker.stop(crash ? 'SIGKILL' : kind === 'postgres' ? 'SIGINT' : 'SIGTERM');
      await pause(500 * random());
      await broker.start();
    }
  };

  const explain = async (where) => {
    if (!trace) return;
    const from = workers.map(({ lines }) => lines.length);
    for (const { child } of workers) child.kill('SIGUSR2');
    await pause(2000);
    const said = workers.flatMap(({ lines }, at) => [
      `worker ${at}`,
      ...threadLines(workers[at].child.pid),
      ...lines.slice(from[at]),
    ]);
    for (const line of [where, ...whatItDoes(), ...said]) say(line);
  };

  try {
    for (; round < rounds && performance.now() - began < 1000 * seconds; round++) {
      const data = tableOf(random);
      const options = {
        hidden: [3],
        objective: 'bemi',
        scaling: 'none',
        workLimit: WORK,
        seed: Math.floor(random() * 2 ** 31),
      };
      const alone = JSON.stringify((await train(data, { ...options, workers: 1 })).classifier);
      let going = true;
      const since = performance.now();
      const attacks = (async () => {
        while (going && performance.now() - since < ATTACKED_MS) {
          await pause(PAUSE_MS * random());
          if (going) await attack();
        }
      })();
      const notes = [];
      const ended = (async () => {
        const pool = await QueuePool.open(readAddress(broker.url), {
          maker,
          wait: WAIT_MS,
          onNote: (line) => notes.push(line),
        });
        try {
          const { runTraining, planTraining } = await built('ensemble/train/train.js');
          return await runTraining(planTraining(data, options), { pool });
        } finally {
          await pool.close();
        }
      })();
      const over = new AbortController();
      const pids = () => [process.pid, broker.pid, ...workers.map(({ child }) => child.pid)];
      const late = (async () => {
        await unstarved(SLOW, pids, over.signal);
        if (!over.signal.aborted) await explain(`${kind} round ${round} is slow`);
        await unstarved(STUCK - SLOW, pids, over.signal);
      })();
      const result = await Promise.race([ended.catch((error) => error), late]);
      going = false;
      over.abort();
      await attacks;
      const taken = ((performance.now() - since) / 1000).toFixed(1);
      if (result === undefined) {
        await explain(`${kind} round ${round} is stuck`);
        faults.push(
          `round ${round}: stuck; ${notes.join(' | ')}`,
          ...workers.flatMap(({ lines }) => lines.slice(-5)),
        );
        break;
      }
      if (result instanceof Error) faults.push(`round ${round}: ${result.stack}`);
      else {
        pairs += result.pairs.length;
        if (JSON.stringify(result.classifier) !== alone) faults.push(`round ${round}: another model`);
      }
      if (notes.some((note) => note.includes(PASSWORD))) faults.push(`round ${round}: a password in a line`);
      say(`${kind} round ${round}: ${taken} s, ${JSON.stringify(events)}, ${faults.length} faults`);
    }
  } finally {
    for (const { child } of workers) {
      child.kill('SIGCONT');
      child.kill('SIGTERM');
    }
    await Promise.race([Promise.all(workers.map(({ gone }) => gone)), pause(8000)]);
    for (const { child } of workers) child.kill('SIGKILL');
    await broker.remove();
  }
  const said = workers.flatMap(({ lines }) => lines);
  const count = (text) => said.filter((line) => line.includes(text)).length;
  if (count('exit code') > 0)
    faults.push(...said.filter((line) => /exit code|^ +at |rror/.test(line)).slice(0, 20));
  if (count('not as another') > 0) faults.push('an outcome came twice and differs');
  if (count(PASSWORD) > 0) faults.push('a worker shows the password');
  return { rounds: round, pairs, events, twice: count('as another worker had it'), faults };
}

/** A worker process; what it says is added to what the one before it in its place has said. */
function startWorker(url, trace, before = { lines: [] }) {
  const child = spawn(
    process.execPath,
    [
      ...(trace ? ['--import', tracer] : []),
      ...[main, 'worker', '--queue', url, '--cores', '1', '--patience', String(PATIENCE)],
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const { lines } = before;
  child.stderr.setEncoding('utf8').on('data', (text) => lines.push(...text.split('\n').filter(Boolean)));
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // One that nobody ended has fallen over.
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) lines.push(`exit code ${code}`);
  });
  return { child, lines, gone };
}
