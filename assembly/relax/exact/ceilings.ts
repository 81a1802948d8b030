import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { epsilon, inputs, kept, keptCount, label, layerCount, marginScale, radius, sampleRow, size, weightBound } from '../../problem/shape';

/**
 * What margins cannot exceed before anything is decided: by the largest sums that the weights' boxes allow.
 */

/** Bound of a neuron whose sides are all open, units of 1/D: the dimmest kept sample decides. */
export function freeNeuronBound(): i32 {
  let least = i32.MAX_VALUE;
  for (let index = 0; index < keptCount; index++) {
    const row = sampleRow(kept(index));
    let sum = 0;
    breathe();
    spend(<f64>inputs / 2);
    for (let i: usize = 0; i < <usize>inputs; i++) sum += max(abs(<i32>load<i16>(row + (i << 1))) - radius, 0);
    least = min(least, marginScale * weightBound * sum);
  }
  return least;
}

/** Bound of the margins of all layers above the first. */
export function upperLayersBound(): i64 {
  let sum: i64 = 0;
  for (let l = 1; l < layerCount; l++) {
    sum += <i64>size(l + 1) * <i64>(marginScale * weightBound * size(l));
  }
  for (let index = 0; index < keptCount; index++) if (label(kept(index)) < 0) return sum - <i64>epsilon;
  return sum;
}
