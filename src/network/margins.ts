import { forward } from './forward.js';
import type { Network } from './types.js';

/** Margins are integers in units of `1 / scale`; `epsilon` is the paper's epsilon in that unit. */
export interface MarginUnits {
  /** D: a power of ten, see `marginScale`. */
  readonly scale: number;
  /** `epsilon * D`, an integer in `1..D`. */
  readonly epsilon: number;
}

/** What margins are measured on. A `TrainingProblem` is one. */
export interface LabelledSamples {
  /** Row-major, `layers[0]` integers a sample. */
  readonly samples: ArrayLike<number>;
  /** +1 / -1 a sample: the side on which the last layer has to be. */
  readonly labels: ArrayLike<number>;
  /** L-infinity radius around every sample, in input units. */
  readonly linf: number;
  /** In its place: a radius for every input. */
  readonly radii?: ArrayLike<number>;
}

/**
 * The margin of every neuron on the given samples, `[layer][neuron]`, in integer units of `1 / D`: the least of
 * `S - r` over the samples on its + side and `-S - r - epsilon` over those on its - side. A hidden neuron's side is
 * its own activation; the last layer's side is the label, so a wrong answer shows as a negative margin. `r` is
 * `linf * |w|_1` in the first layer and 0 above (docs/architecture.md); with `linf > 0` a first-layer margin is
 * negative where some activation is not certain. Paper section 3.4, max-margin.
 *
 * @param subset indices of the samples to measure; none gives all margins 0
 */
export function networkMargins(
  network: Network,
  data: LabelledSamples,
  subset: ArrayLike<number>,
  units: MarginUnits,
): number[][] {
  if (subset.length === 0) return network.weights.map((layer) => layer.map(() => 0));
  const margins = network.weights.map((layer) => layer.map(() => Number.POSITIVE_INFINITY));
  const radii = firstLayerRadii(network, data);
  const last = network.weights.length - 1;
  for (let s = 0; s < subset.length; s++) {
    const sample = subset[s];
    const pass = forward(network, data.samples, sample * network.layers[0]);
    for (let layer = 0; layer <= last; layer++) {
      for (let j = 0; j < margins[layer].length; j++) {
        const sum = pass.preActivations[layer][j];
        const side = layer === last ? data.labels[sample] : pass.activations[layer][j];
        const radius = layer === 0 ? radii[j] : 0;
        const margin = (side * sum - radius) * units.scale - (side === 1 ? 0 : units.epsilon);
        if (margin < margins[layer][j]) margins[layer][j] = margin;
      }
    }
  }
  return margins;
}

/** `linf * |w_j|_1` of every first-layer neuron: how far its pre-activation can move inside the L-infinity box. */
export function firstLayerRadii(network: Network, box: Pick<LabelledSamples, 'linf' | 'radii'>): number[] {
  return network.weights[0].map((weights) => movedBy(weights, box));
}

/** How far a sum with these weights can move inside the box round a sample. */
export function movedBy(
  weights: readonly number[],
  { linf, radii }: Pick<LabelledSamples, 'linf' | 'radii'>,
): number {
  let moved = 0;
  for (let i = 0; i < weights.length; i++)
    moved += (radii === undefined ? linf : radii[i]) * Math.abs(weights[i]);
  return moved;
}

/** Sum of all margins, in their unit: MM's objective times D. */
export function marginSum(margins: readonly (readonly number[])[]): number {
  let sum = 0;
  for (const layer of margins) for (const margin of layer) sum += margin;
  return sum;
}

/** Every margin at least 0: right on every measured sample, and no first-layer activation changes inside the box. */
export function marginsHold(margins: readonly (readonly number[])[]): boolean {
  return margins.every((layer) => layer.every((margin) => margin >= 0));
}
