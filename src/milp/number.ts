/** A number as model files take it: plain decimals, never an exponent, and no negative zero. */
export function decimal(value: number): string {
  return value === 0 ? '0' : String(value);
}
