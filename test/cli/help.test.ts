import { afterEach, expect, it } from 'vitest';
import { helpWidth, wrapHelp } from '../../src/cli/help.js';

const columns = process.env.COLUMNS;
afterEach(() => {
  if (columns === undefined) delete process.env.COLUMNS;
  else process.env.COLUMNS = columns;
});

it('takes the width of the terminal, what the environment says, or the usual one', () => {
  delete process.env.COLUMNS;
  expect(helpWidth({ isTTY: true, columns: 57 })).toBe(57);
  expect(helpWidth({ isTTY: true, columns: 0 })).toBe(80);
  expect(helpWidth({ isTTY: true })).toBe(80);
  expect(helpWidth({})).toBe(80);
  process.env.COLUMNS = '44';
  expect(helpWidth({})).toBe(44);
  expect(helpWidth({ isTTY: true, columns: 3 })).toBe(20);
  process.env.COLUMNS = 'many';
  expect(helpWidth({})).toBe(80);
});

it('leaves what fits, and breaks the rest between words', () => {
  expect(wrapHelp('one two\n\n  three', 8)).toBe('one two\n\n  three');
  expect(wrapHelp('Exit codes: 0 done, 1 failed', 12)).toBe('Exit codes:\n0 done, 1\nfailed');
  expect(wrapHelp('  --a <b>    what it does to things', 22)).toBe(
    '  --a <b>    what it\n      does to things',
  );
  expect(wrapHelp('  averyveryverylongword and more', 12)).toBe(
    '  averyveryverylongword\n      and\n      more',
  );
});

it('keeps an example that can be copied', () => {
  expect(wrapHelp('  fewbit train --data digits --out d', 24)).toBe(
    '  fewbit train --data \\\n      digits --out d',
  );
});
