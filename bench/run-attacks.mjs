/**
 * Attacks on run folders, each ending in the bytes of an undisturbed run or counted as a failure:
 *
 *   kills   a training is killed (SIGKILL) at a random moment, every third one twice, and resumed
 *   races   a training A is suspended at a random moment, its lock made to look an hour old, and another, B, with
 *           another seed wants its folder; in turn
 *             refused    A's process is there to be seen: B is refused, A goes on and ends
 *             killed     A is in another container: B takes over and is killed, A wakes and has to notice, B is resumed
 *             together   the same, and A wakes while B works
 *
 * A is put into a process id space of its own where the machine allows it (Linux, root); elsewhere the lock says so.
 *
 *   node bench/run-attacks.mjs [--kills 30] [--races 10] [--seed N]
 *
 * Needs a build (npm run build). Exit code 1 where anything failed.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '30' },
    races: { type: 'string', default: '10' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
const command = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'fewbit-attacks-'));
process.on('exit', () => rmSync(home, { recursive: true, force: true }));

let state = Number(values.seed) >>> 0;
/** In [0, 1), the same for the same seed (a linear congruence; its high bits). */
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

/** Eight classes that overlap: 28 pairs, each with some work to do. */
function table() {
  const lines = ['a,b,c,d,e,f,label'];
  for (let row = 0; row < 96; row++) {
    const label = row % 8;
    const values = Array.from(
      { length: 6 },
      (_, c) => Math.floor(60 * random()) + ((label >> (c % 3)) & 1) * 50,
    );
    lines.push([...values, `k${label}`].join(','));
  }
  return `${lines.join('\n')}\n`;
}

const data = join(home, 'table.csv');
writeFileSync(data, table());
const argumentsOf = (folder, seed, more = []) => [
  command,
  ...['train', '--data', data, '--hidden', '3', '--work-limit', '10000000', '--no-report'],
  ...['--out', folder, '--seed', String(seed), ...more],
];

