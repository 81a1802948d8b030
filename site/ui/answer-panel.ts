import { pairIndex } from '../../src/ensemble/pair-order.js';
import type { Session } from '../session.js';
import type { Store } from '../state/store.js';
import type { AnswerView, WhyView } from '../worker/api.js';
import { h, onceIn, section } from './dom.js';
import type { TrainPanel } from './train-panel.js';
import { shortName, Triangle } from './triangle.js';
import { drawValues, onScheme } from './weights.js';

/** While pairs come in, answers are asked for so often at most. */
const ASK_MS = 150;
/** Inputs that are listed as reasons. */
const MOST_REASONS = 10;

export type Sample = readonly (number | string)[];

/**
 * What the networks say of the sample that is looked at: votes, the pairs as a small tournament, and why one of them says so.
 */
export class AnswerPanel {
  readonly element: HTMLElement;
  private readonly answer = h('p', { className: 'answer', role: 'status' });
  private readonly votes = h('div', { className: 'votes' });
  private readonly tournament = new Triangle('Who wins each pair', (pair) => this.training.choose(pair));
  private readonly whyTitle = h('h3', {});
  private readonly why = h('canvas', { className: 'why', role: 'img' });
  private readonly reasons = h('ol', { className: 'reasons' });
  private readonly whyNote = h('p', { className: 'note' });
  private readonly more = h('div', { className: 'more' });
  private asked = 0;

  constructor(
    private readonly session: Session,
    private readonly sample: Store<Sample | null>,
    private readonly training: TrainPanel,
    input: HTMLElement,
  ) {
    this.more.append(
      h('h3', {}, 'Every pair votes'),
      this.votes,
      h('p', { className: 'note' }, 'Each field says who won that pair. Choose one to see why.'),
      this.tournament.element,
      this.whyTitle,
      this.why,
      this.reasons,
      this.whyNote,
    );
    this.element = section('try', '3 · Try it', input, this.answer, this.more);
    const ask = onceIn(ASK_MS, () => void this.ask());
    this.sample.listen(ask);
    session.knowledge.listen(ask);
    training.chosen.listen(ask);
    onScheme(ask);
  }

  private async ask(): Promise<void> {
    const sample = this.sample.get();
    const mine = ++this.asked;
    const { classes, phase } = this.session.state.get();
    if (sample === null || phase === 'idle') {
      this.show(null);
      return;
    }
    const pair = this.training.chosen.get();
    try {
      const [answer, why] = await Promise.all([
        this.session.ask('answer', sample),
        this.session.ask('why', sample, pair),
      ]);
      // A later question is on its way.
      if (mine !== this.asked) return;
      this.show(answer);
      if (answer === null) return;
      this.suggest(answer);
      this.showWhy(why, classes, sample);
    } catch (error) {
      if (mine !== this.asked) return;
      this.show(null);
      this.answer.textContent = (error as Error).message;
    }
  }

  /** The pair of the winner and the one that comes closest is the one to look at first. */
  private suggest({ label, votes }: AnswerView): void {
    const { classes } = this.session.state.get();
    const first = classes.indexOf(label ?? '');
    if (first < 0) return;
    const others = classes.map((_, c) => c).filter((c) => c !== first);
    const second = others.reduce((best, c) => (votes[c] > votes[best] ? c : best), others[0]);
    this.training.suggest(pairIndex(Math.min(first, second), Math.max(first, second), classes.length));
  }

