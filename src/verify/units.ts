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

/*
 * How the decimals of a solution file are read (figures.ts). A file may have been written by somebody who added decimals up
 * (0.1 + 0.2), so a number within some last places of a multiple of the unit is that multiple. That is about digits, not about
 * what is claimed; what has been read is whole, and is compared as it is.
 */

/** A share of the value, and never as much as a thousandth of a unit. */
const LAST_PLACES = 2 ** -46;
const MOST_NOISE = 2 ** -10;

/** Every figure in units stays below this, and is exact. */
const MOST_UNITS = 2 ** 52;

/** The value times `scale` where that is a whole number; `undefined`: it is none, or none that any stage could have. */
export function wholeUnits(value: number, scale: number): number | undefined {
  const product = value * scale;
  if (!(Math.abs(product) < MOST_UNITS)) return undefined;
  const nearest = Math.round(product);
  const noise = Math.min(MOST_NOISE, LAST_PLACES * Math.max(1, Math.abs(nearest)));
  return Math.abs(product - nearest) <= noise ? nearest + 0 : undefined;
}

/**
 * A bound in whole units. Objectives are whole, so a bound between two of them says as much as the one that it leaves
 * possible: the lower one where the stage maximises, the upper one where it minimises.
 *
 * @returns undefined for what no bound can be: infinite, or beyond all figures that a problem allows
 */
export function boundInUnits(value: number, scale: number, sense: 1 | -1): number | undefined {
  const product = value * scale;
  if (!(Math.abs(product) < MOST_UNITS)) return undefined;
  return wholeUnits(value, scale) ?? (sense > 0 ? Math.floor(product) : Math.ceil(product)) + 0;
}
