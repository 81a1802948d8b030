import type { PairState, RunState, Session } from '../session.js';
import { Store } from '../state/store.js';
import type { PairView } from '../worker/api.js';
import { BoundFigures } from './bounds-plot.js';
import { count, enable, h, isEnabled, percent, say, section } from './dom.js';
import { inPieces, onceIn } from './frames.js';
import { describePair, Triangle } from './triangle.js';
import { blended, onScheme, picturedValues } from './weights.js';

/** The triangle and the plots are drawn so often at most: eyes need no more, and the solvers need the core. */
const DRAW_MS = 200;

/**
 * The training as it runs: its buttons, the triangle of pairs that fills with what they have learnt, and the bounds of one of them. Owner
 * of `chosen`, the pair that everything else looks at.
 */
export class TrainPanel {
  readonly element: HTMLElement;
  readonly chosen = new Store(0);
  private readonly triangle = new Triangle('Pairs of classes, a network each', (pair) => this.choose(pair));
  private readonly start = h('button', { type: 'button', className: 'main' }, 'Train');
  private readonly pause = h('button', { type: 'button' }, 'Pause');
  private readonly finish = h('button', { type: 'button' }, 'Stop here');
  private readonly status = h('p', { className: 'status', role: 'status' });
  private readonly bar = h('progress', { max: 1, value: 0, 'aria-label': 'pairs trained' });
  private readonly legend = h(
    'p',
    { className: 'note' },
    'A field is a network, drawn by its weights. Green rims: proved that no other network is better. Choose one to look closer.',
  );
  private readonly pairTitle = h('h3', {});
  private readonly figures = new BoundFigures();
  private readonly details = h('div', { className: 'neurons' });
  private readonly drawn: (PairState | undefined)[] = [];
  /** Somebody chose a pair; before, the one in work is shown, then the one that decides. */
  isChosen = false;
  private shown: PairState | undefined;
  /** What the plots are of. */
  private plotted: PairState | undefined;
  /** What is being drawn: buttons, cells and words are of one moment. */
  private now: RunState;
  private readonly drawPieces = inPieces((at) => this.drawPiece(at));

  constructor(
    private readonly session: Session,
    onTrain: () => void,
    controls: HTMLElement,
  ) {
    this.now = session.state.get();
    this.start.addEventListener('click', () => {
      if (isEnabled(this.start)) onTrain();
    });
    enable(this.start, false);
    this.pause.addEventListener('click', () => session.pause(session.state.get().phase === 'running'));
    this.finish.addEventListener('click', () => session.finish());
    this.element = section(
      'train',
      '2 · Train',
      h('div', { className: 'buttons' }, this.start, this.pause, this.finish),
      controls,
      this.bar,
      this.status,
      this.triangle.element,
      this.legend,
      h('div', { className: 'pair' }, this.pairTitle, this.details, this.figures.element),
    );
    const draw = onceIn(DRAW_MS, () => this.draw(session.state.get()));
    session.state.listen(draw);
    session.data.listen(draw);
    this.chosen.listen(draw);
    onScheme(() => {
      this.drawn.length = 0;
      this.shown = undefined;
      draw();
    });
  }

  /** The pair to look at while nobody has chosen one. */
  suggest(pair: number): void {
    if (this.isChosen || this.session.state.get().phase !== 'done' || pair === this.chosen.get()) return;
    this.triangle.mark(pair);
    this.chosen.set(pair);
  }

  choose(pair: number): void {
    this.isChosen = true;
    this.triangle.mark(pair);
    this.chosen.set(pair);
  }

  /** What is cheap; then, piece by piece, the cells that have changed, the pair that is looked at, and the words: when they say so all of it is there. */
  private draw(state: RunState): void {
    this.now = state;
    const { phase, pairs, classes, done, model } = state;
    const isBusy = phase === 'running' || phase === 'paused';
    enable(this.start, !isBusy && this.session.data.get() !== null);
    say(this.start, model === null || isBusy ? 'Train' : 'Train again');
    const { activeElement } = document;
    // A button that goes takes nobody's place in the page with it.
    if (!isBusy && (activeElement === this.pause || activeElement === this.finish)) this.start.focus();
    this.pause.hidden = this.finish.hidden = !isBusy;
    say(this.pause, phase === 'paused' ? 'Go on' : 'Pause');
    this.bar.hidden = pairs.length === 0;
    this.bar.max = Math.max(1, pairs.length);
    this.bar.value = done;
    this.triangle.element.hidden = this.legend.hidden = classes.length === 0;
    if (classes.length > 0) this.triangle.build(classes);
    else this.drawn.length = 0;
    this.drawPieces();
  }

  private drawPiece(at: number): boolean {
    const state = this.now;
    const { pairs } = state;
    if (at < pairs.length) this.drawCell(at, pairs[at], state);
    else if (at === pairs.length) this.drawPair(state);
    else if (at === pairs.length + 1) this.drawFigures();
    else this.say(state);
    return at <= pairs.length + 1;
  }

  private say({ phase, pairs, done, run, model, fault }: RunState): void {
    const words = fault ?? this.words({ phase, pairs, done, run, model });
    this.status.classList.toggle('fault', fault !== null);
    say(this.status, words);
  }

