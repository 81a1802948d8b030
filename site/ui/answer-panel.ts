import { pairIndex } from '../../src/ensemble/pair-order.js';
import type { Session } from '../session.js';
import type { Store } from '../state/store.js';
import type { AnswerView, WhyView } from '../worker/api.js';
import { count, h, mark, say, section } from './dom.js';
import { inFrame, inPieces, onceIn } from './frames.js';
import type { TrainPanel } from './train-panel.js';
import { shortName, Triangle } from './triangle.js';
import { drawValues, onScheme } from './weights.js';

/** While pairs come in, answers are asked for so often at most. */
const ASK_MS = 150;
/** Inputs that are listed as reasons. */
const MOST_REASONS = 10;

/** What is known of a sample. */
interface Shown {
  readonly answer: AnswerView | null;
  readonly why: WhyView | null;
  readonly classes: readonly string[];
  readonly sample: Sample;
}

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
  private shown: (Shown & { readonly answer: AnswerView }) | null = null;
  /** What is said while nothing is shown. */
  private wordsFor = '';
  private bars: { readonly row: HTMLElement; readonly bar: HTMLElement; readonly many: HTMLElement }[] = [];
  private readonly draw = inFrame(() => this.drawAnswer());
  private readonly drawMatches = inPieces((pair) => this.drawMatch(pair));
  private readonly drawWhy = inFrame(() => this.showWhy());

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
      this.show(null, phase === 'idle' ? 'Train first.' : 'Nothing is asked yet.');
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
      this.show({ answer, why, classes, sample });
      if (answer !== null) this.suggest(answer);
    } catch (error) {
      if (mine !== this.asked) return;
      this.show(null, (error as Error).message);
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

  private show(shown: Shown | null, words = 'No network yet.'): void {
    this.shown = shown?.answer == null ? null : { ...shown, answer: shown.answer };
    this.wordsFor = words;
    this.draw();
  }

  private drawAnswer(): void {
    const { shown } = this;
    this.more.hidden = shown === null;
    if (shown === null) {
      say(this.answer, this.wordsFor);
      return;
    }
    const { classes, answer } = shown;
    const { label, votes } = answer;
    if (label === null) say(this.answer, 'No answer: a tie of several.');
    else if (this.answer.textContent !== `It is ${label}.`)
      this.answer.replaceChildren('It is ', h('strong', {}, label), '.');
    this.drawVotes(classes, label, votes);
    this.tournament.build(classes);
    this.drawMatches();
  }

  private drawVotes(classes: readonly string[], label: string | null, votes: readonly number[]): void {
    const names = classes.join('\n');
    if (this.votes.dataset.names !== names) {
      this.votes.dataset.names = names;
      this.bars = classes.map((name) => {
        const bar = h('i', { 'aria-hidden': 'true' });
        const many = h('span', { className: 'many' });
        const row = h(
          'div',
          {},
          h('span', { className: 'who' }, name),
          h('span', { className: 'bar' }, bar),
          many,
        );
        return { row, bar, many };
      });
      this.votes.replaceChildren(...this.bars.map(({ row }) => row));
    }
    const most = Math.max(1, classes.length - 1);
    for (const [c, { row, bar, many }] of this.bars.entries()) {
      row.className = classes[c] === label ? 'vote winner' : 'vote';
      bar.style.setProperty('--share', `${(100 * votes[c]) / most}%`);
      say(many, String(votes[c]));
    }
  }

  /** A pair of the tournament; behind the last one, why the chosen one says so. */
  private drawMatch(pair: number): boolean {
    const { shown } = this;
    if (shown === null) return false;
    const { classes, answer } = shown;
    const { label, decisions } = answer;
    const [p, q] = this.tournament.place(pair) ?? [];
    const cell = this.tournament.cell(pair);
    if (cell === undefined || p === undefined || q === undefined) {
      this.tournament.mark(this.training.chosen.get());
      this.drawWhy();
      return false;
    }
    const won = decisions[pair] === 0 ? null : classes[decisions[pair] > 0 ? p : q];
    cell.write(won === null ? '' : shortName(won));
    const names = `${classes[p]} against ${classes[q]}`;
    cell.say(
      won === null ? 'waiting' : won === label ? 'won' : 'lost',
      `${names}: ${won === null ? 'no network yet' : `${won} wins`}`,
    );
    return true;
  }

  private showWhy(): void {
    const { shown } = this;
    if (shown === null) return;
    const { why: view, classes, sample } = shown;
    const state = this.session.state.get();
    const pair = view === null ? undefined : state.pairs[view.pair];
    const isThere = view !== null && pair !== undefined && classes.length > 0;
    this.why.hidden = this.whyTitle.hidden = this.whyNote.hidden = !isThere;
    this.reasons.hidden = true;
    if (!isThere) return;
    const [first, second] = pair.classes;
    const won = view.answer > 0 ? first : second;
    say(this.whyTitle, `Why ${won}, between ${first} and ${second}`);
    const [forFirst, forSecond] = view.contributions.reduce(
      ([plus, minus], value) => [plus + Math.max(0, value), minus - Math.min(0, value)],
      [Math.max(0, view.bias), Math.max(0, -view.bias)],
    );
    const look = state.look ?? {};
    const isPicture = look.image !== undefined;
    this.why.hidden = !isPicture;
    if (!isPicture) this.showReasons(view, look.inputNames ?? [], pair.classes);
    else drawValues(this.why, view.contributions, look, sample as readonly number[]);
    const share = forFirst + forSecond === 0 ? 0.5 : forFirst / (forFirst + forSecond);
    mark(
      this.why,
      'aria-label',
      `what speaks for ${first} (${Math.round(100 * share)} %) and for ${second} (${Math.round(100 * (1 - share))} %)`,
    );
    say(
      this.whyNote,
      forFirst + forSecond === 0
        ? `Nothing that it reads speaks for either; an even sum is an answer of ${first}.`
        : `Orange speaks for ${first} (${Math.round(100 * share)} %), blue for ${second} (${Math.round(100 * (1 - share))} %)${isPicture ? '; grey ink was not looked at' : ''}${view.bias !== 0 && isPicture ? `. Before it reads anything it leans to ${view.bias > 0 ? first : second}` : ''}.`,
    );
  }

  /** What each input gave, the most first. */
  private showReasons(
    { contributions, bias }: WhyView,
    names: readonly string[],
    [first, second]: readonly [string, string],
  ): void {
    const reasons = Array.from(contributions, (value, i) => ({ name: names[i] ?? `input ${i}`, value }));
    const given = [...reasons, { name: 'before it reads anything', value: bias }]
      .filter(({ value }) => value !== 0)
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    const most = Math.abs(given[0]?.value ?? 1);
    this.reasons.hidden = false;
    this.reasons.replaceChildren(
      ...given.slice(0, MOST_REASONS).map(({ name, value }) => {
        const bar = h('i', { 'aria-hidden': 'true', className: value > 0 ? 'for-first' : 'for-second' });
        bar.style.width = `${(100 * Math.abs(value)) / most}%`;
        const points = `${count(Math.abs(value))} for ${value > 0 ? first : second}`;
        return h('li', {}, h('span', {}, name), h('span', { className: 'bar' }, bar), h('small', {}, points));
      }),
    );
  }
}
