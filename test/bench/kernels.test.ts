import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
// @ts-expect-error: a script without types
import { KERNELS } from '../../bench/lib/kernel-cases.mjs';

it('every kernel that is timed has a ratio on every processor that is recorded', () => {
  const names = (KERNELS as { name: string }[]).map(({ name }) => name);
  const recorded: Record<string, Record<string, number>> = JSON.parse(
    readFileSync(new URL('../../bench/kernels-baseline.json', import.meta.url), 'utf8'),
  );
  expect(Object.keys(recorded).length).toBeGreaterThan(0);
  for (const [processor, ratios] of Object.entries(recorded)) {
    expect(Object.keys(ratios), processor).toEqual(names);
    for (const ratio of Object.values(ratios)) expect(ratio).toBeGreaterThan(0);
  }
});
