import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commandAgain } from '../../src/cli/command-again.js';
import { fewbit, temporaryFolder } from './support.js';

const folder = temporaryFolder();

it('is what a shell reads, without what changes no model and without the address of a queue', () => {
  const args = ['train', '--data', "my table's.csv", '--workers', '2', '--out', 'x', '--resume'];
  expect(commandAgain(args)).toBe(`fewbit train --data 'my table'\\''s.csv' --out x`);
  for (const queue of [['--queue', 'redis://:secret@host'], ['--queue=redis://:secret@host']]) {
    expect(commandAgain(['train', ...queue, '--classes', '4,9'])).toBe('fewbit train --classes 4,9');
  }
});

it('stands in the page of a training as it was given', async () => {
  const out = join(folder, 'run');
  const words = ['train', '--data', 'digits', '--shots', '1', '--classes', '0,1', '--work-limit', '1000000'];
  const { code, stderr } = await fewbit([...words, '--out', out, '--quiet', '--workers', '1']);
  expect(code, stderr).toBe(0);
  const page = readFileSync(join(out, 'report.html'), 'utf8');
  expect(page).toContain(`<pre>fewbit ${words.join(' ')} --out ${out}</pre>`);
  expect(page).toContain('Worst errors');
});
