import { describe, expect, it } from 'vitest';
import type { Network } from '../../src/network/types.js';
import { problemOf } from '../../src/testing/problem-of.js';
import { networkFault, sameWeights } from '../../src/verify/fault.js';

/* Every way in which a network may not be one of its problem, each beside the network nearest to it that is. */

const ROWS = [
  [3, 1, 0],
  [2, -1, 0],
];
const plain = problemOf(ROWS, [1, -1], { layers: [3, 2, 1], weightBound: 2 });
const sound: Network = {
  layers: [3, 2, 1],
  weightBound: 2,
  weights: [
    [
      [2, -2, 0],
      [1, 0, 0],
    ],
    [[-2, 2]],
  ],
};
const single = problemOf(ROWS, [1, -1], { weightBound: 2 });
const neuron = (...weights: number[]): Network => ({
  layers: [3, 1],
  weightBound: 2,
  weights: [[weights]],
});
/** Weight (l, j, i) of the sound network is another. */
function withWeight(l: number, j: number, i: number, weight: number): Network {
  const weights = sound.weights.map((layer) => layer.map((row) => [...row]));
  weights[l][j][i] = weight;
  return { ...sound, weights };
}

describe('a network of its problem', () => {
  it("has the problem's layers, all of their weights, and no others", () => {
    expect(networkFault(plain, sound)).toBeNull();
    expect(networkFault(plain, { ...sound, layers: [3, 1] })).toBe(
      "layers [3,1] are not the problem's [3,2,1]",
    );
    expect(networkFault(plain, { ...sound, weights: sound.weights.slice(0, 1) })).toBe(
      '1 layers of weights, not 2',
    );
    expect(networkFault(plain, { ...sound, weights: [sound.weights[0].slice(1), sound.weights[1]] })).toBe(
      'layer 0 has 1 neurons, not 2',
    );
    expect(networkFault(plain, { ...sound, weights: [sound.weights[0], [[-2, 2, 0]]] })).toBe(
      'layer 1, neuron 0 has 3 weights, not 2',
    );
  });

  it('states a bound of its own from 1 up to the largest weight that the problem knows', () => {
    const bounded = (weightBound: number) => networkFault(plain, { ...sound, weightBound });
    for (const bound of [0, 3, 1.5, Number.NaN])
      expect(bounded(bound)).toBe(`weightBound ${bound} is not in 1..2`);
    expect(bounded(1)).toBe('weight 2 of layer 0, neuron 0, input 0 is not in -1..1');
    expect(
      networkFault(plain, {
        ...sound,
        weightBound: 1,
        weights: [
          [
            [1, -1, 0],
            [0, 0, 0],
          ],
          [[1, -1]],
        ],
      }),
    ).toBeNull();
  });

  it('has whole weights within P, of either sign', () => {
    expect(networkFault(plain, withWeight(0, 1, 1, 0.5))).toBe(
      'weight 0.5 of layer 0, neuron 1, input 1 is not an integer',
    );
    for (const [l, j, i, weight] of [
      [0, 1, 0, 3],
      [0, 0, 1, -3],
      [1, 0, 1, 3],
    ])
      expect(networkFault(plain, withWeight(l, j, i, weight))).toBe(
        `weight ${weight} of layer ${l}, neuron ${j}, input ${i} is not in -2..2`,
      );
  });

  it('gives an input that is 0 in every sample no weight; one above the first layer may have any', () => {
    for (const weight of [1, -1])
      expect(networkFault(plain, withWeight(0, 1, 2, weight))).toBe(
        `weight ${weight} of layer 0, neuron 1, input 2 is not 0, but the input is 0 in every training sample`,
      );
  });

  it('may use the first of the layer below, where the first input is 0 everywhere', () => {
    const dark = problemOf(
      [
        [0, 3],
        [0, 2],
      ],
      [1, -1],
      { layers: [2, 2, 1], weightBound: 2 },
    );
    const network: Network = {
      layers: [2, 2, 1],
      weightBound: 2,
      weights: [
        [
          [0, 2],
          [0, -1],
        ],
        [[1, -1]],
      ],
    };
    expect(networkFault(dark, network)).toBeNull();
  });

  it('keeps to the ranges of its inputs, which may be wider than P, in the first layer alone', () => {
    const problem = {
      ...plain,
      ranges: [
        [-1, 5],
        [-2, -1],
        [-2, 2],
      ] as const,
    };
    const wide: Network = {
      ...sound,
      weightBound: 5,
      weights: [
        [
          [5, -2, 0],
          [-1, -1, 0],
        ],
        [[-2, 2]],
      ],
    };
    expect(networkFault(problem, wide)).toBeNull();
    const changed = (j: number, i: number, weight: number): string | null => {
      const weights = wide.weights.map((layer) => layer.map((row) => [...row]));
      weights[0][j][i] = weight;
      return networkFault(problem, { ...wide, weights });
    };
    expect(changed(0, 0, -2)).toBe('weight -2 of layer 0, neuron 0, input 0 is not in -1..5');
    expect(changed(0, 0, 6)).toBe('weight 6 of layer 0, neuron 0, input 0 is not in -5..5');
    expect(changed(1, 1, 0)).toBe('weight 0 of layer 0, neuron 1, input 1 is not in -2..-1');
    expect(networkFault(problem, { ...wide, weights: [wide.weights[0], [[-2, 3]]] })).toBe(
      'weight 3 of layer 1, neuron 0, input 1 is not in -2..2',
    );
    expect(networkFault(problem, { ...wide, weightBound: 6 })).toBe('weightBound 6 is not in 1..5');
  });

  it('has no more weights than the problem allows, free ones not counted, of the first layer alone', () => {
    expect(networkFault({ ...plain, maxNonzero: 3 }, sound)).toBeNull();
    expect(networkFault({ ...plain, maxNonzero: 2 }, sound)).toBe(
      '3 weights of the first layer are not 0, the problem allows 2',
    );
    expect(networkFault({ ...plain, maxNonzero: 1, free: [0] }, sound)).toBeNull();
    expect(networkFault({ ...plain, maxNonzero: 0, free: [0] }, sound)).toBe(
      '1 weights of the first layer are not 0, the problem allows 0',
    );
  });

  it('uses columns as its groups ask', () => {
    const what = 'columns are used that exclude each other, or one without those that come together with it';
    const exclusive = [[[0], [1]]];
    expect(networkFault({ ...single, exclusive }, neuron(2, 0, 0))).toBeNull();
    expect(networkFault({ ...single, exclusive }, neuron(2, 1, 0))).toBe(what);
    expect(networkFault({ ...single, together: exclusive }, neuron(2, 0, 0))).toBe(what);
  });
});

describe('the same weights', () => {
  it('are compared, and nothing else that a network says', () => {
    expect(sameWeights(neuron(1, 0, 0), { ...neuron(1, 0, 0), weightBound: 1 })).toBe(true);
    expect(sameWeights(neuron(1, 0, 0), neuron(1, -1, 0))).toBe(false);
  });
});
