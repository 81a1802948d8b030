import type { Strokes } from '../features/index.js';
import { type ImageShape, NEGATIVE, POSITIVE } from './heatmaps.js';
import { element, escapeText, TILE } from './svg.js';

/** A cell and direction are in so many blocks at most. */
const BLOCKS = 4;

/**
 * The incoming weights of one neuron on oriented gradients, as strokes where the image is: each along the edge that the feature
 * answers to, set off a little to its bright side, orange where it raises the sum and blue where it lowers it, the paler the fewer of
 * its four blocks say so.
 */
export function strokeImage(
  weights: readonly number[],
  weightBound: number,
  { strokes, cell }: Strokes,
  shape: NonNullable<ImageShape>,
  size: number,
  title: string,
): string {
  const sums = new Map<string, { readonly path: string; sum: number }>();
  for (const [at, weight] of weights.entries()) {
    if (weight === 0) continue;
    const path = strokePath(strokes[at], cell);
    const entry = sums.get(path);
    if (entry === undefined) sums.set(path, { path, sum: weight });
    else entry.sum += weight;
  }
  const byValue = new Map<number, string>();
  for (const { path, sum } of sums.values()) {
    if (sum !== 0) byValue.set(sum, (byValue.get(sum) ?? '') + path);
  }
  const drawn = [...byValue]
    .sort(([a], [b]) => Math.abs(a) - Math.abs(b) || a - b)
    .map(([sum, path]) => {
      const strength = 0.3 + 0.7 * Math.min(1, Math.abs(sum) / (BLOCKS * weightBound));
      const stroke = sum > 0 ? POSITIVE : NEGATIVE;
      return element('path', {
        d: path,
        stroke,
        'stroke-opacity': strength,
        fill: 'none',
        'stroke-width': one(cell / 8),
      });
    });
  const { width, height } = shape;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width: size,
      height: (size * height) / width,
      role: 'img',
    },
    `<title>${escapeText(title)}</title>${element('rect', { width, height, fill: TILE })}${drawn.join('')}`,
  );
}

function strokePath({ x, y, turn }: Strokes['strokes'][number], cell: number): string {
  const [right, down] = [Math.cos(2 * Math.PI * turn), Math.sin(2 * Math.PI * turn)];
  const [middleX, middleY] = [x + right * cell * 0.22, y + down * cell * 0.22];
  const [halfX, halfY] = [-down * cell * 0.3, right * cell * 0.3];
  return `M${one(middleX - halfX)} ${one(middleY - halfY)}L${one(middleX + halfX)} ${one(middleY + halfY)}`;
}

/** Two digits after the point: paths are most of the page. */
function one(value: number): number {
  return Math.round(value * 100) / 100;
}
