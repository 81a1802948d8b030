import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, root, version } from '../cli/support.js';
import { isInstalled } from '../support/programs.js';

/* The projects of examples/ as they stand there, in a folder of their own that has the package. */

const start = promisify(execFile);
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-examples-'));
  cpSync(join(root, 'examples'), folder, { recursive: true });
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  symlinkSync(root, join(folder, 'node_modules/fewbit'));
  writeFileSync(
    join(folder, 'node_modules/.bin/fewbit'),
    `#!/bin/sh\nexec "${process.execPath}" "${bin}" "$@"\n`,
  );
  chmodSync(join(folder, 'node_modules/.bin/fewbit'), 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(name: string): Promise<string> {
  const PATH = [join(folder, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const options = { cwd: join(folder, name), env: { ...process.env, PATH }, timeout: 100_000 };
  const { stdout, stderr } = await start('npm', ['run', '-s', 'start'], options);
  return stdout + stderr;
}

describe('examples/', { timeout: 120_000 }, () => {
  it('has a line for each, and asks for this version', () => {
    const page = readFileSync(join(root, 'examples/README.md'), 'utf8');
    const names = readdirSync(join(root, 'examples'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(names.length).toBeGreaterThanOrEqual(5);
    for (const name of names) {
      expect(page).toContain(`[${name}](${name})`);
      const { dependencies } = JSON.parse(readFileSync(join(root, 'examples', name, 'package.json'), 'utf8'));
      expect(dependencies.fewbit).toBe(`^${version}`);
    }
  });

  it('node-script', async () => {
    const says = await run('node-script');
    expect(says).toContain('right on 100 % of what it was trained on');
    expect(says).toMatch(/petal of 16 x 2 mm: setosa, whatever changes by no more than [1-9]/);
    expect(says).toContain('saved and loaded: the same answers');
  });

  it('worker', async () => {
    const says = await run('worker');
    expect(says.match(/^trained /gm)).toHaveLength(3);
    const [, share] = /([\d.]+) % of 150 drawn digits; the main thread beat on/.exec(says) ?? [];
    expect(Number(share)).toBeGreaterThan(80);
  });

  it.skipIf(!isInstalled('gcc'))('microcontroller (needs gcc)', async () => {
    expect(await run('microcontroller')).toContain('2 classes, 784 inputs, the answer is 1');
  });

  it.skipIf(!isInstalled('python3'))('solver-under-test (needs python3)', async () => {
    expect(await run('solver-under-test')).toMatch(/25 problems, .* 0 failures/);
    const solver = join(folder, 'solver-under-test/solver.py');
    writeFileSync(solver, readFileSync(solver, 'utf8').replace('x >= 0', 'x > 0'));
    await expect(run('solver-under-test')).rejects.toThrow();
  });

  it('vite-page', async () => {
    const project = join(folder, 'vite-page');
    await build({ root: project, logLevel: 'silent', configFile: join(project, 'vite.config.js') });
    const files = readdirSync(join(project, 'dist/assets'));
    expect(files.some((name) => /^engine-.*\.wasm$/.test(name))).toBe(true);
    expect(files.some((name) => /^trainer-.*\.js$/.test(name))).toBe(true);
  });
});
