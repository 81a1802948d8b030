import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../cli/support.js';

/* The list of faults that are planted to see how sharp the judges are (bench/sharpness.mjs) is about the code as it stands. */

interface Fault {
  readonly of: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly what: string;
}

describe('the list of faults', () => {
  it('has at least 40 that can be planted in the code as it stands', async () => {
    const path = new URL('../../bench/lib/faults.mjs', import.meta.url).href;
    const { FAULTS } = (await import(/* @vite-ignore */ path)) as { FAULTS: readonly Fault[] };
    const stale = FAULTS.filter(({ file, from }) => {
      return readFileSync(join(root, file), 'utf8').split(from).length !== 2;
    });
    // A line that has been rewritten is no fault of whoever did it, as long as enough are left: amend the list.
    const names = stale.map(({ file, what }) => `${file}: ${what}`).join('\n');
    expect(FAULTS.length - stale.length, names).toBeGreaterThanOrEqual(40);
    expect(FAULTS.every(({ from, to }) => from !== to)).toBe(true);
    expect(new Set(FAULTS.map(({ of }) => of))).toEqual(new Set(['engine', 'verifier', 'checker']));
  });
});
