import type { Spread } from '../ensemble/folds.js';
import { figure } from './charts.js';
import { keys } from './shell.js';
import { drawing, element, FAINT, GRID, label, SERIES, SOFT, short } from './svg.js';
import { shorten } from './tables.js';

/** What was measured several times: a dot each, and what they come to. */
export interface SpreadRow {
  readonly name: string;
  /** Shares, 0..1. */
  readonly values: readonly number[];
  readonly spread: Spread | null;
  /** Drawn in the other colour. */
  readonly isBest?: boolean;
}

/** A drawing fits a phone. */
const WIDTH = 340;
/** A name, and below it the dots. */
const ROW = 44;
const BOX = { left: 14, right: 326, top: 4 };
const AXIS = 30;
const LONGEST_NAME = 36;

/**
 * A row a thing that was measured several times: dots for single values, a bar from one deviation below the mean to one above it, a line at the mean. The
 * axis is of shares in per cent and begins at the tenth below all that is drawn: what is compared here differs by little.
 */
export function spreadChart(rows: readonly SpreadRow[], title: string, dotName: string): string {
  const lowest = rows.reduce(
    (low, { values, spread }) =>
      values.reduce(
        (a, b) => Math.min(a, b),
        Math.min(low, spread === null ? 1 : spread.mean - spread.deviation),
      ),
    1,
  );
  const from = Math.min(0.9, Math.max(0, Math.floor(lowest * 10) / 10));
  const x = (share: number): number =>
    BOX.left + ((Math.min(1, Math.max(from, share)) - from) / (1 - from)) * (BOX.right - BOX.left);
  const bottom = BOX.top + ROW * rows.length + 4;
  const parts: string[] = [];
  for (let quarter = 0; quarter <= 4; quarter++) {
    const share = from + (quarter / 4) * (1 - from);
    const anchor = quarter === 0 ? 'start' : quarter === 4 ? 'end' : 'middle';
    const at = quarter === 0 ? BOX.left - 10 : quarter === 4 ? BOX.right + 10 : x(share);
    parts.push(
      element('line', { x1: x(share), x2: x(share), y1: BOX.top, y2: bottom, stroke: GRID }),
      label(at, bottom + 18, `${short(100 * share)} %`, { 'text-anchor': anchor, fill: SOFT }),
    );
  }
  parts.push(element('line', { x1: BOX.left, x2: BOX.right, y1: bottom, y2: bottom, stroke: FAINT }));
  for (const [at, { name, values, spread, isBest }] of rows.entries()) {
    const [top, fill] = [BOX.top + ROW * at, SERIES[isBest === true ? 1 : 0]];
    const middle = top + 31;
    parts.push(label(BOX.left, top + 15, shorten(name, LONGEST_NAME)));
    if (spread !== null) {
      const [low, high] = [x(spread.mean - spread.deviation), x(spread.mean + spread.deviation)];
      parts.push(
        element('rect', { x: low, y: middle - 6, width: high - low, height: 12, fill, 'fill-opacity': 0.25 }),
        element('rect', { x: x(spread.mean) - 1, y: middle - 9, width: 2, height: 18, fill }),
      );
    }
    for (const value of values) parts.push(element('circle', { cx: x(value), cy: middle, r: 3, fill }));
  }
  const legend = rows.some(({ isBest }) => isBest)
    ? keys([
        ['a setting', SERIES[0]],
        ['the best of them', SERIES[1]],
      ])
    : '';
  const words = `${title}: a dot is ${dotName}, the line the mean, the bar a deviation to either side`;
  return figure(words, legend, drawing(WIDTH, bottom + AXIS, title, parts.join('')));
}
