import type { Stroke } from './glyphs.js';

/** Straight pieces per span between two points of a stroke. */
const PIECES = 6;

/**
 * Cubic Hermite spline through the points of a stroke (Catmull-Rom tangents; at corners and ends the tangent of the
 * piece's own parabola), cut into straight pieces. Plain arithmetic only: no function whose last bit an engine may
 * choose.
 *
 * @param points x0, y0, x1, y1, ... as moved by the hand; same length as the stroke's own
 * @param out receives the polyline as x, y pairs
 */
export function tracePen(stroke: Stroke, points: ArrayLike<number>, out: number[]): void {
  const count = stroke.corners.length;
  const isBreak = (at: number): boolean => at === 0 || at === count - 1 || stroke.corners[at];
  const chord = (at: number, axis: number): number => points[2 * at + 2 + axis] - points[2 * at + axis];
  const middle = (at: number, axis: number): number => (chord(at - 1, axis) + chord(at, axis)) / 2;
  /** Tangents at both ends of span `at`, along one axis. */
  const tangents = (at: number, axis: number): [number, number] => {
    const startFree = isBreak(at);
    const endFree = isBreak(at + 1);
    const own = chord(at, axis);
    if (startFree && endFree) return [own, own];
    if (startFree) {
      const end = middle(at + 1, axis);
      return [1.5 * own - 0.5 * end, end];
    }
    const start = middle(at, axis);
    return [start, endFree ? 1.5 * own - 0.5 * start : middle(at + 1, axis)];
  };
  out.push(points[0], points[1]);
  for (let at = 0; at + 1 < count; at++) {
    const [startX, endX] = tangents(at, 0);
    const [startY, endY] = tangents(at, 1);
    for (let piece = 1; piece <= PIECES; piece++) {
      const t = piece / PIECES;
      const s = 1 - t;
      const near = s * s * (1 + 2 * t);
      const far = t * t * (3 - 2 * t);
      const leave = s * s * t;
      const arrive = -t * t * s;
      out.push(
        near * points[2 * at] + far * points[2 * at + 2] + leave * startX + arrive * endX,
        near * points[2 * at + 1] + far * points[2 * at + 3] + leave * startY + arrive * endY,
      );
    }
  }
}

export interface Nib {
  /** Half the line's width in pixels, at the start and at the end of the drawing. */
  readonly startRadius: number;
  readonly endRadius: number;
  /** Width in pixels of the soft edge. */
  readonly edge: number;
}

/**
 * Inks polylines into a picture: every pixel gets the coverage (0..1) of the nearest piece, which falls from 1 inside
 * the line to 0 over the soft edge, as a function of the squared distance (no square root needed).
 *
 * @param lines polylines in pixel coordinates, pixel centres at whole numbers
 */
export function inkLines(
  lines: readonly ArrayLike<number>[],
  nib: Nib,
  ink: Float64Array,
  width: number,
  height: number,
): void {
  let pieces = 0;
  for (const line of lines) pieces += line.length / 2 - 1;
  let done = 0;
  for (const line of lines) {
    for (let at = 0; at + 3 < line.length; at += 2, done++) {
      const inner = nib.startRadius + ((nib.endRadius - nib.startRadius) * (done + 0.5)) / pieces;
      inkPiece(
        line[at],
        line[at + 1],
        line[at + 2],
        line[at + 3],
        inner,
        inner + nib.edge,
        ink,
        width,
        height,
      );
    }
  }
}

function inkPiece(
  x0: number,
  y0: number,
  x1: number,
  y1: number,
  inner: number,
  outer: number,
  ink: Float64Array,
  width: number,
  height: number,
): void {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length2 = dx * dx + dy * dy;
  const inner2 = inner * inner;
  const outer2 = outer * outer;
  const left = Math.max(0, Math.ceil(Math.min(x0, x1) - outer));
  const right = Math.min(width - 1, Math.floor(Math.max(x0, x1) + outer));
  const top = Math.max(0, Math.ceil(Math.min(y0, y1) - outer));
  const bottom = Math.min(height - 1, Math.floor(Math.max(y0, y1) + outer));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const along = length2 === 0 ? 0 : ((x - x0) * dx + (y - y0) * dy) / length2;
      const t = Math.max(0, Math.min(1, along));
      const offX = x - x0 - t * dx;
      const offY = y - y0 - t * dy;
      const distance2 = offX * offX + offY * offY;
      if (distance2 >= outer2) continue;
      const coverage = distance2 <= inner2 ? 1 : (outer2 - distance2) / (outer2 - inner2);
      const pixel = y * width + x;
      if (coverage > ink[pixel]) ink[pixel] = coverage;
    }
  }
}
