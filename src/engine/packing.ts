/**
 * How a network lies in the engine's memory: i16, layer after layer, neuron after neuron, every row padded to a
 * multiple of 8; the first layer has the active inputs only (assembly/network/weights.ts).
 */
export interface Packing {
  readonly layers: readonly number[];
  /** Which of the n0 inputs the engine sees, ascending. */
  readonly active: Int32Array;
}

export const padded = (count: number): number => (count + 7) & ~7;

/** Reads a network out of the engine; inactive inputs get weight 0. */
export function unpackNetwork(memory: Int16Array, packing: Packing): number[][][] {
  const { layers, active } = packing;
  const weights: number[][][] = [];
  let at = 0;
  for (let l = 1; l < layers.length; l++) {
    const stride = padded(l === 1 ? active.length : layers[l - 1]);
    const layer: number[][] = [];
    for (let j = 0; j < layers[l]; j++, at += stride) {
      const row = new Array<number>(layers[l - 1]).fill(0);
      if (l === 1) for (let a = 0; a < active.length; a++) row[active[a]] = memory[at + a];
      else for (let i = 0; i < row.length; i++) row[i] = memory[at + i];
      layer.push(row);
    }
    weights.push(layer);
  }
  return weights;
}

/** Writes a network into the engine. */
export function packNetwork(
  memory: Int16Array,
  packing: Packing,
  weights: readonly (readonly (readonly number[])[])[],
): void {
  const { layers, active } = packing;
  memory.fill(0);
  let at = 0;
  for (let l = 1; l < layers.length; l++) {
    const stride = padded(l === 1 ? active.length : layers[l - 1]);
    for (let j = 0; j < layers[l]; j++, at += stride) {
      const row = weights[l - 1][j];
      if (l === 1) for (let a = 0; a < active.length; a++) memory[at + a] = row[active[a]];
      else for (let i = 0; i < row.length; i++) memory[at + i] = row[i];
    }
  }
}
