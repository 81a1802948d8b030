import { networkMargins } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { marginUnits } from '../problem/semantics.js';
import type { TrainingProblem } from '../problem/types.js';

/**
 * Permutes the neurons of every hidden layer so that the largest margins stand where the largest held margins are.
 * Permuting the neurons of a layer, and the inputs of the next with them, changes nothing that the network computes.
 */
export function alignToHold(
  problem: TrainingProblem,
  network: Network,
  keep: readonly number[],
  held: readonly (readonly number[])[],
): Network {
  const margins = networkMargins(network, problem, keep, marginUnits(problem));
  let weights = network.weights;
  for (let l = 0; l < weights.length - 1; l++) {
    const from = descending(margins[l]);
    const to = descending(held[l]);
    const source = new Array<number>(from.length);
    for (let rank = 0; rank < from.length; rank++) source[to[rank]] = from[rank];
    weights = weights.map((layer, index) => {
      if (index === l) return source.map((j) => layer[j]);
      if (index === l + 1) return layer.map((row) => source.map((j) => row[j]));
      return layer;
    });
  }
  return { ...network, weights };
}

function descending(values: readonly number[]): number[] {
  return values.map((_, j) => j).sort((a, b) => values[b] - values[a] || a - b);
}
