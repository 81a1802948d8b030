import {
  certifiedRadius,
  firstBiases,
  holdRadius,
  type PlacedNetwork,
  placeNetworks,
} from '../../certify/index.js';
import type { Network } from '../../network/types.js';
import { FastSums } from './fast-sums.js';

/**
 * All networks of an ensemble, packed for prediction. Their first layers are one matrix, stored by input: for input i,
 * `neuron[k]` for k in `[start[i], start[i + 1])` are the neurons that read it, those with weight +1 first, from `minus[i]` on those
 * with -1, from `other[i]` on the rest with their `weight[k]`. So a sample costs one addition per non-zero input and non-zero
 * weight, whatever the number of networks: an image is mostly background and the weights are mostly zero.
 *
 * Where the weights are many and not too sparse, WebAssembly adds them up instead (`FastSums`), four neurons and two inputs at a time.
 *
 * Measured on MNIST with 45 networks of [784, 4, 4, 1], 26 % of the weights not zero (answers a second, processor time, two rounds on a busy machine): by
 * lists 15,800 and 28,900, by WebAssembly 95,100 and 109,200; with one neuron on 1728 features, 61 % not zero, 9,300 and 9,400, and 69,200 and 68,300. Lists
 * with a multiplication for each weight, in 32-bit integers, neuron by neuron, and dense rows were no faster than these lists.
 *
 * Sums are doubles, exact below 2^53: |S| <= P * sum |x|. The networks are trusted: checked by whoever made them.
 */
export class Predictor {
  private readonly start: Uint32Array;
  private readonly minus: Uint32Array;
  private readonly other: Uint32Array;
  private readonly neuron: Uint16Array | Uint32Array;
  private readonly weight: Int8Array;
  private readonly placed: readonly (PlacedNetwork | null)[];
  /** `|w|_1` of every first-layer neuron. */
  private readonly norms: Float64Array;
  private readonly biases: Float64Array;
  /** Scratch of `answer`: pre-activations and signs (0: uncertain) of all first-layer neurons. */
  private readonly sums: Float64Array;
  private readonly signs: Int8Array;
  /** Scratch of `certify`: how far each sign holds. */
  private readonly holds: Float64Array;
  private readonly fast: FastSums | undefined;

  /**
   * @param networks one per pair; `null` answers 0 (an abstention)
   * @param inputs the common input width n0
   */
  constructor(
    networks: readonly (Network | null)[],
    readonly inputs: number,
  ) {
    const start = new Uint32Array(inputs + 1);
    const { placed, neurons } = placeNetworks(networks);
    this.placed = placed;
    for (const row of firstLayerRows(networks)) {
      for (let i = 0; i < inputs; i++) if (row[i] !== 0) start[i + 1]++;
    }
    for (let i = 0; i < inputs; i++) start[i + 1] += start[i];
    this.norms = new Float64Array(neurons);
    this.minus = new Uint32Array(inputs);
    this.other = new Uint32Array(inputs);
    this.neuron = neurons <= 2 ** 16 ? new Uint16Array(start[inputs]) : new Uint32Array(start[inputs]);
    this.weight = new Int8Array(start[inputs]);
    const fill = start.slice();
    const place = (belongs: (weight: number) => boolean): void => {
      let at = 0;
      for (const row of firstLayerRows(networks)) {
        for (let i = 0; i < inputs; i++) {
          if (row[i] === 0 || !belongs(row[i])) continue;
          this.neuron[fill[i]] = at;
          this.weight[fill[i]++] = row[i];
          this.norms[at] += Math.abs(row[i]);
        }
        at++;
      }
    };
    place((weight) => weight === 1);
    this.minus.set(fill.subarray(0, inputs));
    place((weight) => weight === -1);
    this.other.set(fill.subarray(0, inputs));
    place((weight) => weight !== 1 && weight !== -1);
    this.start = start;
    this.biases = firstBiases(networks, neurons);
    this.sums = new Float64Array(neurons);
    this.signs = new Int8Array(neurons);
    this.holds = new Float64Array(neurons);
    this.fast = FastSums.of([...firstLayerRows(networks)], inputs);
  }

  /**
   * The answers of all networks on one sample: +1 first class, -1 second, 0 no network. `sgn(0) = +1`, as everywhere.
   *
   * With a radius, the answers that hold for every input within it in each coordinate (L-infinity); 0 also where that is
   * not certain: a first-layer neuron is open when its sum can leave its side within the radius, and the layers above
   * decide over all open ones (`UpperFunction`).
   *
   * @param row at least `offset + inputs` integers
   * @param answers one entry per network, written
   */
  answer(row: ArrayLike<number>, offset: number, answers: Int8Array, radius = 0): void {
    const { sums, signs, norms } = this;
    this.sum(row, offset);
    for (let h = 0; h < sums.length; h++) {
      const reach = radius * norms[h];
      signs[h] = sums[h] >= reach ? 1 : sums[h] < -reach ? -1 : 0;
    }
    for (let pair = 0; pair < this.placed.length; pair++) {
      const placed = this.placed[pair];
      answers[pair] = placed === null ? 0 : placed.upper.over(signs, placed.offset);
    }
  }

  /**
   * The answers as above without a radius, and for each the largest whole radius at which it is certain (0 for no
   * network).
   */
  certify(row: ArrayLike<number>, offset: number, answers: Int8Array, radii: Float64Array): void {
    this.answer(row, offset, answers);
    for (let h = 0; h < this.sums.length; h++) this.holds[h] = holdRadius(this.sums[h], this.norms[h]);
    for (let pair = 0; pair < this.placed.length; pair++) {
      const placed = this.placed[pair];
      radii[pair] = placed === null ? 0 : certifiedRadius(placed.upper, this.sums, this.holds, placed.offset);
    }
  }

  /**
   * The pre-activations of the last layers of all networks on one sample, 0 for no network: where one is >= 0 the answer is the first
   * class.
   */
  outputs(row: ArrayLike<number>, offset: number, outputs: Float64Array): void {
    const { sums, signs } = this;
    this.sum(row, offset);
    for (let h = 0; h < sums.length; h++) signs[h] = sums[h] >= 0 ? 1 : -1;
    for (let pair = 0; pair < this.placed.length; pair++) {
      const placed = this.placed[pair];
      outputs[pair] =
        placed === null ? 0 : (placed.upper.sumOver(signs, placed.offset) ?? sums[placed.offset]);
    }
  }

  private sum(row: ArrayLike<number>, offset: number): void {
    const { start, minus, other, neuron, weight, sums, biases } = this;
    if (this.fast?.into(row, offset, sums)) {
      for (let h = 0; h < sums.length; h++) sums[h] += biases[h];
      return;
    }
    sums.set(biases);
    for (let i = 0; i < this.inputs; i++) {
      const x = row[offset + i];
      if (x === 0) continue;
      let k = start[i];
      for (const end = minus[i]; k < end; k++) sums[neuron[k]] += x;
      for (const end = other[i]; k < end; k++) sums[neuron[k]] -= x;
      for (const end = start[i + 1]; k < end; k++) sums[neuron[k]] += x * weight[k];
    }
  }
}

function* firstLayerRows(networks: readonly (Network | null)[]): Generator<readonly number[]> {
  for (const network of networks) if (network !== null) yield* network.weights[0];
}