  private show(answer: AnswerView | null): void {
    this.more.hidden = answer === null;
    if (answer === null) {
      const { phase } = this.session.state.get();
      this.answer.textContent =
        phase === 'idle'
          ? 'Train first.'
          : this.sample.get() === null
            ? 'Nothing is asked yet.'
            : 'No network yet.';
      return;
    }
    const { classes } = this.session.state.get();
    const { label, votes, decisions } = answer;
    this.answer.replaceChildren(
      ...(label === null ? ['No answer: a tie of several.'] : ['It is ', h('strong', {}, label), '.']),
    );
    const most = Math.max(1, classes.length - 1);
    this.votes.replaceChildren(
      ...classes.map((name, c) => {
        const bar = h('i', { 'aria-hidden': 'true' });
        bar.style.width = `${(100 * votes[c]) / most}%`;
        return h(
          'div',
          { className: name === label ? 'vote winner' : 'vote' },
          h('span', { className: 'who' }, name),
          h('span', { className: 'bar' }, bar),
          h('span', { className: 'many' }, String(votes[c])),
        );
      }),
    );
    this.tournament.build(classes);
    let pair = 0;
    for (let p = 0; p < classes.length; p++) {
      for (let q = p + 1; q < classes.length; q++, pair++) {
        const cell = this.tournament.cell(pair);
        if (cell === undefined) continue;
        const won = decisions[pair] === 0 ? null : classes[decisions[pair] > 0 ? p : q];
        // By the style, because the label says the whole name.
        cell.text.dataset.won = won === null ? '' : shortName(won);
        cell.canvas.hidden = true;
        cell.button.dataset.status = won === null ? 'waiting' : won === label ? 'won' : 'lost';
        const names = `${classes[p]} against ${classes[q]}`;
        cell.button.setAttribute(
          'aria-label',
          `${names}: ${won === null ? 'no network yet' : `${won} wins`}`,
        );
      }
    }
    this.tournament.mark(this.training.chosen.get());
  }

  private showWhy(view: WhyView | null, classes: readonly string[], sample: Sample): void {
    const state = this.session.state.get();
    const pair = state.pairs[this.training.chosen.get()];
    const isThere = view !== null && pair !== undefined && classes.length > 0;
    this.why.hidden = this.whyTitle.hidden = this.whyNote.hidden = !isThere;
    this.reasons.hidden = true;
    if (!isThere) return;
    const [first, second] = pair.classes;
    const won = view.answer > 0 ? first : second;
    this.whyTitle.textContent = `Why ${won}, between ${first} and ${second}`;
    const [forFirst, forSecond] = view.contributions.reduce(
      ([plus, minus], value) => [plus + Math.max(0, value), minus - Math.min(0, value)],
      [0, 0],
    );
    const look = state.look ?? {};
    const isPicture = look.image !== undefined;
    this.why.hidden = !isPicture;
    if (!isPicture) this.showReasons(view, look.inputNames ?? [], pair.classes);
    else drawValues(this.why, view.contributions, look, sample as readonly number[]);
    const share = forFirst + forSecond === 0 ? 0.5 : forFirst / (forFirst + forSecond);
    this.why.setAttribute(
      'aria-label',
      `what speaks for ${first} (${Math.round(100 * share)} %) and for ${second} (${Math.round(100 * (1 - share))} %)`,
    );
    this.whyNote.textContent = `Orange speaks for ${first} (${Math.round(100 * share)} %), blue for ${second} (${Math.round(100 * (1 - share))} %)${isPicture ? '; grey ink was not looked at' : ''}.`;
  }

  /** What each input gave, the most first. */
  private showReasons(
    { contributions }: WhyView,
    names: readonly string[],
    [first, second]: readonly [string, string],
  ): void {
    const order = [...contributions.keys()].filter((i) => contributions[i] !== 0);
    order.sort((a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]));
    const most = Math.abs(contributions[order[0]] ?? 1);
    this.reasons.hidden = false;
    this.reasons.replaceChildren(
      ...order.slice(0, MOST_REASONS).map((i) => {
        const bar = h('i', {
          'aria-hidden': 'true',
          className: contributions[i] > 0 ? 'for-first' : 'for-second',
        });
        bar.style.width = `${(100 * Math.abs(contributions[i])) / most}%`;
        const points = `${Math.abs(contributions[i])} for ${contributions[i] > 0 ? first : second}`;
        return h(
          'li',
          {},
          h('span', {}, names[i] ?? `input ${i}`),
          h('span', { className: 'bar' }, bar),
          h('small', {}, points),
        );
      }),
    );
  }
}
