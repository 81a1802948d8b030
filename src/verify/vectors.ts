/** The least and the largest weight of an input. */
export type Box = readonly [number, number];

/**
 * Visits every weight vector in `{-P..P}^n`, or in a box an input, input 0 turning fastest, or, backwards, the last one. The sums are kept
 * up like an odometer: a step of one digit adds its column, a wrap takes as many back as there were steps. Weights and sums are the
 * same lists at every visit.
 */
export function forEachVector(
  columns: readonly ArrayLike<number>[],
  count: number,
  bound: number | readonly Box[],
  visit: (weights: readonly number[], sums: Int32Array) => void,
  backwards = false,
): void {
  const boxes = typeof bound === 'number' ? columns.map((): Box => [-bound, bound]) : bound;
  const weights = boxes.map(([low]) => low);
  const sums = new Int32Array(count);
  for (const [i, column] of columns.entries())
    for (let k = 0; k < count; k++) sums[k] += weights[i] * column[k];
  const digits = columns.map((_, i) => i);
  if (backwards) digits.reverse();
  for (;;) {
    visit(weights, sums);
    let at = 0;
    for (; at < digits.length && weights[digits[at]] === boxes[digits[at]][1]; at++) {
      const i = digits[at];
      const [low, high] = boxes[i];
      weights[i] = low;
      if (high === low) continue;
      const column = columns[i];
      for (let k = 0; k < count; k++) sums[k] -= (high - low) * column[k];
    }
    if (at === digits.length) return;
    weights[digits[at]]++;
    const column = columns[digits[at]];
    for (let k = 0; k < count; k++) sums[k] += column[k];
  }
}

/** Two bits a sample (side, certainty), seven samples a character. */
export function patternKey(sums: Int32Array, count: number, radius: number): string {
  let key = '';
  for (let k = 0; k < count; ) {
    let bits = 0;
    for (let n = 0; n < 7 && k < count; n++, k++) {
      bits = (bits << 2) | (sums[k] >= 0 ? 2 : 0) | (isCertain(sums[k], radius) ? 1 : 0);
    }
    key += String.fromCharCode(bits);
  }
  return key;
}

export function isCertain(sum: number, radius: number): boolean {
  return sum >= 0 ? sum >= radius : -sum >= radius + 1;
}

export function both(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((value, k) => value & b[k]);
}

export function norm(weights: readonly number[]): number {
  let sum = 0;
  for (const weight of weights) sum += Math.abs(weight);
  return sum;
}

export function nonzeros(weights: readonly number[]): number {
  let count = 0;
  for (const weight of weights) if (weight !== 0) count++;
  return count;
}
