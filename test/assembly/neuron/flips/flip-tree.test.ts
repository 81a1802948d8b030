import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../../verify/proof/support.js';
import {
  addFlips,
  type Entry,
  entriesOf,
  entryOf,
  lanesOf,
  nameOf,
  type OpenDoor,
  openDoor,
  reserveHalves,
  saturated,
} from './door.js';

/*
 * The join of two lists against all pairs of their entries. Multipliers, prices and allowance are either those of a true
 * relaxation, which no pair that covers can exceed, or anything at all.
 */

let open: OpenDoor;
beforeAll(async () => {
  open = await openDoor();
}, 120_000);

interface Case {
  readonly rows: number;
  /** Flips of each half. */
  readonly flips: number;
  readonly capacity: number;
  /** What a flip changes a row by, at most. */
  readonly size: number;
  /** What the rows need, as a share of `size`. */
  readonly level: number;
  readonly visits: number;
  readonly seed: number;
}

/** Numbers with two places, each as likely as any other: `fc.double` draws exponents, and most of its numbers are next to 0. */
const hundredths = (min: number, max: number): fc.Arbitrary<number> =>
  fc.integer({ min, max }).map((x) => x / 100);

const cases: fc.Arbitrary<Case> = fc.record({
  rows: fc.integer({ min: 1, max: 20 }),
  flips: fc.integer({ min: 1, max: 11 }),
  capacity: fc.integer({ min: 50, max: 250 }),
  size: fc.constantFrom(1, 3, 20, 255, 2000, 10000),
  level: hundredths(-150, 120),
  visits: fc.constantFrom(1, 2, 7, 1000),
  seed: fc.nat(),
});

interface Lists {
  readonly lanes: number;
  readonly halves: readonly [Entry[], Entry[]];
  /** Multipliers of the rows, sum 1, some of them 0. */
  readonly lambda: readonly number[];
  readonly need: number[];
}

/** Two lists in their trees. `priced`: by the relaxation of these multipliers, or at random. */
function build(each: Case, priced: boolean): Lists {
  const { door, memory } = open;
  const random = randomOf(each.seed);
  const lanes = lanesOf(each.rows);
  const raw = Array.from({ length: each.rows }, () => (random() < 0.2 ? 0 : random() ** 3));
  raw[0] += 0.001;
  const total = raw.reduce((sum, x) => sum + x, 0);
  const lambda = raw.map((x) => x / total);
  reserveHalves(open, lanes, each.capacity);
  const weightsAt = door.reserve(4 * lanes);
  new Float32Array(memory.buffer, door.rowWeights.value, lanes).fill(0).set(lambda);
  new Int16Array(memory.buffer, door.shares.value, lanes)
    .fill(0)
    .set(lambda.map((x) => Math.floor(x * 16384)));
  const near = () => Math.round((2 * random() - 1) * each.size);
  door.seedRandom(each.seed);
  const halves = [0, 1].map((half) => {
    const flips = Array.from({ length: each.flips }, (_, n) => {
      const row = Array.from({ length: each.rows }, near);
      const price = priced ? -lambda.reduce((sum, x, r) => sum + x * row[r], 0) : random() * each.size;
      return { input: 2 * n + half, step: 1, price, row };
    });
    addFlips(open, half, flips, lanes);
    door.listFlips(half, 0.5, 0, weightsAt);
    const entries = entriesOf(open, half, lanes);
    door.buildFlipTree(half);
    // Sorted into a tree it is the same list.
    const sorted = entriesOf(open, half, lanes).map((entry) => JSON.stringify(entry));
    expect(sorted.sort()).toEqual(entries.map((entry) => JSON.stringify(entry)).sort());
    return entries;
  }) as [Entry[], Entry[]];
  const need = Array.from({ length: each.rows }, () =>
    Math.round(Math.max(-30000, Math.min(30000, (each.level + 0.3 * random()) * each.size))),
  );
  return { lanes, halves, lambda, need };
}

