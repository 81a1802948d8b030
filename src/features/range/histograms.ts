import { CALM, featureOf } from '../hog.js';
import { type HogShape, hogShape } from '../name.js';
import { cellShares, directionTable, magnitudes, PARTS, ROOTS, turnAt } from '../tables.js';
import type { HogSpec, ImageSize } from '../types.js';

/**
 * What histograms of oriented gradients can be of canvases between `low` and `high`: least and most of every feature. A pixel's
 * differences lie in a rectangle; its magnitude is least and largest at the nearest and farthest points of that, its direction
 * somewhere on an arc between two corners. So every cell has a least and a most for each bin, and for its total, which is less than
 * the sum of the mosts: a gradient that may point anywhere is one gradient. A feature is largest where its own bin is
 * and the rest of its block is least.
 */
export class HistogramRange {
  readonly shape: HogShape;
  private readonly magnitude = magnitudes();
  private readonly direction: Uint16Array;
  private readonly columns: ReturnType<typeof cellShares>;
  private readonly rows: ReturnType<typeof cellShares>;
  /** Of every cell, with a rim of one: least and most by bin, and for the total of all bins. */
  private readonly least: Float64Array;
  private readonly most: Float64Array;
  private readonly leastTotal: Float64Array;
  private readonly mostTotal: Float64Array;
  /** What may point anywhere: counts to the most of every bin. */
  private readonly anywhere: Float64Array;
  private readonly lowRoots: Int32Array;
  private readonly highRoots: Int32Array;

  constructor(
    private readonly spec: HogSpec,
    image: ImageSize,
  ) {
    const shape = hogShape(spec, image);
    this.shape = shape;
    this.direction = directionTable(spec.bins);
    this.columns = cellShares(shape.width, shape.left, spec.cell);
    this.rows = cellShares(shape.height, shape.top, spec.cell);
    const cells = (shape.across + 2) * (shape.down + 2);
    this.least = new Float64Array(cells * spec.bins);
    this.most = new Float64Array(cells * spec.bins);
    this.leastTotal = new Float64Array(cells);
    this.mostTotal = new Float64Array(cells);
    this.anywhere = new Float64Array(cells);
    this.lowRoots = new Int32Array(shape.width * shape.height);
    this.highRoots = new Int32Array(shape.width * shape.height);
  }

  describe(low: Int32Array, high: Int32Array, outLow: Int32Array, outHigh: Int32Array): void {
    const { lowRoots, highRoots } = this;
    for (let at = 0; at < lowRoots.length; at++) {
      lowRoots[at] = ROOTS[low[at]];
      highRoots[at] = ROOTS[high[at]];
    }
    this.collect();
    this.settle();
    this.normalise(outLow, outHigh);
  }

  private collect(): void {
    const { least, most, leastTotal, mostTotal, anywhere, lowRoots, highRoots } = this;
    const { width, height } = this.shape;
    for (const sums of [least, most, leastTotal, mostTotal, anywhere]) sums.fill(0);
    for (let y = 0, at = 0; y < height; y++) {
      const inside = y > 0 && y < height - 1;
      for (let x = 0; x < width; x++, at++) {
        const across = x > 0 && x < width - 1;
        const left = across ? lowRoots[at + 1] - highRoots[at - 1] : 0;
        const right = across ? highRoots[at + 1] - lowRoots[at - 1] : 0;
        const up = inside ? lowRoots[at + width] - highRoots[at - width] : 0;
        const down = inside ? highRoots[at + width] - lowRoots[at - width] : 0;
        if (left === 0 && right === 0 && up === 0 && down === 0) continue;
        this.share(x, y, left, right, up, down);
      }
    }
  }

  /** Adds a pixel whose gradient is in left..right by up..down. */
  private share(x: number, y: number, left: number, right: number, up: number, down: number): void {
    const { magnitude, columns, rows, anywhere, leastTotal, mostTotal, least, most } = this;
    const { bins } = this.spec;
    const smallest = magnitude[(apart(up, down) << 8) | apart(left, right)];
    const largest = magnitude[(Math.max(-up, down) << 8) | Math.max(-left, right)];
    const arc = this.arc(left, right, up, down);
    for (let corner = 0; corner < 4; corner++) {
      const [besides, below] = [corner & 1, corner >> 1];
      const weight =
        (besides === 1 ? columns.share[x] : PARTS - columns.share[x]) *
        (below === 1 ? rows.share[y] : PARTS - rows.share[y]);
      if (weight === 0) continue;
      const cell = (rows.first[y] + below) * (this.shape.across + 2) + columns.first[x] + besides;
      leastTotal[cell] += PARTS * weight * smallest;
      mostTotal[cell] += PARTS * weight * largest;
      if (arc === undefined) {
        anywhere[cell] += PARTS * weight * largest;
        continue;
      }
      const [from, to] = arc;
      // Half a turn at most: no bin comes twice.
      for (let bin = from >> 4; PARTS * (bin - 1) < to; bin++) {
        const place = cell * bins + (bin % bins);
        const [a, b] = [shareOf(from, bin), shareOf(to, bin)];
        const top = from <= PARTS * bin && PARTS * bin <= to ? PARTS : Math.max(a, b);
        most[place] += weight * top * largest;
        least[place] += weight * Math.min(a, b) * smallest;
      }
    }
  }

