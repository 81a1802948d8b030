import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  addFlips,
  entriesOf,
  type Flip,
  lanesOf,
  nameOf,
  type OpenDoor,
  openDoor,
  reserveHalves,
  saturated,
} from './door.js';

/*
 * The lists of the flip join against all sets of up to three flips. Numbers are such that the scores are exact in f32: what
 * is listed then depends on nothing but the threshold.
 */

let open: OpenDoor;
beforeAll(async () => {
  open = await openDoor();
}, 120_000);

interface Case {
  readonly rows: number;
  readonly flips: readonly Flip[];
  readonly priceWeight: number;
  readonly sizeWeight: number;
  readonly weights: readonly number[];
  /** Of all triples, what the list is to have room for; above 1 all fit. */
  readonly room: number;
  readonly seed: number;
}

/** `mostSteps` flips of one weight at most, as weights have values. */
function cases(value: fc.Arbitrary<number>, sizeWeight: fc.Arbitrary<number>): fc.Arbitrary<Case> {
  return fc.integer({ min: 1, max: 12 }).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      flips: fc.uniqueArray(
        fc.record({
          input: fc.integer({ min: 0, max: 9 }),
          step: fc.constantFrom(-2, -1, 1, 2),
          price: fc.integer({ min: -8, max: 80 }).map((quarters) => quarters / 4),
          row: fc.array(value, { minLength: rows, maxLength: rows }),
        }),
        { maxLength: 32, selector: ({ input, step }) => `${input}:${step}`, size: 'max' },
      ),
      priceWeight: fc.constantFrom(0, 0.5, 1, 2),
      sizeWeight,
      weights: fc.array(fc.constantFrom(0, 0.5, 1, 1), { minLength: rows, maxLength: rows }),
      room: fc.double({ min: 0.05, max: 1.3, noNaN: true }),
      seed: fc.integer(),
    }),
  );
}

const exact = cases(fc.integer({ min: -40, max: 40 }), fc.constantFrom(0, 1 / 16, 1));
/** Sums that leave 16 bits; sizes do not count, for they would not be exact. */
const wild = cases(
  fc.oneof(fc.integer({ min: -32768, max: 32767 }), fc.constantFrom(-32768, 32767)),
  fc.constant(0),
);

const capacityOf = ({ flips: { length: n }, room }: Case): number =>
  4 * n + 2 + Math.ceil((room * n * (n - 1) * (n - 2)) / 6 / 0.9);

function list(half: number, each: Case): ReturnType<typeof entriesOf> {
  const { door, memory } = open;
  const lanes = lanesOf(each.rows);
  reserveHalves(open, lanes, capacityOf(each));
  const weightsAt = door.reserve(4 * lanes);
  new Float32Array(memory.buffer, weightsAt, lanes).set(each.weights);
  addFlips(open, half, each.flips, lanes);
  door.seedRandom(each.seed);
  door.listFlips(half, each.priceWeight, each.sizeWeight, weightsAt);
  return entriesOf(open, half, lanes);
}

/** All sets of up to three flips of different weights, by name, in the order of the flips. */
function everySet(flips: readonly Flip[]): Map<string, readonly Flip[]> {
  const sets = new Map<string, readonly Flip[]>([['', []]]);
  const grow = (set: readonly Flip[], from: number): void => {
    for (let at = from; at < flips.length; at++) {
      if (set.some(({ input }) => input === flips[at].input)) continue;
      const larger = [...set, flips[at]];
      sets.set(nameOf(larger), larger);
      if (larger.length < 3) grow(larger, at + 1);
    }
  };
  grow([], 0);
  return sets;
}

const pricesOf = (set: readonly Flip[]): number => set.reduce((sum, { price }) => sum + price, 0);
const rowsOf = (set: readonly Flip[], lanes: number): number[] =>
  Array.from({ length: lanes }, (_, r) => set.reduce((sum, { row }) => saturated(sum + (row[r] ?? 0)), 0));

function scoreOf(set: readonly Flip[], { priceWeight, sizeWeight, weights }: Case): number {
  const sums = weights.map((_, r) => set.reduce((sum, { row }) => sum + row[r], 0));
  return priceWeight * pricesOf(set) + sizeWeight * weights.reduce((sum, w, r) => sum + w * sums[r] ** 2, 0);
}

describe.each([
  ['numbers as of pixels', exact],
  ['sums that saturate', wild],
])('a list of flips, %s', (_, arbitrary) => {
  it('has sets of at most three flips of different weights, each once, with their rows and prices', () => {
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(0, 1), (each, half) => {
        const sets = everySet(each.flips);
        const entries = list(half, each);
        const names = entries.map(({ flips }) => nameOf(flips));
        expect(new Set(names).size).toBe(names.length);
        const lanes = lanesOf(each.rows);
        for (const [at, { price, row }] of entries.entries()) {
          const set = sets.get(names[at]);
          if (set === undefined) throw new Error(`${names[at]} is no set of flips of different weights`);
          expect(price).toBe(pricesOf(set));
          expect(row).toEqual(rowsOf(set, lanes));
        }
      }),
      { numRuns: 100 },
    );
  });

  it('has nothing, every flip alone, and of the larger sets those up to a threshold', () => {
    let cut = 0;
    let whole = 0;
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(0, 1), (each, half) => {
        const entries = list(half, each);
        const names = new Set(entries.map(({ flips }) => nameOf(flips)));
        const sets = [...everySet(each.flips)];
        const left = sets.filter(([name]) => !names.has(name));
        expect(left.filter(([, set]) => set.length < 2)).toEqual([]);
        if (left.length === 0) whole++;
        if (left.length === 0 || entries.length === capacityOf(each)) return; // full: ties, or a few too many drawn
        expect(each.room).toBeLessThan(1.01);
        cut++;
        const larger = sets.filter(([name, set]) => set.length >= 2 && names.has(name));
        const highest = Math.max(...larger.map(([, set]) => scoreOf(set, each)));
        const lowest = Math.min(...left.map(([, set]) => scoreOf(set, each)));
        expect(highest).toBeLessThan(lowest);
      }),
      { numRuns: 150 },
    );
    expect(cut).toBeGreaterThan(20);
    expect(whole).toBeGreaterThan(5);
  });
});

describe('a list of flips', () => {
  it('takes 255 flips and no more', () => {
    const { door } = open;
    reserveHalves(open, 8, 2000);
    for (let n = 0; n < 255; n++) expect(door.addFlip(1, n, 1, 0)).not.toBe(0);
    expect(door.addFlip(1, 255, 1, 0)).toBe(0);
    expect(door.addFlip(0, 0, 1, 0)).not.toBe(0); // the other half has its own
    const weightsAt = door.reserve(32);
    door.seedRandom(1);
    door.listFlips(1, 1, 1, weightsAt);
    expect(door.entryCount(1)).toBe(2000); // all prices and sizes are alike: everything is within the threshold
    expect(new Set(entriesOf(open, 1, 8).map(({ flips }) => nameOf(flips))).size).toBe(2000);
  });

  it('makes good use of its room where scores differ', () => {
    const flips = Array.from({ length: 60 }, (_, n) => ({
      input: n,
      step: 1,
      price: ((n * 7919) % 997) / 4,
      row: [((n * 31) % 41) - 20, ((n * 17) % 37) - 18],
    }));
    const each = { rows: 2, flips, priceWeight: 1, sizeWeight: 1 / 16, weights: [1, 1], room: 0.3, seed: 5 };
    const share = list(0, each).length / capacityOf(each);
    expect(share).toBeGreaterThan(0.8);
    expect(share).toBeLessThan(1);
  });
});