function setNeed({ lanes, need }: Lists): void {
  const view = new Int16Array(open.memory.buffer, open.door.need.value, lanes);
  view.fill(-30000).set(need);
}

const pairName = (left: Entry, right: Entry): string => `${nameOf(left.flips)} | ${nameOf(right.flips)}`;

/** The least that any row of a pair lies above its need, sums saturating as in 16 bits. */
function spare(left: Entry, right: Entry, need: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let r = 0; r < need.length; r++) {
    least = Math.min(least, saturated(left.row[r] + right.row[r]) - need[r]);
  }
  return least;
}

function covers(left: Entry, right: Entry, need: readonly number[]): boolean {
  return need.every((least, r) => saturated(left.row[r] + right.row[r]) >= least);
}

function* everyPair({ halves: [lefts, rights] }: Lists): Generator<readonly [Entry, Entry]> {
  for (const left of lefts) for (const right of rights) yield [left, right];
}

/** All pairs that the join finds, a few visits at a time. */
function joined({ lanes }: Lists, visits: number, found: (left: Entry, right: Entry) => void): void {
  const { door } = open;
  door.beginJoin();
  do {
    while (door.stepJoin(visits)) {
      const left = entryOf(open, 0, door.foundLeft(), lanes);
      found(left, entryOf(open, 1, door.foundRight(), lanes));
    }
  } while (door.joinOpen());
}

function namesJoined(lists: Lists, visits: number): string[] {
  const names: string[] = [];
  joined(lists, visits, (left, right) => names.push(pairName(left, right)));
  return names;
}

const ROUNDED: Case = { rows: 2, flips: 5, capacity: 50, size: 1, level: 0, visits: 1, seed: 2130665459 };

