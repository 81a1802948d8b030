import type { ImageSize } from '../types.js';
import { columnOffsets, leanAt, lookUp, PART, rowOffset } from '../upright.js';
import type { StanceRange } from './stance.js';

/**
 * What `drawUpright` can make of pictures between `low` and `high` that have a stance of a range: least and most of every pixel of the
 * canvas. The mean of four pixels grows with each of them, and where it is looked up it is linear along either axis
 * between two pixels, so its extremes are at the ends of the range of places and on the lines of pixels between them.
 */
export class CanvasRange {
  readonly low: Int32Array;
  readonly high: Int32Array;
  private readonly across: number;
  private readonly down: number;
  private readonly offsets: Int32Array;
  private readonly places: number[] = [];

  constructor(
    private readonly image: ImageSize,
    private readonly zoom: number,
  ) {
    this.across = zoom * image.width;
    this.down = zoom * image.height;
    this.low = new Int32Array(this.across * this.down);
    this.high = new Int32Array(this.across * this.down);
    this.offsets = columnOffsets(this.across, zoom);
  }

  draw(low: Int32Array, high: Int32Array, { x, y, slope }: StanceRange): void {
    const { across, down, offsets, zoom } = this;
    for (let row = 0, at = 0; row < down; row++) {
      const v = 2 * row - (down - 1);
      const step = rowOffset(v, zoom);
      const [one, other] = [leanAt(slope[0], v, zoom), leanAt(slope[1], v, zoom)];
      const [from, to] = [x[0] + Math.min(one, other), x[1] + Math.max(one, other)];
      const rows = stops(y[0] + step, y[1] + step);
      for (let column = 0; column < across; column++, at++) {
        this.pixel(low, high, from + offsets[column], to + offsets[column], rows, at);
      }
    }
  }

  private pixel(
    low: Int32Array,
    high: Int32Array,
    from: number,
    to: number,
    rows: readonly number[],
    at: number,
  ): void {
    let [least, most] = [Number.POSITIVE_INFINITY, 0];
    const { places } = this;
    const { width, height } = this.image;
    let count = 0;
    places[count++] = from;
    for (let line = ((from >> 8) + 1) << 8; line < to; line += PART) places[count++] = line;
    if (to > from) places[count++] = to;
    for (let k = 0; k < rows.length; k++) {
      for (let n = 0; n < count; n++) {
        least = Math.min(least, lookUp(low, width, height, places[n], rows[k]));
        most = Math.max(most, lookUp(high, width, height, places[n], rows[k]));
      }
    }
    this.low[at] = least;
    this.high[at] = most;
  }
}

/** Both ends, and the lines of pixels between them. */
function stops(from: number, to: number): number[] {
  const places = [from];
  for (let line = ((from >> 8) + 1) << 8; line < to; line += PART) places.push(line);
  if (to > from) places.push(to);
  return places;
}
