import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacksSlurm, startSlurm, untilIdle } from '../support/slurm.js';

/* docs/many-machines.md: its commands are run, and its Slurm script by Slurm and by the variables that Slurm would set, on fewer classes. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = readFileSync(join(root, 'docs', 'many-machines.md'), 'utf8');
const block = (kind: string): string => {
  const [, text] = new RegExp(`\`\`\`${kind}\n([^]*?)\`\`\``).exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/many-machines.md has no ${kind}`);
  return text;
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fewbit-machines-'));
  const shim = join(folder, 'fewbit');
  writeFileSync(
    shim,
    `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'dist', 'cli', 'main.js')}" "$@"\n`,
  );
  chmodSync(shim, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const env = () => ({ ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` });
const shell = (text: string, more: Record<string, string> = {}): void => {
  execFileSync('bash', ['-e', '-c', text], { cwd: folder, env: { ...env(), ...more }, stdio: 'pipe' });
};
const fewer = (script: string): string =>
  script
    .replace('--data mnist --shots 10', '--data digits --shots 1 --classes 0,1,2')
    .replace('--array=1-9', '--array=1-3');
const model = (name: string): string => readFileSync(join(folder, name, 'model.json'), 'utf8');
const whole = (options: string): void => shell(`fewbit train ${options} --out whole --quiet --force`);

describe.skipIf(process.platform === 'win32')('docs/many-machines.md', { timeout: 240_000 }, () => {
  it('trains shares and merges them to the model of one process', () => {
    shell(block('sh'));
    whole('--data digits --shots 2 --classes 0,1,2');
    expect(model('digits-model')).toBe(model('whole'));
  });

  it('has a Slurm script that goes on where it was taken off its node', () => {
    const script = fewer(block('bash'));
    for (const index of ['1', '2', '3', '2']) {
      shell(script, { SLURM_ARRAY_TASK_ID: index, SLURM_ARRAY_TASK_COUNT: '3' });
    }
    shell('fewbit merge shares/* --out model');
    whole('--data digits --shots 1 --classes 0,1,2');
    expect(model('model')).toBe(model('whole'));
  });

  const why = lacksSlurm();
  it.skipIf(why !== undefined)(
    why === undefined ? 'has commands that Slurm carries out' : `Slurm: ${why}`,
    async () => {
      rmSync(join(folder, 'shares'), { recursive: true, force: true });
      rmSync(join(folder, 'model'), { recursive: true, force: true });
      const [, commands] = /( {4}id=\$\(sbatch[\s\S]*?)\n\n/.exec(page) ?? [];
      writeFileSync(join(folder, 'train.sbatch'), fewer(block('bash')));
      const slurm = await startSlurm();
      try {
        shell(commands as string, slurm.env);
        await untilIdle(slurm);
      } finally {
        slurm.stop();
      }
      whole('--data digits --shots 1 --classes 0,1,2');
      expect(model('model')).toBe(model('whole'));
    },
  );
});
