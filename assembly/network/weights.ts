import { reserve } from '../base/arena';
import { inputsPadded, paddedInputs, size, weightBound } from '../problem/shape';
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
  assert(row != 0 && i >= 0 && abs(value) <= weightBound);
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

export function nonzeros(network: usize): i32 {
  let count = 0;
  for (let at: usize = 0; at < networkBytes; at += 2) count += i32(load<i16>(network + at) != 0);
  return count;
}
