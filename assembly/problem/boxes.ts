import { Boxes, highs, inputs, lows, radii, uncounted } from './state';
export { Boxes } from './state';

/**
 * Every input's own box: the range of its first-layer weights, how far it may move, whether its weights count. The paper has
 * {-P..P}, one radius and none free for all of them. Whoever argues with P, with one radius or by turning a neuron round asks
 * `Boxes` first: `ranged` boxes are not as wide to both sides, and may leave 0 out.
 */

// @ts-ignore: decorator
@inline
export function leastWeight(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return <i32>load<i16>(lows + (<usize>i << 1));
}

// @ts-ignore: decorator
@inline
export function mostWeight(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return <i32>load<i16>(highs + (<usize>i << 1));
}

/** How far input `i` may move, in input units. */
// @ts-ignore: decorator
@inline
export function radiusOf(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return load<i32>(radii + (<usize>i << 2));
}

/** Whether MW counts the weights of input `i`. */
// @ts-ignore: decorator
@inline
export function isCounted(i: i32): bool {
  assert(<u32>i < <u32>inputs);
  return load<u8>(uncounted + <usize>i) == 0;
}

/** Whether the weights of input `i` count, and may be 0: of these `maxNonzero` says how many may be other than 0. */
// @ts-ignore: decorator
@inline
export function isOptional(i: i32): bool {
  return isCounted(i) && leastWeight(i) <= 0 && mostWeight(i) >= 0;
}

/** The allowed weight of input `i` that is nearest to 0. */
export function restWeight(i: i32): i32 {
  return min(max(0, leastWeight(i)), mostWeight(i));
}

/** Whether no input is treated otherwise than the paper treats all. */
export function isPlain(): bool {
  return !Boxes.ranged && !Boxes.varied && !Boxes.freed;
}

/** The most that `d * v - toll * |v|` comes to for v in [low, high], in 64 bits; `toll` >= 0. */
// @ts-ignore: decorator
@inline
export function mostOf(d: i64, low: i64, high: i64, toll: i64): i64 {
  let most = max(d * low - toll * abs(low), d * high - toll * abs(high));
  if (toll != 0 && low < 0 && high > 0) most = max<i64>(most, 0);
  return most;
}

/** Whether `w` is an allowed weight of input `i`. */
// @ts-ignore: decorator
@inline
export function isWeight(i: i32, w: i32): bool {
  return w >= leastWeight(i) && w <= mostWeight(i);
}

/** What weight `w` of input `i` counts as under MW. */
// @ts-ignore: decorator
@inline
export function countedAs(i: i32, w: i32): i32 {
  return i32(w != 0 && isCounted(i));
}
