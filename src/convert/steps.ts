import { InputError } from '../errors.js';

/*
 * Scaling of whole numbers without floating point. The scaled value of a column never falls as its value rises, so on whole
 * numbers it is a staircase, known by the least number of each level. Most staircases are digital lines,
 * (slope x + start) / divisor rounded down: the numbers come from the scaling, or are searched for, and are held against every
 * step. Where doubles have rounded a tie down, that number is listed as an exception; where no line fits, all steps are.
 */

/** One column: below `low` it is `least`, from `high` on `most`. */
export interface Column {
  readonly low: number;
  readonly high: number;
  readonly least: number;
  readonly most: number;
  readonly line: Line | null;
  /**
   * With a line: the numbers at which the column is one less than the line says. Without one: the least number of level
   * `least + 1`, `least + 2`, .. Ascending.
   */
  readonly steps: readonly number[];
}

/** `least + floor((slope (x - low - 1) + start) / divisor)` between low and high; nothing in it reaches 2^31, or 2^53 where `wide`. */
export interface Line {
  readonly slope: number;
  readonly start: number;
  readonly divisor: number;
  readonly wide: boolean;
}

/** What a column would be without rounding on the way: `floor((slope x + shift) / divisor)`. */
export interface Ratio {
  readonly slope: bigint;
  readonly shift: bigint;
  readonly divisor: bigint;
}

const FROM = -(2 ** 31) + 1;
const TO = 2 ** 31 - 1;

/** @param levelOf never falls; asked at whole numbers in -(2^31 - 1)..2^31 - 1 */
export function stepColumn(levelOf: (whole: number) => number, ratio: Ratio | null = null): Column {
  const least = levelOf(FROM);
  const most = levelOf(TO);
  if (least === most) return { low: 0, high: 0, least, most, line: null, steps: [] };
  const steps = new Array<number>(most - least);
  let from = FROM;
  let stride = 1;
  for (let level = least + 1; level <= most; level++) {
    const at = firstAt(levelOf, level, from, stride);
    // The next step is about as far away as this one was.
    if (level > least + 1) stride = Math.max(1, at - from - 1);
    steps[level - least - 1] = at;
    from = at;
  }
  const low = steps[0] - 1;
  const high = steps[steps.length - 1];
  const exact = ratio === null ? null : ratioLine(ratio, steps, low, high, least);
  if (exact !== null) return { low, high, least, most, ...exact };
  const line = findLine(steps, low, high);
  return { low, high, least, most, line, steps: line === null ? steps : [] };
}

/** The least number from `from` on whose level is at least this. */
function firstAt(levelOf: (whole: number) => number, level: number, from: number, first: number): number {
  if (levelOf(from) >= level) return from;
  // Steps are near one another: strides that double, then halves.
  let below = from;
  let stride = first;
  while (below + stride < TO && levelOf(below + stride) < level) {
    below += stride;
    stride *= 2;
  }
  let at = Math.min(TO, below + stride);
  while (at - below > 1) {
    const middle = below + Math.floor((at - below) / 2);
    if (levelOf(middle) >= level) at = middle;
    else below = middle;
  }
  return at;
}

/** The line of a ratio and its exceptions; `null` where the staircase is another one, or the numbers are too large. */
function ratioLine(
  { slope, shift, divisor }: Ratio,
  steps: readonly number[],
  low: number,
  high: number,
  least: number,
): Pick<Column, 'line' | 'steps'> | null {
  const common = divide(slope, divide(shift, divisor));
  const [a, b, q] = [slope / common, shift / common, divisor / common];
  const begin = low + 1;
  const start = a * BigInt(begin) + b - BigInt(least) * q;
  const largest = a * BigInt(high - begin) + start;
  if (start < 0n || start >= 2n ** 32n || largest >= 2n ** 53n || a >= 2n ** 32n || q >= 2n ** 32n)
    return null;
  const line = { slope: Number(a), start: Number(start), divisor: Number(q), wide: largest >= 2n ** 31n };
  const exceptions: number[] = [];
  for (let k = 0; k < steps.length; k++) {
    const at = Math.max(begin, begin + Math.ceil(((k + 1) * line.divisor - line.start) / line.slope));
    if (steps[k] === at) continue;
    if (steps[k] !== at + 1 || exceptions.at(-1) === at) return null;
    exceptions.push(at);
  }
  return { line, steps: exceptions };
}

function divide(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x === 0n ? 1n : x;
}

const MAX_SHIFT = 30;

/** The line with the smallest numbers that has all these steps, if there is one. */
function findLine(steps: readonly number[], low: number, high: number): Line | null {
  const slope = (steps.length - 1) / Math.max(1, high - steps[0]);
  for (let shift = 0; shift <= MAX_SHIFT; shift++) {
    const divisor = 2 ** shift;
    const near = Math.max(1, Math.round(slope * divisor));
    for (const a of [near, near - 1, near + 1]) {
      if (a < 1) continue;
      const start = startOf(steps, low, a, divisor);
      if (start === null) continue;
      const largest = a * (high - low - 1) + start;
      if (largest >= 2 ** 53 || a >= 2 ** 32 || start >= 2 ** 32) return null;
      return { slope: a, start, divisor, wide: largest >= 2 ** 31 };
    }
  }
  return null;
}

/** A whole start with which the line of this slope takes every step at its number and not before. */
function startOf(steps: readonly number[], low: number, a: number, unit: number): number | null {
  let least = 0;
  let most = 2 ** 32 - 1;
  for (let k = 0; k < steps.length; k++) {
    const wanted = (k + 1) * unit;
    const at = a * (steps[k] - low - 1);
    least = Math.max(least, wanted - at);
    // Below the first step nobody asks the line.
    if (steps[k] > low + 1) most = Math.min(most, wanted - (at - a) - 1);
    if (least > most) return null;
  }
  return least;
}

/** What a column makes of a number: the reference that the emitted code follows. */
export function columnLevel(column: Column, whole: number): number {
  const { low, high, least, most, line, steps } = column;
  if (whole <= low) return least;
  if (whole >= high) return most;
  if (line === null) return least + reached(steps, whole);
  const level = Math.floor((line.slope * (whole - low - 1) + line.start) / line.divisor);
  const count = reached(steps, whole);
  return least + level - (count > 0 && steps[count - 1] === whole ? 1 : 0);
}

/** How many steps are at most this. */
function reached(steps: readonly number[], whole: number): number {
  let from = 0;
  for (let to = steps.length; from < to; ) {
    const middle = (from + to) >> 1;
    if (whole >= steps[middle]) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** Throws `InputError` for a number of decimals that no whole number bears. */
export function checkDecimals(decimals: number): number {
  if (Number.isInteger(decimals) && decimals >= 0 && decimals <= 9) return decimals;
  throw new InputError(`decimals: must be a whole number in 0..9, got ${decimals}`);
}
