import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalValue, frontOf } from '../../src/convert/front.js';
import { type Column, columnLevel, stepColumn } from '../../src/convert/steps.js';
import { type Scaling, scaledValue } from '../../src/data/scaling.js';

const near = (whole: number): number[] => [whole - 1, whole, whole + 1].filter((v) => Math.abs(v) < 2 ** 31);

function columnsOf(scaling: Scaling, decimals: number): readonly Column[] {
  const front = frontOf(scaling, { decimals, values: 1 });
  if (front.kind !== 'columns') throw new Error(`no columns: ${front.kind}`);
  return front.columns;
}

describe('whole-number columns', () => {
  it('give what doubles give, at every step and around it', () => {
    const scalings = fc
      .record({
        low: fc.integer({ min: -3000, max: 3000 }),
        wide: fc.integer({ min: 1, max: 6000 }),
        end: fc.constantFrom(1, 127, 1000, 16383),
        decimals: fc.constantFrom(0, 1, 2, 3),
      })
      .map(({ low, wide, end, decimals }) => {
        const [a, b] = [decimalValue(low, decimals), decimalValue(low + wide, decimals)];
        const scaling: Scaling = { kind: 'centred', middle: [a / 2 + b / 2], half: [b / 2 - a / 2], end };
        return { scaling, decimals, low, wide };
      });
    let lines = 0;
    fc.assert(
      fc.property(scalings, ({ scaling, decimals, low, wide }) => {
        const levelOf = (whole: number) => scaledValue(scaling, decimalValue(whole, decimals), 0);
        const column = columnsOf(scaling, decimals)[0];
        if (column.line !== null) lines++;
        const asked = [column.low, column.high, low, low + wide, -(2 ** 31) + 1, 2 ** 31 - 1].flatMap(near);
        for (let k = 0; k < 300; k++) asked.push(Math.floor(low - wide + (3 * wide * k) / 300));
        for (const whole of asked) expect(columnLevel(column, whole)).toBe(levelOf(whole));
      }),
      { numRuns: 60 },
    );
    expect(lines).toBeGreaterThan(50);
  });

  it('list the ties that rounding has turned down', () => {
    // (n / 100 - 12.75) / 12.7 * 127 is n / 10 - 127.5: a tie at every tenth number, decided by the last bit.
    const scaling: Scaling = { kind: 'centred', middle: [12.75], half: [12.7] };
    const levelOf = (whole: number) => scaledValue(scaling, decimalValue(whole, 2), 0);
    const column = columnsOf(scaling, 2)[0];
    expect(column.line).not.toBeNull();
    expect(column.steps.length).toBeGreaterThan(3);
    expect(column.steps.length).toBeLessThan(300);
    for (let whole = -2000; whole < 5000; whole++) expect(columnLevel(column, whole)).toBe(levelOf(whole));
  });

  it('list all steps where nothing is a line', () => {
    const levelOf = (whole: number) => Math.max(-9, Math.min(9, Math.round(Math.cbrt(whole))));
    const column = stepColumn(levelOf);
    expect(column).toMatchObject({ line: null, least: -9, most: 9 });
    for (let whole = -1000; whole <= 1000; whole++) expect(columnLevel(column, whole)).toBe(levelOf(whole));
  });
});
