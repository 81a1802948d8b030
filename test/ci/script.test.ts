import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../cli/support.js';

it('the script of the gate is one that a shell reads to its end', () => {
  const { status, stderr } = spawnSync('bash', ['-n', join(root, '.ci/run')], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
