/**
 * The one order of pairs that everything shares (training, model file, vote): lexicographic, (0,1), (0,2), .., (0,K-1),
 * (1,2), .., (K-2,K-1). The first class of a pair is +1.
 */

/** K classes have `K (K - 1) / 2` pairs. */
export function countOfPairs(classCount: number): number {
  return (classCount * (classCount - 1)) / 2;
}

/** Position of the pair {p, q}, `0 <= p < q < classCount`. */
export function pairIndex(p: number, q: number, classCount: number): number {
  return (p * (2 * classCount - p - 1)) / 2 + (q - p - 1);
}

/** All pairs in order, as class indices. */
export function allPairs(classCount: number): [number, number][] {
  const pairs: [number, number][] = [];
  for (let p = 0; p < classCount; p++) {
    for (let q = p + 1; q < classCount; q++) pairs.push([p, q]);
  }
  return pairs;
}

/** A pair to train: its position in the order of pairs, and its two classes; `first` answers +1. */
export interface Pair {
  readonly index: number;
  readonly first: number;
  readonly second: number;
  readonly classes: readonly [string, string];
}

/** All pairs p < q of the classes, in order. */
export function pairsOf(classes: readonly string[]): Pair[] {
  return allPairs(classes.length).map(([first, second], index) => ({
    index,
    first,
    second,
    classes: [classes[first], classes[second]],
  }));
}
