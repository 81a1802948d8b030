import type { ImageSize } from '../types.js';
import { nearest, SLOPE, type Stance } from '../upright.js';

/** Every stance that a picture in a box may have is in here: whole numbers, ends included. */
export interface StanceRange {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly slope: readonly [number, number];
}

/** A range of one stance. */
export function onlyStance({ x, y, slope }: Stance): StanceRange {
  return { x: [x, x], y: [y, y], slope: [slope, slope] };
}

/** One stance in the middle of a range. */
export function middleStance({ x, y, slope }: StanceRange): StanceRange {
  const middle = ([least, most]: readonly [number, number]): number => least + ((most - least) >> 1);
  return onlyStance({ x: middle(x), y: middle(y), slope: middle(slope) });
}

/**
 * A range in two, across what moves pixels most: a slope moves rows by their distance from the middle, here the mean one. `undefined` for a single
 * stance.
 */
export function halvesOf(
  range: StanceRange,
  height: number,
): readonly [StanceRange, StanceRange] | undefined {
  const wide = {
    x: range.x[1] - range.x[0],
    y: range.y[1] - range.y[0],
    slope: ((range.slope[1] - range.slope[0]) * height) / 1024,
  };
  const key = wide.slope > wide.x && wide.slope > wide.y ? 'slope' : wide.x >= wide.y ? 'x' : 'y';
  const [least, most] = range[key];
  if (least === most) return undefined;
  const middle = least + ((most - least) >> 1);
  return [
    { ...range, [key]: [least, middle] },
    { ...range, [key]: [middle + 1, most] },
  ];
}

/**
 * The stances of all pictures between `low` and `high`, pixel by pixel. `undefined` where the picture may be all black, which has
 * another stance than anything near it.
 *
 * The centre is exact: a mean of columns is largest where all columns beyond some place are as bright as they may be and the others as dark.
 * The slope N / D is at most A where `131072 N - (2 A + 1) D < 0`; divided by S and times 512 that is
 *
 *     sum g (u - c) (512 y - Y) - (512 m - Y) sum g (u - c),    u = 131072 x - (2 A + 1) y,
 *
 * m the mean of y, for any whole c and Y (the sums of g (y - m) vanish). The first sum is largest pixel by pixel; with c the mean of u,
 * and Y twice the middle of the centre's range, the second is a product of two small numbers. Bisection over A.
 */
export function rangeOfStance(low: Int32Array, high: Int32Array, image: ImageSize): StanceRange | undefined {
  const { width, height } = image;
  const columns = { low: new Float64Array(width), high: new Float64Array(width) };
  const rows = { low: new Float64Array(height), high: new Float64Array(height) };
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      columns.low[x] += low[at];
      columns.high[x] += high[at];
      rows.low[y] += low[at];
      rows.high[y] += high[at];
    }
  }
  if (!rows.low.some((sum) => sum > 0)) return undefined;
  const x = rangeOfMean(columns.low, columns.high);
  const y = rangeOfMean(rows.low, rows.high);
  return { x, y, slope: rangeOfSlope(low, high, image, y) };
}

/** `nearest(256 * sum(g i), sum(g))` at least and at most, g_i between low and high; the sum of low is above 0. */
function rangeOfMean(low: Float64Array, high: Float64Array): [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  // As bright as they may be: from `from` on, for the largest mean; below `from`, for the least.
  for (let from = 0; from <= low.length; from++) {
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < low.length; i++) {
      const [up, down] = i >= from ? [high[i], low[i]] : [low[i], high[i]];
      sums[0] += up;
      sums[1] += up * i;
      sums[2] += down;
      sums[3] += down * i;
    }
    most = Math.max(most, nearest(256 * sums[1], sums[0]));
    least = Math.min(least, nearest(256 * sums[3], sums[2]));
  }
  return [least, most];
}

function rangeOfSlope(
  low: Int32Array,
  high: Int32Array,
  { width, height }: ImageSize,
  y: readonly [number, number],
): [number, number] {
  const middle = y[0] + y[1];
  const spread = BigInt(y[1] - y[0] + 1);
  const average = low.map((least, at) => (least + high[at]) >> 1);
  const [s, sx, sy] = moments(average, width);

  /** Whether `131072 N - times D`, in the parts above, is below 0 for all pictures (`most`), or nowhere below 0. */
  const shows = (times: number, most: boolean): boolean => {
    const c = s === 0 ? 0 : Math.round((2 * SLOPE * sx - times * sy) / s);
    let [first, below, above] = [0n, 0n, 0n];
    for (let row = 0, at = 0; row < height; row++) {
      const v = 512 * row - middle;
      const u = -times * row - c;
      // Sums of g and g x: for the first sum, and for the second at its least and most.
      let [g, gx, gb, gxb, ga, gxa] = [0, 0, 0, 0, 0, 0];
      for (let x = 0; x < width; x++, at++) {
        const here = 2 * SLOPE * x + u;
        const isLarge = here >= 0 === v >= 0;
        const far = isLarge === most ? high[at] : low[at];
        g += far;
        gx += far * x;
        const [small, large] = here >= 0 ? [low[at], high[at]] : [high[at], low[at]];
        gb += small;
        gxb += small * x;
        ga += large;
        gxa += large * x;
      }
      const [wide, own] = [BigInt(2 * SLOPE), BigInt(u)];
      first += (wide * BigInt(gx) + own * BigInt(g)) * BigInt(v);
      below += wide * BigInt(gxb) + own * BigInt(gb);
      above += wide * BigInt(gxa) + own * BigInt(ga);
    }
    const second = spread * (above > -below ? above : -below);
    return most ? first + second < 0n : first - second >= 0n;
  };

  // The least A that is shown to be enough; SLOPE always is.
  let [no, most] = [-SLOPE - 1, SLOPE];
  while (most - no > 1) {
    const a = Math.floor((no + most) / 2);
    if (shows(2 * a + 1, true)) most = a;
    else no = a;
  }
  let [least, beyond] = [-SLOPE, most + 1];
  while (beyond - least > 1) {
    const a = Math.floor((least + beyond) / 2);
    if (shows(2 * a - 1, false)) least = a;
    else beyond = a;
  }
  return [least, most];
}

function moments(grey: Int32Array, width: number): [number, number, number] {
  let [s, sx, sy] = [0, 0, 0];
  for (let at = 0; at < grey.length; at++) {
    s += grey[at];
    sx += grey[at] * (at % width);
    sy += grey[at] * Math.floor(at / width);
  }
  return [s, sx, sy];
}
