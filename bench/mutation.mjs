/*
 * Mutation testing of a file, or some, of src/verify: `npm run mutation -- src/verify/units.ts [..] [--tests GLOB]`.
 *
 * Stryker changes the file in one place at a time and asks the tests of test/verify (--tests: others) whether they notice. What it found is kept in
 * `.mutation/` by file, and what has not changed since is not asked again. Stryker is no dependency: it is installed in the working copy beside
 * the tests, at the versions below, when the script runs for the first time, which needs a network.
 *
 * Stryker takes a test file that cannot even be loaded for one that has found nothing, so a table that has lost its rows survives it. What survives is
 * written into the copy and run once more by itself: what counts is how vitest ends.
 *
 * `--in-process` asks the tests in one process instead (in-process/run.mjs), for files where a start of vitest a mutant is too much.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const STRYKER = '9.6.1';
const root = fileURLToPath(new URL('..', import.meta.url));
const { values, positionals: files } = parseArgs({
  allowPositionals: true,
  options: {
    tests: { type: 'string', default: 'test/verify/*.test.ts' },
    'in-process': { type: 'boolean', default: false },
  },
});
const strange = files.find((file) => !existsSync(join(root, file)));
if (files.length === 0 || strange !== undefined) {
  process.stderr.write(
    `mutation: ${strange === undefined ? 'name a file, such as src/verify/units.ts' : `there is no ${strange}`}\n`,
  );
  process.exit(2);
}

const copy = join(root, '.mutation');
mkdirSync(join(copy, 'results'), { recursive: true });
for (const part of ['src', 'test', 'dist']) {
  rmSync(join(copy, part), { recursive: true, force: true });
  cpSync(join(root, part), join(copy, part), { recursive: true });
}
install();
if (values['in-process']) inProcess();
for (const file of files) {
  const name = basename(file, '.ts');
  writeFileSync(
    join(copy, 'vitest.mutation.config.ts'),
    `export default { test: { include: [${JSON.stringify(values.tests)}], pool: 'forks', maxWorkers: 1, testTimeout: 300_000, hookTimeout: 300_000 } };\n`,
  );
  const config = {
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutation.config.ts' },
    mutate: [file],
    concurrency: 1,
    incremental: true,
    incrementalFile: `results/${name}.json`,
    reporters: ['clear-text', 'progress-append-only'],
    // The preprocessor of tsconfig files asks TypeScript for functions that version 7 does not have.
    tsconfigFile: 'none',
    timeoutMS: 60_000,
    dryRunTimeoutMinutes: 60,
    tempDirName: '.sandbox',
    ignorePatterns: ['results'],
  };
  writeFileSync(join(copy, 'stryker.config.json'), JSON.stringify(config));
  const { status } = spawnSync('npx', ['stryker', 'run', 'stryker.config.json'], {
    cwd: copy,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(1);
  askAgain(file, join(copy, 'results', `${name}.json`));
}

/** All of it, and ends. */
function inProcess() {
  cpSync(join(root, 'bench', 'lib', 'in-process'), join(copy, 'in-process'), { recursive: true });
  const script = join('in-process', 'run.mjs');
  const tests = values.tests.split(',');
  const ends = files.map((file) => {
    cpSync(join(root, 'dist'), join(copy, 'dist'), { recursive: true });
    return spawnSync(process.execPath, [script, file, ...tests], { cwd: copy, stdio: 'inherit' }).status;
  });
  process.exit(ends.every((status) => status === 0) ? 0 : 1);
}

/** The survivors of a file, each by a run of its own; prints what they are. */
function askAgain(file, results) {
  const path = join(copy, file);
  const sound = readFileSync(path, 'utf8');
  const { mutants } = Object.values(JSON.parse(readFileSync(results, 'utf8')).files)[0];
  const survived = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const left = survived.filter((mutant) => {
    writeFileSync(path, mutated(sound, mutant));
    const vitest = ['vitest', 'run', '--config', 'vitest.mutation.config.ts', '--bail', '1'];
    return spawnSync('npx', vitest, { cwd: copy, stdio: 'ignore' }).status === 0;
  });
  writeFileSync(path, sound);
  const lines = left.map((mutant) => {
    const { line, column } = mutant.location.start;
    return `${file}:${line}:${column} ${mutant.mutatorName}: ${mutant.replacement?.replace(/\s+/g, ' ')}\n`;
  });
  process.stdout.write(
    `\n${file}: ${mutants.length} mutants, ${mutants.length - left.length} found, ${left.length} survive:\n${lines.join('')}`,
  );
}

/** The file's text with this mutant in it. Lines and columns count from 1. */
function mutated(sound, { location: { start, end }, replacement }) {
  const lines = sound.split('\n');
  const at = ({ line, column }) =>
    lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  return sound.slice(0, at(start)) + replacement + sound.slice(at(end));
}

/** What the project has installed, and Stryker, once a lock file. */
function install() {
  const lock = readFileSync(join(root, 'package-lock.json'), 'utf8');
  const mark = join(copy, 'installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(root, name), join(copy, name));
  const packages = ['core', 'vitest-runner'].map((name) => `@stryker-mutator/${name}@${STRYKER}`);
  const words = [
    'install',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--save-dev',
    '--save-exact',
    ...packages,
  ];
  const { status } = spawnSync('npm', words, { cwd: copy, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
  writeFileSync(mark, lock);
}
