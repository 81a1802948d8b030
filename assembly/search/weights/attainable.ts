import { epsilon, keptCount, marginScale } from '../../problem/shape';

/**
 * Which margins some weights can have at all: multiples of 1 on the + side, of 1 less epsilon on the - side. Bounds are
 * rounded down to the next of these.
 */

/** The largest margin not above `bound` that any weights can have on sides of which some are + and some are -. */
export function attainable(bound: i32, plus: bool, minus: bool): i32 {
  if (bound < 0) return bound;
  const rest = bound % marginScale;
  const whole = bound - rest;
  if (plus && rest == 0) return bound;
  if (minus && rest >= marginScale - epsilon) return whole + marginScale - epsilon;
  if (plus) return whole;
  return whole - epsilon;
}

/** `attainable` for the sides at `which` (i8 [K]). */
export function attainableOn(which: usize, bound: i32): i32 {
  return attainable(bound, hasSide(which, 1), hasSide(which, -1));
}

/** Whether some kept row is on `side` (+1, -1). */
export function hasSide(which: usize, side: i32): bool {
  for (let k = 0; k < keptCount; k++) if (<i32>load<i8>(which + <usize>k) == side) return true;
  return false;
}
