import { type HogShape, hogShape } from './name.js';
import { cellShares, directionTable, halfRoot, magnitudes, PARTS, ROOTS, turnAt } from './tables.js';
import type { HogSpec, ImageSize } from './types.js';

/** The largest feature. */
const FULL = 255;
/** What is added to the sum of a block, for each pixel of a cell: faint gradients do not become strong ones. */
export const CALM = 2304;

/**
 * Histograms of oriented gradients (Dalal and Triggs, 2005) in whole numbers: roots of grey levels, central differences, every pixel's
 * magnitude shared between two directions and four cells, and each 2 x 2 cells made comparable by the root of their share.
 * docs/features.md says every rounding. Tables first: a pixel costs two look-ups and eight additions.
 */
export class Histograms {
  readonly shape: HogShape;
  private readonly magnitude: Uint16Array;
  private readonly direction: Uint16Array;
  private readonly columns: ReturnType<typeof cellShares>;
  private readonly rows: ReturnType<typeof cellShares>;
  /** Cells with a rim of one, which takes what falls beyond. */
  private readonly cells: Float64Array;
  private readonly roots: Int32Array;

  constructor(
    private readonly spec: HogSpec,
    image: ImageSize,
  ) {
    const shape = hogShape(spec, image);
    this.shape = shape;
    this.magnitude = magnitudes();
    this.direction = directionTable(spec.bins);
    this.columns = cellShares(shape.width, shape.left, spec.cell);
    this.rows = cellShares(shape.height, shape.top, spec.cell);
    this.cells = new Float64Array((shape.across + 2) * (shape.down + 2) * spec.bins);
    this.roots = new Int32Array(shape.width * shape.height);
  }

  /** Writes `featureCount` features, 0..255, of a canvas of grey levels. */
  describe(canvas: Int32Array, out: Int32Array): void {
    this.collect(canvas);
    this.normalise(out);
  }

  private collect(canvas: Int32Array): void {
    const { roots, cells, columns, rows, magnitude, direction } = this;
    const { width, height, across } = this.shape;
    const { bins } = this.spec;
    const turn = PARTS * bins;
    const down = (across + 2) * bins;
    cells.fill(0);
    for (let at = 0; at < roots.length; at++) roots[at] = ROOTS[canvas[at]];
    for (let y = 0, at = 0; y < height; y++) {
      const inside = y > 0 && y < height - 1;
      const lower = rows.share[y];
      const rowFrom = rows.first[y] * down;
      for (let x = 0; x < width; x++, at++) {
        const dx = x > 0 && x < width - 1 ? roots[at + 1] - roots[at - 1] : 0;
        const dy = inside ? roots[at + width] - roots[at - width] : 0;
        if (dx === 0 && dy === 0) continue;
        const entry = ((dy < 0 ? -dy : dy) << 8) | (dx < 0 ? -dx : dx);
        const angle = turnAt(direction, turn, dx, dy);
        const bin = angle >> 4;
        const next = bin + 1 === bins ? 0 : bin + 1;
        const toNext = magnitude[entry] * (angle & 15);
        const toBin = magnitude[entry] * PARTS - toNext;
        const right = columns.share[x];
        const cell = rowFrom + columns.first[x] * bins;
        const a = (PARTS - lower) * (PARTS - right);
        const b = (PARTS - lower) * right;
        const c = lower * (PARTS - right);
        const d = lower * right;
        cells[cell + bin] += a * toBin;
        cells[cell + next] += a * toNext;
        cells[cell + bins + bin] += b * toBin;
        cells[cell + bins + next] += b * toNext;
        cells[cell + down + bin] += c * toBin;
        cells[cell + down + next] += c * toNext;
        cells[cell + down + bins + bin] += d * toBin;
        cells[cell + down + bins + next] += d * toNext;
      }
    }
  }

  private normalise(out: Int32Array): void {
    const { cells } = this;
    const { across, down } = this.shape;
    const { bins, cell } = this.spec;
    const row = (across + 2) * bins;
    for (let at = 0; at < cells.length; at++) cells[at] = Math.floor((cells[at] + 128) / 256);
    for (let y = 0, to = 0; y < down - 1; y++) {
      for (let x = 0; x < across - 1; x++) {
        const first = (y + 1) * row + (x + 1) * bins;
        let sum = CALM * cell * cell;
        for (let k = 0; k < 2 * bins; k++) sum += cells[first + k] + cells[first + row + k];
        for (let line = first; line <= first + row; line += row) {
          for (let k = 0; k < 2 * bins; k++, to++) {
            out[to] = featureOf(cells[line + k], sum);
          }
        }
      }
    }
  }
}

/** The feature of a bin, of what its block sums to: grows with their ratio. */
export function featureOf(amount: number, sum: number): number {
  return amount === 0 ? 0 : halfRoot(Math.floor((4 * FULL * FULL * amount + Math.floor(sum / 2)) / sum));
}
