import { formatCount } from './numbers.js';
import { drawing, element, FAINT, label, SERIES } from './svg.js';

/** Incumbent and bound of a stage after so much work; `null`: none yet. */
export interface SearchFigures {
  readonly work: number;
  readonly objective: number | null;
  readonly bound: number | null;
}

export interface SearchFrame {
  readonly width: number;
  readonly height: number;
}

/** What the lines of a search chart are, for `keys`. */
export const SEARCH_KEYS = [
  ['incumbent', SERIES[0]],
  ['bound', SERIES[1]],
] as const;

const LEFT = 66;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 26;

/** Where lines may be drawn in a frame. */
export function insideOf({ width, height }: SearchFrame) {
  return { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
}

/** Of any number of values: a call has room for some ten thousand arguments only. */
export function largestOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
}

/** A scale from values to pixels; of one value only, the middle. */
export function scaleOf(values: readonly number[], from: number, to: number): (value: number) => number {
  const least = -largestOf(values.map((value) => -value));
  const most = largestOf(values);
  return (value) =>
    most > least ? from + ((value - least) / (most - least)) * (to - from) : (from + to) / 2;
}

export function axesOf(frame: SearchFrame): string {
  const { left, right, top, bottom } = insideOf(frame);
  return (
    element('line', { x1: left, y1: top, x2: left, y2: bottom, stroke: FAINT }) +
    element('line', { x1: left, y1: bottom, x2: right, y2: bottom, stroke: FAINT })
  );
}

/** How much work the right end is. */
export function workLabel(work: number, frame: SearchFrame): string {
  const { right } = insideOf(frame);
  return label(right, frame.height - 8, `${formatCount(work)} units of work`, { 'text-anchor': 'end' });
}

/**
 * Incumbent and bound over work, as steps: they hold until the next. The axis ends with the least and the largest value from where both are
 * known: what was before may be far away, and is drawn at the edge.
 */
export function searchChart(
  figures: readonly SearchFigures[],
  title: string,
  frame: SearchFrame = { width: 340, height: 200 },
): string {
  const valuesOf = (some: readonly SearchFigures[]): number[] =>
    some.flatMap(({ objective, bound }) => [objective, bound].filter((v) => v !== null));
  const met = valuesOf(figures.filter(({ objective, bound }) => objective !== null && bound !== null));
  const values = met.length > 0 ? met : valuesOf(figures);
  const works = figures.map(({ work }) => work);
  const inside = insideOf(frame);
  const x = scaleOf([0, ...works], inside.left, inside.right);
  const scale = scaleOf(values, inside.bottom, inside.top);
  const y = (value: number): number => Math.min(inside.bottom, Math.max(inside.top, scale(value)));
  const end = x(largestOf(works));
  const steps = (of: (entry: SearchFigures) => number | null): string => {
    let path = '';
    for (const entry of figures) {
      const value = of(entry);
      if (value === null) continue;
      const [px, py] = [x(entry.work).toFixed(1), y(value).toFixed(1)];
      path += path === '' ? `M${px} ${py}` : `H${px}V${py}`;
    }
    return path === '' ? '' : `${path}H${end.toFixed(1)}`;
  };
  const line = (stroke: string, d: string) =>
    d === '' ? '' : element('path', { d, fill: 'none', stroke, 'stroke-width': 1.6 });
  const content =
    axesOf(frame) +
    valueLabels(values, y) +
    workLabel(largestOf(works), frame) +
    line(
      SERIES[1],
      steps(({ bound }) => bound),
    ) +
    line(
      SERIES[0],
      steps(({ objective }) => objective),
    );
  return drawing(frame.width, frame.height, title, content);
}

function valueLabels(values: readonly number[], y: (value: number) => number): string {
  if (values.length === 0) return '';
  const least = -largestOf(values.map((value) => -value));
  return [...new Set([least, largestOf(values)])]
    .map((value) => label(LEFT - 6, y(value) + 4, short(value), { 'text-anchor': 'end' }))
    .join('');
}

/** What fits beside the axis: large values by their first digits. */
function short(value: number): string {
  const rounded = Math.round(value * 1000) / 1000;
  return String(rounded).length <= 7 ? String(rounded) : value.toExponential(1).replace('e+', 'e');
}
