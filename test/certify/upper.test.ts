import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ENUMERATED, UpperFunction } from '../../src/certify/upper.js';
import { outputSign } from '../../src/network/forward.js';
import type { Network } from '../../src/network/types.js';
import { anyNetwork } from '../ensemble/support.js';

/** The network whose first layer hands its inputs on: an input of signs is then a choice of first-layer signs. */
function withIdentity(network: Network): Network {
  const width = network.layers[1];
  const identity = Array.from({ length: width }, (_, j) =>
    Array.from({ length: width }, (_, i) => (i === j ? 1 : 0)),
  );
  return {
    ...network,
    layers: [width, ...network.layers.slice(1)],
    weights: [identity, ...network.weights.slice(1)],
  };
}

/** The answers of all completions, by the reference forward pass. */
function completions(network: Network, signs: readonly number[]): Set<number> {
  const open = signs.flatMap((sign, j) => (sign === 0 ? [j] : []));
  const found = new Set<number>();
  for (let bits = 0; bits < 2 ** open.length; bits++) {
    const full = signs.slice();
    for (const [k, j] of open.entries()) full[j] = (bits >> k) & 1 ? 1 : -1;
    found.add(outputSign(network, full));
  }
  return found;
}

const signsOf = (width: number) =>
  fc.array(fc.constantFrom(1, -1, 0), { minLength: width, maxLength: width });

describe('UpperFunction', () => {
  it('is certain exactly where all completions agree, with up to twelve neurons', () => {
    const shapes = fc.constantFrom([2, 1], [2, 3, 1], [2, 4, 4, 1], [1, 6, 3, 2, 1], [1, 9, 2, 1]);
    const cases = shapes.chain((layers) => fc.tuple(anyNetwork(layers, 2), signsOf(layers[1])));
    fc.assert(
      fc.property(cases, ([network, signs]) => {
        const answers = completions(withIdentity(network), signs);
        const expected = answers.size === 2 ? 0 : [...answers][0];
        const upper = new UpperFunction(network);
        expect(upper.over(Int8Array.from([9, ...signs]), 1)).toBe(expected);
        expect(upper.over(Int8Array.from(signs), 0)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('is exact for one layer above, however wide', () => {
    const cases = fc.tuple(anyNetwork([1, 15, 1], 2), signsOf(15));
    fc.assert(
      fc.property(cases, ([network, signs]) => {
        const answers = completions(withIdentity(network), signs);
        expect(new UpperFunction(network).over(Int8Array.from(signs), 0)).toBe(
          answers.size === 2 ? 0 : [...answers][0],
        );
      }),
      { numRuns: 30 },
    );
  });

  it('is never certain wrongly beyond that, exact while few signs are open, and loses with every open one', () => {
    const cases = fc.tuple(anyNetwork([1, 14, 3, 1], 1), signsOf(14), fc.nat(13));
    let certain = 0;
    fc.assert(
      fc.property(cases, ([network, signs, more]) => {
        const upper = new UpperFunction(network);
        expect(upper.hasTable).toBe(false);
        const found = upper.over(Int8Array.from(signs), 0);
        const answers = completions(withIdentity(network), signs);
        if (found !== 0) {
          certain++;
          expect([...answers]).toEqual([found]);
        } else if (signs.filter((sign) => sign === 0).length <= ENUMERATED) expect(answers.size).toBe(2);
        const wider = signs.with(more, 0);
        if (found === 0) expect(upper.over(Int8Array.from(wider), 0)).toBe(0);
      }),
      { numRuns: 200 },
    );
    expect(certain).toBeGreaterThan(20);
  });
});
