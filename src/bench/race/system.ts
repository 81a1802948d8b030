import { execFile } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Whether a program is on the PATH. */
export function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The first version number that a program prints, or `?`. */
export function versionOf(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(program, [...args], { timeout: 10_000 }, (_error, stdout, stderr) => {
      resolve(/\d+\.\d+(?:\.\d+)*/.exec(stdout + stderr)?.[0] ?? '?');
    });
  });
}

/** A core that this process may use, the last of them: the first ones have the system's own work. Undefined where there is no `taskset`. */
export function coreForRuns(): number | undefined {
  if (process.platform !== 'linux' || !isOnPath('taskset')) return undefined;
  try {
    const [, list] = /^Cpus_allowed_list:\s+(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    const last = list?.split(/[,-]/).at(-1);
    return last === undefined ? undefined : Number(last);
  } catch {
    return undefined;
  }
}

/** Most memory that a process has had so far, in bytes, of Linux; elsewhere undefined. */
export function peakOf(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  try {
    const [, kib] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined; // it has just ended
  }
}
