import type { Network } from '../network/types.js';

/** The layers above the first of one network, and where its first layer's neurons stand among all of them. */
interface UpperLayers {
  readonly offset: number;
  readonly width: number;
  /** `[layer][neuron][input]`, without the first layer. */
  readonly weights: Network['weights'];
}

/**
 * All networks of an ensemble, packed for prediction. Their first layers are one matrix, stored by input: for input i,
 * `neuron[k]` and `weight[k]` for k in `[start[i], start[i + 1])` are the neurons that read it. So a sample costs one
 * multiplication per non-zero input and non-zero weight, whatever the number of networks: an image is mostly background
 * and the weights are mostly zero.
 *
 * Sums are doubles, exact below 2^53: |S| <= P * sum |x|. The networks are trusted: checked by whoever made them.
 */
export class Predictor {
  private readonly start: Uint32Array;
  private readonly neuron: Uint32Array;
  private readonly weight: Int8Array;
  private readonly upper: readonly (UpperLayers | null)[];
  /** `|w|_1` of every first-layer neuron. */
  private readonly norms: Float64Array;
  /** Scratch of `answer`: pre-activations and signs (0: uncertain) of all first-layer neurons. */
  private readonly sums: Float64Array;
  private readonly signs: Int8Array;
  /** Scratch of `climb`: the layer below and the layer above take turns. */
  private readonly scratch: readonly [Int8Array, Int8Array];

  /**
   * @param networks one per pair; `null` answers 0 (an abstention)
   * @param inputs the common input width n0
   */
  constructor(
    networks: readonly (Network | null)[],
    readonly inputs: number,
  ) {
    const start = new Uint32Array(inputs + 1);
    let neurons = 0;
    this.upper = networks.map((network) => {
      if (network === null) return null;
      const offset = neurons;
      neurons += network.weights[0].length;
      return { offset, width: network.weights[0].length, weights: network.weights.slice(1) };
    });
    for (const row of firstLayerRows(networks)) {
      for (let i = 0; i < inputs; i++) if (row[i] !== 0) start[i + 1]++;
    }
    for (let i = 0; i < inputs; i++) start[i + 1] += start[i];
    const fill = start.slice();
    this.norms = new Float64Array(neurons);
    this.neuron = new Uint32Array(start[inputs]);
    this.weight = new Int8Array(start[inputs]);
    let at = 0;
    for (const row of firstLayerRows(networks)) {
      for (let i = 0; i < inputs; i++) {
        if (row[i] === 0) continue;
        this.neuron[fill[i]] = at;
        this.weight[fill[i]++] = row[i];
        this.norms[at] += Math.abs(row[i]);
      }
      at++;
    }
    this.start = start;
    this.sums = new Float64Array(neurons);
    this.signs = new Int8Array(neurons);
    const widest = Math.max(
      1,
      ...this.upper.flatMap((upper) => upper?.weights.map((rows) => rows.length) ?? []),
    );
    this.scratch = [new Int8Array(widest), new Int8Array(widest)];
  }

  /**
   * The answers of all networks on one sample: +1 first class, -1 second, 0 no network. `sgn(0) = +1`, as everywhere.
   *
   * With a radius, the answers that hold for every input within it in each coordinate (L-infinity); 0 also where that is
   * not certain. A first-layer sum moves by at most `radius * |w|_1`, and does for integers; the layers above are
   * evaluated on intervals, which never calls an answer certain that is not (and may miss a certain one).
   *
   * @param row at least `offset + inputs` integers
   * @param answers one entry per network, written
   */
  answer(row: ArrayLike<number>, offset: number, answers: Int8Array, radius = 0): void {
    const { start, neuron, weight, sums, signs, norms } = this;
    sums.fill(0);
    for (let i = 0; i < this.inputs; i++) {
      const x = row[offset + i];
      if (x === 0) continue;
      const end = start[i + 1];
      for (let k = start[i]; k < end; k++) sums[neuron[k]] += x * weight[k];
    }
    for (let h = 0; h < sums.length; h++) {
      const reach = radius * norms[h];
      signs[h] = sums[h] >= reach ? 1 : sums[h] < -reach ? -1 : 0;
    }
    for (let pair = 0; pair < this.upper.length; pair++) {
      const upper = this.upper[pair];
      answers[pair] = upper === null ? 0 : this.climb(upper);
    }
  }

  /** The output of one network from the signs of its first layer; 0: uncertain. */
  private climb(upper: UpperLayers): number {
    let below: Int8Array = this.signs;
    let from = upper.offset;
    let width = upper.width;
    for (let layer = 0; layer < upper.weights.length; layer++) {
      const rows = upper.weights[layer];
      const here = this.scratch[layer % 2];
      for (let j = 0; j < rows.length; j++) {
        const row = rows[j];
        let sum = 0;
        let open = 0;
        for (let i = 0; i < width; i++) {
          const sign = below[from + i];
          if (sign === 0) open += Math.abs(row[i]);
          else sum += sign * row[i];
        }
        here[j] = sum >= open ? 1 : sum < -open ? -1 : 0;
      }
      below = here;
      from = 0;
      width = rows.length;
    }
    return below[from];
  }
}

function* firstLayerRows(networks: readonly (Network | null)[]): Generator<readonly number[]> {
  for (const network of networks) if (network !== null) yield* network.weights[0];
}
