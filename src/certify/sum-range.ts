import type { Network } from '../network/types.js';
import { FirstLayers } from './first-layers.js';
import { certifiedRadius, holdRadius } from './radius.js';

/** Inputs that belong together, from one on: what they may be. Parts follow each other and leave none out. */
export interface InputPart {
  readonly from: number;
  readonly lists: readonly Int32Array[];
}

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
    const { start, input, weight, norms, biases } = this.layers;
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
    }
    this.settle();
  }

  /** The same of inputs in parts, each of which is one of a few lists whatever the others are: sums are exact between their ends. */
  readParts(parts: readonly InputPart[]): void {
    const { start, input, weight, norms, biases } = this.layers;
    for (let h = 0; h < norms.length; h++) {
      let [least, most] = [biases[h], biases[h]];
      let k = start[h];
      for (const { from, lists } of parts) {
        const first = k;
        const to = from + lists[0].length;
        while (k < start[h + 1] && input[k] < to) k++;
        if (k === first) continue;
        let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const list of lists) {
          let sum = 0;
          for (let at = first; at < k; at++) sum += weight[at] * list[input[at] - from];
          low = Math.min(low, sum);
          high = Math.max(high, sum);
        }
        least += low;
        most += high;
      }
      this.low[h] = least;
      this.high[h] = most;
    }
    this.settle();
  }

  /** What the intervals of the sums leave of the answers. */
  private settle(): void {
    const { norms, placed } = this.layers;
    for (let h = 0; h < norms.length; h++) {
      const [least, most] = [this.low[h], this.high[h]];
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
