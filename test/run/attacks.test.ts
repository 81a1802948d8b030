import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = join(fileURLToPath(new URL('../..', import.meta.url)), 'bench', 'run-attacks.mjs');

/** A few of the attacks of the script; it is run with many more by hand. Another seed every time, which it prints. */
it.runIf(process.platform === 'linux')(
  'killed, suspended and disputed runs end in the bytes of undisturbed ones',
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--kills', '2', '--races', '3'], {
      encoding: 'utf8',
    });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^2 of 2 kills and 3 of 3 races ended right$/m);
    expect(status, stdout).toBe(0);
  },
  300_000,
);
