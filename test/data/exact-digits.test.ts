import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../src/data/csv.js';
import { ExactDigits } from '../../src/data/exact-digits.js';
import { InputError } from '../../src/errors.js';

const table = (values: readonly string[], rounded = false) =>
  parseCsv(`t,u,label\n${values.map((value, n) => `${value},${n},${n % 2 ? 'a' : 'b'}`).join('\n')}\n`, {
    where: 'table.csv',
    rounded,
  });

describe('whole numbers beyond 2^53', () => {
  it('are refused with row, line and column where no double holds them', () => {
    expect(() => table(['9007199254740992', '9007199254740993'])).toThrow(InputError);
    expect(() => table(['9007199254740992', '9007199254740993'])).toThrow(
      /^table\.csv: row 2 \(line 3\), column "t": "9007199254740993" is a whole number that the nearest double changes, to 9007199254740992; .*--scaling range/,
    );
    expect(() => table(['1', '-9007199254740993'])).toThrow(/changes, to -9007199254740992/);
    expect(() => table(['1', '+0009007199254740993.000'])).toThrow(/row 2 .*changes, to 9007199254740992/);
  });

  it('are read where a double holds them, whatever their size', () => {
    const exact = ['9007199254740994', '18014398509481984', '1e22', '100000000000000000000', '-0', '0.0'];
    const { samples, notes } = table(exact);
    expect(Array.from(samples.values).filter((_, at) => at % 2 === 0)).toEqual(exact.map(Number));
    expect(notes).toBeUndefined();
  });

  it('are rounded where that was asked for, and it is said', () => {
    const { samples, notes } = table(['9007199254740993', '9007199254740992', '5'], true);
    expect(samples.values[0]).toBe(9007199254740992);
    expect(notes).toEqual([
      'table.csv: column "t": 1 whole numbers beyond 2^53 are rounded to the nearest double',
      'table.csv: column "t": numbers with more digits than a double holds are read as equal, such as those near 9007199254740992',
    ]);
  });

  it('are refused exactly where BigInt finds them changed', () => {
    const big = fc.tuple(fc.boolean(), fc.bigInt({ min: 2n ** 52n, max: 2n ** 70n }));
    fc.assert(
      fc.property(big, ([negative, size]) => {
        const text = `${negative ? '-' : ''}${size}`;
        const held = BigInt(Number(text)) === BigInt(text);
        if (held) expect(table(['1', text]).notes).toBeUndefined();
        else expect(() => table(['1', text])).toThrow(/a whole number that the nearest double changes/);
      }),
    );
  });
});

describe('decimals with more digits than a double holds', () => {
  it('are said where they become equal, and only there', () => {
    expect(table(['0.12345678901234567891', '0.12345678901234567892']).notes).toEqual([
      'table.csv: column "t": numbers with more digits than a double holds are read as equal, such as those near 0.12345678901234568',
    ]);
    expect(table(['0.1', '0.10000000000000000001']).notes).toHaveLength(1);
    expect(table(['0.10000000000000000001', '0.1000000000000000000100']).notes).toBeUndefined();
    expect(table(['0.12345678901234567891', '0.2']).notes).toBeUndefined();
    expect(table(['0.1', '0.10', '.1e0', '1e-1']).notes).toBeUndefined();
  });

  it('count the very small ones', () => {
    expect(table(['1e-400', '0']).notes).toHaveLength(1);
    expect(table(['5e-324', '4e-324']).notes).toHaveLength(1);
    expect(table(['5e-324', '0']).notes).toBeUndefined();
  });

  it('never merge silently: equal doubles of unequal texts are always said', () => {
    const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 25 });
    const number = fc
      .tuple(digits, digits, fc.integer({ min: -30, max: 30 }))
      .map(([whole, fraction, power]) => `${whole}.${fraction}e${power}`);
    const near = fc.tuple(number, fc.integer({ min: 1, max: 9 })).map(([text, digit]) => {
      const [mantissa, power] = text.split('e');
      return [text, `${mantissa}000000000000000${digit}e${power}`];
    });
    fc.assert(
      fc.property(fc.oneof(near, fc.tuple(number, number)), ([a, b]) => {
        const isSame = exactly(a) === exactly(b);
        const said = (table([a, b]).notes ?? []).length > 0;
        expect(said).toBe(!isSame && Number(a) === Number(b));
      }),
    );
  });

  it('give up looking after a million, and say so', () => {
    const digits = new ExactDigits(false);
    for (let n = 0; n <= 2 ** 20; n++) digits.look(`${n}.00000000000000000000001`, n, 0);
    expect(digits.notes([], ['t']).at(-1)).toMatch(/more than a million numbers .* was not looked at$/);
  });
});

/** A decimal as an integer times a power of ten, all of it in one number: at most 30 digits below the point and power -30. */
function exactly(text: string): bigint {
  const [mantissa, power] = text.split('e');
  const [whole, fraction] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(Number(power) - fraction.length + 100);
}
