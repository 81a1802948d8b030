import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/**
 * Which process wrote a file. A process id says little: it is used again, and two containers of one host name may have
 * the same one at the same time. So it comes with the boot of the system, the namespace that the id is counted in and the
 * moment at which the process began; where the system tells these (Linux), a process is found or missed without doubt.
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** Of this boot of the system; `null` where it is not told. */
  readonly boot: string | null;
  /** The namespace of process ids, a container's own as a rule. */
  readonly space: string | null;
  /** When the process began, in the system's ticks since the boot. */
  readonly began: string | null;
}

/** `unknown`: another machine, another container, or a system that does not tell. */
export type Life = 'alive' | 'gone' | 'unknown';

export function thisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    host: hostname(),
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    space: told(() => readlinkSync('/proc/self/ns/pid')),
    began: statusOf(process.pid)?.began ?? null,
  };
}

/** Whether a process lives; one that is suspended does. */
export function lifeOf(other: ProcessIdentity): Life {
  const here = thisProcess();
  const { boot, space, began } = other;
  if (boot === null || space === null || began === null) return 'unknown';
  if (boot !== here.boot || space !== here.space || here.began === null) return 'unknown';
  const status = statusOf(other.pid);
  if (status === undefined) return isHidden(other.pid) ? 'unknown' : 'gone';
  return status.began !== began || status.ended ? 'gone' : 'alive';
}

/** Whether a living process was suspended (SIGSTOP, Ctrl-Z): worth a word to whoever waits for it. */
export function isSuspended(other: ProcessIdentity): boolean {
  return lifeOf(other) === 'alive' && statusOf(other.pid)?.suspended === true;
}

interface Status {
  readonly began: string;
  readonly ended: boolean;
  readonly suspended: boolean;
}

/** proc_pid_stat(5): the state is field 3, the start time field 22; the name, field 2, may hold blanks and brackets. */
function statusOf(pid: number): Status | undefined {
  const text = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  if (text === null) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const began = fields[19];
  if (began === undefined) return undefined;
  return { began, ended: /^[ZXx]$/.test(state), suspended: /^[Tt]$/.test(state) };
}

/** A process that /proc does not show, but that signals would reach (mounts with `hidepid`). */
function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function told(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}
