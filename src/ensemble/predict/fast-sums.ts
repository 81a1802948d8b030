/*
 * The sums of all first layers by WebAssembly's SIMD: 171 bytes, assembled from sums.wat (a test holds that). Inputs go in pairs, for which there is one
 * instruction: of four neurons it multiplies both inputs with their weights and adds the two products. Pairs of zeros are passed over, as an image is
 * mostly background.
 */
const CODE =
  'AGFzbQEAAAABCQFgBX9/f39/AAMCAQAFAwEAAQcQAgZtZW1vcnkCAANzdW0AAAp7AXkCAn8BewJAA0AgAUUNASAAKAIAIQUgBQRAIAX9ESEHQQAhBgNAIAMgBmogAyAGav0ABAAgByACIAZBAXZq' +
  '/QEDAP26Af2uAf0LBAAgBkEQaiEGIAYgBEkNAAsLIABBBGohACACIARBAXZqIQIgAUEBayEBDAALAAsL';

/** Inputs and weights are 16 bits in the sums, so inputs have to be in here. */
const LEAST_INPUT = -32768;
const MOST_INPUT = 32767;
/** Sums are 32 bits: magnitudes of a neuron's weights add up to this at most. */
const MOST_NORM = 65535;
const PAGE = 65536;
/** Above this the matrix, a byte a weight, is not worth its memory. */
const MOST_BYTES = 2 ** 26;
/** Fewer weights than this are summed up as fast as they are handed over. */
const LEAST_WEIGHTS = 4096;
/** Lists of the weights that are not zero are faster where fewer than one in so many are. */
const SPARSE = 12;

type Sum = (row: number, pairs: number, weights: number, sums: number, bytes: number) => void;

let module: WebAssembly.Module | null | undefined;

/** `null` where there is no WebAssembly, no SIMD, or a page that forbids it. */
function compiled(): WebAssembly.Module | null {
  if (module !== undefined) return module;
  try {
    module = new WebAssembly.Module(Uint8Array.from(atob(CODE), (sign) => sign.charCodeAt(0)));
  } catch {
    module = null;
  }
  return module;
}

export class FastSums {
  private constructor(
    private readonly sum: Sum,
    private readonly row: Int16Array,
    private readonly sums: Int32Array,
    private readonly inputs: number,
    private readonly weightsAt: number,
  ) {}

  /**
   * @param rows the weights of every neuron, one after the other
   * @returns `undefined` where lists do as well, or the sums might leave 32 bits
   */
  static of(rows: readonly (readonly number[])[], inputs: number): FastSums | undefined {
    const neurons = rows.length;
    // Four neurons at a time.
    const padded = 4 * Math.ceil(neurons / 4);
    const pairs = Math.ceil(inputs / 2);
    if (inputs * neurons < LEAST_WEIGHTS || 2 * pairs * padded > MOST_BYTES) return undefined;
    let nonzero = 0;
    for (const row of rows) {
      let norm = 0;
      for (const w of row) {
        norm += Math.abs(w);
        if (w !== 0) nonzero++;
      }
      if (norm > MOST_NORM) return undefined;
    }
    if (nonzero * SPARSE < inputs * neurons) return undefined;
    const code = compiled();
    if (code === null) return undefined;
    const sumsAt = 16 * Math.ceil((4 * pairs) / 16);
    const weightsAt = sumsAt + 4 * padded;
    const { memory, sum } = new WebAssembly.Instance(code).exports as {
      memory: WebAssembly.Memory;
      sum: Sum;
    };
    memory.grow(Math.max(0, Math.ceil((weightsAt + 2 * pairs * padded) / PAGE) - 1));
    const weights = new Int8Array(memory.buffer, weightsAt);
    for (const [n, row] of rows.entries()) {
      for (let i = 0; i < inputs; i++) weights[(i >> 1) * 2 * padded + 2 * n + (i & 1)] = row[i];
    }
    const values = new Int16Array(memory.buffer, 0, 2 * pairs);
    return new FastSums(sum, values, new Int32Array(memory.buffer, sumsAt, padded), inputs, weightsAt);
  }

  /** Writes the sums of a row; `false` where a value does not fit, and nothing has been written. */
  into(row: ArrayLike<number>, offset: number, out: Float64Array): boolean {
    const { row: values, sums, inputs } = this;
    for (let i = 0; i < inputs; i++) {
      const x = row[offset + i];
      if (!(x >= LEAST_INPUT && x <= MOST_INPUT)) return false;
      values[i] = x;
    }
    sums.fill(0);
    this.sum(0, values.length / 2, this.weightsAt, sums.byteOffset, sums.byteLength);
    for (let n = 0; n < out.length; n++) out[n] = sums[n];
    return true;
  }
}
