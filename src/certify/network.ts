import { InputError } from '../errors.js';
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
 * @throws InputError for another number of inputs, and for what is no whole number
 */
export function certifyNetwork(
  network: Network,
  input: ArrayLike<number>,
  options: { readonly clip?: Clip } = {},
): NetworkCertificate {
  checkInput(network, input);
  const state = new FirstLayers([network]);
  state.read(input, options.clip);
  return { answer: state.answers[0] as 1 | -1, radius: state.radii[0] };
}

/** @throws InputError naming what is wrong with an input of a network */
export function checkInput({ layers }: Network, input: ArrayLike<number>): void {
  if (input.length !== layers[0]) {
    throw new InputError(`input: ${input.length} values, but the network has ${layers[0]} inputs`);
  }
  for (let i = 0; i < input.length; i++) {
    if (!Number.isSafeInteger(input[i])) {
      throw new InputError(`input[${i}]: expected a whole number, got ${String(input[i])}`);
    }
  }
}
