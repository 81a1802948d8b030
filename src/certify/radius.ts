import { forward } from '../network/forward.js';
import { firstLayerRadii } from '../network/margins.js';
import type { Network } from '../network/types.js';
import { UpperFunction } from './upper.js';

/** What a network provably answers round an input. */
export interface NetworkCertificate {
  readonly answer: 1 | -1;
  /**
   * The largest whole radius (input units, L-infinity) within which the answer provably is the same, for real
   * perturbations as for integer ones; `Infinity` where no input changes it.
   */
  readonly radius: number;
}

/**
 * The largest whole radius at which a neuron's sign cannot change: `|sum' - sum| <= radius * norm`, reached by an integer
 * corner of the box. `sgn(0) = +1`, so the + side holds down to a sum of 0 and the - side up to -1.
 *
 * @param sum the pre-activation; @param norm `|w|_1`; both whole
 */
export function holdRadius(sum: number, norm: number): number {
  if (norm === 0) return Number.POSITIVE_INFINITY;
  return sum >= 0 ? Math.floor(sum / norm) : Math.floor((-sum - 1) / norm);
}

/**
 * The largest whole radius at which a network's answer is certain, from its first-layer sums. A neuron is open beyond
 * its `holdRadius`; the answer is certain where every completion of the open neurons gives it (design section 2.6). The
 * open neurons only grow with the radius, and `UpperFunction` never becomes certain as they do, so bisection over the at
 * most `width` radii at which one opens finds the largest.
 *
 * A network of one layer is decided exactly: one step further some input has the other answer. In a deeper one the
 * radius is a bound: the box moves all its neurons with one and the same perturbation, which may not reach a completion.
 *
 * @param sums, norms at least `offset + width` entries
 */
export function certifiedRadius(
  upper: UpperFunction,
  sums: ArrayLike<number>,
  norms: ArrayLike<number>,
  offset: number,
): number {
  const { width } = upper;
  const holds = new Array<number>(width);
  for (let j = 0; j < width; j++) holds[j] = holdRadius(sums[offset + j], norms[offset + j]);
  const steps = [...new Set(holds)].filter((hold) => hold !== Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  const signs = new Int8Array(width);
  const isCertainBeyond = (step: number): boolean => {
    for (let j = 0; j < width; j++) signs[j] = holds[j] <= steps[step] ? 0 : sums[offset + j] >= 0 ? 1 : -1;
    return upper.over(signs, 0) !== 0;
  };
  // Certain beyond all steps before `low`, not certain beyond `high` and any after it.
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isCertainBeyond(middle)) low = middle + 1;
    else high = middle;
  }
  return low < steps.length ? steps[low] : Number.POSITIVE_INFINITY;
}

/**
 * Certifies one input of one network; integers throughout, sums below 2^53.
 *
 * @param input `layers[0]` integers
 */
export function certifyNetwork(network: Network, input: ArrayLike<number>): NetworkCertificate {
  const { preActivations, activations } = forward(network, input);
  return {
    answer: activations[activations.length - 1][0],
    radius: certifiedRadius(new UpperFunction(network), preActivations[0], firstLayerRadii(network, 1), 0),
  };
}
