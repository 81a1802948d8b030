import type { Network } from '../network/types.js';
import type { TrainingProblem } from '../problem/types.js';
import { activeFlags } from './evaluate.js';

/**
 * The first thing about a claimed network that does not fit the problem, as part of a line (layer, neuron and input
 * counted from 0), or `null`: layer sizes, completeness, integers in `{-P..P}` of the problem (and of the network's
 * own stated bound), weight 0 on every inactive input.
 */
export function networkFault(problem: TrainingProblem, network: Network): string | null {
  const { layers, weightBound } = problem;
  if (network.layers.join() !== layers.join()) {
    return `layers [${network.layers.join()}] are not the problem's [${layers.join()}]`;
  }
  if (
    !(Number.isInteger(network.weightBound) && network.weightBound >= 1 && network.weightBound <= weightBound)
  ) {
    return `weightBound ${network.weightBound} is not in 1..${weightBound}`;
  }
  if (network.weights.length !== layers.length - 1) {
    return `${network.weights.length} layers of weights, not ${layers.length - 1}`;
  }
  const active = activeFlags(problem);
  for (let l = 0; l < network.weights.length; l++) {
    const layer = network.weights[l];
    if (layer.length !== layers[l + 1]) return `layer ${l} has ${layer.length} neurons, not ${layers[l + 1]}`;
    for (let j = 0; j < layer.length; j++) {
      const neuron = layer[j];
      if (neuron.length !== layers[l])
        return `layer ${l}, neuron ${j} has ${neuron.length} weights, not ${layers[l]}`;
      for (let i = 0; i < neuron.length; i++) {
        const weight = neuron[i];
        const at = `weight ${weight} of layer ${l}, neuron ${j}, input ${i}`;
        if (!Number.isInteger(weight)) return `${at} is not an integer`;
        if (Math.abs(weight) > network.weightBound)
          return `${at} is not in -${network.weightBound}..${network.weightBound}`;
        if (l === 0 && weight !== 0 && !active[i])
          return `${at} is not 0, but the input is 0 in every training sample`;
      }
    }
  }
  return null;
}

/** Two networks with the same weights, whatever else they say. */
export function sameWeights(a: Network, b: Network): boolean {
  return JSON.stringify(a.weights) === JSON.stringify(b.weights);
}
