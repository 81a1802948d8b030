import type { Evaluation } from '../ensemble/types.js';
import { heading } from './charts.js';
import { NO_LABEL } from './confusion.js';
import { drawing, element, escapeText, INK, label, mix, short } from './svg.js';
import { shorten } from './tables.js';

const WHITE = '#ffffff';
const RIGHT = '#0072b2';
const WRONG = '#d55e00';
export const POSITIVE = '#d55e00';
export const NEGATIVE = '#0072b2';

export interface HeatMap {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly rowTitle: string;
  readonly columnTitle: string;
  /** 0 (white) to 1 (full colour), `null` for an empty cell. */
  share(row: number, column: number): number | null;
  text(row: number, column: number): string;
  color(row: number, column: number): string;
}

/** A matrix of coloured cells with their values in them. */
export function heatMap(map: HeatMap): string {
  const cell = 40;
  const longest = [...map.rows, ...map.columns].reduce((most, name) => Math.max(most, [...name].length), 0);
  const left = 34 + 7 * Math.min(12, longest);
  const top = 70;
  const width = left + map.columns.length * cell + 14;
  const height = top + map.rows.length * (cell * 0.75) + 14;
  const parts = [
    heading(map.title),
    label(left, 44, map.columnTitle, { fill: '#52606d' }),
    label(16, top + (map.rows.length * cell * 0.75) / 2, map.rowTitle, {
      fill: '#52606d',
      'text-anchor': 'middle',
      transform: `rotate(-90 16 ${short(top + (map.rows.length * cell * 0.75) / 2)})`,
    }),
  ];
  for (const [column, name] of map.columns.entries()) {
    parts.push(label(left + (column + 0.5) * cell, top - 8, shorten(name, 6), { 'text-anchor': 'middle' }));
  }
  for (const [row, name] of map.rows.entries()) {
    const y = top + row * cell * 0.75;
    parts.push(label(left - 8, y + 19, shorten(name, 12), { 'text-anchor': 'end' }));
    for (let column = 0; column < map.columns.length; column++) {
      const share = map.share(row, column);
      if (share === null) continue;
      const x = left + column * cell;
      parts.push(
        element('rect', {
          x: x + 1,
          y: y + 1,
          width: cell - 2,
          height: cell * 0.75 - 2,
          rx: 2,
          fill: mix(mix(WHITE, map.color(row, column), 0.06), map.color(row, column), share),
        }),
        label(x + cell / 2, y + 19, map.text(row, column), {
          'text-anchor': 'middle',
          'font-size': 11,
          fill: share > 0.6 ? WHITE : INK,
        }),
      );
    }
  }
  return drawing(Math.max(width, 24 + 8 * map.title.length), height, map.title, parts.join(''));
}

/**
 * The confusion matrix in colours: each row by its own total, so that a class with few images is as visible as one with
 * many. Right answers are blue, confusions orange on a square-root scale (a few per cent must be seen).
 */
export function confusionHeatMap(evaluation: Evaluation): string {
  const totals = evaluation.confusion.map((row) => row.reduce((sum, count) => sum + count, 0));
  const share = (row: number, column: number) =>
    totals[row] === 0 ? 0 : evaluation.confusion[row][column] / totals[row];
  return heatMap({
    title: 'Who is taken for whom',
    rows: evaluation.labels,
    columns: [...evaluation.labels, NO_LABEL],
    rowTitle: 'true label',
    columnTitle: 'predicted label',
    share: (row, column) => (row === column ? share(row, column) : Math.sqrt(share(row, column))),
    text: (row, column) =>
      evaluation.confusion[row][column] === 0 ? '' : String(evaluation.confusion[row][column]),
    color: (row, column) => (row === column ? RIGHT : WRONG),
  });
}

/**
 * The incoming weights of one neuron, as an image where the inputs are one: orange for positive, blue for negative,
 * paler for smaller magnitudes, nothing for zero. Runs of equal weights become one rectangle of a path per value,
 * which keeps hundreds of such images in one page small.
 */
export function weightImage(
  weights: readonly number[],
  weightBound: number,
  shape: { readonly width: number; readonly height: number },
  size: number,
  title: string,
): string {
  const paths = new Map<number, string>();
  for (let row = 0; row < shape.height; row++) {
    for (let column = 0; column < shape.width; ) {
      const value = weights[row * shape.width + column] ?? 0;
      let end = column + 1;
      while (end < shape.width && (weights[row * shape.width + end] ?? 0) === value) end++;
      if (value !== 0) {
        const run = `M${column} ${row}h${end - column}v1h${column - end}z`;
        paths.set(value, (paths.get(value) ?? '') + run);
      }
      column = end;
    }
  }
  const filled = [...paths]
    .sort(([a], [b]) => a - b)
    .map(([value, path]) => {
      const strength = 0.35 + 0.65 * (Math.abs(value) / weightBound);
      return element('path', { d: path, fill: mix(WHITE, value > 0 ? POSITIVE : NEGATIVE, strength) });
    });
  const height = (size * shape.height) / shape.width;
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${shape.width} ${shape.height}`,
      width: size,
      height,
      role: 'img',
      'shape-rendering': 'crispEdges',
    },
    `<title>${escapeText(title)}</title>${element('rect', { width: shape.width, height: shape.height, fill: '#f5f7fa' })}${filled.join('')}`,
  );
}
