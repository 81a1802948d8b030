import type { Evaluation } from '../ensemble/types.js';
import { NO_LABEL } from './confusion.js';
import { scrolling } from './shell.js';
import { element, escapeText, short, TILE } from './svg.js';
import { shorten } from './tables.js';

export const POSITIVE = 'var(--plus, #d55e00)';
export const NEGATIVE = 'var(--minus, #0072b2)';

/** Width and height of the images that the inputs are, where they are. */
export type ImageShape = { readonly width: number; readonly height: number } | undefined;

/** Colours of cells, by what they say. */
export type Hue = 'good' | 'bad' | 'use';

export interface HeatMap {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
  readonly rowTitle: string;
  readonly columnTitle: string;
  /** 0 (pale) to 1 (full colour), `null` for an empty cell. */
  share(row: number, column: number): number | null;
  text(row: number, column: number): string;
  hue(row: number, column: number): Hue;
}

/** A matrix of coloured cells with their values in them: a table, for those who hear it, too. */
export function heatMap(map: HeatMap): string {
  const heads = map.columns.map((name) => `<th scope="col">${escapeText(shorten(name, 12))}</th>`);
  const rows = map.rows.map((name, row) => {
    const cells = map.columns.map((_, column) => {
      const share = map.share(row, column);
      if (share === null) return '<td></td>';
      return `<td class="at ${map.hue(row, column)}" style="--at:${short(share)}">${escapeText(map.text(row, column))}</td>`;
    });
    return `<tr><th scope="row">${escapeText(shorten(name, 12))}</th>${cells.join('')}</tr>`;
  });
  const corner = `<td><small>${escapeText(map.rowTitle)} \\ ${escapeText(map.columnTitle)}</small></td>`;
  return scrolling(
    map.title,
    `<table class="cells"><caption>${escapeText(map.title)}</caption><thead><tr>${corner}${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`,
  );
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
    rowTitle: 'true',
    columnTitle: 'predicted',
    share: (row, column) => (row === column ? share(row, column) : Math.sqrt(share(row, column))),
    text: (row, column) =>
      evaluation.confusion[row][column] === 0 ? '' : String(evaluation.confusion[row][column]),
    hue: (row, column) => (row === column ? 'good' : 'bad'),
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
      return element('path', { d: path, fill: value > 0 ? POSITIVE : NEGATIVE, 'fill-opacity': strength });
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
    `<title>${escapeText(title)}</title>${element('rect', { width: shape.width, height: shape.height, fill: TILE })}${filled.join('')}`,
  );
}
