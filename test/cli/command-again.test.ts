import { expect, it } from 'vitest';
import { commandAgain } from '../../src/cli/command-again.js';

it('is what a shell reads, without what changes no model and without the address of a queue', () => {
  const args = ['train', '--data', "my table's.csv", '--workers', '2', '--out', 'x', '--resume'];
  expect(commandAgain(args)).toBe(`fewbit train --data 'my table'\\''s.csv' --out x`);
  for (const queue of [['--queue', 'redis://:secret@host'], ['--queue=redis://:secret@host']]) {
    expect(commandAgain(['train', ...queue, '--classes', '4,9'])).toBe('fewbit train --classes 4,9');
  }
});
