/*
 * Whole runs of the command line, pinned: the bytes of models and reports, and what is said. Seconds, folders and the
 * padding of columns are left out, and so are the signs of life that a slow machine gives; limits are of work only.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatProblem } from '../../../dist/problem/file.js';
import { withFolder } from '../cli.mjs';
import { hash } from './hash.mjs';
import { pinnedProblems } from './problems.mjs';

const MAIN = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const DIGITS = ['--data', 'digits', '--workers', '1', '--seed', '3'];

/** Commands in order, by name; `@` stands for the folder of the run. */
const COMMANDS = [
  [
    'train',
    'train',
    ...DIGITS,
    '--shots',
    '3',
    '--classes',
    '1,4,7',
    '--work-limit',
    '2000000',
    '--out',
    '@/bemi',
  ],
  ['evaluate', 'evaluate', '@/bemi/model.json', '--data', 'digits', '--per-class', '50'],
  [
    'train, robust',
    'train',
    ...DIGITS,
    '--shots',
    '2',
    '--classes',
    '3,8',
    '--objective',
    'robust',
    '--perturb',
    'linf=4,shift=1',
    '--work-limit',
    '4000000',
    '--out',
    '@/robust',
  ],
  [
    'train, one neuron, JSON',
    'train',
    ...DIGITS,
    '--shots',
    '2',
    '--classes',
    '3,8',
    '--hidden',
    'none',
    '--weight-bound',
    '3',
    '--work-limit',
    '2000000',
    '--json',
    '--out',
    '@/neuron',
  ],
  [
    'train, a table',
    'train',
    '--data',
    '@/table.csv',
    '--workers',
    '1',
    '--hidden',
    '2',
    '--work-limit',
    '2000000',
    '--out',
    '@/table',
  ],
  [
    'evaluate, certified',
    'evaluate',
    '@/robust/model.json',
    '--data',
    'digits',
    '--per-class',
    '20',
    '--certify',
    '2',
  ],
  [
    'solve',
    'solve',
    '@/pair.json',
    '--quiet',
    '--work-limit',
    '2000000',
    '--solution',
    '@/solution.json',
    '--proof',
    '@/proof',
  ],
  ['verify', 'verify', '@/pair.json', '@/solution.json', '--proof', '@/proof', '--json'],
  [
    'export',
    'export',
    '@/pair.json',
    '--stage',
    'mw',
    '--format',
    'mps',
    '--solution',
    '@/solution.json',
    '--out',
    '@/mw.mps',
  ],
];

const FILES = [
  'bemi/model.json',
  'bemi/report.html',
  'robust/model.json',
  'robust/report.html',
  'neuron/model.json',
  'table/model.json',
  'table/report.html',
  'proof',
  'mw.mps',
];

/** @returns `{ name: hash }` of every command's words and every file */
export function pinnedTrainings() {
  return withFolder((folder) => {
    writeFileSync(join(folder, 'table.csv'), table());
    const { problem } = pinnedProblems().find(({ name }) => name.includes('bemi 12,2,1')).run;
    writeFileSync(join(folder, 'pair.json'), formatProblem(problem));
    const pins = {};
    for (const [name, ...words] of COMMANDS) {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [MAIN, ...words.map((word) => word.replace('@', folder))],
        { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] },
      );
      pins[`command ${name}`] =
        `exit ${status} #${hash(masked(stdout, folder))} #${hash(masked(stderr, folder))}`;
    }
    for (const file of FILES) {
      const path = join(folder, file);
      pins[`file ${file}`] = existsSync(path)
        ? `#${hash(masked(readFileSync(path, 'utf8'), folder))}`
        : 'missing';
    }
    return pins;
  });
}

/** A text without what the clock says, where it was said, and which build of the engine a report names. */
function masked(text, folder) {
  return text
    .replaceAll(folder, '@')
    .replaceAll(/(<td>engine<\/td><td>)[^<]*/g, '$1')
    .replaceAll(/^pairs \d+\/\d+, .*\n/gm, '')
    .replaceAll(/"seconds":\s*[\d.e+-]+/g, '"seconds":0')
    .replaceAll(/\d[\d.,]* (s|ms|min|h)\b/g, '0 $1')
    .replaceAll(/[ \t]+/g, ' ');
}

/** 40 rows of three classes with whole numbers of both signs. */
function table() {
  const rows = ['a,b,c,d,label'];
  for (let k = 0; k < 40; k++) {
    const kind = k % 3;
    rows.push(
      [
        (k * 7) % 11,
        kind * 9 - ((k * 5) % 7),
        ((k * 3) % 13) - 6,
        kind === 1 ? 8 : (k * 2) % 5,
        'xyz'[kind],
      ].join(),
    );
  }
  return `${rows.join('\n')}\n`;
}
