import { describe, expect, it } from 'vitest';
import { Draws } from '../../../src/testing/draws.js';
import { problemOf } from '../../../src/testing/problem-of.js';
import { type Combination, combine } from '../../../src/verify/proof/combination.js';
import { Multipliers } from '../../../src/verify/proof/parse.js';
import { settingOf } from '../../../src/verify/proof/setting.js';
import { State } from '../../../src/verify/proof/state.js';

/* Sums over boxes, and what a slack leaves of the boxes, against a look at every vector of weights. */

const NEURON = 1;
const SEEDS = 100;

/** How large multipliers, scale and inputs are. */
interface Size {
  readonly times: number;
  readonly scale: number;
  readonly inputs: number;
}

/** What doubles hold, what they would round, and what they would round because of the scale alone. */
const SIZES: readonly (readonly [string, Size])[] = [
  ['doubles', { times: 1, scale: 1, inputs: 1 }],
  ['BigInt', { times: 2 ** 45 + 1, scale: 2 ** 45 + 3, inputs: 997 }],
  ['BigInt for the scale', { times: 1, scale: 402653184000001, inputs: 1 }],
];

interface Drawn {
  readonly state: State;
  readonly multipliers: Multipliers;
  readonly s: number;
  readonly d: readonly bigint[];
  readonly sum: bigint;
  readonly minusSum: bigint;
}

/** The second of two neurons, with boxes and sides of its own. */
function drawn(seed: number, size: Size): Drawn {
  const draws = new Draws(seed, 77);
  const inputs = draws.int(1, 3);
  const samples = Int32Array.from({ length: 3 * inputs }, () => (draws.int(-4, 4) || 1) * size.inputs);
  const problem = problemOf([new Array<number>(inputs).fill(0)], [1, -1, 1], {
    ...{ layers: [inputs, 2, 1], weightBound: 3, samples, sampleCount: 3 },
    radii: Int32Array.from(draws.list(inputs, () => draws.int(0, 2))),
    free: draws.once(2) ? draws.some(inputs) : [],
    ...(draws.once(2) ? { maxNonzero: draws.int(0, 4) } : {}),
  });
  const setting = settingOf(problem, 'mw', [0, 1, 2], { kind: 'correct' });
  const state = new State(setting);
  for (let at = 0; at < 2 * inputs; at++) {
    const low = draws.int(-3, 3);
    state.setLow(at, low);
    state.setHigh(at, draws.int(low, 3));
  }
  const multipliers = new Multipliers(3);
  multipliers.clear();
  const d = new Array<bigint>(inputs).fill(0n);
  let [sum, minusSum] = [0n, 0n];
  for (let k = 0; k < 3; k++) {
    const side = draws.pick([1, -1]);
    state.decide(NEURON, k, side);
    const value = draws.int(0, 4) * size.times;
    if (value === 0) continue;
    multipliers.add(k, value);
    sum += BigInt(value);
    if (side < 0) minusSum += BigInt(value);
    for (let i = 0; i < inputs; i++) d[i] += BigInt(value) * BigInt(side * setting.rows[k][i]);
  }
  return { state, multipliers, s: draws.once(3) ? 0 : draws.int(1, 9) * size.scale, d, sum, minusSum };
}

/** The largest sum of all vectors, or of those with weight `v` at input `at`; `undefined`: there is no room for it. */
function best({ state, s, d, sum }: Drawn, at = -1, v = 0): bigint | undefined {
  const { inputs, radius, counted } = state.setting;
  const from = NEURON * inputs;
  const isOptional = (i: number) => counted[i] && state.low[from + i] <= 0 && state.high[from + i] >= 0;
  const room = Math.max(0, state.room());
  let most: bigint | undefined;
  const walk = (i: number, total: bigint, used: number): void => {
    if (used > room) return;
    if (i === inputs) {
      if (most === undefined || total > most) most = total;
      return;
    }
    for (let w = state.low[from + i]; w <= state.high[from + i]; w++) {
      if (i === at && w !== v) continue;
      const moved = BigInt(radius[i] * Math.abs(w)) * sum;
      const h = d[i] * BigInt(w) - moved - (w !== 0 && counted[i] ? BigInt(s) : 0n);
      walk(i + 1, total + h, used + (w !== 0 && isOptional(i) ? 1 : 0));
    }
  };
  walk(0, 0n, 0);
  return most;
}

/** The boxes that a slack leaves. */
function hulls(one: Drawn, slack: bigint): number[][] {
  const { state } = one;
  const most = best(one) as bigint;
  return Array.from({ length: state.setting.inputs }, (_, i) => {
    const at = NEURON * state.setting.inputs + i;
    const left: number[] = [];
    for (let v = state.low[at]; v <= state.high[at]; v++) {
      const total = best(one, i, v);
      if (total !== undefined && total >= most - slack) left.push(v);
    }
    return [left[0], left[left.length - 1]];
  });
}

/** All boxes, those of a neuron behind those of the one before. */
function boxesOf({ low, high }: State): number[][] {
  return [...low].map((least, at) => [least, high[at]]);
}

describe.each(SIZES)('rows of a neuron in %s', (_name, size) => {
  const rowsOf = ({ state, multipliers, s }: Drawn): Combination =>
    combine(state, NEURON, multipliers, s, new Float64Array(state.setting.inputs).fill(7));

  it('add up to what the best of all weights does, limits and radii among them', () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const one = drawn(seed, size);
      const rows = rowsOf(one);
      expect([rows.sum, rows.minusSum]).toEqual([one.sum, one.minusSum]);
      expect(rows.most(one.state, one.s), `seed ${seed}`).toBe(best(one));
    }
  });

  it('narrow every box to the values that are within the slack', () => {
    let narrower = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const one = drawn(seed, size);
      const { state, s } = one;
      const unit = Math.max(size.times * size.inputs, size.scale);
      const slack = BigInt(new Draws(seed, 78).int(0, 12)) * BigInt(unit);
      const before = boxesOf(state);
      const expected = [...before.slice(0, state.setting.inputs), ...hulls(one, slack)];
      const mark = state.mark();
      expect(rowsOf(one).narrow(state, s, slack)).toBe(true);
      expect(boxesOf(state), `seed ${seed}, slack ${slack}`).toEqual(expected);
      if (state.mark() > mark) narrower++;
      state.undoTo(mark);
      expect(rowsOf(one).narrow(state, s, -1n)).toBe(false);
      expect(rowsOf(one).narrow(state, s, 2n ** 80n)).toBe(true);
      // What there is no room for goes whatever the slack is.
      if (state.room() > 0) expect(boxesOf(state)).toEqual(before);
    }
    expect(narrower).toBeGreaterThan(20);
  });
});
