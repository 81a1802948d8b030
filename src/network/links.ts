import type { Network } from './types.js';

/** Weights other than 0: MW's objective. */
export function nonzeroCount(network: Network): number {
  let count = 0;
  for (const layer of network.weights) {
    for (const neuron of layer) for (const weight of neuron) if (weight !== 0) count++;
  }
  return count;
}

/** The biases of the first layer, 0 where a network has none. */
export function biasesOf({ biases, weights }: Network): readonly number[] {
  return biases ?? weights[0].map(() => 0);
}

/** All weights of a network of these layer sizes, those of inactive inputs included (contract, `links`). */
export function linkCount(layers: readonly number[]): number {
  let count = 0;
  for (let l = 1; l < layers.length; l++) count += layers[l - 1] * layers[l];
  return count;
}
