import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certifyNetwork, holdRadius } from '../../src/certify/index.js';
import { forward, outputSign } from '../../src/network/forward.js';
import type { Network } from '../../src/network/types.js';
import { answersWithin, anyCase } from './networks.js';

describe('holdRadius', () => {
  it('knows that a sum of 0 counts as +1', () => {
    expect(holdRadius(0, 3)).toBe(0);
    expect(holdRadius(3, 3)).toBe(1);
    expect(holdRadius(5, 3)).toBe(1);
    expect(holdRadius(-1, 3)).toBe(0);
    expect(holdRadius(-3, 3)).toBe(0);
    expect(holdRadius(-4, 3)).toBe(1);
    expect(holdRadius(0, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('certifyNetwork', () => {
  it('is exact for one layer: within the radius nothing changes, one step further something does', () => {
    fc.assert(
      fc.property(
        anyCase(
          [
            [1, 1],
            [2, 1],
            [3, 1],
          ],
          9,
        ),
        ({ network, row }) => {
          const { answer, radius } = certifyNetwork(network, row);
          expect(answer).toBe(outputSign(network, row));
          if (radius === Number.POSITIVE_INFINITY) {
            expect(network.weights[0][0].every((weight) => weight === 0)).toBe(true);
            return;
          }
          expect([...answersWithin(network, row, radius)]).toEqual([answer]);
          expect(answersWithin(network, row, radius + 1).size).toBe(2);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never certifies what some input within the radius changes, in deeper networks', () => {
    let positive = 0;
    fc.assert(
      fc.property(
        anyCase(
          [
            [2, 2, 1],
            [2, 3, 2, 1],
            [3, 2, 2, 1],
            [2, 4, 4, 1],
          ],
          12,
        ),
        ({ network, row }) => {
          const { answer, radius } = certifyNetwork(network, row);
          const within = Math.min(radius, 6);
          if (within > 0 && radius < Number.POSITIVE_INFINITY) positive++;
          expect([...answersWithin(network, row, within)]).toEqual([answer]);
        },
      ),
      { numRuns: 1000 },
    );
    expect(positive).toBeGreaterThan(150);
  });

  it('is the largest radius at which all completions of the open neurons agree', () => {
    fc.assert(
      fc.property(
        anyCase(
          [
            [3, 2, 1],
            [3, 3, 3, 1],
            [4, 4, 4, 1],
            [2, 5, 2, 2, 1],
          ],
          60,
        ),
        ({ network, row }) => {
          const { radius } = certifyNetwork(network, row);
          if (radius === Number.POSITIVE_INFINITY) {
            expect(allAgree(network, row, 1e9)).toBe(true);
            return;
          }
          expect(allAgree(network, row, radius)).toBe(true);
          expect(allAgree(network, row, radius + 1)).toBe(false);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('knows the values that inputs may have: exact for one layer, never wrong, never below the plain radius', () => {
    const shapes = [
      [1, 1],
      [3, 1],
      [2, 2, 1],
      [3, 3, 1],
      [2, 3, 2, 1],
    ];
    let further = 0;
    fc.assert(
      fc.property(anyCase(shapes, 4), fc.nat(3), fc.nat(3), ({ network, row }, below, above) => {
        const clip = [Math.min(...row) - below, Math.max(...row) + above] as const;
        const plain = certifyNetwork(network, row);
        const { answer, radius } = certifyNetwork(network, row, { clip });
        expect(answer).toBe(plain.answer);
        expect(radius).toBeGreaterThanOrEqual(plain.radius);
        if (radius > plain.radius) further++;
        const within = Math.min(radius, 15);
        expect([...answersWithin(network, row, within, clip)]).toEqual([answer]);
        if (network.layers.length === 2 && radius < Number.POSITIVE_INFINITY) {
          expect(answersWithin(network, row, radius + 1, clip).size).toBe(2);
        }
      }),
      { numRuns: 600 },
    );
    expect(further).toBeGreaterThan(20);
  });

  it('sees that an open neuron does not matter', () => {
    // The second neuron is on the edge, and the output reads the first alone.
    const network: Network = {
      layers: [2, 2, 1],
      weightBound: 1,
      weights: [
        [
          [1, 0],
          [0, 1],
        ],
        [[1, 0]],
      ],
    };
    expect(certifyNetwork(network, [70, 0])).toEqual({ answer: 1, radius: 70 });
    expect(certifyNetwork(network, [-70, 0])).toEqual({ answer: -1, radius: 69 });
  });
});

/** The definition, written down again: which neurons can change, and do all their completions agree? */
function allAgree(network: Network, row: Int32Array, radius: number): boolean {
  const [sums] = forward(network, row).preActivations;
  const norms = network.weights[0].map((weights) =>
    weights.reduce((sum, weight) => sum + Math.abs(weight), 0),
  );
  const choices = sums.map((sum, j) => {
    const lowest = sum - radius * norms[j];
    const highest = sum + radius * norms[j];
    return lowest >= 0 ? [1] : highest < 0 ? [-1] : [1, -1];
  });
  let patterns: number[][] = [[]];
  for (const choice of choices)
    patterns = patterns.flatMap((start) => choice.map((sign) => [...start, sign]));
  const answers = patterns.map((signs) => {
    let below = signs;
    for (const layer of network.weights.slice(1)) {
      below = layer.map((weights) => (weights.reduce((sum, w, i) => sum + w * below[i], 0) >= 0 ? 1 : -1));
    }
    return below[0];
  });
  return new Set(answers).size === 1;
}
