/*
 * Soft margins over all pairs of some classes: how far bounds are from losses, what is proved, and what proofs cost.
 *
 *     node bench/soft-gaps.mjs --data mnist [--classes 0,1,..] [--hidden none] [--shots 10] [--instance 0] [--work-limit N] [--proofs] [-- FLAGS ..]
 *
 * One training of all pairs (FLAGS are those of `train`), in this process' child, without threads. `--work-limit`: units a pair, a limit that does not hang on what else the machine
 * does. `--proofs`: every pair is a file instead (FLAGS are those of `problem`), solved with `--proof` and replayed by `verify`. The mean gap is of the pairs
 * with a bound above 0; the others, whose targets real weights may reach, are named with their share of the wanted squares. Seconds are of processor time, of the pair's stages.
 * With hidden layers the bound is the one given what rows rely on.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { percent, textTable } from './lib/table.mjs';

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    classes: { type: 'string', default: '0,1,2,3,4,5,6,7,8,9' },
    hidden: { type: 'string', default: 'none' },
    shots: { type: 'string', default: '10' },
    instance: { type: 'string', default: '0' },
    'work-limit': { type: 'string' },
    proofs: { type: 'boolean', default: false },
  },
});
if (flags.data === undefined) {
  process.stderr.write('soft-gaps: --data is missing\n');
  process.exit(2);
}
const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fewbit-soft-'));
const limit = flags['work-limit'] === undefined ? [] : ['--work-limit', flags['work-limit']];
const common = ['--data', flags.data, '--hidden', flags.hidden, '--shots', flags.shots];
common.push('--instance', flags.instance, '--objective', 'robust', '--seed', '1', ...positionals);

/** Runs the program; what it printed, and its processor time. */
function run(...words) {
  const before = childSeconds();
  const done = spawnSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (done.status !== 0)
    throw new Error(`fewbit ${words.join(' ')}: exit code ${done.status}\n${done.stderr}${done.stdout}`);
  return { text: done.stdout, seconds: childSeconds() - before };
}

/** Of the children that have ended; /proc counts hundredths. Linux alone. */
function childSeconds() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** A line a pair, and what they come to. */
function gaps() {
  const out = join(folder, 'model');
  const { text, seconds } = run(
    'train',
    '--classes',
    flags.classes,
    ...common,
    ...limit,
    '--workers',
    '0',
    '--out',
    out,
    '--json',
  );
  const found = JSON.parse(text).pairs.map(({ classes, stages }) => {
    const { objective, bound, boundGivenReliance, ...stage } = stages.find(
      ({ stage: name }) => name === 'mm',
    );
    const least = -(flags.hidden === 'none' ? bound : boundGivenReliance) || 0;
    const gap = objective === 0 ? 0 : (-objective - least) / -objective;
    return { ...stage, pair: classes.join('-'), loss: -objective, least, gap };
  });
  const known = found.filter(({ least, loss }) => least > 0 || loss === 0).map(({ gap }) => gap);
  const open = found.filter(({ least, loss }) => least <= 0 && loss > 0);
  const rows = found.map(({ pair, loss, least, gap, status, work }) => {
    return [pair, String(loss), String(least), percent(gap, 2), status, (work / 1e6).toFixed(1)];
  });
  const proved = found.filter(({ status }) => status === 'optimal').length;
  const others = open.map(
    ({ pair, loss, wanted }) =>
      `${pair} (${wanted === undefined ? `loss ${loss}` : `${percent(loss / wanted, 5)} of what is wanted`})`,
  );
  const mean = known.reduce((sum, gap) => sum + gap, 0) / Math.max(1, known.length);
  return [
    textTable([['pair', 'loss', 'bound', 'gap', 'status', 'million units'], ...rows]),
    `${found.length} pairs, ${proved} proved, ${seconds.toFixed(1)} s; mean gap of ${known.length} ${percent(mean, 2)}, worst ${percent(Math.max(0, ...known), 2)}`,
    ...(others.length === 0 ? [] : [`without a bound: ${others.join(', ')}`]),
  ];
}

/** A line a pair: its proof, and what `verify` says of it. */
function proofs() {
  const [problem, solution, proof] = ['problem', 'solution', 'proof'].map((name) => join(folder, name));
  const classes = flags.classes.split(',');
  const pairs = classes.flatMap((a, n) => classes.slice(n + 1).map((b) => [a, b]));
  let accepted = 0;
  let bytesOfAll = 0;
  let secondsOfAll = 0;
  const rows = pairs.map((pair) => {
    run('problem', '--classes', pair.join(','), ...common, '--out', problem);
    const words = ['--stages', 'mm', '--seed', '1', ...limit, '--solution', solution, '--proof', proof];
    const { seconds: solving } = run('solve', problem, ...words);
    const { text, seconds } = run('verify', problem, solution, '--proof', proof, '--json');
    const [stage] = JSON.parse(readFileSync(solution, 'utf8')).stages;
    const said = JSON.parse(text);
    const bytes = statSync(proof).size;
    const shown = stage.provedBound ?? stage.bound;
    accepted += said.valid ? 1 : 0;
    bytesOfAll += bytes;
    secondsOfAll += seconds;
    process.stderr.write(`${pair.join('-')} ${text}\n`);
    const gap = percent((stage.objective - shown) / stage.objective, 2);
    return [
      pair.join('-'),
      String(-stage.objective),
      String(-shown),
      gap,
      String(bytes),
      solving.toFixed(1),
      seconds.toFixed(1),
    ];
  });
  return [
    textTable([['pair', 'loss', 'shown', 'gap', 'bytes', 'solve s', 'verify s'], ...rows]),
    `${rows.length} proofs, ${accepted} accepted, ${bytesOfAll} bytes, ${secondsOfAll.toFixed(1)} s`,
  ];
}

try {
  process.stdout.write(`${(flags.proofs ? proofs() : gaps()).join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
