/*
 * The figures of the paper and ours beside them:
 *
 *     npm run bench -- [mnist10 mnist40 fashion10 margins nonzeros ...] [--time-limit S]
 *
 * Without names all sections run. Data are looked up in FEWBIT_DATA or beside the repository; what is not there is
 * skipped and says so. Trainings go through the command line, in a process of their own, with the engine's own plan of
 * work unless --time-limit gives seconds a pair.
 */
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compileEngine, Engine } from '../dist/engine/index.js';
import { linkCount, nonzeroCount } from '../dist/network/links.js';
import { solve } from '../dist/stages/solve.js';
import { fewbit, withFolder } from './lib/cli.mjs';
import { pairProblem } from './lib/pair-problem.mjs';
import { ACCURACY, NONZERO } from './lib/paper-figures.mjs';
import { figure, percent, short, textTable } from './lib/table.mjs';

const SECTIONS = {
  mnist10: () => accuracy('mnist', 10, [0, 1, 2]),
  mnist40: () => accuracy('mnist', 40, [0]),
  fashion10: () => accuracy('fashion-mnist', 10, [0, 1, 2]),
  margins: () => margins(10, 60),
  nonzeros: () => nonzeros(),
  'robust-mnist': () => beyond('mnist', [2, 10, 40], []),
  'robust-fashion': () => beyond('fashion-mnist', [10, 40], []),
  'features-mnist': () => beyond('mnist', [2, 10, 40], ['--features', 'auto']),
  'features-fashion': () => beyond('fashion-mnist', [2, 10, 40], ['--features', 'auto']),
  'deskew-mnist': () => beyond('mnist', [2, 10, 40], ['--features', 'deskew,root=1']),
  'deskew-fashion': () => beyond('fashion-mnist', [2, 10, 40], ['--features', 'deskew,root=1']),
  'contrast-mnist': () => beyond('mnist', [10], ['--contrast']),
  'contrast-fashion': () => beyond('fashion-mnist', [10, 40], ['--contrast']),
  'bytes-mnist': () => bytes('mnist'),
  'bytes-fashion': () => bytes('fashion-mnist'),
};

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'time-limit': { type: 'string' } },
});
const unknown = positionals.filter((name) => !(name in SECTIONS));
if (unknown.length > 0) {
  process.stderr.write(
    `bench: no section ${unknown.join(', ')}; there are ${Object.keys(SECTIONS).join(', ')}\n`,
  );
  process.exit(2);
}
const dataDir = process.env.FEWBIT_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url));

process.stdout.write(`Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model.trim()}\n`);
for (const name of positionals.length > 0 ? positionals : Object.keys(SECTIONS)) {
  const data = name.includes('fashion') ? 'fashion-mnist' : 'mnist';
  process.stdout.write(`\n${name}\n`);
  if (!existsSync(join(dataDir, data))) {
    process.stdout.write(`skipped: ${data} is not in ${dataDir} (FEWBIT_DATA)\n`);
    continue;
  }
  process.stdout.write(`${textTable(await SECTIONS[name]())}\n`);
}

/** All pairs of the ten classes, `--objective bemi --hidden 4,4`, judged on the first 800 test images of each. */
async function accuracy(data, shots, instances) {
  const rows = [['instance', 'paper', 'recursive vote', 'non-zero', 'train s', 'evaluate s', 'peak MB']];
  const correct = { paper: [], recursive: [] };
  for (const instance of instances) {
    await withFolder(async (out) => {
      const limit = flags['time-limit'] === undefined ? [] : ['--time-limit', flags['time-limit']];
      const train = await fewbit(
        ...['train', '--data', data, '--data-dir', dataDir, '--shots', String(shots)],
        ...['--instance', String(instance), '--hidden', '4,4', '--objective', 'bemi'],
        ...['--out', out, '--no-report', '--quiet', ...limit],
      );
      const judged = async (vote) => {
        const model = join(out, 'model.json');
        const place = ['--data', data, '--data-dir', dataDir, '--per-class', '800'];
        const run = await fewbit('evaluate', model, ...place, '--vote', vote);
        correct[vote].push(run.json.accuracy);
        return run;
      };
      const paper = await judged('paper');
      const recursive = await judged('recursive');
      rows.push([
        String(instance),
        percent(paper.json.accuracy),
        percent(recursive.json.accuracy),
        percent(train.json.nonzero / train.json.links),
        short(train.seconds),
        short(paper.seconds),
        String(Math.round(train.bytes / 2 ** 20)),
      ]);
    });
  }
  const mean = (list) => list.reduce((a, b) => a + b, 0) / list.length;
  const blank = ['', '', '', ''];
  rows.push(['mean', percent(mean(correct.paper)), percent(mean(correct.recursive)), ...blank]);
  const known = ACCURACY[data][shots];
  rows.push(['the paper, mean', known === undefined ? '-' : `${known.toFixed(1)} %`, '', ...blank]);
  return rows;
}

