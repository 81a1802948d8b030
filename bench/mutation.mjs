/*
 * Mutation testing of a file, or some, of src/verify: `npm run mutation -- src/verify/units.ts [..] [--tests GLOB]`.
 *
 * Stryker changes the file in one place at a time and asks the tests of test/verify (--tests: others) whether they notice. What it found is kept in
 * `.mutation/` by file, and what has not changed since is not asked again. Stryker is no dependency: it is installed in the working copy beside
 * the tests, at the versions below, when the script runs for the first time, which needs a network.
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
  options: { tests: { type: 'string', default: 'test/verify/*.test.ts' } },
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
