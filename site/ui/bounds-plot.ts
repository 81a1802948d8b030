import type { PairState } from '../session.js';
import type { BoundPoint } from '../worker/api.js';
import { brief, h, s } from './dom.js';

/*
 * Of each stage the best network so far (a line of steps that only gets better) and the bound (what no network can be better than) over
 * time: they close in on each other, and where they meet it is proved that nothing better exists.
 */

const WIDTH = 280;
const HEIGHT = 168;
const BOX = { left: 66, right: 270, top: 12, bottom: 132 };

const WORDS = {
  sm: { title: 'SM', about: 'examples answered with confidence, the more the better' },
  mm: { title: 'MM', about: 'margins of all neurons, the larger the better' },
  mw: { title: 'MW', about: 'weights that are not zero, the fewer the better' },
} as const;

type StageWords = keyof typeof WORDS;

/** All stages of a pair, each in a figure. */
export function boundFigures(pair: PairState | undefined): HTMLElement[] {
  if (pair === undefined) return [];
  const stages = new Set<StageWords>([
    ...pair.history.map(({ stage }) => stage),
    ...(pair.view?.stages ?? []).map(({ stage }) => stage),
  ]);
  return [...stages].map((stage) => figure(stage, pointsOf(pair, stage), pair));
}

/** What was seen of a stage, and how it ended. */
function pointsOf({ history, view }: PairState, stage: StageWords): BoundPoint[] {
  const seen = history.filter((point) => point.stage === stage);
  const end = view?.stages.find((result) => result.stage === stage);
  if (end === undefined) return seen;
  const last = Math.max(seen[0]?.seconds ?? 0, ...seen.map(({ seconds }) => seconds));
  const seconds = Math.max(last, (seen[0]?.seconds ?? 0) + (end.seconds ?? 0));
  return [...seen, { stage, seconds, objective: end.objective, bound: end.bound }];
}

function figure(stage: StageWords, points: readonly BoundPoint[], { view }: PairState): HTMLElement {
  const { title, about } = WORDS[stage];
  const isSoft = stage === 'mm' && points.some(({ objective }) => (objective ?? 0) < 0);
  const last = points.at(-1);
  const result = view?.stages.find((one) => one.stage === stage);
  const isProved = result?.stopReason === 'proved';
  const words =
    last === undefined || last.objective === null
      ? 'no network yet'
      : last.bound === null
        ? `best ${brief(last.objective)}, no bound yet`
        : isProved
          ? `${brief(last.objective)}, proved best`
          : `best ${brief(last.objective)}, bound ${brief(last.bound)}`;
  const what = isSoft ? 'what the examples lack to the wanted margin, squared: 0 would be nothing' : about;
  return h(
    'figure',
    { className: 'bounds' },
    h('figcaption', {}, h('b', {}, title), ` ${what}`),
    plot(points, `${title}: ${words}`),
    h('p', { className: isProved ? 'proved' : 'open' }, `${isProved ? '✓ ' : ''}${words}`),
  );
}

function plot(points: readonly BoundPoint[], label: string): SVGElement {
  const begin = points[0]?.seconds ?? 0;
  const span = Math.max(0.05, (points.at(-1)?.seconds ?? 0) - begin);
  const known = points
    .flatMap(({ objective, bound }) => [objective, bound])
    .filter((value) => value !== null);
  const [low, high] = range(known);
  const x = (seconds: number): number => BOX.left + ((seconds - begin) / span) * (BOX.right - BOX.left);
  const y = (value: number): number => BOX.bottom - ((value - low) / (high - low)) * (BOX.bottom - BOX.top);
  const steps = (value: (point: BoundPoint) => number | null): string => {
    let path = '';
    let before: number | undefined;
    for (const point of points) {
      const at = value(point);
      if (at === null) continue;
      const [px, py] = [x(point.seconds).toFixed(1), y(at).toFixed(1)];
      path += before === undefined ? `M${px} ${py}` : at === before ? `H${px}` : `H${px}V${py}`;
      before = at;
    }
    return path;
  };
  const ticks = known.length === 0 ? [] : [low, (low + high) / 2, high];
  return s(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, class: 'plot' },
    ...ticks.flatMap((value) => [
      s('line', { x1: BOX.left, x2: BOX.right, y1: y(value), y2: y(value), class: 'grid' }),
      s('text', { x: BOX.left - 6, y: y(value) + 5, 'text-anchor': 'end' }, brief(value)),
    ]),
    s('text', { x: BOX.left, y: HEIGHT - 14 }, '0 s'),
    s('text', { x: BOX.right, y: HEIGHT - 14, 'text-anchor': 'end' }, `${span.toFixed(span < 10 ? 1 : 0)} s`),
    s('path', { d: steps(({ bound }) => bound), class: 'line bound' }),
    s('path', { d: steps(({ objective }) => objective), class: 'line best' }),
  );
}

function range(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return low === high ? [low - 1, high + 1] : [low, high];
}
