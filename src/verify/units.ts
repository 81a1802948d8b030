/** The judges' own reading of epsilon: `epsilon = numerator / scale`, `scale` the least power of ten that does it. */
export interface DecimalUnits {
  readonly scale: number;
  readonly epsilon: number;
}

/** Reads the decimals off the printed number, so that no product of floats decides what a margin's unit is. */
export function decimalUnits(epsilon: number): DecimalUnits {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(String(epsilon));
  if (match === null) throw new RangeError(`epsilon ${epsilon} is not a plain decimal`);
  const decimals = match[2] ?? '';
  return { scale: 10 ** decimals.length, epsilon: Number(match[1] + decimals) };
}
