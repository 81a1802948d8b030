import { describe, expect, it } from 'vitest';
import { takeLargest } from '../../../src/verify/proof/room.js';
import { randomOf } from './support.js';

/* Of some gains the largest that there is room for, against all choices of so many. */

const add = (a: number, b: number) => a + b;

/** The most of a choice of at most `room` of the gains, without the one at `without`, and with the one at `given`. */
function most(gains: readonly (number | undefined)[], room: number, without = -1, given = -1): number {
  let best = 0;
  let any = false;
  for (let mask = 0; mask < 2 ** gains.length; mask++) {
    const chosen = gains.flatMap((gain, a) => (mask & (1 << a) ? [{ gain, a }] : []));
    if (chosen.length > room || chosen.some(({ gain, a }) => gain === undefined || a === without)) continue;
    if (given >= 0 && !chosen.some(({ a }) => a === given)) continue;
    const sum = chosen.reduce((all, { gain = 0 }) => all + gain, 0);
    if (!any || sum > best) best = sum;
    any = true;
  }
  return best;
}

describe('the largest gains that there is room for', () => {
  it('are the best choice, and tell what another would cost', () => {
    let [full, spare] = [0, 0];
    for (let seed = 1; seed <= 400; seed++) {
      const random = randomOf(seed);
      const gains = Array.from({ length: 1 + Math.floor(random() * 6) }, () =>
        random() < 0.2 ? undefined : Math.floor(random() * 9) - 3,
      );
      const room = Math.floor(random() * 5);
      const taken = takeLargest(gains, room, 0, add);
      expect(taken.sum, `seed ${seed}`).toBe(most(gains, room));
      expect(taken.has).toHaveLength(gains.length);
      gains.forEach((gain, a) => {
        if (taken.has[a]) {
          expect(gain as number).toBeGreaterThan(0);
          expect(taken.sum - (gain as number) + taken.entering, `seed ${seed}`).toBe(most(gains, room, a));
          full++;
        } else if (gain !== undefined && room > 0) {
          expect(taken.sum + gain - taken.leaving, `seed ${seed}`).toBe(most(gains, room, -1, a));
          spare++;
        }
      });
      const inBig = takeLargest(
        gains.map((gain) => (gain === undefined ? undefined : BigInt(gain))),
        room,
        0n,
        (a, b) => a + b,
      );
      expect(inBig.has).toEqual(taken.has);
      expect([inBig.sum, inBig.entering, inBig.leaving].map(Number)).toEqual([
        taken.sum,
        taken.entering,
        taken.leaving,
      ]);
    }
    expect(Math.min(full, spare)).toBeGreaterThan(100);
  });

  it('of equal ones are the first, and without room none', () => {
    expect(takeLargest([2, 5, 2, 2], 2, 0, add)).toEqual({
      sum: 7,
      has: [true, true, false, false],
      entering: 2,
      leaving: 2,
    });
    expect(takeLargest([4, 3], 0, 0, add)).toEqual({ sum: 0, has: [false, false], entering: 4, leaving: 0 });
    expect(takeLargest([4, 0, -1, undefined], 3, 0, add)).toEqual({
      sum: 4,
      has: [true, false, false, false],
      entering: 0,
      leaving: 0,
    });
  });

  it('are sorted out of hundreds, too', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = randomOf(seed);
      const gains = Array.from({ length: 400 }, () => Math.floor(random() * 1e6));
      const room = 30 + seed;
      const sorted = gains.toSorted((a, b) => b - a);
      const { sum, has, entering, leaving } = takeLargest(gains, room, 0, add);
      expect(sum).toBe(sorted.slice(0, room).reduce(add));
      expect(has.filter((is) => is)).toHaveLength(room);
      expect([leaving, entering]).toEqual(sorted.slice(room - 1, room + 1));
    }
  });
});
