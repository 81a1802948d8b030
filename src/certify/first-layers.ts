import type { Network } from '../network/types.js';
import { type Clip, certifiedRadius, clippedHoldRadius, holdRadius } from './radius.js';
import { UpperFunction } from './upper.js';

/** One network among many: its neurons are `offset .. offset + upper.width - 1`. */
export interface PlacedNetwork {
  readonly offset: number;
  readonly upper: UpperFunction;
}

/** The first-layer neurons of all networks in one row, one network after the other; `null` has none. */
export function placeNetworks(networks: readonly (Network | null)[]): {
  readonly placed: readonly (PlacedNetwork | null)[];
  readonly neurons: number;
} {
  let neurons = 0;
  const placed = networks.map((network) => {
    if (network === null) return null;
    const offset = neurons;
    neurons += network.weights[0].length;
    return { offset, upper: new UpperFunction(network) };
  });
  return { placed, neurons };
}

/** The biases of all first-layer neurons, in the order of `placeNetworks`. */
export function firstBiases(networks: readonly (Network | null)[], neurons: number): Float64Array {
  const biases = new Float64Array(neurons);
  let at = 0;
  for (const network of networks) {
    if (network === null) continue;
    biases.set(network.biases ?? [], at);
    at += network.weights[0].length;
  }
  return biases;
}

/**
 * The first layers of many networks by neuron: for neuron h, `input[k]` and `weight[k]` for k in
 * `[start[h], start[h + 1])`. The state of all of them on one input at a time: sums, answers, and how far each answer
 * holds.
 */
export class FirstLayers {
  readonly placed: readonly (PlacedNetwork | null)[];
  readonly start: Uint32Array;
  readonly input: Uint32Array;
  readonly weight: Int8Array;
  /** `|w|_1` of every neuron, which its bias is no part of. */
  readonly norms: Float64Array;
  readonly biases: Float64Array;
  /** Of the input read last: pre-activations, and the radii up to which their signs hold. */
  readonly sums: Float64Array;
  readonly holds: Float64Array;
  /** Answers and certified radii of the networks on it; 0 for no network. */
  readonly answers: Int8Array;
  readonly radii: Float64Array;
  private readonly signs: Int8Array;

  constructor(networks: readonly (Network | null)[]) {
    const { placed, neurons } = placeNetworks(networks);
    this.placed = placed;
    const rows = networks.flatMap((network) => network?.weights[0] ?? []);
    const links = rows.reduce((sum, row) => sum + row.reduce((count, w) => count + (w === 0 ? 0 : 1), 0), 0);
    this.start = new Uint32Array(neurons + 1);
    this.input = new Uint32Array(links);
    this.weight = new Int8Array(links);
    this.norms = new Float64Array(neurons);
    let at = 0;
    for (const [h, row] of rows.entries()) {
      for (const [i, w] of row.entries()) {
        if (w === 0) continue;
        this.input[at] = i;
        this.weight[at++] = w;
        this.norms[h] += Math.abs(w);
      }
      this.start[h + 1] = at;
    }
    this.biases = firstBiases(networks, neurons);
    this.sums = new Float64Array(neurons);
    this.holds = new Float64Array(neurons);
    this.signs = new Int8Array(neurons);
    this.answers = new Int8Array(networks.length);
    this.radii = new Float64Array(networks.length);
  }

  /** Evaluates all networks on one input of integers; radii are those of inputs within the clip once `middle` is added. */
  read(row: ArrayLike<number>, clip?: Clip, middle?: ArrayLike<number>): void {
    const { start, input, weight, norms, biases, sums, holds, signs } = this;
    for (let h = 0; h < sums.length; h++) {
      let sum = biases[h];
      const end = start[h + 1];
      for (let k = start[h]; k < end; k++) sum += row[input[k]] * weight[k];
      sums[h] = sum;
      signs[h] = sum >= 0 ? 1 : -1;
      holds[h] =
        clip === undefined
          ? holdRadius(sum, norms[h])
          : clippedHoldRadius({ input, weight, from: start[h], to: end }, row, sum, norms[h], clip, middle);
    }
    for (const [n, placed] of this.placed.entries()) {
      if (placed === null) continue;
      this.answers[n] = placed.upper.over(signs, placed.offset);
      this.radii[n] = certifiedRadius(placed.upper, sums, holds, placed.offset);
    }
  }
}
