import type { Network } from '../network/types.js';
import { FirstLayers } from './first-layers.js';
import type { Clip } from './radius.js';

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
 * Certifies one input of one network; integers throughout, sums below 2^53.
 *
 * @param input `layers[0]` integers
 * @param clip the values that inputs may have; default: any
 */
export function certifyNetwork(
  network: Network,
  input: ArrayLike<number>,
  options: { readonly clip?: Clip } = {},
): NetworkCertificate {
  const state = new FirstLayers([network]);
  state.read(input, options.clip);
  return { answer: state.answers[0] as 1 | -1, radius: state.radii[0] };
}
