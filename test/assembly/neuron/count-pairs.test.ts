import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainingProblem } from '../../../src/problem/types.js';
import { randomOf } from '../../verify/proof/support.js';
import { type Opened, openChecked, wholeNumbers } from '../support.js';

/*
 * The descent by changes of two weights against a model of what weights are worth: the rows that it counts are those of the weights that it hands
 * on, and where it has come to rest no change of one weight or two comes to more. Shapes have at most as many single changes as the list holds.
 */
interface Door {
  reserve(bytes: number): number;
  seedRandom(seed: number): void;
  beginColumns(): void;
  fillColumn(): number;
  beginCountSearch(row: number): void;
  beginPairs(row: number): void;
  searchPairs(effort: number): void;
  pairsFit(): number;
  pairsRamp(): number;
  pairsBestAt(): number;
  pairsBest(): number;
  pairsHomeAt(): number;
  pairsHomeWorth(): number;
}

let open: Opened<Door>;
beforeAll(async () => {
  open = await openChecked<Door>();
}, 120_000);

const SHAPES = [
  { inputs: 20, rows: 37, bound: 1, top: 16, linf: 0 },
  { inputs: 6, rows: 30, bound: 3, top: 127, linf: 0 },
  { inputs: 9, rows: 16, bound: 2, top: 9, linf: 2 },
];

describe.each(SHAPES)(
  '$inputs inputs, $rows rows, P = $bound, radius $linf',
  ({ inputs, rows, bound, top, linf }) => {
    function begun(seed: number) {
      const whole = wholeNumbers(randomOf(7919 * seed + rows));
      const samples = Array.from({ length: rows }, () =>
        Array.from({ length: inputs }, () => whole(-top, top) || 1),
      );
      const labels = Int8Array.from(samples, () => whole(0, 1) * 2 - 1);
      const problem: TrainingProblem = {
        layers: [inputs, 1],
        weightBound: bound,
        epsilon: 0.1,
        samples: Int32Array.from(samples.flat()),
        sampleCount: rows,
        labels,
        linf,
      };
      const { engine, door } = open;
      engine.load(problem);
      engine.begin('sm', [], { kind: 'correct' }, null, 0);
      door.seedRandom(seed);
      const row = door.reserve(2 * (inputs + 16));
      door.beginColumns();
      while (door.fillColumn());
      door.beginCountSearch(row);
      door.beginPairs(row);
      expect(door.pairsFit(), `seed ${seed}`).toBeTruthy();
      const confidence = Math.ceil((bound * (inputs + 1)) / 4);
      /** y * S - r |w| of every row, less what is asked. */
      const spare = (weights: readonly number[]) =>
        samples.map((x, k) =>
          weights.reduce((sum, w, i) => sum + labels[k] * w * x[i] - linf * Math.abs(w), -confidence),
        );
      const ramp = door.pairsRamp();
      const worth = (weights: readonly number[]) =>
        spare(weights).reduce(
          (sum, s) => sum + Math.min(Math.max(s + ramp, 0), ramp) + (s >= 0 ? ramp : 0),
          0,
        );
      return { door, spare, worth };
    }
    const weightsAt = (at: number) => [...new Int16Array(open.memory.buffer, at, inputs)];

    it('counts what it hands on, and rests where no change of one weight or two comes to more', () => {
      let moved = 0;
      for (let seed = 1; seed <= 12; seed++) {
        const { door, spare, worth } = begun(seed);
        const before = door.pairsBest();
        door.searchPairs(4e5);
        const best = weightsAt(door.pairsBestAt());
        expect(best.every((w) => Math.abs(w) <= bound)).toBe(true);
        expect(spare(best).filter((s) => s >= 0).length, `seed ${seed}`).toBe(door.pairsBest());
        moved += Number(door.pairsBest() > before);
        const home = weightsAt(door.pairsHomeAt());
        const rest = worth(home);
        expect(rest, `seed ${seed}`).toBe(door.pairsHomeWorth());
        const values = Array.from({ length: 2 * bound + 1 }, (_, v) => v - bound);
        for (let i = 0; i < inputs; i++) {
          for (const v of values) {
            const one = home.with(i, v);
            expect(worth(one), `seed ${seed}`).toBeLessThanOrEqual(rest);
            for (let j = 0; j < i; j++) {
              for (const u of values)
                if (worth(one.with(j, u)) > rest) expect.fail(`seed ${seed}: ${i}, ${j}`);
            }
          }
        }
      }
      expect(moved).toBeGreaterThan(6);
    });
  },
);
