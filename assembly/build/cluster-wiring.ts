import { setWeight, weightRow } from '../network/weights';
import { layerCount, networkLayerBytes, size, weightBound } from '../problem/shape';

/**
 * Upper layers for clusters (design section 2.5): first-layer neuron h_ab tells cluster a of the + class from cluster b of
 * the - class, and the answer is + iff for some a all h_ab are +1.
 *
 *     three layers or more   g_a = sgn(-h_a1 - .. - h_aB + (B - 2))    -1 iff all are +1
 *                            o   = sgn(-g_1 - .. - g_A + (A - 2))      +1 iff some g_a is -1; carried up as it is
 *     two layers             A x 1: sgn(h_1 + .. + h_A + (A - 2)) is OR; 1 x B: sgn(h_1 + .. + h_B - (B - 1)) is AND
 *     one layer              1 x 1
 *
 * The network has no biases, but a neuron without weights answers +1 to everything: constants come from zero rows, P a
 * link. With two of each no constant is needed, which is why 2 x 2 fits [n, 4, 2, 1] in ternary weights.
 */
function links(constant: i32): i32 {
  return constant <= 0 ? 0 : (constant - 1) / weightBound + 1;
}

/** Whether A x B clusters fit the loaded shape. */
export function wiringFits(a: i32, b: i32): bool {
  if (layerCount == 1) return a == 1 && b == 1;
  if (layerCount == 2) {
    if (a > 1 && b > 1) return false;
    return a * b + links(b == 1 ? a - 2 : b - 1) <= size(1);
  }
  return a * b + links(b - 2) <= size(1) && a + links(a - 2) <= size(2);
}

/** Writes the upper layers of A x B clusters; neuron a * B + b of the first layer is h_ab, those behind it are constants. */
export function wireClusters(network: usize, a: i32, b: i32): void {
  if (layerCount == 1) return;
  const upper = weightRow(network, 1, 0);
  memory.fill(upper, 0, networkLayerBytes(1));
  if (layerCount == 2) {
    for (let j = 0; j < a * b; j++) setWeight(upper, j, 1);
    if (b == 1) addConstant(upper, a, a - 2, 1);
    else addConstant(upper, b, b - 1, -1);
    return;
  }
  for (let i = 0; i < a; i++) {
    const gate = weightRow(network, 1, i);
    for (let j = 0; j < b; j++) setWeight(gate, i * b + j, -1);
    addConstant(gate, a * b, b - 2, 1);
  }
  const output = weightRow(network, 2, 0);
  for (let i = 0; i < a; i++) setWeight(output, i, -1);
  addConstant(output, a, a - 2, 1);
  for (let l = 3; l < layerCount; l++) setWeight(weightRow(network, l, 0), 0, 1);
}

/** Adds `sign * constant` by links to the neurons from `first` on, which are constant +1. */
function addConstant(row: usize, first: i32, constant: i32, sign: i32): void {
  let left = constant;
  for (let j = first; left > 0; j++) {
    const w = min(left, weightBound);
    setWeight(row, j, sign * w);
    left -= w;
  }
}
