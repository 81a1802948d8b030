import type { Network } from '../network/types.js';
import { FirstLayers } from './first-layers.js';
import { certifiedRadius, holdRadius } from './radius.js';

/**
 * What networks answer on all inputs between a least and a most: intervals of their first layers' sums, each weight with the end that is
 * worst for it, and from these what the layers above leave open.
 */
export class SumRange {
  /** +1, -1: the answer of a network on every input; 0 where that is not known, and for no network. */
  readonly answers: Int8Array;
  /** Of an answer that is known: no input has a certified radius below this. */
  readonly least: Float64Array;
  /** No input that is answered +1 has a certified radius above `most[0]`, none that is answered -1 above `most[1]`. */
  readonly most: readonly [Float64Array, Float64Array];
  private readonly layers: FirstLayers;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly signs: Int8Array;
  private readonly holds: Float64Array;

  constructor(private readonly networks: readonly (Network | null)[]) {
    this.layers = new FirstLayers(networks);
    const neurons = this.layers.norms.length;
    this.low = new Float64Array(neurons);
    this.high = new Float64Array(neurons);
    this.signs = new Int8Array(neurons);
    this.holds = new Float64Array(neurons);
    this.answers = new Int8Array(networks.length);
    this.least = new Float64Array(networks.length);
    this.most = [new Float64Array(networks.length), new Float64Array(networks.length)];
  }

  read(low: ArrayLike<number>, high: ArrayLike<number>): void {
    const { start, input, weight, norms, biases, placed } = this.layers;
    for (let h = 0; h < norms.length; h++) {
      let [least, most] = [biases[h], biases[h]];
      for (let k = start[h]; k < start[h + 1]; k++) {
        const w = weight[k];
        const [small, large] = w > 0 ? [low[input[k]], high[input[k]]] : [high[input[k]], low[input[k]]];
        least += w * small;
        most += w * large;
      }
      this.low[h] = least;
      this.high[h] = most;
      this.signs[h] = least >= 0 ? 1 : most < 0 ? -1 : 0;
      // A sign that is open does not hold at any radius.
      this.holds[h] = least >= 0 ? holdRadius(least, norms[h]) : most < 0 ? holdRadius(most, norms[h]) : -1;
    }
    for (const [n, place] of placed.entries()) {
      if (place === null) continue;
      const { offset, upper } = place;
      this.answers[n] = upper.over(this.signs, offset);
      const radius = certifiedRadius(upper, this.low, this.holds, offset);
      this.least[n] = Math.max(0, radius);
      this.most[0][n] = this.mostRadius(n, offset, this.high[offset]);
      this.most[1][n] = this.mostRadius(n, offset, this.low[offset]);
    }
  }

  /** Exact for one layer; deeper networks may be as certain as can be. */
  private mostRadius(n: number, offset: number, sum: number): number {
    const network = this.networks[n] as Network;
    return network.layers.length === 2 ? holdRadius(sum, this.layers.norms[offset]) : Number.MAX_VALUE;
  }
}
