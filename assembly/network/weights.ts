import { reserve } from '../base/arena';
import { Boxes, countedAs, isWeight, mostWeight, leastWeight, radiusOf, restWeight } from '../problem/boxes';
import { inputs, inputsPadded, paddedInputs, radius, size, weightBound } from '../problem/shape';
import { networkBytes } from './state';

/**
 * A network in memory: i16 weights, layer after layer, neuron after neuron, each row padded to 8 with zeros.
 *
 *     | layer 0: n1 rows of pad(n0) | layer 1: n2 rows of pad(n1) | ... | layer L-1: 1 row of pad(n_{L-1}) |
 */

export function newNetwork(): usize {
  return reserve(networkBytes);
}

/** Address of the weight row of neuron `j` of weight layer `l` (0-based). */
export function weightRow(network: usize, l: i32, j: i32): usize {
  assert(network != 0 && l >= 0 && j >= 0 && j < size(l + 1));
  let at = network;
  for (let k = 0; k < l; k++) at += <usize>(size(k + 1) * paddedInputs(k)) << 1;
  return at + (<usize>(j * paddedInputs(l)) << 1);
}

export function copyNetwork(to: usize, from: usize): void {
  memory.copy(to, from, networkBytes);
}

// @ts-ignore: decorator
@inline
export function weightAt(row: usize, i: i32): i32 {
  return <i32>load<i16>(row + (<usize>i << 1));
}

// @ts-ignore: decorator
@inline
export function setWeight(row: usize, i: i32, value: i32): void {
  assert(row != 0 && i >= 0 && abs(value) <= max(weightBound, Boxes.widest));
  store<i16>(row + (<usize>i << 1), <i16>value);
}

/** Copies a row of weight layer `l`. */
export function copyRow(to: usize, from: usize, l: i32): void {
  memory.copy(to, from, <usize>paddedInputs(l) << 1);
}

/** Sets all weights of a row of weight layer `l`; the padding stays 0. */
export function fillRow(row: usize, l: i32, value: i32): void {
  memory.fill(row, 0, <usize>paddedInputs(l) << 1);
  if (value) for (let i = 0; i < size(l); i++) setWeight(row, i, value);
}

/** Sum of |w| of a first-layer row. */
export function absSum(row: usize): i32 {
  let sum = 0;
  for (let i = 0; i < inputsPadded; i++) sum += abs(weightAt(row, i));
  return sum;
}

/** What the L-infinity box takes away from a sum with the first-layer row: every |w| times the radius of its input. */
export function tollOfRow(row: usize): i32 {
  if (!Boxes.moved) return 0;
  if (!Boxes.varied) return radius * absSum(row);
  let toll = 0;
  for (let i = 0; i < inputs; i++) toll += radiusOf(i) * abs(weightAt(row, i));
  return toll;
}

/** `tollOfRow`; -1 for a row without weights, which is + whatever comes. */
export function tollOrNone(row: usize): i32 {
  let any = false;
  for (let i = 0; i < inputsPadded && !any; i++) any = weightAt(row, i) != 0;
  return any ? tollOfRow(row) : -1;
}

/** Sets a first-layer row to its largest (`sign` > 0) or least weights. */
export function fillExtreme(row: usize, sign: i32): void {
  for (let i = 0; i < inputs; i++) setWeight(row, i, sign > 0 ? mostWeight(i) : leastWeight(i));
  for (let i = inputs; i < inputsPadded; i++) setWeight(row, i, 0);
}

/** Sets a first-layer row to the weights nearest to 0. */
export function restRow(row: usize): void {
  memory.fill(row, 0, <usize>inputsPadded << 1);
  if (Boxes.ranged) for (let i = 0; i < inputs; i++) setWeight(row, i, restWeight(i));
}

/** No weights but those of the first layer that cannot be 0. */
export function restNetwork(network: usize): void {
  memory.fill(network, 0, networkBytes);
  if (Boxes.ranged) for (let j = 0; j < size(1); j++) restRow(weightRow(network, 0, j));
}

/** Whether all first-layer weights are in their ranges. */
export function isAllowed(network: usize): bool {
  if (!Boxes.ranged) return true;
  for (let j = 0; j < size(1); j++) {
    const row = weightRow(network, 0, j);
    for (let i = 0; i < inputs; i++) if (!isWeight(i, weightAt(row, i))) return false;
  }
  return true;
}

/** First-layer weights that MW counts. */
export function nonzerosOf(row: usize): i32 {
  let count = 0;
  for (let i = 0; i < inputs; i++) count += countedAs(i, weightAt(row, i));
  return count;
}

/** Weights that MW counts: all that are not 0, but for the free ones. */
export function nonzeros(network: usize): i32 {
  let count = 0;
  for (let at: usize = 0; at < networkBytes; at += 2) count += i32(load<i16>(network + at) != 0);
  if (Boxes.freed) {
    for (let j = 0; j < size(1); j++) {
      const row = weightRow(network, 0, j);
      for (let i = 0; i < inputs; i++) count -= i32(weightAt(row, i) != 0) - countedAs(i, weightAt(row, i));
    }
  }
  return count;
}
