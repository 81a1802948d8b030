import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** A folder is made in one step or not at all, so it can stand for "someone is building". */
const lock = join(root, 'node_modules', '.fewbit-building');
const LOCK_STALE_MS = 5 * 60_000;

/**
 * Tests of the command line and of the engine run what was built. `npm test` builds first; this makes the same true for
 * a bare `vitest run`: it builds with the package's own scripts where an output is missing or older than its sources.
 */
export default async function setup(): Promise<void> {
  await withLock(() => {
    if (isOlder(join(root, 'dist', 'engine.wasm'), ['assembly', 'asconfig.json'])) run('build:engine');
    if (isOlder(join(root, 'dist', 'cli', 'main.js'), ['src', 'tsconfig.json', 'tsconfig.build.json']))
      run('build:ts');
  });
}

function run(script: string): void {
  try {
    execFileSync('npm', ['run', '-s', script], { cwd: root, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    const message = `npm run ${script} failed before the tests:\n${stdout ?? ''}${stderr ?? ''}`;
    // Most tests read src/ and can say something useful while a neighbour's file does not compile yet; the automatic
    // run is not the place for such patience.
    if (process.env.CI) throw new Error(message);
    process.stderr.write(`${message}\ntests of the command line and the engine use the last build\n`);
  }
}

function isOlder(output: string, sources: readonly string[]): boolean {
  const built = modified(output);
  return sources.some((source) => newest(join(root, source)) > built);
}

function newest(path: string): number {
  if (!statSync(path).isDirectory()) return modified(path);
  return readdirSync(path).reduce(
    (latest, name) => Math.max(latest, newest(join(path, name))),
    modified(path),
  );
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Two test runs in one checkout must not write the same files at once: the second waits, then finds nothing to do. */
async function withLock(work: () => void): Promise<void> {
  const started = Date.now();
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      if (Date.now() - started > LOCK_STALE_MS || Date.now() - modified(lock) > LOCK_STALE_MS) {
        rmSync(lock, { recursive: true, force: true });
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
