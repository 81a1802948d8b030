import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { vi } from 'vitest';
import { type Ended, root } from './support.js';

/** The built program: its threads are files beside it. */
const program = pathToFileURL(join(root, 'dist', 'cli', 'program.js')).href;
const { run } = (await import(/* @vite-ignore */ program)) as {
  run: (args: readonly string[]) => Promise<number>;
};

/**
 * Runs a command in this process: some hundred times faster than a process of its own for commands that are refused
 * before they do anything, and half a second of processor time for all others. What must be seen from outside (signals, pipes, memory,
 * standard input) needs `fewbit` of support.ts.
 */
export async function runHere(args: readonly string[]): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const take = (sink: (text: string) => void) =>
    ((text: string | Uint8Array, ...rest: unknown[]) => {
      sink(typeof text === 'string' ? text : Buffer.from(text).toString('utf8'));
      const done = rest.at(-1);
      if (typeof done === 'function') done();
      return true;
    }) as typeof process.stdout.write;
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(
      take((text) => {
        stdout += text;
      }),
    ),
    vi.spyOn(process.stderr, 'write').mockImplementation(
      take((text) => {
        stderr += text;
      }),
    ),
  ];
  try {
    const code = await run(args);
    return { code, stdout, stderr };
  } finally {
    for (const spy of spies) spy.mockRestore();
    for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
  }
}