/** What is not the paper's: the objective `robust` at its default setting, instances 0, 1, 2, with more options or without. */
async function beyond(data, shots, more) {
  const isByMargin = more.length > 0;
  const rows = [['shots', 'instance', 'recursive', 'margin', 'non-zero a pair', 'bytes', 'train s']];
  for (const count of shots) {
    const sums = [0, 0];
    for (const instance of [0, 1, 2]) {
      await withFolder(async (out) => {
        const place = ['--data', data, '--data-dir', dataDir];
        const train = await fewbit(
          ...['train', ...place, '--shots', String(count), '--instance', String(instance)],
          ...['--objective', 'robust', ...more, '--out', out, '--no-report', '--quiet'],
        );
        const judged = async (vote) => {
          const run = await fewbit(
            'evaluate',
            join(out, 'model.json'),
            ...place,
            '--per-class',
            '800',
            '--vote',
            vote,
          );
          return run.json.accuracy;
        };
        const found = [await judged('recursive'), isByMargin ? await judged('margin') : Number.NaN];
        for (const [n, accuracy] of found.entries()) sums[n] += accuracy;
        const shown = found.map((accuracy) => (Number.isNaN(accuracy) ? '' : percent(accuracy)));
        const nonzero = String(Math.round(train.json.nonzero / train.json.pairs.length));
        const size = String(train.json.bytes);
        rows.push([String(count), String(instance), ...shown, nonzero, size, short(train.seconds)]);
      });
    }
    const means = sums.map((sum) => (Number.isNaN(sum) ? '' : percent(sum / 3)));
    rows.push([String(count), 'mean', ...means, '', '', '']);
  }
  return rows;
}

/** Accuracy over the bytes of all networks, 10 shots: the map that `auto` chooses for so many. */
async function bytes(data) {
  const rows = [];
  for (const most of [2000, 5000, 10_000, 20_000]) {
    const [head, ...found] = await beyond(data, [10], ['--features', `auto,bytes=${most}`]);
    if (rows.length === 0) rows.push(['at most', ...head]);
    rows.push(...found.map((row) => [String(most), ...row]));
  }
  return rows;
}

/** MM on two pairs at 2, 6 and 10 shots, and a single neuron at 10; every sample kept: incumbent, bound and gap at the limit. */
async function margins(seconds, secondsOfOne) {
  const rows = [['pair', 'shots', 'layers', 'limit s', 'objective', 'bound', 'gap', 'status', 'nodes', 's']];
  const engine = await openEngine();
  const cases = [2, 6, 10].map((shots) => [shots, [4, 4], seconds]);
  for (const [shots, hidden, timeLimit] of [...cases, [10, [], secondsOfOne]]) {
    for (const classes of [
      ['4', '9'],
      ['1', '8'],
    ]) {
      const problem = await pairProblem({ data: 'mnist', dataDir, classes, shots, hidden });
      const [mm] = solve(engine, problem, { stages: ['mm'], timeLimit }).stages;
      rows.push([
        classes.join('-'),
        String(shots),
        problem.layers.join('-'),
        String(timeLimit),
        figure(mm.objective),
        figure(mm.bound),
        percent(mm.gap, 3),
        mm.status,
        short(mm.nodes),
        short(mm.seconds),
      ]);
    }
  }
  return rows;
}

/** Weights other than zero after SM, SM+MM and SM+MM+MW, as a share of all links of [784,4,4,1]. */
async function nonzeros() {
  const rows = [['pair', 'shots', 'SM', 'SM+MM', 'SM+MM+MW', 'the paper: SM, SM+MM', 'SM+MM+MW', 's']];
  const engine = await openEngine();
  const limit = flags['time-limit'] === undefined ? {} : { timeLimit: Number(flags['time-limit']) };
  for (const classes of [
    ['4', '9'],
    ['1', '8'],
  ]) {
    for (const shots of [2, 6, 10]) {
      const problem = await pairProblem({ data: 'mnist', dataDir, classes, shots, hidden: [4, 4] });
      const began = performance.now();
      const { stages } = solve(engine, problem, limit);
      const seconds = (performance.now() - began) / 1000;
      const links = linkCount(problem.layers);
      const known = NONZERO[classes.join()];
      const ofPaper = (column) => (known === undefined ? '-' : `${known[column][shots]} %`);
      rows.push([
        classes.join(' against '),
        String(shots),
        ...stages.map(({ network }) => (network ? percent(nonzeroCount(network) / links) : '-')),
        ofPaper('without'),
        ofPaper('with'),
        short(seconds),
      ]);
    }
  }
  return rows;
}

async function openEngine() {
  return Engine.create(await compileEngine(readFileSync(new URL('../dist/engine.wasm', import.meta.url))));
}
