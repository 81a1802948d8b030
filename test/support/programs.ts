import { spawnSync } from 'node:child_process';

/** Whether a program is on the PATH: tests that need one are skipped, by name, where it is not. */
export function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v '${program}'`]).status === 0;
}
