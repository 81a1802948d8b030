import { inputs, radius, weightBound } from './state';

/** Every input's own box: the range of its first-layer weights, how far it may move, whether its weights count. */

// @ts-ignore: decorator
@inline
export function leastWeight(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return -weightBound;
}

// @ts-ignore: decorator
@inline
export function mostWeight(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return weightBound;
}

/** How far input `i` may move, in input units. */
// @ts-ignore: decorator
@inline
export function radiusOf(i: i32): i32 {
  assert(<u32>i < <u32>inputs);
  return radius;
}

/** Whether the weights of input `i` are counted. */
// @ts-ignore: decorator
@inline
export function isCounted(i: i32): bool {
  assert(<u32>i < <u32>inputs);
  return true;
}

/** The most that `d * v - toll * |v|` comes to for v in [low, high], in 64 bits; `toll` >= 0. */
// @ts-ignore: decorator
@inline
export function mostOf(d: i64, low: i64, high: i64, toll: i64): i64 {
  let most = max(d * low - toll * abs(low), d * high - toll * abs(high));
  if (toll != 0 && low < 0 && high > 0) most = max<i64>(most, 0);
  return most;
}
