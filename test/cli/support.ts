import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  bin: { fewbit: string };
};
export const version = manifest.version;
/** The file that `npx fewbit` runs. */
export const bin = join(root, manifest.bin.fewbit);

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when standard error has this text. */
  says(text: string): Promise<void>;
}

/** Starts the built command with nothing on its standard input and no data but what the test names. */
export function start(args: readonly string[], env: Record<string, string> = {}, cwd?: string): Running {
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (stderr.includes(text)) resolve();
      };
      look();
      child.stderr.on('data', look);
      child.on('close', () => reject(new Error(`ended without saying '${text}':\n${stderr}`)));
    });
  return { child, ended, says };
}

export function fewbit(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return start(args, env).ended;
}

/** A folder of this test file's own, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fewbit-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function write(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Six samples that a single neuron can tell apart, small enough to enumerate. */
export const tinyProblem = {
  format: 'fewbit-problem',
  version: 1,
  layers: [4, 2, 1],
  weightBound: 1,
  epsilon: 0.1,
  samples: [
    [3, 2, 0, 1],
    [2, 3, 1, 0],
    [3, 3, 0, 0],
    [0, 1, 3, 2],
    [1, 0, 2, 3],
    [0, 0, 3, 3],
  ],
  labels: [1, 1, 1, -1, -1, -1],
};

/** Three classes in four columns; the training takes a moment. */
export const table = [
  'a,b,c,d,label',
  ...['9,1,0,1,x', '8,2,1,0,x', '9,0,1,1,x', '7,1,0,2,x'],
  ...['1,9,0,1,y', '0,8,2,1,y', '1,9,1,0,y', '2,7,1,0,y'],
  ...['1,0,9,8,z', '0,1,8,9,z', '1,1,9,9,z', '0,2,7,8,z'],
  '',
].join('\n');

/** Options that keep a training on `table` short. */
export const quick = ['--hidden', '2', '--work-limit', '2000000', '--workers', '1'];
