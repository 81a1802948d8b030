import { beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../../verify/proof/support.js';
import { type Opened, openChecked, pointsOf, wholeNumbers } from '../../support.js';

/* Dominance between weights: whatever weights there are, exchanges make some of them that the relations allow and that give every row as much. */

interface Door {
  reserve(bytes: number): number;
  beginNeuronTree(sides: number, weights: number, ceiling: number): number;
  relateWeights(sides: number): void;
  exchangeWeights(row: number): void;
  narrowRelated(input: number, low: number, high: number): number;
  rootLowOf(input: number): number;
  rootHighOf(input: number): number;
}

const INPUTS = 5;

describe('dominance', () => {
  let open: Opened<Door>;
  beforeAll(async () => {
    open = await openChecked<Door>();
  }, 120_000);

  it('leaves a best solution: exchanges lower no row and cost nothing, and what they end in is where boxes are narrowed to', () => {
    const { engine, door, memory } = open;
    let narrowed = 0;
    let exchanged = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const whole = wholeNumbers(randomOf(seed));
      const bound = seed % 3 === 0 ? 2 : 1;
      const count = 1 + (seed % 3);
      const most = seed % 2 === 0 ? 2 : 9;
      const samples = Int32Array.from({ length: count * INPUTS }, () =>
        whole(seed % 5 === 0 ? -most : 0, most),
      );
      const labels = Int8Array.from({ length: count }, () => (whole(0, 1) === 0 ? -1 : 1));
      const active = Array.from({ length: INPUTS }, (_, i) => i).every((i) =>
        labels.some((_, k) => samples[k * INPUTS + i] !== 0),
      );
      if (!active) continue;
      const shape = { layers: [INPUTS, 1], weightBound: bound, epsilon: 0.1, linf: 0, sampleCount: count };
      engine.load({ ...shape, samples, labels });
      engine.begin('mm', [...labels.keys()], { kind: 'correct' }, null, 0);
      const sides = door.reserve(count + 8);
      const rows = [0, 1, 2].map(() => door.reserve(2 * ((INPUTS + 7) & ~7)));
      const view = (at: number) => new Int16Array(memory.buffer, at, INPUTS);
      new Int8Array(memory.buffer, sides, count).set(labels);
      door.beginNeuronTree(sides, rows[0], 1 << 20);
      door.relateWeights(sides);
      const allowed = new Map<string, number[]>();
      const box = Array.from({ length: INPUTS }, () => bound);
      const sums = (w: ArrayLike<number>) =>
        [...labels].map((y, k) => y * box.reduce((sum, _, i) => sum + w[i] * samples[k * INPUTS + i], 0));
      const sizes = (w: ArrayLike<number>) => Array.from(w, Math.abs).sort();
      for (const point of pointsOf(
        box.map((b) => -b),
        box,
      )) {
        view(rows[0]).set(point);
        door.exchangeWeights(rows[0]);
        const after = [...view(rows[0])];
        const before = sums(point);
        expect(sums(after).every((sum, k) => sum >= before[k])).toBe(true);
        expect(sizes(after)).toEqual(sizes(point));
        expect(after.every((w, i) => w >= door.rootLowOf(i) && w <= door.rootHighOf(i))).toBe(true);
        if (after.join() !== point.join()) exchanged++;
        allowed.set(after.join(), after);
      }
      for (let turn = 0; turn < 20; turn++) {
        const [low, high] = [view(rows[1]), view(rows[2])];
        box.forEach((_, i) => {
          low[i] = door.rootLowOf(i);
          high[i] = door.rootHighOf(i);
        });
        const i = whole(0, INPUTS - 1);
        low[i] = whole(low[i], high[i]);
        high[i] = whole(low[i], high[i]);
        const [from, to] = [low[i], high[i]];
        const stands = door.narrowRelated(i, rows[1], rows[2]) !== 0;
        for (const w of allowed.values()) {
          if (w[i] < from || w[i] > to) continue;
          expect(stands).toBe(true);
          expect(w.every((v, j) => v >= low[j] && v <= high[j])).toBe(true);
          narrowed++;
        }
      }
    }
    expect(Math.min(narrowed, exchanged)).toBeGreaterThan(1000);
  });
});