describe('the join of two lists', () => {
  it('finds exactly the pairs that cover, each once, with the allowance of the relaxation', () => {
    let some = 0;
    let none = 0;
    let close = 0;
    fc.assert(
      fc.property(cases, (each) => {
        const lists = build(each, true);
        setNeed(lists);
        open.door.setAllowance(-lists.lambda.reduce((sum, x, r) => sum + x * lists.need[r], 0));
        const covering = [...everyPair(lists)].filter((pair) => covers(...pair, lists.need));
        const names = namesJoined(lists, each.visits);
        expect(names.sort()).toEqual(covering.map((pair) => pairName(...pair)).sort());
        if (covering.length === 0) none++;
        else if (covering.length < 50) close++;
        else some++;
      }),
      // The example: a pair with nothing above its needs, which f32 once put below them.
      { numRuns: 150, examples: [[ROUNDED]] },
    );
    expect(Math.min(some, none, close)).toBeGreaterThan(10);
  });

  it('loses no pair whose excess its prices allow, whatever they are', () => {
    let pruned = 0;
    let allowed = 0;
    fc.assert(
      fc.property(cases, hundredths(0, 800), (each, sizes) => {
        const lists = build(each, false);
        setNeed(lists);
        const allowance = Math.fround(sizes * each.size);
        open.door.setAllowance(allowance);
        const names = new Set(namesJoined(lists, each.visits));
        for (const [left, right] of everyPair(lists)) {
          const name = pairName(left, right);
          if (!covers(left, right, lists.need)) {
            if (names.has(name)) throw new Error(`${name} does not cover`);
            continue;
          }
          const excess = lists.lambda.reduce(
            (sum, x, r) => sum + x * (saturated(left.row[r] + right.row[r]) - lists.need[r]),
            0,
          );
          if (excess <= allowance - left.price - right.price) {
            allowed++;
            if (!names.has(name)) throw new Error(`${name} is lost`);
          } else if (!names.has(name)) pruned++;
        }
      }),
      { numRuns: 100 },
    );
    expect(allowed).toBeGreaterThan(100);
    expect(pruned).toBeGreaterThan(100);
  });

  it('loses no pair to rounding error that has nothing above its needs (seeds 1 to 60)', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const each = {
        rows: 1 + (seed % 3),
        flips: 11,
        capacity: 120,
        size: 10000,
        level: 0,
        visits: 1000,
        seed,
      };
      const lists = build(each, true);
      const [left, right] = lists.halves.map((entries) => entries[(seed * 7919) % entries.length]);
      for (let r = 0; r < each.rows; r++) lists.need[r] = saturated(left.row[r] + right.row[r]);
      if (lists.need.some((least) => Math.abs(least) > 30000)) continue;
      setNeed(lists);
      open.door.setAllowance(-lists.lambda.reduce((sum, x, r) => sum + x * lists.need[r], 0));
      expect(namesJoined(lists, each.visits), `seed ${seed}`).toContain(pairName(left, right));
    }
  });

  it('finds nothing where no pair can be paid', () => {
    const each = { rows: 8, flips: 9, capacity: 200, size: 100, level: -9, visits: 10, seed: 4 };
    const lists = build(each, false);
    setNeed(lists);
    open.door.setAllowance(1e9);
    expect(namesJoined(lists, 10)).toHaveLength(lists.halves[0].length * lists.halves[1].length);
    open.door.setAllowance(-1);
    expect(namesJoined(lists, 10)).toEqual([]);
  });

  it('ends with the best of all pairs where every find raises the need', () => {
    // Needs that 16 bits hold.
    const small = cases.map((each) => ({ ...each, size: Math.min(each.size, 2000) }));
    fc.assert(
      fc.property(small, (each) => {
        const lists = build(each, true);
        const { need, lambda } = lists;
        let best = Number.NEGATIVE_INFINITY;
        for (const pair of everyPair(lists)) best = Math.max(best, spare(...pair, need));
        const start = [...need];
        let raised = -100;
        const aim = (more: number): void => {
          raised = more;
          for (const [r, value] of start.entries()) need[r] = value + raised;
          setNeed(lists);
          open.door.setAllowance(-lambda.reduce((sum, x, r) => sum + x * (start[r] + raised), 0));
        };
        aim(-100);
        let reached: number | null = null;
        joined(lists, each.visits, (left, right) => {
          const value = spare(left, right, start);
          expect(value).toBeGreaterThanOrEqual(raised);
          reached = value;
          aim(value + 1);
        });
        expect(reached).toBe(best >= -100 ? best : null);
      }),
      { numRuns: 100 },
    );
  });

  it('counts the same visits however it is sliced, finds or not, and can be given up', () => {
    const { door } = open;
    fc.assert(
      fc.property(cases, (each) => {
        setNeed(build(each, false));
        door.setAllowance(3 * each.size);
        const counted = [1, 5, 100_000].map((visits) => {
          door.beginJoin();
          const before = door.work();
          let [sum, last] = [0, 1];
          for (; last !== 0 || door.joinOpen(); sum += door.visited()) {
            last = door.stepJoin(visits);
            expect(door.visited()).toBeLessThanOrEqual(visits);
          }
          expect(door.work() - before).toBeGreaterThanOrEqual(Math.floor((sum * lanesOf(each.rows)) / 6) - 1);
          return sum;
        });
        expect(counted).toEqual([counted[0], counted[0], counted[0]]);
        door.beginJoin();
        expect(door.joinOpen()).toBe(1);
        door.stepJoin(3);
        door.endJoin();
        expect(door.joinOpen()).toBe(0);
        expect(door.stepJoin(100)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('goes through lists of thousands', () => {
    for (const seed of [1, 2]) {
      const each = { rows: 12, flips: 21, capacity: 1600, size: 200, level: 0.05, visits: 100, seed };
      const lists = build(each, true);
      setNeed(lists);
      open.door.setAllowance(-lists.lambda.reduce((sum, x, r) => sum + x * lists.need[r], 0));
      const covering: string[] = [];
      for (const pair of everyPair(lists)) if (covers(...pair, lists.need)) covering.push(pairName(...pair));
      expect(lists.halves[0].length).toBeGreaterThan(1000);
      expect(covering.length).toBeGreaterThan(0);
      expect(namesJoined(lists, each.visits).sort()).toEqual(covering.sort());
    }
  });
});
