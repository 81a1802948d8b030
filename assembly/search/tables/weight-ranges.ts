import { leastWeight, mostWeight } from '../../problem/boxes';
import { layerCount, size, weightBound } from '../../problem/shape';

/** Every weight of a network, of all layers: those of input `i` of layer `l` may be `least(l, i)` to `most(l, i)`. */

// @ts-ignore: decorator
@inline
export function least(l: i32, i: i32): i32 {
  return l == 0 ? leastWeight(i) : -weightBound;
}

// @ts-ignore: decorator
@inline
export function most(l: i32, i: i32): i32 {
  return l == 0 ? mostWeight(i) : weightBound;
}

export function weightTotal(): i32 {
  let total = 0;
  for (let l = 0; l < layerCount; l++) total += size(l) * size(l + 1);
  return total;
}
