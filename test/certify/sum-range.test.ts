import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certifyNetwork, SumRange } from '../../src/certify/index.js';
import { anyCase } from './networks.js';

/** All whole inputs of a box. */
function* inputsOf(low: Int32Array, high: Int32Array, from = 0, row = low.slice()): Generator<Int32Array> {
  if (from === low.length) yield row;
  else
    for (row[from] = low[from]; row[from] <= high[from]; row[from]++)
      yield* inputsOf(low, high, from + 1, row);
}

describe('SumRange', () => {
  it('says of a box what holds for every input in it, with biases and without', () => {
    const shapes = [
      [3, 1],
      [3, 2, 1],
      [2, 3, 2, 1],
    ];
    let known = 0;
    let open = 0;
    let biased = 0;
    const widths = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(anyCase(shapes, 6), widths, ({ network, row }, wide) => {
        const high = row.map((x, i) => x + wide[i]);
        const range = new SumRange([null, network]);
        range.read(row, high);
        expect(range.answers[0]).toBe(0);
        const answer = range.answers[1];
        if (answer === 0) open++;
        else known++;
        if (answer !== 0 && network.biases?.some((bias) => bias !== 0)) biased++;
        for (const input of inputsOf(row, high)) {
          const here = certifyNetwork(network, input);
          if (answer !== 0) {
            expect(here.answer).toBe(answer);
            expect(here.radius).toBeGreaterThanOrEqual(range.least[1]);
          }
          // An input that nothing changes has no radius to be compared.
          if (here.radius < Number.POSITIVE_INFINITY) {
            expect(here.radius).toBeLessThanOrEqual(range.most[here.answer > 0 ? 0 : 1][1]);
          }
        }
      }),
      { seed: 20261126, numRuns: 400 },
    );
    expect(Math.min(known, open, biased)).toBeGreaterThan(20);
  });
});
