import { spawn } from 'node:child_process';
import { HAS_GROUPS, killGroup } from './process-group.js';

/** How a command ended. */
export interface Ended {
  /** `null`: it was killed, or could not be started. */
  readonly code: number | null;
  readonly killed: boolean;
  readonly seconds: number;
  /** The end of what it said on standard error, or why it could not be started. */
  readonly said: string;
}

/** How long the end of standard error is waited for, where what has left the group holds it. */
const LAST_WORDS_MS = 500;
/** Letters of standard error that are kept. */
const MOST_SAID = 2000;

/**
 * A command line with its places filled in: every `{name}` becomes the value, quoted for the shell.
 *
 * @param values by name; a place without a value is left as it stands
 */
export function filledIn(command: string, values: Readonly<Record<string, string>>): string {
  return command.replace(/\{(\w+)\}/g, (place, name: string) => {
    return Object.hasOwn(values, name) ? quoted(values[name]) : place;
  });
}

function quoted(text: string): string {
  if (/^[\w./:=@%+,-]+$/.test(text)) return text;
  return process.platform === 'win32'
    ? `"${text.replaceAll('"', '""')}"`
    : `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * Runs a command line by the system's shell in a process group of its own; what it has started ends with it. Standard output is not
 * looked at.
 *
 * @param seconds after which all of it is killed
 */
export function runOutside(command: string, seconds: number, signal?: AbortSignal): Promise<Ended> {
  const began = performance.now();
  const child = spawn(command, { shell: true, detached: HAS_GROUPS, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  let killed = false;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  });
  const kill = (): void => {
    killed = true;
    killGroup(child);
  };
  const timer = setTimeout(kill, Math.min(seconds * 1000, 2 ** 31 - 1));
  signal?.addEventListener('abort', kill, { once: true });
  return new Promise((resolve) => {
    const end = (code: number | null, name: string | null = null): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', kill);
      child.stderr.destroy();
      // One that falls without a word is known by how it fell.
      if (name !== null && said.trim() === '') said = `ended by ${name}`;
      resolve({ code, killed, seconds: (performance.now() - began) / 1000, said: said.trim() });
    };
    child.once('error', (error) => {
      said = error.message;
      end(null);
    });
    // What it leaves behind is not waited for; its last words may come after its end.
    child.once('exit', (code, name) => {
      killGroup(child);
      const late = setTimeout(() => end(code, name), LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(late);
        end(code, name);
      });
    });
  });
}
