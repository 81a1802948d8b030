import type { Network } from '../network/types.js';
import type { TrainingProblem } from '../problem/types.js';
import { activeFlags } from './evaluate.js';
import { keepsToGroups } from './used-columns.js';

/**
 * The first thing about a claimed network that does not fit the problem, as part of a line (layer, neuron and input
 * counted from 0), or `null`: layer sizes, completeness, integers in `{-P..P}` of the problem (and of the network's
 * own stated bound) or in the input's range, weight 0 on every inactive input, as many others than 0 as the problem allows.
 */
export function networkFault(problem: TrainingProblem, network: Network): string | null {
  const { layers, ranges, free = [], maxNonzero } = problem;
  const widest = Math.max(problem.weightBound, ...(ranges ?? []).flat().map(Math.abs));
  if (network.layers.join() !== layers.join()) {
    return `layers [${network.layers.join()}] are not the problem's [${layers.join()}]`;
  }
  if (!(Number.isInteger(network.weightBound) && network.weightBound >= 1 && network.weightBound <= widest)) {
    return `weightBound ${network.weightBound} is not in 1..${widest}`;
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
        const own = Math.min(network.weightBound, l === 0 ? widest : problem.weightBound);
        if (Math.abs(weight) > own) return `${at} is not in -${own}..${own}`;
        const range = l === 0 ? ranges?.[i] : undefined;
        if (range !== undefined && (weight < range[0] || weight > range[1]))
          return `${at} is not in ${range[0]}..${range[1]}`;
        if (l === 0 && weight !== 0 && !active[i])
          return `${at} is not 0, but the input is 0 in every training sample`;
      }
    }
  }
  const limited = network.weights[0].reduce(
    (sum, row) => sum + row.filter((w, i) => w !== 0 && !free.includes(i)).length,
    0,
  );
  if (maxNonzero !== undefined && limited > maxNonzero)
    return `${limited} weights of the first layer are not 0, the problem allows ${maxNonzero}`;
  if (!keepsToGroups(problem, network.weights[0][0]))
    return 'columns are used that exclude each other, or one without those that come together with it';
  return null;
}

/** Two networks with the same weights, whatever else they say. */
export function sameWeights(a: Network, b: Network): boolean {
  return JSON.stringify(a.weights) === JSON.stringify(b.weights);
}
