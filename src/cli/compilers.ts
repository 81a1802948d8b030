import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Measured } from '../convert/c/index.js';
import type { ConvertedFile } from '../convert/types.js';
import { readText } from './files.js';

/** A compiler that may be on this machine, and what its sizes are about. */
interface Toolchain {
  readonly compiler: string;
  readonly size: string;
  readonly flags: readonly string[];
  readonly machine: string;
}

const SMALL = ['-std=c99', '-Os'];
const TOOLCHAINS: readonly Toolchain[] = [
  {
    compiler: 'arm-none-eabi-gcc',
    size: 'arm-none-eabi-size',
    flags: ['-mcpu=cortex-m0', '-mthumb', ...SMALL],
    machine: 'Cortex-M0',
  },
  { compiler: 'avr-gcc', size: 'avr-size', flags: ['-mmcu=atmega328p', ...SMALL], machine: 'ATmega328P' },
];

/** The compiler of this machine: `$CC`, or the first of the usual names that answers. */
export function hostCompiler(): string | undefined {
  const asked = process.env.CC;
  const names = asked === undefined || asked === '' ? ['cc', 'gcc', 'clang'] : [asked];
  return names.find(answers);
}

function answers(command: string): boolean {
  const { error, status } = spawnSync(command, ['--version'], { stdio: 'ignore' });
  return error === undefined && status === 0;
}

/** Runs a function with a folder that holds these files and is gone afterwards. */
export async function inFolder<T>(
  files: readonly ConvertedFile[],
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fewbit-'));
  try {
    for (const { path, content } of files) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a command to its end. What cannot be started has the code `null`. */
export function runCommand(command: string, args: readonly string[], input?: Uint8Array): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve({ code: null, stdout: Buffer.alloc(0), stderr: error.message }));
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(out), stderr }));
    // A program that ends before it has read everything says so by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? new Uint8Array(0));
  });
}

/** What the compilers of this machine make of a source; those that are not there, or do not take it, are left out. */
export async function measureSource(files: readonly ConvertedFile[], name: string): Promise<Measured[]> {
  const host = hostCompiler();
  const chains: Toolchain[] = [
    ...(host === undefined ? [] : [{ compiler: host, size: 'size', flags: SMALL, machine: process.arch }]),
    ...TOOLCHAINS.filter(({ compiler }) => answers(compiler)),
  ];
  if (chains.length === 0) return [];
  return inFolder(files, async (folder) => {
    const found: Measured[] = [];
    for (const chain of chains) {
      const measured = await measure(chain, folder, name);
      if (measured !== undefined) found.push(measured);
    }
    return found;
  });
}

async function measure(chain: Toolchain, folder: string, name: string): Promise<Measured | undefined> {
  const { compiler, flags, machine } = chain;
  const object = join(folder, `${name}.o`);
  const args = [...flags, '-fstack-usage', '-c', join(folder, `${name}.c`), '-o', object];
  if ((await runCommand(compiler, args)).code !== 0) return undefined;
  const sized = await runCommand(chain.size, [object]);
  const [text, data, bss] = (sized.stdout.toString().split('\n')[1] ?? '').trim().split(/\s+/).map(Number);
  if (![text, data, bss].every(Number.isInteger)) return undefined;
  const version = (await runCommand(compiler, ['-dumpfullversion', '-dumpversion'])).stdout.toString().trim();
  return {
    compiler: `${machine}, ${compiler} ${version} ${flags.join(' ')}`,
    flash: text + data,
    ram: data + bss,
    stack: await stackOf(folder),
  };
}

/** All functions' frames together: no call chain needs more. */
async function stackOf(folder: string): Promise<number | null> {
  const reports = (await readdir(folder)).filter((file) => file.endsWith('.su'));
  if (reports.length === 0) return null;
  let sum = 0;
  for (const report of reports) {
    for (const line of (await readText(join(folder, report))).split('\n')) {
      const bytes = Number(line.split('\t')[1]);
      if (Number.isInteger(bytes)) sum += bytes;
    }
    await rm(join(folder, report));
  }
  return sum;
}
