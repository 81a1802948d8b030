import type { ChildProcess } from 'node:child_process';

/** Whether processes have groups here: one that is spawned `detached: HAS_GROUPS` leads its own. */
export const HAS_GROUPS = process.platform !== 'win32';

/** Kills a process that leads its group, and with it all that it has started. */
export function killGroup(child: ChildProcess): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    else child.kill('SIGKILL');
  } catch {
    child.kill('SIGKILL'); // it has just ended
  }
}
