/**
 * A few-bit network: `layers = [n0, n1, .., nL]` with `nL = 1`, integer weights in `{-P..P}`; the paper's have no biases.
 * `weights[l][j][i]` is the weight of neuron `j` of layer `l + 1` on its input `i` (0-based layer index here; the
 * paper counts layers from 1). Activations are `sgn(S)` with `sgn(0) = +1`. Paper section 3.1; design section 1.
 */
export interface Network {
  readonly layers: readonly number[];
  readonly weightBound: number;
  readonly weights: readonly (readonly (readonly number[])[])[];
  /** One whole number a neuron of the first layer, added to its sum; left out: 0. No perturbation reaches it, and it is no weight. */
  readonly biases?: readonly number[];
}
