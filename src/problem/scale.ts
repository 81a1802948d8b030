/**
 * Margins are multiples of epsilon's last decimal (0.1 in the paper), so they are held as integers in units of
 * `1 / marginScale`. Floating point never decides a margin.
 */
export const MAX_EPSILON_DECIMALS = 4;

/** The smallest power of ten `D` with `D * epsilon` an integer, or `undefined` beyond four decimals. */
export function marginScale(epsilon: number): number | undefined {
  for (let scale = 1, digits = 0; digits <= MAX_EPSILON_DECIMALS; scale *= 10, digits++) {
    const scaled = Math.round(epsilon * scale);
    if (scaled > 0 && scaled / scale === epsilon) return scale;
  }
  return undefined;
}
