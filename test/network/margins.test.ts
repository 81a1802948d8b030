import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forward } from '../../src/network/forward.js';
import { linkCount, nonzeroCount } from '../../src/network/links.js';
import { firstLayerRadii, marginSum, marginsHold, networkMargins } from '../../src/network/margins.js';
import type { Network } from '../../src/network/types.js';
import { marginUnits } from '../../src/problem/semantics.js';
import { problemAndNetwork } from '../../src/testing/arbitraries.js';
import { problemOf } from '../../src/testing/problem-of.js';

const tenths = { scale: 10, epsilon: 1 };
const neuron = (...weights: number[]): Network => ({
  layers: [weights.length, 1],
  weightBound: 1,
  weights: [[weights]],
});

describe('margins', () => {
  it('are asymmetric: S on the + side, -S - epsilon on the - side', () => {
    const problem = problemOf([[5], [-5]], [1, -1]);
    expect(networkMargins(neuron(1), problem, [0], tenths)).toEqual([[50]]);
    expect(networkMargins(neuron(1), problem, [1], tenths)).toEqual([[49]]);
    expect(networkMargins(neuron(1), problem, [0, 1], tenths)).toEqual([[49]]);
  });

  it('are negative in the last layer where the answer is wrong', () => {
    const problem = problemOf([[5], [0]], [-1, -1]);
    expect(networkMargins(neuron(1), problem, [0], tenths)).toEqual([[-51]]);
    // S = 0 answers +1: wrong for a label of -1, by epsilon.
    expect(networkMargins(neuron(1), problem, [1], tenths)).toEqual([[-1]]);
    expect(marginsHold([[3], [0]])).toBe(true);
    expect(marginsHold([[3], [-1]])).toBe(false);
  });

  it('take a hidden neuron by its own side, also at S = 0', () => {
    const network: Network = {
      layers: [2, 2, 1],
      weightBound: 1,
      weights: [
        [
          [1, 1],
          [-1, 0],
        ],
        [[1, 0]],
      ],
    };
    const problem = problemOf(
      [
        [2, -2],
        [3, 1],
      ],
      [1, 1],
      { layers: [2, 2, 1] },
    );
    // Neuron 0: S = 0 (+, margin 0) and 4; neuron 1: -2 (margin 1.9) and -3; the output is 1 twice.
    expect(networkMargins(network, problem, [0, 1], tenths)).toEqual([[0, 19], [10]]);
    expect(marginSum([[0, 19], [10]])).toBe(29);
  });

  it('lose linf * |w| in the first layer only', () => {
    const network: Network = { layers: [2, 1, 1], weightBound: 2, weights: [[[2, -1]], [[2]]] };
    const problem = problemOf(
      [
        [4, 0],
        [-4, 2],
      ],
      [1, -1],
      { layers: [2, 1, 1], linf: 3, weightBound: 2 },
    );
    // r = 9; S = 8 (8 - 9 = -1: not certain), S = -10 (10 - 9 - 0.1 = 0.9); outputs 2 and -2.
    expect(firstLayerRadii(network, { linf: 3 })).toEqual([9]);
    expect(networkMargins(network, problem, [0], tenths)).toEqual([[-10], [20]]);
    expect(networkMargins(network, problem, [1], tenths)).toEqual([[9], [19]]);
    // The same radius, input by input; and another one.
    expect(firstLayerRadii(network, { linf: 0, radii: [3, 3] })).toEqual([9]);
    expect(firstLayerRadii(network, { linf: 0, radii: [0, 5] })).toEqual([5]);
    // A single neuron is first and last layer at once: 6 - 2 * 3 = 0.
    const single = problemOf([[4, -2]], [1], { linf: 3 });
    expect(networkMargins(neuron(1, -1), single, [0], tenths)).toEqual([[0]]);
  });

  it('are 0 on no samples', () => {
    expect(networkMargins(neuron(1), problemOf([[5]], [-1]), [], tenths)).toEqual([[0]]);
  });

  it('of more samples are never larger, and are those of the worst one', () => {
    fc.assert(
      fc.property(problemAndNetwork(), ([problem, network]) => {
        const units = marginUnits(problem);
        const each = Array.from({ length: problem.sampleCount }, (_, k) =>
          networkMargins(network, problem, [k], units),
        );
        const all = networkMargins(network, problem, [...each.keys()], units);
        all.forEach((layer, l) => {
          layer.forEach((margin, j) => {
            expect(margin).toBe(Math.min(...each.map((margins) => margins[l][j])));
          });
        });
      }),
    );
  });

  it('say, without a radius, whether the output is right', () => {
    fc.assert(
      fc.property(problemAndNetwork({ maxLinf: 0 }), ([problem, network]) => {
        for (let k = 0; k < problem.sampleCount; k++) {
          const answer = forward(network, problem.samples, k * problem.layers[0]).activations.at(-1)?.[0];
          const holds = marginsHold(networkMargins(network, problem, [k], marginUnits(problem)));
          expect(holds).toBe(answer === problem.labels[k]);
        }
      }),
    );
  });
});

describe('links', () => {
  it('count all weights, and those other than 0', () => {
    expect(linkCount([784, 4, 4, 1])).toBe(784 * 4 + 16 + 4);
    expect(linkCount([10, 1])).toBe(10);
    expect(
      nonzeroCount({
        layers: [3, 2, 1],
        weightBound: 1,
        weights: [
          [
            [1, 0, -1],
            [0, 0, 0],
          ],
          [[0, -1]],
        ],
      }),
    ).toBe(3);
  });
});
