import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/errors.js';
import { checkLayers, validateNetwork } from '../../src/network/shape.js';

const good = {
  layers: [2, 2, 1],
  weightBound: 1,
  weights: [
    [
      [1, 0],
      [-1, 1],
    ],
    [[1, -1]],
  ],
};

describe('validateNetwork', () => {
  it('takes a network and leaves unknown fields out', () => {
    expect(validateNetwork({ ...good, extra: 1 }, 'n')).toEqual(good);
  });

  it.each<[string, unknown, string]>([
    ['no object', null, 'n: expected an object with layers, weightBound and weights, got null'],
    [
      'one layer size',
      { ...good, layers: [2] },
      'n: layers: expected at least two layer sizes like [64, 4, 1], got [2]',
    ],
    [
      'two outputs',
      { ...good, layers: [2, 2] },
      'n: layers: entry 1 must be exactly 1 (one output neuron), got 2',
    ],
    [
      'an empty layer',
      { ...good, layers: [2, 0, 1] },
      'n: layers: entry 1 must be an integer in 1..4096, got 0',
    ],
    ['a bound of 0', { ...good, weightBound: 0 }, 'n: weightBound: must be an integer in 1..127, got 0'],
    ['a missing layer', { ...good, weights: [[]] }, 'n: weights: expected a list of 2 layers, got 1'],
    [
      'a missing neuron',
      { ...good, weights: [[[1, 0]], [[1, 1]]] },
      'n: weights, layer 0: expected a list of 2 neurons, got 1',
    ],
    [
      'a short neuron',
      { ...good, weights: [[[1, 0], [1]], [[1, 1]]] },
      'n: weights, layer 0, neuron 1: expected a list of 2 weights, got 1',
    ],
    [
      'a weight out of range',
      {
        ...good,
        weights: [
          [
            [1, 0],
            [1, 2],
          ],
          [[1, 1]],
        ],
      },
      'n: weights, layer 0, neuron 1, input 1: must be an integer in -1..1, got 2',
    ],
    [
      'a fraction',
      {
        ...good,
        weights: [
          [
            [1, 0],
            [1, 1],
          ],
          [[1, 0.5]],
        ],
      },
      'n: weights, layer 1, neuron 0, input 1: must be an integer in -1..1, got 0.5',
    ],
  ])('refuses %s in one line', (_, raw, message) => {
    expect(() => validateNetwork(raw, 'n')).toThrow(new InputError(message));
  });

  it('makes no negative zeros', () => {
    const network = validateNetwork(
      {
        ...good,
        weights: [
          [
            [1, -0],
            [-1, 1],
          ],
          [[1, -1]],
        ],
      },
      'n',
    );
    expect(Object.is(network.weights[0][0][1], 0)).toBe(true);
  });
});

describe('checkLayers', () => {
  it('limits depth, width and the number of weights', () => {
    expect(checkLayers([65536, 1], 'l')).toEqual([65536, 1]);
    expect(() => checkLayers([65537, 1], 'l')).toThrow(
      'l: entry 0 must be an integer in 1..65536, got 65537',
    );
    expect(checkLayers(new Array(17).fill(1), 'l')).toHaveLength(17);
    expect(() => checkLayers(new Array(18).fill(1), 'l')).toThrow(
      'l: 17 weight layers; at most 16 are supported',
    );
    expect(() => checkLayers([65536, 4096, 1], 'l')).toThrow(/l: 268439552 weights; at most 16777216/);
  });
});
