import { readFileSync } from 'node:fs';
import binaryen from 'binaryen';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FastSums } from '../../../src/ensemble/predict/fast-sums.js';
import { Predictor } from '../../../src/ensemble/predict/predictor.js';
import type { Network } from '../../../src/network/types.js';

const source = (name: string): string =>
  readFileSync(new URL(`../../../src/ensemble/predict/${name}`, import.meta.url), 'utf8');

/** Full matrices that are worth it, with inputs and weights at their ends as often as not. */
const sizes = fc
  .record({
    neurons: fc.integer({ min: 1, max: 23 }),
    bound: fc.constantFrom(1, 3, 127),
    more: fc.integer({ min: 0, max: 9 }),
    seed: fc.integer(),
  })
  .map(({ neurons, ...rest }) => ({ ...rest, neurons, inputs: Math.ceil(4096 / neurons) + rest.more }));

function drawn({
  neurons,
  inputs,
  bound,
  seed,
}: {
  neurons: number;
  inputs: number;
  bound: number;
  seed: number;
}) {
  const value = (ends: readonly number[]) =>
    fc.oneof(fc.constantFrom(0, ...ends), fc.integer({ min: ends[0], max: ends[1] }));
  const list = (one: fc.Arbitrary<number>, length: number): number[] =>
    fc
      .sample(fc.array(one, { minLength: 64, maxLength: 64, size: 'max' }), {
        numRuns: Math.ceil(length / 64),
        seed,
      })
      .flat()
      .slice(0, length);
  const weights = list(value([-bound, bound]), neurons * inputs);
  const rows = Array.from({ length: neurons }, (_, n) => weights.slice(n * inputs, (n + 1) * inputs));
  return { rows, row: list(value([-32768, 32767]), inputs + 3) };
}

describe('FastSums', () => {
  it('are the bytes of sums.wat', () => {
    const module = binaryen.parseText(source('sums.wat'));
    module.setFeatures(binaryen.Features.All);
    expect(module.validate()).toBe(1);
    const code = Buffer.from(module.emitBinary()).toString('base64');
    const text = [...source('fast-sums.ts').matchAll(/'([\w+/=]{40,})'/g)].map(([, part]) => part).join('');
    expect(text).toBe(code);
  });

  it('are the sums', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const { rows, row } = drawn(size);
        const fast = FastSums.of(rows, size.inputs);
        const expected = rows.map((weights) => weights.reduce((sum, w, i) => sum + w * row[i + 3], 0));
        const out = new Float64Array(size.neurons);
        // 127 times 32768 fits 32 bits for 500 inputs, and those with more say so.
        const norm = Math.max(...rows.map((weights) => weights.reduce((sum, w) => sum + Math.abs(w), 0)));
        expect(fast === undefined).toBe(norm > 65535);
        for (let again = 0; again < 2 && fast !== undefined; again++) {
          expect(fast.into(row, 3, out)).toBe(true);
          expect([...out]).toEqual(expected.map((sum) => sum + 0));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('leave alone what does not fit, and what lists do as well', () => {
    const rows = Array.from({ length: 8 }, (_, n) =>
      Array.from({ length: 600 }, (_, i) => ((i + n) % 3) - 1),
    );
    const fast = FastSums.of(rows, 600) as FastSums;
    const out = new Float64Array(8).fill(7);
    for (const value of [32768, -32769, Number.NaN]) {
      expect(fast.into([...new Array(599).fill(1), value], 0, out)).toBe(false);
      expect([...out]).toEqual(new Array(8).fill(7));
    }
    expect(
      FastSums.of(
        rows.map((row) => row.map((w, i) => (i % 20 === 0 ? w : 0))),
        600,
      ),
    ).toBeUndefined();
    expect(FastSums.of([rows[0]], 600)).toBeUndefined();
    expect(FastSums.of([new Array(70_000).fill(1)], 70_000)).toBeUndefined();
  });

  it('make no difference to answers', () => {
    const weights = [
      Array.from({ length: 4 }, (_, n) => Array.from({ length: 1200 }, (_, i) => ((i * 7 + n * 3) % 3) - 1)),
      [[1, -1, 1, 1]],
    ];
    const network: Network = {
      layers: [1200, 4, 1],
      weightBound: 1,
      weights,
      biases: [5, -4, 70_000_000_000, 0],
    };
    const predictor = new Predictor([network, null], 1200);
    const sumOf = (n: number, row: readonly number[]): number =>
      weights[0][n].reduce((sum, w, i) => sum + w * row[i], (network.biases as number[])[n]);
    for (let k = 0; k < 60; k++) {
      // Every third row has a value that only lists can take.
      const row = Array.from(
        { length: 1200 },
        (_, i) => ((i * 31 + k * 17) % 41) - 20 + (k % 3 === 0 && i === 9 ? 40_000 : 0),
      );
      const signs = [0, 1, 2, 3].map((n) => (sumOf(n, row) >= 0 ? 1 : -1));
      const answers = new Int8Array(2);
      predictor.answer(row, 0, answers);
      expect([...answers]).toEqual([signs[0] - signs[1] + signs[2] + signs[3] >= 0 ? 1 : -1, 0]);
    }
  });
});
