/*
 * What tables come to with the defaults but for P: five-fold accuracy, test files, few weights, proofs, predictions. Every figure is of the
 * command that stands beside it; processor time is the user time of the process, all its threads.
 *
 *     npm run build && node bench/tables.mjs --data FOLDER [--only heart,adult] [--weights 1,3,7] [--seeds 0,1,2]
 *
 * FOLDER has heart/heart.csv, heart/cleveland.csv, iris/iris.csv, optdigits/optdigits-{train,test}.csv.gz and adult/adult-{train,test}.csv.gz,
 * each with a column `label`. GNU time says seconds and memory; without it they are left out.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    only: { type: 'string' },
    weights: { type: 'string', default: '1,3,7' },
    seeds: { type: 'string', default: '0,1,2' },
    rows: { type: 'string', default: '1000000' },
  },
});
if (values.data === undefined) throw new Error('--data FOLDER is missing');
const cli = new URL('../dist/cli/main.js', import.meta.url).pathname;
const file = (name) => join(values.data, name);
const weights = values.weights.split(',').map(Number);
const seeds = values.seeds.split(',').map(Number);
const only = values.only?.split(',');
const folder = mkdtempSync(join(tmpdir(), 'fewbit-tables-'));
const timer = existsSync('/usr/bin/time') ? ['/usr/bin/time', '-f', 'USED %U %M'] : [];

/** Runs the command; its JSON, processor seconds and MiB. */
function run(args, more = {}) {
  const [program, ...rest] = [...timer, process.execPath, cli, ...args];
  const { stdout, stderr, status } = spawnSync(program, rest, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    ...more,
  });
  if (status !== 0) throw new Error(`${args.join(' ')}\n${stderr}`);
  const used = /USED ([\d.]+) (\d+)/.exec(stderr);
  return {
    json: more.stdio === undefined ? JSON.parse(stdout) : undefined,
    seconds: used === null ? Number.NaN : Number(used[1]),
    mebibytes: used === null ? Number.NaN : Math.round(Number(used[2]) / 1024),
  };
}

const per = (share) => `${(100 * share).toFixed(1)} %`;
const line = (...cells) => console.log(`| ${cells.join(' | ')} |`);

/** Mean of all folds of all seeds, and of each seed. */
function crossValidated(name, path, p, options = []) {
  const args = ['cv', '--data', file(path), '--folds', '5', '--weight-bound', String(p), ...options];
  const runs = seeds.map((seed) => run([...args, '--seed', String(seed), '--json', '--quiet']));
  const means = runs.map(({ json }) => json.accuracy.mean);
  const mean = means.reduce((sum, each) => sum + each, 0) / means.length;
  const seconds = runs.reduce((sum, each) => sum + each.seconds, 0);
  line(name, p, per(mean), means.map(per).join(', '), `${seconds.toFixed(1)} s`, '', '');
}

/** A training on a whole file, judged on its test file. */
function judged(name, path, p, options = []) {
  const out = join(folder, `${name}-${p}`.replace(/\W+/g, '-'));
  const args = ['train', '--data', file(`${path}-train.csv.gz`), '--weight-bound', String(p), ...options];
  const trained = run([...args, '--out', out, '--no-report', '--json', '--quiet']);
  const { json } = run(['evaluate', out, '--data', file(`${path}-test.csv.gz`), '--json']);
  const gaps = trained.json.pairs.flatMap(({ stages }) => stages.map(({ stage, gap }) => [stage, gap]));
  const worst = gaps.filter(([, gap]) => gap !== null).reduce((most, [, gap]) => Math.max(most, gap), 0);
  const { seconds, mebibytes } = trained;
  const gap =
    json.labels.length === 2
      ? gaps.map(([stage, each]) => `${stage} ${each === null ? '-' : per(each)}`).join(', ')
      : `at most ${per(worst)}`;
  line(name, p, per(json.accuracy), 'test file', `${seconds.toFixed(1)} s`, `${mebibytes} MiB`, `gap ${gap}`);
  return out;
}

/** The count of SM with a bias and at most five weights, and whether it is proved. */
function proved(p) {
  const args = [
    'train',
    '--data',
    file('heart/heart.csv'),
    '--max-nonzero',
    '5',
    '--stages',
    'sm',
    '--time-limit',
    '60',
  ];
  const { json, seconds } = run([
    ...[...args, '--weight-bound', String(p), '--out', join(folder, `proved-${p}`)],
    ...['--no-report', '--json', '--quiet'],
  ]);
  const [{ status, objective, bound }] = json.pairs[0].stages;
  line(
    'heart, SM, at most 5 weights, bias',
    p,
    `${objective} of 303`,
    `${status}, bound ${bound}`,
    `${seconds.toFixed(1)} s`,
    '',
    '',
  );
}

/** Rows of adult's test file over and over, through a pipe. */
async function predicted(model, p) {
  const [head, ...lines] = gunzipSync(readFileSync(file('adult/adult-test.csv.gz')))
    .toString()
    .trimEnd()
    .split('\n');
  const [program, ...rest] = [...timer, process.execPath, cli, 'predict', model, '--data', '-'];
  const child = spawn(program, rest, { stdio: ['pipe', 'pipe', 'pipe'] });
  let answers = -1;
  let errors = '';
  child.stdout.on('data', (piece) => {
    for (const byte of piece) if (byte === 10) answers++;
  });
  child.stderr.on('data', (piece) => {
    errors += piece;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  const count = Number(values.rows);
  child.stdin.write(`${head}\n`);
  for (let row = 0; row < count; row += lines.length) {
    const piece = `${lines.slice(0, Math.min(lines.length, count - row)).join('\n')}\n`;
    if (!child.stdin.write(piece)) await new Promise((resolve) => child.stdin.once('drain', resolve));
  }
  child.stdin.end();
  await ended;
  const used = /USED ([\d.]+) (\d+)/.exec(errors);
  const [seconds, kibibytes] = used === null ? [Number.NaN, Number.NaN] : [Number(used[1]), Number(used[2])];
  line(
    'adult, predict',
    p,
    `${Math.round(answers / seconds)} rows a second`,
    `${answers} rows`,
    `${seconds.toFixed(1)} s`,
    `${Math.round(kibibytes / 1024)} MiB`,
    '',
  );
}

const asked = (name) => only === undefined || only.includes(name);
try {
  line('table', 'P', 'accuracy', 'of', 'processor time', 'memory', '');
  line('---', '---', '---', '---', '---', '---', '---');
  if (asked('proved')) for (const p of weights.filter((each) => each <= 3)) proved(p);
  for (const [name, path] of [
    ['heart', 'heart/heart.csv'],
    ['cleveland', 'heart/cleveland.csv'],
    ['iris', 'iris/iris.csv'],
  ]) {
    if (asked(name)) for (const p of weights) crossValidated(`${name}, five-fold`, path, p);
  }
  if (asked('few'))
    for (const p of weights)
      crossValidated('heart, at most 5 weights, five-fold', 'heart/heart.csv', p, ['--max-nonzero', '5']);
  if (asked('optdigits')) for (const p of weights) judged('optdigits', 'optdigits/optdigits', p);
  if (asked('adult')) {
    const models = weights.map((p) => judged('adult', 'adult/adult', p));
    for (const p of weights) judged('adult, at most 5 weights', 'adult/adult', p, ['--max-nonzero', '5']);
    await predicted(models[0], weights[0]);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
