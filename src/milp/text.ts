import { DEFAULT_TOLERANCE } from './row-scale.js';
import type { MilpModel } from './types.js';

/** A number as model files take it: the digits that read back to the same number, and no negative zero. */
export function decimal(value: number): string {
  return value === 0 ? '0' : plain(String(value));
}

/** `1.5e-7` as `0.00000015`: there are readers that take `e` for the beginning of a name. */
function plain(text: string): string {
  const found = /^(-?)(\d)(?:\.(\d+))?e-(\d+)$/.exec(text);
  if (found === null) return text;
  const [, sign, first, rest = '', exponent] = found;
  return `${sign}0.${'0'.repeat(Number(exponent) - 1)}${first}${rest}`;
}

/** What a reader of the file should know, a line each. */
export function remarks(model: MilpModel): string[] {
  if (model.tolerance >= DEFAULT_TOLERANCE) return [];
  const digits = model.tolerance.toExponential(3);
  return [`integrality and feasibility tolerance: at most ${digits}`];
}