/** A running command: `exit` resolves to its code (`null`: killed) and what it said. */
function start(args, { space = false } = {}) {
  const [program, all] = space
    ? ['unshare', ['--pid', '--fork', '--kill-child', process.execPath, ...args]]
    : [process.execPath, args];
  const child = spawn(program, all, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  const exit = new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
  /** The process of the command itself. */
  const pid = () => {
    if (!space) return child.pid;
    const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
    return children === '' ? undefined : Number(children.split(' ')[0]);
  };
  return { exit, pid, child };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const read = (...path) => readFileSync(join(...path), 'utf8');

async function until(holds, what) {
  for (let tries = 0; tries < 3000; tries++) {
    if (holds()) return;
    await sleep(10);
  }
  throw new Error(`waited in vain for ${what}`);
}

function lockOf(folder) {
  try {
    return JSON.parse(read(folder, 'run.lock'));
  } catch {
    return undefined;
  }
}

/** What is wrong with a folder that a run with this seed has ended in. */
function faultsOf(folder, seed, clean) {
  const faults = [];
  if (!existsSync(join(folder, 'model.json'))) return ['no model'];
  if (read(folder, 'model.json') !== clean.get(seed))
    faults.push('another model than that of an undisturbed run');
  const { run, identity } = JSON.parse(read(folder, 'run.json'));
  if (identity['options.seed'] !== seed) faults.push(`run.json says seed ${identity['options.seed']}`);
  const pairs = readdirSync(join(folder, 'pairs'));
  if (pairs.length !== 28) faults.push(`${pairs.length} files of pairs`);
  for (const name of pairs) {
    if (JSON.parse(read(folder, 'pairs', name)).run !== run) faults.push(`${name} is of another run`);
  }
  // Killed before it had written whose it is: such a file goes when it is a minute old.
  const isEmptyLock = (name) => /^\.run\.lock\..*\.tmp$/.test(name) && read(folder, name) === '';
  const left = readdirSync(folder, { recursive: true }).filter(
    (name) => /\.tmp$|lock/.test(name) && !isEmptyLock(name),
  );
  if (left.length > 0) faults.push(`left behind: ${left.join(', ')}`);
  return faults;
}

function pairsIn(folder) {
  const path = join(folder, 'pairs');
  return existsSync(path) ? readdirSync(path).filter((name) => name.startsWith('pair')).length : 0;
}

async function end(args) {
  return await start(args).exit;
}

async function kill(number, duration, clean) {
  const folder = join(home, `kill-${number}`);
  const at = [];
  for (let times = number % 3 === 2 ? 2 : 1; times > 0; times--) {
    const run = start(argumentsOf(folder, 1, ['--resume', '--workers', String(1 + (number % 2))]));
    const began = performance.now();
    if (number % 2 === 0) await sleep(random() * duration);
    else {
      // In the middle of the work, wherever the machine is with it by then.
      const least = Math.floor(28 * random());
      await until(() => pairsIn(folder) >= least || run.child.exitCode !== null, `${least} pairs`);
      await sleep(random() * 50);
    }
    at.push(Math.round(performance.now() - began));
    run.child.kill('SIGKILL');
    await run.exit;
  }
  const before = pairsIn(folder);
  const finished = existsSync(join(folder, 'model.json')) ? ' and a model' : '';
  const { code, said } = await end(argumentsOf(folder, 1, ['--resume']));
  const faults = faultsOf(folder, 1, clean);
  if (code !== 0) faults.push(`exit code ${code}: ${said}`);
  console.log(
    `kill ${number + 1}: after ${at.join(' and ')} ms, ${before} of 28 pairs${finished} there: ${verdict(faults)}`,
  );
  return faults.length === 0;
}

/** A training in `folder`, suspended in the middle; begun again where it was over before it could be. */
async function suspended(folder, space) {
  for (let tries = 0; tries < 20; tries++) {
    rmSync(folder, { recursive: true, force: true });
    const run = start(argumentsOf(folder, 1, ['--workers', '1']), { space });
    const least = 1 + Math.floor(16 * random());
    await until(() => pairsIn(folder) >= least || run.child.exitCode !== null, `${least} pairs of A`);
    await sleep(random() * 20);
    try {
      const pid = run.pid();
      process.kill(pid, 'SIGSTOP');
      await until(() => /^[Tt]/.test(read(`/proc/${pid}/stat`).replace(/^.*\) /, '')), 'A to be suspended');
      if (lockOf(folder) !== undefined) return { ...run, pid };
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
    run.child.kill('SIGKILL');
    await run.exit;
  }
  throw new Error('A was over every time before it could be suspended');
}

async function race(number, duration, clean, canSeparate) {
  const kind = ['refused', 'killed', 'together'][number % 3];
  const folder = join(home, `race-${number}`);
  const faults = [];
  const a = await suspended(folder, kind !== 'refused' && canSeparate);
  const { pid } = a;
  const mine = lockOf(folder);
  const pairs = pairsIn(folder);
  if (kind !== 'refused' && !canSeparate) {
    writeFileSync(join(folder, 'run.lock'), JSON.stringify({ ...mine, space: 'another' }));
  }
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(join(folder, 'run.lock'), longAgo, longAgo);

  let seed = 1;
  if (kind === 'refused') {
    for (const more of [['--force'], ['--resume'], []]) {
      const b = await end(argumentsOf(folder, 2, more));
      if (b.code !== 2 || !b.said.includes('which is suspended'))
        faults.push(`B was not refused: ${b.code} ${b.said}`);
    }
    process.kill(pid, 'SIGCONT');
    const { code, said } = await a.exit;
    if (code !== 0) faults.push(`A ended with ${code}: ${said}`);
  } else {
    seed = 2;
    const b = start(argumentsOf(folder, 2, ['--force', '--workers', '1']));
    await until(() => ![undefined, mine.token].includes(lockOf(folder)?.token), 'B to take over');
    await sleep(random() * duration * 0.6);
    if (kind === 'killed') {
      b.child.kill('SIGKILL');
      await b.exit;
    }
    process.kill(pid, 'SIGCONT');
    const woken = await a.exit;
    if (woken.code !== 1 || !/this run stops and writes nothing more/.test(woken.said)) {
      faults.push(`A ended with ${woken.code}: ${woken.said}`);
    }
    if (kind === 'together') {
      const { code, said } = await b.exit;
      if (code !== 0) faults.push(`B ended with ${code}: ${said}`);
    } else seed = seedIn(folder) ?? seed; // killed before it had made the folder its own, it left A's
  }
  const last = await end(argumentsOf(folder, seed, ['--resume']));
  if (last.code !== 0) faults.push(`resuming ended with ${last.code}: ${last.said}`);
  faults.push(...faultsOf(folder, seed, clean));
  console.log(`race ${number + 1}, ${kind}: A suspended with ${pairs} of 28 pairs: ${verdict(faults)}`);
  return faults.length === 0;
}

/** The seed of the run that a folder is of; undefined: of none yet. */
function seedIn(folder) {
  if (!existsSync(join(folder, 'run.json'))) return undefined;
  return JSON.parse(read(folder, 'run.json')).identity['options.seed'];
}

function verdict(faults) {
  return faults.length === 0 ? 'the bytes of an undisturbed run' : `FAILED: ${faults.join('; ')}`;
}

const canSeparate = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;
const clean = new Map();
let duration = 0;
for (const seed of [1, 2]) {
  const began = performance.now();
  const { code, said } = await end(argumentsOf(join(home, `clean-${seed}`), seed));
  if (code !== 0) throw new Error(`the undisturbed run ended with ${code}: ${said}`);
  duration = performance.now() - began;
  clean.set(seed, read(home, `clean-${seed}`, 'model.json'));
}
if (clean.get(1) === clean.get(2))
  throw new Error('the two seeds give the same model; the races would show nothing');
console.log(
  `seed ${values.seed}; an undisturbed run takes ${Math.round(duration)} ms; A is ` +
    `${canSeparate ? 'in a process id space of its own' : 'said to be elsewhere'}`,
);
let right = 0;
const kills = Number(values.kills);
const races = process.platform === 'linux' ? Number(values.races) : 0;
for (let number = 0; number < kills; number++) right += Number(await kill(number, duration, clean));
const killsRight = right;
for (let number = 0; number < races; number++)
  right += Number(await race(number, duration, clean, canSeparate));
console.log(`${killsRight} of ${kills} kills and ${right - killsRight} of ${races} races ended right`);
process.exitCode = right === kills + races ? 0 : 1;
