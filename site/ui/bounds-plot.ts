import type { PairState } from '../session.js';
import type { BoundPoint } from '../worker/api.js';
import { brief, h, mark, s, say } from './dom.js';

/*
 * Of each stage the best network so far (a line of steps that only gets better) and the bound (what no network can be better than) over
 * time: they close in on each other, and where they meet it is proved that nothing better exists.
 */

const WIDTH = 280;
const HEIGHT = 168;
const BOX = { left: 66, right: 270, top: 12, bottom: 132 };
/** Marks on the side, from the bottom to the top. */
const TICKS = [0, 0.5, 1] as const;

const WORDS = {
  sm: { title: 'SM', about: 'examples answered with confidence, the more the better' },
  mm: { title: 'MM', about: 'margins of all neurons, the larger the better' },
  mw: { title: 'MW', about: 'weights that are not zero, the fewer the better' },
} as const;

type StageWords = keyof typeof WORDS;

/** All stages of a pair, each in a figure that stays and is changed: made anew some times a second they would be the page's most work. */
export class BoundFigures {
  readonly element = h('div', { className: 'figures' });
  private readonly figures = new Map<StageWords, Figure>();
  private readonly note = h(
    'p',
    { className: 'note' },
    'Solid: the best network so far. Dashed: no network can be better. Where they meet, it is proved.',
  );

  show(pair: PairState | undefined): void {
    const stages = new Set<StageWords>([
      ...(pair?.history ?? []).map(({ stage }) => stage),
      ...(pair?.view?.stages ?? []).map(({ stage }) => stage),
    ]);
    const figures = [...stages].map((stage) => this.figure(stage));
    const children = pair === undefined ? [] : [...figures.map(({ element }) => element), this.note];
    if (
      children.length !== this.element.children.length ||
      children.some((c, at) => c !== this.element.children[at])
    )
      this.element.replaceChildren(...children);
    for (const figure of figures) if (pair !== undefined) figure.show(pair);
  }

  private figure(stage: StageWords): Figure {
    const figure = this.figures.get(stage) ?? new Figure(stage);
    this.figures.set(stage, figure);
    return figure;
  }
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

class Figure {
  readonly element: HTMLElement;
  private readonly about = h('span', {});
  private readonly verdict = h('p', {});
  private readonly marks = TICKS.map((share) => {
    const y = BOX.bottom - share * (BOX.bottom - BOX.top);
    return s('text', { x: BOX.left - 6, y: y + 5, 'text-anchor': 'end' });
  });
  private readonly grid = TICKS.map((share) => {
    const y = BOX.bottom - share * (BOX.bottom - BOX.top);
    return s('line', { x1: BOX.left, x2: BOX.right, y1: y, y2: y, class: 'grid' });
  });
  private readonly end = s('text', { x: BOX.right, y: HEIGHT - 14, 'text-anchor': 'end' });
  private readonly bound = s('path', { class: 'line bound' });
  private readonly best = s('path', { class: 'line best' });
  private readonly plot = s(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', class: 'plot' },
    ...this.grid,
    ...this.marks,
    s('text', { x: BOX.left, y: HEIGHT - 14 }, '0 s'),
    this.end,
    this.bound,
    this.best,
  );

  constructor(private readonly stage: StageWords) {
    const title = h('figcaption', {}, h('b', {}, WORDS[stage].title), ' ', this.about);
    this.element = h('figure', { className: 'bounds' }, title, this.plot, this.verdict);
  }

  show(pair: PairState): void {
    const { stage } = this;
    const points = pointsOf(pair, stage);
    const { title, about } = WORDS[stage];
    const isSoft = stage === 'mm' && points.some(({ objective }) => (objective ?? 0) < 0);
    const last = points.at(-1);
    const result = pair.view?.stages.find((one) => one.stage === stage);
    const isProved = result?.stopReason === 'proved';
    const words =
      last === undefined || last.objective === null
        ? 'no network yet'
        : last.bound === null
          ? `best ${brief(last.objective)}, no bound yet`
          : isProved
            ? `${brief(last.objective)}, proved best`
            : `best ${brief(last.objective)}, bound ${brief(last.bound)}`;
    say(
      this.about,
      isSoft ? 'what the examples lack to the wanted margin, squared: 0 would be nothing' : about,
    );
    mark(this.plot, 'aria-label', `${title}: ${words}`);
    this.verdict.className = isProved ? 'proved' : 'open';
    say(this.verdict, `${isProved ? '✓ ' : ''}${words}`);
    this.draw(points);
  }

  private draw(points: readonly BoundPoint[]): void {
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
    for (const [at, share] of TICKS.entries()) {
      say(this.marks[at], known.length === 0 ? '' : brief(low + share * (high - low)));
      mark(this.grid[at], 'visibility', known.length === 0 ? 'hidden' : 'visible');
    }
    say(this.end, `${span.toFixed(span < 10 ? 1 : 0)} s`);
    mark(
      this.bound,
      'd',
      steps(({ bound }) => bound),
    );
    mark(
      this.best,
      'd',
      steps(({ objective }) => objective),
    );
  }
}

function range(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return low === high ? [low - 1, high + 1] : [low, high];
}
