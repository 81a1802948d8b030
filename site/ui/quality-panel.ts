import type { RunState, Session } from '../session.js';
import type { Judgement } from '../worker/api.js';
import { count, enable, h, isEnabled, percent, s, say, section } from './dom.js';
import { inFrame } from './frames.js';

/** A training of this visit: how many weights it needed, and how good it was. */
interface Dot {
  readonly name: string;
  readonly nonzero: number;
  readonly accuracy: number;
}

const WIDTH = 280;
const HEIGHT = 240;
const BOX = { left: 56, right: 264, top: 14, bottom: 196 };

/** Accuracy on what was held back, who is taken for whom, and every training as a dot of weights and accuracy. */
export class QualityPanel {
  readonly element: HTMLElement;
  private readonly confusion = h('div', {
    className: 'scroll',
    tabIndex: 0,
    role: 'region',
    'aria-label': 'Who is taken for whom',
  });
  private readonly words = h('p', {});
  private readonly chart = h('div', {});
  private readonly list = h('ol', { className: 'note dots' });
  private readonly sweep = h('button', { type: 'button' }, 'Try fewer and fewer weights');
  private dots: Dot[] = [];
  private shown: Judgement | null = null;
  private readonly drawChart = inFrame(() => this.chartNow());

  constructor(
    private readonly session: Session,
    onSweep: () => void,
  ) {
    this.sweep.addEventListener('click', () => {
      if (isEnabled(this.sweep)) onSweep();
    });
    this.element = section(
      'quality',
      '5 · How good is it?',
      this.words,
      this.confusion,
      h('h3', {}, 'Weights against accuracy'),
      h('p', { className: 'note' }, 'Every training of this visit is a dot.'),
      this.chart,
      this.list,
      this.sweep,
    );
    session.state.listen(inFrame(() => this.show(session.state.get())));
  }

  /** A training has ended. */
  add(name: string): void {
    const { run } = this.session.state.get();
    if (run === null || run.interrupted) return;
    const accuracy = run.held?.accuracy ?? run.trainAccuracy;
    this.dots = [...this.dots, { name, nonzero: run.model.nonzero, accuracy }].slice(-24);
    this.drawChart();
  }

  /** Dots of other data would be compared with the wrong ones. */
  clear(): void {
    this.dots = [];
    this.drawChart();
  }

  private show({ run, phase }: RunState): void {
    enable(this.sweep, phase !== 'running' && phase !== 'paused');
    this.element.hidden = run === null && this.dots.length === 0;
    const held = run?.held ?? null;
    this.confusion.hidden = held === null;
    if (run === null) {
      say(this.words, '');
      return;
    }
    say(
      this.words,
      held === null
        ? `${percent(run.trainAccuracy)} of the examples themselves; nothing is held back.`
        : `${percent(held.accuracy)} of ${count(held.images)} that were held back are answered right.`,
    );
    if (held === null || held === this.shown) return;
    this.shown = held;
    this.confusion.replaceChildren(confusionTable(held));
  }

  private chartNow(): void {
    const { dots } = this;
    const most = Math.max(1, ...dots.map(({ nonzero }) => nonzero));
    const least = Math.min(1, ...dots.map(({ accuracy }) => accuracy));
    const low = Math.max(0, Math.floor(least * 10 - 0.5) / 10);
    const x = (nonzero: number): number => BOX.left + (nonzero / most) * (BOX.right - BOX.left);
    const y = (accuracy: number): number =>
      BOX.bottom - ((accuracy - low) / Math.max(0.05, 1 - low)) * (BOX.bottom - BOX.top);
    const marks = [low, (1 + low) / 2, 1];
    this.chart.replaceChildren(
      s(
        'svg',
        {
          viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
          class: 'plot',
          role: 'img',
          'aria-label': 'weights that are not zero against accuracy; listed below',
        },
        ...marks.flatMap((mark) => [
          s('line', { x1: BOX.left, x2: BOX.right, y1: y(mark), y2: y(mark), class: 'grid' }),
          s('text', { x: BOX.left - 6, y: y(mark) + 5, 'text-anchor': 'end' }, `${Math.round(100 * mark)} %`),
        ]),
        s('text', { x: BOX.left, y: BOX.bottom + 20 }, '0'),
        s('text', { x: BOX.right, y: BOX.bottom + 20, 'text-anchor': 'end' }, count(most)),
        s(
          'text',
          { x: (BOX.left + BOX.right) / 2, y: HEIGHT - 6, 'text-anchor': 'middle' },
          'weights that are not zero',
        ),
        ...dots.map(({ nonzero, accuracy }, at) =>
          s('circle', { cx: x(nonzero), cy: y(accuracy), r: at === dots.length - 1 ? 8 : 5, class: 'dot' }),
        ),
      ),
    );
    this.list.replaceChildren(
      ...dots.map(({ name, nonzero, accuracy }) =>
        h('li', {}, `${name}: ${count(nonzero)} weights, ${percent(accuracy)}`),
      ),
    );
  }
}

function confusionTable({ confusion, labels }: Judgement): HTMLElement {
  const head = h(
    'tr',
    {},
    h('th', { scope: 'col' }, 'is \\ taken for'),
    ...labels.map((name) => h('th', { scope: 'col' }, name)),
    h('th', { scope: 'col' }, 'none'),
  );
  const rows = labels.map((name, row) => {
    const all = Math.max(
      1,
      confusion[row].reduce((sum, value) => sum + value, 0),
    );
    const cells = confusion[row].map((value, column) => {
      const cell = h('td', {}, value === 0 ? '' : String(value));
      if (value > 0) cell.style.setProperty('--share', `${Math.round(12 + (28 * value) / all)}%`);
      cell.className = value === 0 ? '' : row === column ? 'right' : 'wrong';
      return cell;
    });
    return h('tr', {}, h('th', { scope: 'row' }, name), ...cells);
  });
  return h('table', { className: 'confusion' }, h('thead', {}, head), h('tbody', {}, ...rows));
}
