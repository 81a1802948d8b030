import { keys } from './shell.js';
import { drawing, element, escapeText, FAINT, GRID, label, SERIES, SOFT, short } from './svg.js';
import { shorten } from './tables.js';

/** A drawing fits a phone; wide windows have several side by side. */
const WIDTH = 340;
const HEIGHT = 260;

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Written at the end of the bar; default: the value. */
  readonly note?: string;
}

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface ChartOptions {
  readonly title: string;
  readonly width?: number;
  readonly height?: number;
  readonly xTitle?: string;
  readonly yTitle?: string;
  /** Upper end of the value axis; default: a round number above the largest value. */
  readonly max?: number;
  /** Marks of the other axis, which then ends with the last; default: four quarters of a round number. */
  readonly xTicks?: readonly number[];
}

/** Horizontal bars from zero, one a line: names stay readable however many there are. */
export function barChart(bars: readonly Bar[], options: ChartOptions): string {
  const width = options.width ?? WIDTH;
  const rowHeight = 24;
  const left =
    12 +
    8 *
      Math.min(
        16,
        bars.reduce((most, bar) => Math.max(most, [...bar.label].length), 0),
      );
  const top = 8;
  const right = 64;
  const span = width - left - right;
  const max = options.max ?? axisTop(bars.map((bar) => bar.value));
  const height = top + bars.length * rowHeight + 10;
  const rows = bars.map((bar, index) => {
    const y = top + index * rowHeight;
    const length = max > 0 ? (Math.max(0, bar.value) / max) * span : 0;
    return (
      label(left - 8, y + 16, shorten(bar.label, 16), { 'text-anchor': 'end' }) +
      element('rect', { x: left, y: y + 3, width: length, height: rowHeight - 8, rx: 2, fill: SERIES[0] }) +
      label(left + length + 6, y + 16, bar.note ?? short(bar.value))
    );
  });
  const axis = element('line', { x1: left, y1: top, x2: left, y2: height - 10, stroke: FAINT });
  return figure(options.title, '', drawing(width, height, options.title, rows.join('') + axis));
}

/** Lines over a common pair of axes that start at zero, with a legend where there are several. */
export function lineChart(series: readonly Series[], options: ChartOptions): string {
  const width = options.width ?? WIDTH;
  const height = options.height ?? HEIGHT;
  const box = { left: 64, top: 12, right: width - 16, bottom: height - 48 };
  const points = series.flatMap((line) => line.points);
  const xTicks = options.xTicks ?? ticks(axisTop(points.map(([x]) => x)));
  const maxX = xTicks[xTicks.length - 1];
  const maxY = options.max ?? axisTop(points.map(([, y]) => y));
  const x = (value: number) => box.left + (value / maxX) * (box.right - box.left);
  const y = (value: number) => box.bottom - (value / maxY) * (box.bottom - box.top);

  const parts: string[] = [];
  for (const value of ticks(maxY)) {
    parts.push(
      element('line', { x1: box.left, y1: y(value), x2: box.right, y2: y(value), stroke: GRID }),
      label(box.left - 8, y(value) + 4, short(value), { 'text-anchor': 'end' }),
    );
  }
  for (const value of xTicks) {
    parts.push(label(x(value), box.bottom + 18, short(value), { 'text-anchor': 'middle' }));
  }
  parts.push(element('line', { x1: box.left, y1: box.bottom, x2: box.right, y2: box.bottom, stroke: FAINT }));
  for (const [index, line] of series.entries()) {
    const color = SERIES[index % SERIES.length];
    const path = line.points
      .map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${short(x(px))} ${short(y(py))}`)
      .join('');
    if (path !== '') parts.push(element('path', { d: path, fill: 'none', stroke: color, 'stroke-width': 2 }));
    // Dots show where measured values are; with many points they would hide the line.
    if (line.points.length <= 30) {
      for (const [px, py] of line.points)
        parts.push(element('circle', { cx: x(px), cy: y(py), r: 2.5, fill: color }));
    }
  }
  if (options.xTitle) {
    parts.push(
      label((box.left + box.right) / 2, height - 10, options.xTitle, {
        'text-anchor': 'middle',
        fill: SOFT,
      }),
    );
  }
  if (options.yTitle) {
    const middle = (box.top + box.bottom) / 2;
    parts.push(
      label(14, middle, options.yTitle, {
        'text-anchor': 'middle',
        fill: SOFT,
        transform: `rotate(-90 14 ${short(middle)})`,
      }),
    );
  }
  const legend =
    series.length < 2 ? '' : keys(series.map(({ name }, at) => [name, SERIES[at % SERIES.length]]));
  return figure(options.title, legend, drawing(width, height, options.title, parts.join('')));
}

/** A drawing under its title, which breaks into lines where it has to. */
export function figure(title: string, legend: string, svg: string): string {
  return `<figure class="chart"><figcaption>${escapeText(title)}</figcaption>${legend}${svg}</figure>`;
}

/** The smallest of 1, 2, 4, 6, 8, 10 times a power of ten (quarters of it read well) that covers every value; else 1. */
export function axisTop(values: readonly number[]): number {
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  if (!(most > 0) || !Number.isFinite(most)) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  for (const step of [1, 2, 4, 6, 8]) {
    if (step * power >= most) return step * power;
  }
  return 10 * power;
}

function ticks(top: number): number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * top);
}
