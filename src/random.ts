/** A source of uniformly distributed 32-bit unsigned integers. */
export type RandomSource = () => number;

/**
 * The generator sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, 32-bit integer operations only, so a seed
 * gives the same numbers on every platform. The words of the seed are spread over the state by a multiplicative hash;
 * seeds that differ in one word give unrelated streams.
 *
 * @param words any integers; each counts with its low 32 bits
 */
export function sfc32(...words: readonly number[]): RandomSource {
  let hash = 0x9e3779b9;
  const spread = (word: number): number => {
    hash = Math.imul(hash ^ word, 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    return hash;
  };
  for (const word of words) spread(word | 0);
  let a = spread(1);
  let b = spread(2);
  let c = spread(3);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let warm = 0; warm < 12; warm++) next();
  return next;
}

/** A number in [0, 1) with 32 random bits: exact in a double, so the same everywhere. */
export function uniform(random: RandomSource): number {
  return random() / 2 ** 32;
}

/** A number in [-1, 1) with a triangular density: small values more often than large ones. */
export function triangular(random: RandomSource): number {
  return uniform(random) + uniform(random) - 1;
}

/** An integer in 0..count-1 (multiply-shift; the bias is below count / 2^32). */
export function below(random: RandomSource, count: number): number {
  return Math.floor(uniform(random) * count);
}
