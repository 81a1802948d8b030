import { axisTop } from '../report/charts.js';
import { drawing, element, escapeText, FAINT, GRID, label, SERIES, short } from '../report/svg.js';

/** A line or a cloud of measured points; the third figure of a point is a deviation, drawn as a bar. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number, deviation?: number])[];
  /** Somebody else's figures. */
  readonly dashed?: boolean;
  /** Points that no line joins. */
  readonly loose?: boolean;
}

export interface PlotOptions {
  readonly title: string;
  readonly xTitle: string;
  readonly yTitle: string;
  /** Upper end of the value axis. */
  readonly max?: number;
  readonly xTicks?: readonly number[];
}

const WIDTH = 340;
const HEIGHT = 260;
const BOX = { left: 58, top: 12, right: WIDTH - 16, bottom: HEIGHT - 48 };

/** A chart with axes from 0 and its legend; wide enough for a phone, and several stand side by side in a window. */
export function plot(series: readonly PlotSeries[], options: PlotOptions): string {
  const points = series.flatMap((one) => one.points);
  const xTicks = options.xTicks ?? quarters(axisTop(points.map(([x]) => x)));
  const maxX = Math.max(...xTicks, ...points.map(([x]) => x));
  const maxY = options.max ?? axisTop(points.map(([, y, deviation = 0]) => y + deviation));
  const x = (value: number): number => BOX.left + (value / maxX) * (BOX.right - BOX.left);
  const y = (value: number): number => BOX.bottom - (Math.min(value, maxY) / maxY) * (BOX.bottom - BOX.top);
  const parts = axes(options, quarters(maxY), y);
  for (const value of xTicks) {
    parts.push(label(x(value), BOX.bottom + 18, short(value), { 'text-anchor': 'middle' }));
  }
  for (const [index, { points: own, dashed, loose }] of series.entries()) {
    const stroke = colourOf(index);
    const path = own.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${short(x(px))} ${short(y(py))}`).join('');
    if (loose !== true && own.length > 1) {
      const line = { d: path, fill: 'none', stroke, 'stroke-width': 2 };
      parts.push(element('path', dashed === true ? { ...line, 'stroke-dasharray': '5 4' } : line));
    }
    for (const [px, py, deviation = 0] of own) {
      if (deviation > 0) {
        const ends = { y1: y(Math.max(0, py - deviation)), y2: y(py + deviation) };
        parts.push(element('line', { x1: x(px), x2: x(px), ...ends, stroke, 'stroke-width': 1.5 }));
      }
      parts.push(element('circle', { cx: x(px), cy: y(py), r: loose === true ? 3.5 : 2.5, fill: stroke }));
    }
  }
  const legend = series.map(
    ({ name, dashed }, at) => [dashed === true ? `${name} (dashed)` : name, colourOf(at)] as const,
  );
  return framed(
    options.title,
    series.length < 2 ? [] : legend,
    drawing(WIDTH, HEIGHT, options.title, parts.join('')),
  );
}

/** Upright bars side by side, one of every series at each name; too narrow for their names, every so many is named. */
export function histogram(
  names: readonly string[],
  series: readonly { readonly name: string; readonly values: readonly number[] }[],
  options: PlotOptions,
): string {
  const maxY = options.max ?? axisTop(series.flatMap(({ values }) => values));
  const y = (value: number): number => BOX.bottom - (value / maxY) * (BOX.bottom - BOX.top);
  const slot = (BOX.right - BOX.left) / Math.max(1, names.length);
  const width = (slot * 0.8) / Math.max(1, series.length);
  const every = Math.ceil(22 / slot);
  const parts = axes(options, quarters(maxY), y);
  for (const [at, name] of names.entries()) {
    const left = BOX.left + at * slot + slot * 0.1;
    for (const [index, { values }] of series.entries()) {
      const value = values[at] ?? 0;
      const box = { x: left + index * width, y: y(value), width, height: BOX.bottom - y(value) };
      parts.push(element('rect', { ...box, fill: colourOf(index) }));
    }
    if ((at - (names.length >> 1)) % every === 0) {
      parts.push(label(left + slot * 0.4, BOX.bottom + 18, name, { 'text-anchor': 'middle' }));
    }
  }
  const legend = series.map(({ name }, at) => [name, colourOf(at)] as const);
  return framed(
    options.title,
    series.length < 2 ? [] : legend,
    drawing(WIDTH, HEIGHT, options.title, parts.join('')),
  );
}

function axes(
  { xTitle, yTitle }: PlotOptions,
  marks: readonly number[],
  y: (value: number) => number,
): string[] {
  const middle = short((BOX.top + BOX.bottom) / 2);
  return [
    ...marks.flatMap((value) => [
      element('line', { x1: BOX.left, y1: y(value), x2: BOX.right, y2: y(value), stroke: GRID }),
      label(BOX.left - 8, y(value) + 4, markOf(value), { 'text-anchor': 'end' }),
    ]),
    element('line', { x1: BOX.left, y1: BOX.bottom, x2: BOX.right, y2: BOX.bottom, stroke: FAINT }),
    label((BOX.left + BOX.right) / 2, HEIGHT - 10, xTitle, { 'text-anchor': 'middle' }),
    label(14, Number(middle), yTitle, { 'text-anchor': 'middle', transform: `rotate(-90 14 ${middle})` }),
  ];
}

function framed(
  title: string,
  legend: readonly (readonly [name: string, colour: string])[],
  svg: string,
): string {
  const keys = legend.map(
    ([name, colour]) =>
      `<span><i class="key" style="display:inline-block;width:.8em;height:.8em;background:${colour}"></i> ${escapeText(name)}</span>`,
  );
  const line = keys.length === 0 ? '' : `<p class="keys">${keys.join(' &nbsp; ')}</p>`;
  return `<div class="chart"><b>${escapeText(title)}</b>${line}${svg}</div>`;
}

function quarters(top: number): number[] {
  return [0, 0.25, 0.5, 0.75, 1].map((share) => share * top);
}

/** Gaps can be of any size. */
function markOf(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function colourOf(index: number): string {
  return SERIES[index % SERIES.length];
}
