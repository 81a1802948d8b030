import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

const start = promisify(execFile);

/** Runs a program to its end and gives what it printed; rejects with what it said where it fails. */
export async function run(
  program: string,
  args: readonly string[],
  cwd: string,
  timeout?: number,
): Promise<string> {
  try {
    const { stdout } = await start(program, args, {
      cwd,
      timeout,
      killSignal: 'SIGKILL',
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    return stdout;
  } catch (error) {
    const { message, stdout, stderr } = error as Error & { stdout?: string; stderr?: string };
    throw new Error(`${message}\n${stdout ?? ''}${stderr ?? ''}`);
  }
}

/** What `npm pack --json` says about the one package here. */
export interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
}

/** `npm pack` of what is built; the scripts are left out, because other tests read dist/ at this moment. */
export async function pack(...args: readonly string[]): Promise<Packed> {
  const said = await run('npm', ['pack', '--json', '--ignore-scripts', ...args], root);
  const answer = JSON.parse(said) as Packed[] | Record<string, Packed>;
  return Object.values(answer)[0]; // a list, or from npm 12 on by name
}

/**
 * A folder outside the checkout that has the packed package installed. Its two dependencies are linked from the
 * checkout, so that no network is needed; nothing else is in reach.
 */
export async function installed(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fewbit-packed-'));
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, 'fewbit'), { recursive: true });
  const { filename } = await pack('--pack-destination', folder);
  await run('tar', ['-xzf', filename, '-C', 'node_modules/fewbit', '--strip-components=1'], folder);
  for (const name of ['commander', 'csv-parse'])
    await symlink(join(root, 'node_modules', name), join(modules, name));
  await writeFile(join(folder, 'package.json'), '{ "private": true }\n');
  await rm(join(folder, filename));
  return folder;
}