  private words({
    phase,
    pairs,
    done,
    run,
    model,
  }: Pick<RunState, 'phase' | 'pairs' | 'done' | 'run' | 'model'>): string {
    const { solvers } = this.session;
    if (phase === 'running' && pairs.length === 0) return 'Reading the examples …';
    if (phase === 'running')
      return `${done} of ${pairs.length} networks, on ${solvers} ${solvers === 1 ? 'core' : 'cores'}.`;
    if (phase === 'paused') return `Paused at ${done} of ${pairs.length} networks.`;
    if (run !== null) {
      const held = run.held === null ? '' : ` ${percent(run.held.accuracy)} of ${run.held.images} held back,`;
      return (
        `${run.interrupted ? 'Stopped' : 'Done'} after ${run.seconds.toFixed(1)} s:${held} ${percent(run.trainAccuracy)} of the examples right; ` +
        `${count(run.model.nonzero)} weights in ${count(run.model.bytes)} bytes.`
      );
    }
    if (model !== null) return `Opened: ${model.pairs.length} networks, ${count(model.nonzero)} weights.`;
    return 'One small network for each pair of classes. All of them vote.';
  }

  private drawCell(at: number, pair: PairState, { look }: RunState): void {
    const before = this.drawn[at];
    const cell = this.triangle.cell(at);
    if (before === pair || cell === undefined) return;
    this.drawn[at] = pair;
    cell.say(pair.status, describePair(pair));
    const { view } = pair;
    if (before !== undefined && before.view === view) return;
    const isProved =
      view !== undefined &&
      view.weights !== null &&
      view.stages.every(({ stopReason }) => stopReason === 'proved');
    cell.button.dataset.proved = String(isProved);
    cell.show(view === undefined || view.weights === null ? null : picturedValues(blended(view), look ?? {}));
  }

  private drawPair({ pairs, look, phase }: RunState): void {
    if (phase === 'idle') this.isChosen = false;
    if (!this.isChosen && phase !== 'done') {
      const working = pairs.findIndex(({ status }) => status === 'working');
      const next = working >= 0 ? working : Math.min(this.chosen.get(), Math.max(0, pairs.length - 1));
      if (next !== this.chosen.get()) this.chosen.set(next);
    }
    this.triangle.mark(Math.min(this.chosen.get(), Math.max(0, pairs.length - 1)));
    const pair = pairs[this.chosen.get()];
    const before = this.shown;
    if (pair === before && pair !== undefined) return;
    this.shown = pair;
    if (pair === undefined) {
      say(this.pairTitle, '');
      this.details.replaceChildren();
      return;
    }
    const [first, second] = pair.classes;
    if (before?.classes !== pair.classes)
      this.pairTitle.replaceChildren(
        h('span', { className: 'first' }, first),
        ' against ',
        h('span', { className: 'second' }, second),
      );
    if (before?.view !== pair.view || before?.classes !== pair.classes)
      this.details.replaceChildren(...neurons(pair, look ?? {}));
    this.details.classList.toggle('in-words', look?.image === undefined);
  }

  private drawFigures(): void {
    if (this.plotted === this.shown) return;
    this.plotted = this.shown;
    this.figures.show(this.shown);
  }
}

/** Every neuron of the first layer by its weights. */
function neurons({ view, classes }: PairState, look: NonNullable<RunState['look']>): HTMLElement[] {
  const weights = view?.weights;
  if (weights === null || weights === undefined || view === undefined) return [];
  if (look.image === undefined)
    return weights.map((row, j) => weightList(row, j, view, look.inputNames ?? []));
  return weights.map((row, j) => {
    const used = row.reduce((sum, weight) => sum + (weight === 0 ? 0 : 1), 0);
    const alt = `neuron ${j + 1}: ${used} of ${row.length} weights in use`;
    const picture = h('img', { alt, src: picturedValues(row, look) });
    const caption =
      weights.length === 1
        ? `${look.strokes === undefined ? 'ink' : 'an edge'} on orange speaks for ${classes[0]}, on blue for ${classes[1]}; ${used} of ${row.length} inputs read`
        : `neuron ${j + 1}: ${used} in use`;
    return h('figure', {}, picture, h('figcaption', {}, caption));
  });
}

/** Inputs of a neuron that are listed. */
const LISTED = 16;

/** A neuron of a table: what it reads, and from which sum on it says yes. */
function weightList(row: Int8Array, j: number, { biases }: PairView, names: readonly string[]): HTMLElement {
  const used = [...row.keys()].filter((i) => row[i] !== 0);
  const bias = biases[j] ?? 0;
  if (used.length === 0) {
    const words = `Neuron ${j + 1} reads nothing and is always ${bias >= 0 ? '+' : '−'}.`;
    return h('figure', { className: 'terms' }, h('figcaption', {}, words));
  }
  const terms = used
    .slice(0, LISTED)
    .map((i) =>
      h('li', {}, `${row[i] > 0 ? '+' : '−'}${Math.abs(row[i])} × ${names[i] ?? `input ${i + 1}`}`),
    );
  const more = used.length > LISTED ? [h('li', {}, `and ${used.length - LISTED} more`)] : [];
  return h(
    'figure',
    { className: 'terms' },
    h('figcaption', {}, `Neuron ${j + 1} is + where this is at least ${count(0 - bias)}:`),
    h('ul', {}, ...terms, ...more),
  );
}
