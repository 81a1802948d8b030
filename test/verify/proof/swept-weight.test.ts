import { describe, expect, it } from 'vitest';
import { SweptWeight } from '../../../src/verify/proof/swept-weight.js';
import { randomOf } from './support.js';

/* One weight swept over its values, against every value looked at by itself. */

interface Setting {
  readonly slope: Float64Array;
  readonly low: number;
  readonly high: number;
  readonly costs: Float64Array;
  readonly isPlus: Uint8Array;
  readonly least: number;
  readonly leastPlus: number;
  readonly leastMinus: number;
}

function byHand(
  { slope, low, high, costs, isPlus, least, leastPlus, leastMinus }: Setting,
  tops: Float64Array,
): number {
  let most = -1;
  for (let v = low; v <= high; v++) {
    const counted = [...tops.keys()].filter((k) => slope[k] * v + tops[k] >= least);
    const plus = counted.filter((k) => isPlus[k] === 1).length;
    if (plus < leastPlus || counted.length - plus < leastMinus) continue;
    most = Math.max(
      most,
      counted.reduce((sum, k) => sum + costs[k], 0),
    );
  }
  return most;
}

describe('a weight that is swept', () => {
  it('is worth what its best value is, however often it is asked', () => {
    let [none, some] = [0, 0];
    for (let seed = 1; seed <= 500; seed++) {
      const random = randomOf(seed);
      const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
      const count = whole(1, 6);
      const list = (value: () => number) => Array.from({ length: count }, value);
      const low = whole(-4, 3);
      const setting: Setting = {
        slope: Float64Array.from(list(() => whole(-3, 3))),
        low,
        high: whole(low, 4),
        costs: Float64Array.from(list(() => whole(0, 3))),
        isPlus: Uint8Array.from(list(() => whole(0, 1))),
        least: whole(-3, 4),
        leastPlus: whole(0, 2),
        leastMinus: whole(0, 2),
      };
      const swept = new SweptWeight(setting);
      for (let turn = 0; turn < 4; turn++) {
        const tops = Float64Array.from(list(() => whole(-9, 9)));
        const most = byHand(setting, tops);
        expect(swept.most(tops), `seed ${seed}`).toBe(most);
        if (most < 0) none++;
        else some++;
      }
    }
    expect(Math.min(none, some)).toBeGreaterThan(100);
  });
});
