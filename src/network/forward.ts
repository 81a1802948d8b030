import type { Network } from './types.js';

/** All pre-activations `S[l][j]` and activations `sgn(S[l][j])` of one sample; layer index from 0, as in `Network`. */
export interface ForwardPass {
  readonly preActivations: readonly (readonly number[])[];
  readonly activations: readonly (readonly (1 | -1)[])[];
}

/** `sgn(0) = +1`: the paper's sign function, which never answers 0. */
export function sgn(value: number): 1 | -1 {
  return value >= 0 ? 1 : -1;
}

/**
 * The exact forward pass of one sample (paper section 3.1; design section 1): the reference semantics that every
 * faster evaluation is tested against. Integers below 2^53 throughout, so nothing rounds.
 *
 * @param input at least `offset + layers[0]` integers; a sample of a row-major matrix is named by its offset
 */
export function forward(network: Network, input: ArrayLike<number>, offset = 0): ForwardPass {
  const preActivations: number[][] = [];
  const activations: (1 | -1)[][] = [];
  for (let layer = 0; layer < network.weights.length; layer++) {
    const sums =
      layer === 0
        ? layerSums(network, 0, input, offset)
        : layerSums(network, layer, activations[layer - 1], 0);
    preActivations.push(sums);
    activations.push(sums.map(sgn));
  }
  return { preActivations, activations };
}

/** What the network answers on one sample: +1 is the first class of the pair. Parameters as in `forward`. */
export function outputSign(network: Network, input: ArrayLike<number>, offset = 0): 1 | -1 {
  let activations = layerSums(network, 0, input, offset).map(sgn);
  for (let layer = 1; layer < network.weights.length; layer++) {
    activations = layerSums(network, layer, activations, 0).map(sgn);
  }
  return activations[0];
}

function layerSums(network: Network, layer: number, input: ArrayLike<number>, offset: number): number[] {
  const width = network.layers[layer];
  const biases = layer === 0 ? network.biases : undefined;
  return network.weights[layer].map((weights, j) => {
    let sum = biases === undefined ? 0 : biases[j];
    for (let i = 0; i < width; i++) sum += weights[i] * input[offset + i];
    return sum;
  });
}
