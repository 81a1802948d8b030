import { spend } from '../../base/clock';
import { breathe } from '../../base/pause';
import { Boxes, leastWeight, mostOf, mostWeight, radiusOf } from '../../problem/boxes';
import { epsilon, inputs, kept, keptCount, label, layerCount, marginScale, sampleRow, size, weightBound } from '../../problem/shape';

/**
 * What margins cannot exceed before anything is decided: by the largest sums that the weights' boxes allow.
 */

/** Bound of a neuron whose sides are all open, units of 1/D: the dimmest kept sample decides. */
export function freeNeuronBound(): i32 {
  let least = i32.MAX_VALUE;
  for (let index = 0; index < keptCount; index++) {
    const row = sampleRow(kept(index));
    breathe();
    spend(<f64>inputs / 2);
    least = min(least, max(marginScale * reachOn(row, 1), marginScale * reachOn(row, -1) - i32(Boxes.ranged) * epsilon));
  }
  return least;
}

/** The most that a first-layer neuron's sum on the inputs at `row`, times `side`, can be at the worst of the L-infinity box. */
export function reachOn(row: usize, side: i32): i32 {
  let sum: i64 = 0;
  for (let i = 0; i < inputs; i++) {
    sum += mostOf(<i64>(side * <i32>load<i16>(row + (<usize>i << 1))), <i64>leastWeight(i), <i64>mostWeight(i), <i64>radiusOf(i));
  }
  return <i32>sum;
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
