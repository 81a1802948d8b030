import { epsilon, groupCount, groups, inputsPadded, keep, keptCount, labels, layerCount, marginScale, sampleCount, samples, sizes, targets } from './state';
export { layerCount, sizes, sampleCount, inputs, inputsPadded, weightBound, marginScale, epsilon, radius, confidence, neuronCount, samples, labels, keep, keptCount, holds, lows, highs, radii, uncounted, groupCount, groups, targets, loadShape, loadGroups, loadTargets, setKeptCount, settleBoxes } from './state';

/** How the loaded problem (state.ts) is read. */

// @ts-ignore: decorator
@inline
export function groupOf(k: i32): i32 {
  assert(groupCount > 0 && <u32>k < <u32>sampleCount);
  return load<i32>(groups + (<usize>k << 2));
}

// @ts-ignore: decorator
@inline
export function targetOf(k: i32): i32 {
  assert(targets != 0 && <u32>k < <u32>sampleCount);
  return load<i32>(targets + (<usize>k << 2));
}

/** n_l, l = 0..L. */
// @ts-ignore: decorator
@inline
export function size(layer: i32): i32 {
  assert(layer >= 0 && layer <= layerCount);
  return load<i32>(sizes + (<usize>layer << 2));
}

/** Inputs of a layer as rows are stored: padded to 8. `layer` = 0 is the first weight layer. */
// @ts-ignore: decorator
@inline
export function paddedInputs(layer: i32): i32 {
  return (size(layer) + 7) & ~7;
}

// @ts-ignore: decorator
@inline
export function sampleRow(k: i32): usize {
  assert(<u32>k < <u32>sampleCount);
  return samples + <usize>k * <usize>(inputsPadded << 1);
}

// @ts-ignore: decorator
@inline
export function label(k: i32): i32 {
  assert(<u32>k < <u32>sampleCount);
  return <i32>load<i8>(labels + <usize>k);
}

// @ts-ignore: decorator
@inline
export function kept(index: i32): i32 {
  assert(<u32>index < <u32>keptCount);
  return load<i32>(keep + (<usize>index << 2));
}

/** Margin in units of 1/D of a pre-activation on its side; `slack` is what the L-infinity box can take away. */
// @ts-ignore: decorator
@inline
export function marginOf(preActivation: i32, side: i32, slack: i32): i32 {
  return side > 0
    ? marginScale * (preActivation - slack)
    : marginScale * (-preActivation - slack) - epsilon;
}

/** What |S|, less the box's toll, must reach on `side` (0: as on the + side) for a margin of `held` (units of 1/D); whole units of S, at least 0. */
export function reachFor(held: i32, side: i32): i32 {
  const reach = side < 0 ? held + epsilon : held;
  return reach <= 0 ? 0 : (reach - 1) / marginScale + 1;
}

/** Bytes of the weight rows of weight layers `from` and above. */
export function networkLayerBytes(from: i32): usize {
  let elements = 0;
  for (let l = from; l < layerCount; l++) elements += size(l + 1) * paddedInputs(l);
  return <usize>elements << 1;
}
