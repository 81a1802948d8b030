import { formatTick } from './numbers.js';
import { keys } from './shell.js';
import { drawing, element, escapeText, FAINT, GRID, label, SERIES, SOFT, short } from './svg.js';

/** A drawing fits a phone; wide windows have several side by side. */
const WIDTH = 340;
const HEIGHT = 260;

/** A line or a cloud of measured points; the third figure of a point is a deviation, drawn as a bar. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number, deviation?: number])[];
  /** Somebody else's figures. */
  readonly dashed?: boolean;
  /** Points that no line joins. */
  readonly loose?: boolean;
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

/** Lines over a common pair of axes that start at zero, with a legend where there are several. */
export function lineChart(series: readonly Series[], options: ChartOptions): string {
  const points = series.flatMap((line) => line.points);
  const xTicks = options.xTicks ?? ticks(axisTop(points.map(([x]) => x)));
  const maxX = Math.max(...xTicks, ...points.map(([x]) => x));
  const frame = framed(options, axisTop(points.map(([, y, deviation = 0]) => y + deviation)));
  const { box, y, parts } = frame;
  const x = (value: number) => box.left + (value / maxX) * (box.right - box.left);
  for (const value of xTicks) parts.push(frame.mark(x(value), formatTick(value, 4)));
  for (const [index, { points: own, dashed, loose }] of series.entries()) {
    const stroke = colourOf(index);
    const d = own.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${short(x(px))} ${short(y(py))}`).join('');
    if (loose !== true && d !== '') {
      const line = { d, fill: 'none', stroke, 'stroke-width': 2 };
      parts.push(element('path', dashed === true ? { ...line, 'stroke-dasharray': '5 4' } : line));
    }
    for (const [px, py, deviation = 0] of own) {
      if (deviation === 0) continue;
      const ends = { y1: y(Math.max(0, py - deviation)), y2: y(py + deviation) };
      parts.push(element('line', { x1: x(px), x2: x(px), ...ends, stroke, 'stroke-width': 1.5 }));
    }
    // Dots show where measured values are; with many points they would hide the line.
    if (loose !== true && own.length > MOST_DOTS) continue;
    for (const [px, py] of own) {
      parts.push(element('circle', { cx: x(px), cy: y(py), r: loose === true ? 3.5 : 2.5, fill: stroke }));
    }
  }
  return frame.close(series.map(({ name, dashed }) => (dashed === true ? `${name} (dashed)` : name)));
}
const MOST_DOTS = 30;

/** Upright bars side by side, one of every series at each name; too narrow for their names, every so many is named. */
export function histogram(
  names: readonly string[],
  series: readonly { readonly name: string; readonly values: readonly number[] }[],
  options: ChartOptions,
): string {
  const frame = framed(options, axisTop(series.flatMap(({ values }) => values)));
  const { box, y, parts } = frame;
  const slot = (box.right - box.left) / Math.max(1, names.length);
  const width = (slot * 0.8) / Math.max(1, series.length);
  const every = Math.ceil(22 / slot);
  for (const [at, name] of names.entries()) {
    const left = box.left + at * slot + slot * 0.1;
    for (const [index, { values }] of series.entries()) {
      const top = y(values[at] ?? 0);
      const bar = { x: left + index * width, y: top, width, height: box.bottom - top };
      parts.push(element('rect', { ...bar, fill: colourOf(index) }));
    }
    if ((at - (names.length >> 1)) % every === 0) parts.push(frame.mark(left + slot * 0.4, name));
  }
  return frame.close(series.map(({ name }) => name));
}

/** The value axis from 0 to `top` (or `max`) with its grid, the titles of both, and what puts all of it together. */
function framed({ title, width = WIDTH, height = HEIGHT, xTitle, yTitle, max }: ChartOptions, top: number) {
  const box = { left: 64, top: 12, right: width - 16, bottom: height - 48 };
  const most = max ?? top;
  const y = (value: number): number => box.bottom - (Math.min(value, most) / most) * (box.bottom - box.top);
  const parts: string[] = [];
  for (const value of ticks(most)) {
    parts.push(
      element('line', { x1: box.left, y1: y(value), x2: box.right, y2: y(value), stroke: GRID }),
      label(box.left - 8, y(value) + 4, formatTick(value), { 'text-anchor': 'end' }),
    );
  }
  parts.push(element('line', { x1: box.left, y1: box.bottom, x2: box.right, y2: box.bottom, stroke: FAINT }));
  const named = { 'text-anchor': 'middle', fill: SOFT };
  const [middleX, middleY] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
  if (xTitle) parts.push(label(middleX, height - 10, xTitle, named));
  if (yTitle) {
    parts.push(label(14, middleY, yTitle, { ...named, transform: `rotate(-90 14 ${short(middleY)})` }));
  }
  return {
    box,
    y,
    parts,
    mark: (x: number, text: string) => label(x, box.bottom + 18, text, { 'text-anchor': 'middle' }),
    close: (names: readonly string[]) => {
      const legend = names.length < 2 ? '' : keys(names.map((name, at) => [name, colourOf(at)]));
      return figure(title, legend, drawing(width, height, title, parts.join('')));
    },
  };
}

function colourOf(index: number): string {
  return SERIES[index % SERIES.length];
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
