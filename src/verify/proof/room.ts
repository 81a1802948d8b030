/*
 * Weights of which only so many may be other than 0 (docs/proof.md, "Fields"): what they add up to at most is the sum of the largest
 * gains, and what one of them has to give for being another value follows from which gains these are.
 */

export interface Taken<T> {
  /** The largest gains above 0, as many as there is room for, in sum. */
  readonly sum: T;
  /** Whether the gain at this place is one of them. */
  readonly has: readonly boolean[];
  /** What comes in where one of them goes: the largest of the others, or nothing. */
  readonly entering: T;
  /** What goes where one of the others comes: the least of them where there is no room left, else nothing. */
  readonly leaving: T;
}

/**
 * @param gains of the weights by being other than 0; `undefined`: not one that may or may not be
 * @param room at least 0
 */
export function takeLargest<T extends number | bigint>(
  gains: readonly (T | undefined)[],
  room: number,
  zero: T,
  add: (a: T, b: T) => T,
): Taken<T> {
  const places = gains.flatMap((gain, a) => (gain !== undefined && gain > zero ? [a] : []));
  const gainAt = (a: number) => gains[a] as T;
  places.sort((a, b) => (gainAt(a) > gainAt(b) ? -1 : gainAt(a) < gainAt(b) ? 1 : a - b));
  const has = new Array<boolean>(gains.length).fill(false);
  const count = Math.min(room, places.length);
  let sum = zero;
  for (const a of places.slice(0, count)) {
    has[a] = true;
    sum = add(sum, gainAt(a));
  }
  const isFull = count === room;
  return {
    sum,
    has,
    entering: isFull && places.length > count ? gainAt(places[count]) : zero,
    leaving: isFull && count > 0 ? gainAt(places[count - 1]) : zero,
  };
}