  /**
   * The directions in a rectangle, from the first to the last one clockwise on the screen, less than half a turn or just that; the
   * second may be beyond the whole turn. `undefined`: any.
   */
  private arc(left: number, right: number, up: number, down: number): readonly [number, number] | undefined {
    const across = left >= 0 ? 1 : right <= 0 ? -1 : 0;
    const along = up >= 0 ? 1 : down <= 0 ? -1 : 0;
    if (across === 0 && along === 0) return undefined;
    // The corners that come first and last as seen from (0, 0); where one is (0, 0) itself the rectangle is a line through the other.
    const [x0, y0, x1, y1] =
      along > 0
        ? [right, across < 0 ? down : up, left, across > 0 ? down : up]
        : along < 0
          ? [left, across > 0 ? up : down, right, across < 0 ? up : down]
          : across > 0
            ? [left, up, left, down]
            : [right, down, right, up];
    const [from, to] = [
      x0 === 0 && y0 === 0 ? this.turn(x1, y1) : this.turn(x0, y0),
      x1 === 0 && y1 === 0 ? this.turn(x0, y0) : this.turn(x1, y1),
    ];
    return [from, to < from ? to + PARTS * this.spec.bins : to];
  }

  private turn(dx: number, dy: number): number {
    return turnAt(this.direction, PARTS * this.spec.bins, dx, dy);
  }

  /** What cells can have, from what they gather: rounded, and no bin more than the total leaves to it. */
  private settle(): void {
    const { least, most, leastTotal, mostTotal, anywhere } = this;
    const { bins } = this.spec;
    for (let cell = 0; cell < anywhere.length; cell++) {
      let [leastSum, mostSum] = [0, 0];
      for (let at = cell * bins; at < (cell + 1) * bins; at++) {
        most[at] += anywhere[cell];
        leastSum += least[at];
        mostSum += most[at];
      }
      for (let at = cell * bins; at < (cell + 1) * bins; at++) {
        const [low, high] = [least[at], most[at]];
        least[at] = rounded(Math.max(low, leastTotal[cell] - (mostSum - high)));
        most[at] = rounded(Math.min(high, mostTotal[cell] - (leastSum - low)));
      }
      // Every bin is rounded for itself, by 127 down or 128 up at most.
      leastTotal[cell] = Math.max(0, Math.ceil((leastTotal[cell] - 127 * bins) / 256));
      mostTotal[cell] = Math.floor((mostTotal[cell] + 128 * bins) / 256);
    }
  }

  private normalise(outLow: Int32Array, outHigh: Int32Array): void {
    const { least, most, leastTotal, mostTotal } = this;
    const { across, down } = this.shape;
    const { bins, cell } = this.spec;
    const calm = CALM * cell * cell;
    for (let y = 1, to = 0; y < down; y++) {
      for (let x = 1; x < across; x++) {
        const first = y * (across + 2) + x;
        const cells = [first, first + 1, first + across + 2, first + across + 3];
        let [leastSum, mostSum, leastAll, mostAll] = [0, 0, 0, 0];
        for (const place of cells) {
          leastAll += leastTotal[place];
          mostAll += mostTotal[place];
          for (let at = place * bins; at < (place + 1) * bins; at++) {
            leastSum += least[at];
            mostSum += most[at];
          }
        }
        for (const place of cells) {
          for (let at = place * bins; at < (place + 1) * bins; at++, to++) {
            const [low, high] = [least[at], most[at]];
            outLow[to] = featureOf(low, calm + Math.min(low + mostSum - high, mostAll));
            outHigh[to] = featureOf(high, calm + Math.max(high + leastSum - low, leastAll));
          }
        }
      }
    }
  }
}

/** The least distance from 0 between two numbers. */
function apart(least: number, most: number): number {
  return least > 0 ? least : most < 0 ? -most : 0;
}

/** How many sixteenths bin `bin` has of a gradient of direction t; both unwound. */
function shareOf(t: number, bin: number): number {
  return Math.max(0, PARTS - Math.abs(t - PARTS * bin));
}

function rounded(amount: number): number {
  return Math.floor((amount + 128) / 256);
}
