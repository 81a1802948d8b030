import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { HAS_GROUPS, killGroup } from '../../run/process-group.js';
import { peakOf } from './system.js';

/** How a process ended, and what it took. */
export interface Ended {
  readonly end: 'done' | 'killed' | 'failed';
  /** From its start to its end. */
  readonly seconds: number;
  /** Peak of its resident memory, in bytes; `null`: this system does not tell. */
  readonly memory: number | null;
  /** The end of what it said on standard error. */
  readonly said: string;
}

export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  /** Seconds after which it is killed with all that it has started. */
  readonly seconds: number;
  /** Every line of standard output, and the seconds since the start. */
  readonly onLine: (line: string, seconds: number) => void;
  readonly signal?: AbortSignal;
  /** The core that it is to stay on, where the system has `taskset`. */
  readonly core?: number;
}

const SAMPLE_MS = 100;
const MOST_SAID = 2000;

/** Runs a program to its end, or to the end of its time. */
export function runProcess({ program, args, cwd, seconds, onLine, signal, core }: Start): Promise<Ended> {
  const [command, words] =
    core === undefined ? [program, args] : ['taskset', ['-c', String(core), program, ...args]];
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const child = spawn(command, [...words], { cwd, detached: HAS_GROUPS, stdio: ['ignore', 'pipe', 'pipe'] });
  let [said, killed, memory] = ['', false, null as number | null];
  const kill = (): void => {
    killed = true;
    killGroup(child);
  };
  const timer = setTimeout(kill, Math.min(seconds * 1000, 2 ** 31 - 1));
  const sampler = setInterval(() => {
    memory = Math.max(memory ?? 0, peakOf(child.pid) ?? 0) || null;
  }, SAMPLE_MS);
  signal?.addEventListener('abort', kill, { once: true });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  });
  const lines = createInterface({ input: child.stdout });
  lines.on('line', (line) => onLine(line, elapsed()));
  return new Promise((resolve) => {
    const settle = (end: Ended['end']): void => {
      clearTimeout(timer);
      clearInterval(sampler);
      signal?.removeEventListener('abort', kill);
      lines.close();
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ end: killed ? 'killed' : end, seconds: elapsed(), memory, said: said.trim() });
    };
    child.once('error', (error) => {
      said = error.message;
      settle('failed');
    });
    // What it has started may hold its pipes for longer: killed, its own end is enough.
    child.once('exit', () => killed && settle('killed'));
    child.once('close', (code, name) => {
      // One that falls without a word is known by how it fell.
      if (code !== 0 && said.trim() === '') said = name === null ? `exit code ${code}` : `ended by ${name}`;
      settle(code === 0 ? 'done' : 'failed');
    });
  });
}
