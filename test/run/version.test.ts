import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fewbit, quick, root, table, temporaryFolder, version, write } from '../cli/support.js';

const folder = temporaryFolder();

/** The package as it is, under another version number. */
function otherVersion(fewbitVersion: string): string {
  const home = join(folder, fewbitVersion);
  mkdirSync(home);
  cpSync(join(root, 'dist'), join(home, 'dist'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  writeFileSync(join(home, 'package.json'), JSON.stringify({ ...manifest, version: fewbitVersion }));
  return join(home, 'dist', 'cli', 'main.js');
}

it('another version of the package does not go on with a run unless it is told to', async () => {
  const out = join(folder, 'run');
  const args = ['train', '--data', write(folder, 'table.csv', table), '--out', out, ...quick];
  expect((await fewbit([...args, '--quiet'])).code).toBe(0);
  const model = readFileSync(join(out, 'model.json'), 'utf8');
  for (const name of ['pairs/pair-0001.json', 'model.json']) rmSync(join(out, name));
  const other = otherVersion('0.9.0');
  const resume = (...more: string[]) =>
    spawnSync(process.execPath, [other, ...args, '--resume', ...more], { encoding: 'utf8' });
  const refused = resume();
  expect([refused.status, refused.stderr]).toEqual([
    2,
    `fewbit: ${out}/run.json: this run was begun by fewbit ${version}, and this is 0.9.0; ` +
      '--resume --force takes its pairs over all the same, --force starts anew\n',
  ]);
  const forced = resume('--force');
  expect(forced.status).toBe(0);
  expect(forced.stderr).toContain(`2 of 3 pairs taken over, 2 of them trained by fewbit ${version}\n`);
  expect(JSON.parse(readFileSync(join(out, 'run.json'), 'utf8'))).toMatchObject({
    fewbit: '0.9.0',
    earlier: [{ fewbit: version }],
  });
  expect(readFileSync(join(out, 'model.json'), 'utf8')).toBe(model);
});
