/**
 * Visits every weight vector in `{-P..P}^n`, input 0 turning fastest. The sums are kept up like an odometer: a step of
 * one digit adds its column, a wrap takes 2P columns back.
 */
export function forEachVector(
  columns: readonly ArrayLike<number>[],
  count: number,
  bound: number,
  visit: (weights: readonly number[], sums: Int32Array) => void,
): void {
  const weights = columns.map(() => -bound);
  const sums = new Int32Array(count);
  for (const column of columns) for (let k = 0; k < count; k++) sums[k] -= bound * column[k];
  for (;;) {
    visit(weights, sums);
    let i = 0;
    for (; i < columns.length && weights[i] === bound; i++) {
      weights[i] = -bound;
      for (let k = 0; k < count; k++) sums[k] -= 2 * bound * columns[i][k];
    }
    if (i === columns.length) return;
    weights[i]++;
    for (let k = 0; k < count; k++) sums[k] += columns[i][k];
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
