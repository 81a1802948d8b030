import { describe, expect, it } from 'vitest';
import { forward, outputSign, sgn } from '../../src/network/forward.js';
import type { Network } from '../../src/network/types.js';

const network: Network = {
  layers: [3, 2, 1],
  weightBound: 2,
  weights: [
    [
      [1, -1, 0],
      [0, 2, -1],
    ],
    [[1, -2]],
  ],
};

describe('the forward pass', () => {
  it('is worked out by hand', () => {
    // S1 = [5 - 3, 2*3 - 7] = [2, -1], a1 = [1, -1], S2 = 1 + 2 = 3.
    expect(forward(network, [5, 3, 7])).toEqual({
      preActivations: [[2, -1], [3]],
      activations: [[1, -1], [1]],
    });
    expect(outputSign(network, [5, 3, 7])).toBe(1);
  });

  it('answers +1 where a sum is 0', () => {
    // S1 = [0, 6 - 6] = [0, 0], a1 = [1, 1], S2 = -1.
    expect(forward(network, [3, 3, 6])).toEqual({
      preActivations: [[0, 0], [-1]],
      activations: [[1, 1], [-1]],
    });
    expect(outputSign(network, [3, 3, 6])).toBe(-1);
    expect([sgn(0), sgn(-0), sgn(-1), sgn(7)]).toEqual([1, 1, -1, 1]);
  });

  it('reads a row of a matrix by its offset', () => {
    const matrix = Int32Array.of(3, 3, 6, 5, 3, 7);
    expect(forward(network, matrix, 3)).toEqual(forward(network, [5, 3, 7]));
    expect(outputSign(network, matrix, 3)).toBe(1);
  });

  it('has three layers too, and negative inputs', () => {
    const deep: Network = { layers: [1, 1, 1, 1], weightBound: 3, weights: [[[-3]], [[2]], [[-1]]] };
    // S1 = 12, S2 = 2, S3 = -1; then S1 = -12, S2 = -2, S3 = 1.
    expect(forward(deep, [-4]).preActivations).toEqual([[12], [2], [-1]]);
    expect(forward(deep, [4]).preActivations).toEqual([[-12], [-2], [1]]);
  });
});
