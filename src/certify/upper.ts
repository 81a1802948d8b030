import type { Network } from '../network/types.js';

/** First layers up to this width have a table of their outputs, and so many open signs are enumerated in wider ones. */
export const ENUMERATED = 12;

/**
 * The output of a network as a function of the signs of its first layer, some of them open (0): +1 or -1 where every
 * completion gives that, else 0.
 *
 * Exact where at most one layer follows the first (one neuron on intervals misses nothing, its inputs are independent
 * of each other), and with at most `ENUMERATED` open signs, which are then enumerated. Beyond that the layers are
 * evaluated on intervals: never certain where it is not, but it may miss a certain output, because two neurons that read
 * the same open sign count as independent. In every case more open signs never make an output certain.
 */
export class UpperFunction {
  /** Neurons of the first layer. */
  readonly width: number;
  private readonly layers: Network['weights'];
  /** Output by the signs as bits (bit j set: neuron j is +1), filled as asked; 0: not asked yet. */
  private readonly table: Int8Array | null;
  /** The layer below and the layer above take turns. */
  private readonly scratch: readonly [Int8Array, Int8Array];
  private readonly trial: Int8Array;
  /** What `climb` has summed up last. */
  private last = 0;

  constructor(network: Network) {
    this.width = network.layers[1];
    this.layers = network.weights.slice(1);
    this.table = this.width <= ENUMERATED ? new Int8Array(2 ** this.width) : null;
    const widest = Math.max(1, ...network.layers.slice(1));
    this.scratch = [new Int8Array(widest), new Int8Array(widest)];
    this.trial = new Int8Array(this.width);
  }

  /**
   * @param signs at least `offset + width` entries: +1, -1, or 0 for open
   */
  over(signs: Int8Array, offset: number): -1 | 0 | 1 {
    return this.table === null ? this.overWide(signs, offset) : this.overTable(this.table, signs, offset);
  }

  /** The last layer's sum for signs of which none is open; `undefined` where no layer follows the first. */
  sumOver(signs: Int8Array, offset: number): number | undefined {
    if (this.layers.length === 0) return undefined;
    this.climb(signs, offset);
    return this.last;
  }

  private overTable(table: Int8Array, signs: Int8Array, offset: number): -1 | 0 | 1 {
    let known = 0;
    let open = 0;
    for (let j = 0; j < this.width; j++) {
      if (signs[offset + j] > 0) known |= 1 << j;
      else if (signs[offset + j] === 0) open |= 1 << j;
    }
    const output = this.entry(table, known | open);
    // All subsets of the open bits, downwards: the usual (s - 1) & mask walk.
    for (let subset = open; subset !== 0; ) {
      subset = (subset - 1) & open;
      if (this.entry(table, known | subset) !== output) return 0;
    }
    return output;
  }

  /** The output for these signs as bits. Only for widths that have a table. */
  entryOf(bits: number): -1 | 1 {
    return this.entry(this.table as Int8Array, bits);
  }

  get hasTable(): boolean {
    return this.table !== null;
  }

  private entry(table: Int8Array, bits: number): -1 | 1 {
    if (table[bits] === 0) {
      for (let j = 0; j < this.width; j++) this.trial[j] = (bits >> j) & 1 ? 1 : -1;
      table[bits] = this.climb(this.trial, 0);
    }
    return table[bits] as -1 | 1;
  }

  private overWide(signs: Int8Array, offset: number): -1 | 0 | 1 {
    const output = this.climb(signs, offset);
    if (output !== 0 || this.layers.length < 2) return output;
    const open: number[] = [];
    for (let j = 0; j < this.width; j++) if (signs[offset + j] === 0) open.push(j);
    if (open.length > ENUMERATED) return 0;
    const trial = this.trial;
    for (let j = 0; j < this.width; j++) trial[j] = signs[offset + j];
    let first = 0;
    for (let bits = 0; bits < 2 ** open.length; bits++) {
      for (let k = 0; k < open.length; k++) trial[open[k]] = (bits >> k) & 1 ? 1 : -1;
      const found = this.climb(trial, 0);
      if (bits === 0) first = found;
      else if (found !== first) return 0;
    }
    return first as -1 | 1;
  }

  /** The layers above the first on intervals; exact where no sign is open. `sgn(0) = +1`. */
  private climb(signs: Int8Array, offset: number): -1 | 0 | 1 {
    let below = signs;
    let from = offset;
    let width = this.width;
    for (let layer = 0; layer < this.layers.length; layer++) {
      const rows = this.layers[layer];
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
        this.last = sum;
      }
      below = here;
      from = 0;
      width = rows.length;
    }
    return below[from] as -1 | 0 | 1;
  }
}
