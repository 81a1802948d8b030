import { reserve, reserveRaw } from '../base/arena';

/**
 * The loaded problem. Written once by `loadShape` and by the host (samples, labels, keep, holds), read by everyone.
 *
 *     samples   i16 [T][NP]      row-major, NP = inputs padded to 8, padding 0
 *     labels    i8  [T]          +1 / -1
 *     keep      i32 [K]          indices of the kept samples, ascending
 *     holds     i32 [neurons]    margins that MW holds, in units of 1/D
 *     groups    i32 [T]          robust objective: the sample that a row is an image of
 *
 * Only inputs that are active in some sample are ever loaded: an inactive input has weight 0 and is no variable.
 */

/** Number of weight layers L. */
export let layerCount: i32 = 0;
/** `sizes[l]`, l = 0..L: i32. */
export let sizes: usize = 0;
/** T, inputs n0, and n0 padded to a multiple of 8. */
export let sampleCount: i32 = 0;
export let inputs: i32 = 0;
export let inputsPadded: i32 = 0;
/** P. */
export let weightBound: i32 = 1;
/** D: margins are integers in units of 1/D; `epsilon` in the same units. */
export let marginScale: i32 = 10;
export let epsilon: i32 = 1;
/** L-infinity radius of every sample, in input units. */
export let radius: i32 = 0;
/** Confidence: y * S[L] >= confidence. */
export let confidence: i32 = 1;
/** Neurons of all layers, and those of the layers before layer l (0-based). */
export let neuronCount: i32 = 0;

export let samples: usize = 0;
export let labels: usize = 0;
export let keep: usize = 0;
export let keptCount: i32 = 0;
export let holds: usize = 0;
/** Samples under the robust objective, each a family of rows (docs/robust.md); 0: the paper's objective. */
export let groupCount: i32 = 0;
export let groups: usize = 0;
/** i32 [T]: the reach that robust MM wants of every row, in units of S (docs/robust.md, "Soft margins"); 0: none is wanted. */
export let targets: usize = 0;

/** Reserves the problem's arrays; the host writes sizes, samples and labels before anything else runs. */
export function loadShape(
  layers: i32,
  inputCount: i32,
  samplesTotal: i32,
  bound: i32,
  scale: i32,
  eps: i32,
  delta: i32,
  confident: i32,
  neurons: i32,
): void {
  layerCount = layers;
  inputs = inputCount;
  inputsPadded = (inputCount + 7) & ~7;
  sampleCount = samplesTotal;
  weightBound = bound;
  marginScale = scale;
  epsilon = eps;
  radius = delta;
  confidence = confident;
  neuronCount = neurons;
  sizes = reserve(<usize>(layers + 1) << 2);
  samples = reserveRaw(<usize>samplesTotal * <usize>(inputsPadded << 1)); // the host writes the padding too
  labels = reserve(<usize>samplesTotal + 8);
  keep = reserve(<usize>samplesTotal << 2);
  holds = reserve(<usize>neurons << 2);
  keptCount = 0;
  groupCount = 0;
  targets = 0;
}

/** Turns to the robust objective; the host writes the groups of the rows before `prepare`. */
export function loadGroups(count: i32): void {
  groups = reserve(<usize>sampleCount << 2);
  groupCount = count;
}

// @ts-ignore: decorator
@inline
export function groupOf(k: i32): i32 {
  return load<i32>(groups + (<usize>k << 2));
}

/** Turns to soft margins; the host writes the targets of the rows before `prepare`. */
export function loadTargets(): void {
  targets = reserve(<usize>sampleCount << 2);
}

// @ts-ignore: decorator
@inline
export function targetOf(k: i32): i32 {
  return load<i32>(targets + (<usize>k << 2));
}

export function setKeptCount(count: i32): void {
  keptCount = count;
}

/** n_l, l = 0..L. */
// @ts-ignore: decorator
@inline
export function size(layer: i32): i32 {
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
  return samples + <usize>k * <usize>(inputsPadded << 1);
}

// @ts-ignore: decorator
@inline
export function label(k: i32): i32 {
  return <i32>load<i8>(labels + <usize>k);
}

// @ts-ignore: decorator
@inline
export function kept(index: i32): i32 {
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
