/*
 * Certificates of VIPR for problem files, before VIPR's own checker:
 *
 *     node bench/vipr.mjs CHECKER FOLDER .. [--only PART,PART] [--work 2e9] [--most-bytes 3e8] [--seconds 600] [--json]
 *
 * CHECKER is `viprchk`, built from code/viprchk.cpp of github.com/scipopt/vipr on GMP. Of every problem the stage that it names (`known.stage`) is solved,
 * without a proof first: what is not proved within the work is not asked for one. Then it is solved once more with `--proof-format vipr`, and what
 * is written goes to the checker; larger files and longer runs than allowed are said to be. Seconds are of processor time, the checker's alone.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { processorSeconds } from './lib/processor-time.mjs';
import { textTable } from './lib/table.mjs';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const ENDING = '.problem.json';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    work: { type: 'string', default: '2e9' },
    'most-bytes': { type: 'string', default: '3e8' },
    seconds: { type: 'string', default: '600' },
    json: { type: 'boolean', default: false },
  },
});
const [checker, ...folders] = positionals;
if (folders.length === 0) {
  process.stderr.write('vipr: name a checker and folders of problem files\n');
  process.exit(2);
}

const wanted = values.only.split(',');
const files = folders
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((file) => file.endsWith(ENDING) && wanted.some((part) => file.includes(part)));
const folder = mkdtempSync(join(tmpdir(), 'fewbit-vipr-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const rows = files.map((file) => {
  const row = { name: basename(file, ENDING), ...asked(file) };
  process.stderr.write(`${line(row).join('  ')}\n`);
  return row;
});
const summary = {
  problems: rows.length,
  ...Object.fromEntries(
    ['open', 'refused', 'too large', 'accepted', 'rejected', 'unfinished'].map((end) => [
      end,
      rows.filter((row) => row.end === end).length,
    ]),
  ),
  bytes: rows.flatMap(({ end, bytes }) => (end === 'accepted' ? [bytes] : [])).sort((a, b) => a - b),
  seconds: rows.reduce((sum, { seconds = 0 }) => sum + seconds, 0),
};
if (values.json) process.stdout.write(`${JSON.stringify({ rows, summary }, null, 2)}\n`);
else {
  process.stdout.write(
    `${textTable([['problem', 'stage', 'ends', 'bytes', 'seconds', ''], ...rows.map(line)], 5)}\n\n`,
  );
  const { bytes, seconds, ...counts } = summary;
  const range = bytes.length === 0 ? '' : `; ${bytes[0]} to ${bytes.at(-1)} bytes`;
  process.stdout.write(
    `${Object.entries(counts)
      .map(([end, count]) => `${end} ${count}`)
      .join(', ')}${range}; ${seconds.toFixed(1)} s of the checker's processor time\n`,
  );
}
process.exit(rows.some(({ end }) => end === 'rejected') ? 1 : 0);

function line({ name, stage, end, bytes, seconds, text = '' }) {
  return [name, stage, end, String(bytes ?? '-'), seconds?.toFixed(2) ?? '-', text];
}

/** What becomes of one problem. */
function asked(file) {
  const { known } = JSON.parse(readFileSync(file, 'utf8'));
  const stage = known?.stage;
  if (stage === undefined) return { stage: '-', end: 'open', text: 'names no stage' };
  const path = join(folder, 'certificate');
  rmSync(path, { force: true });
  const words = [
    'solve',
    file,
    '--stages',
    stage,
    '--work-limit',
    String(Number(values.work)),
    '--quiet',
    '--json',
  ];
  const run = (...more) =>
    spawnSync(process.execPath, [MAIN, ...words, ...more], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  const plain = run();
  if (plain.status !== 0) return { stage, end: 'open', text: plain.stderr.trim() };
  const { stages } = JSON.parse(plain.stdout);
  if (stages.at(-1).stopReason !== 'proved') return { stage, end: 'open' };
  const proving = run('--proof', path, '--proof-format', 'vipr');
  const notes = proving.stderr.trim().split('\n').at(-1);
  if (proving.status !== 0) return { stage, end: 'refused', text: notes };
  const bytes = statSync(path).size;
  if (bytes > Number(values['most-bytes'])) return { stage, end: 'too large', bytes };
  const before = processorSeconds([process.pid]);
  // Its end is what counts: a checker that is built to tell what it does prints seven times what it reads.
  const script = 'ulimit -t "$1"; "$2" "$3" | tail -c 2000; exit "$PIPESTATUS"';
  const check = spawnSync('bash', ['-c', script, 'bash', values.seconds, checker, path], {
    encoding: 'utf8',
  });
  const seconds = processorSeconds([process.pid]) - before;
  if (check.status === null || check.status > 128) return { stage, end: 'unfinished', bytes, seconds };
  const isAccepted = check.status === 0 && /successfully verified/i.test(check.stdout);
  const said = check.stdout.trim().split('\n').at(-1);
  return {
    stage,
    end: isAccepted ? 'accepted' : 'rejected',
    bytes,
    seconds,
    text: isAccepted ? notes : said,
  };
}
