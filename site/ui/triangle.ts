import type { PairState } from '../session.js';
import { h, mark } from './dom.js';

/** A pair: a button, and in it what `show` or `write` has put there. */
export class Cell {
  private picture: HTMLImageElement | undefined;
  private text: HTMLSpanElement | undefined;

  constructor(readonly button: HTMLButtonElement) {}

  /** @param address of a picture; `null`: none */
  show(address: string | null): void {
    if (address === null) {
      this.picture?.remove();
      this.picture = undefined;
      return;
    }
    if (this.picture === undefined) {
      this.picture = h('img', { alt: '', 'aria-hidden': 'true' });
      this.button.append(this.picture);
    }
    this.picture.src = address;
  }

  /** By the style, because the label says the whole name. */
  write(name: string): void {
    if (this.text === undefined) {
      this.text = h('span', { 'aria-hidden': 'true' });
      this.button.append(this.text);
    }
    if (this.text.dataset.won !== name) this.text.dataset.won = name;
  }

  /** @param status for the style @param label for those who do not see it */
  say(status: string, label: string): void {
    if (this.button.dataset.status !== status) this.button.dataset.status = status;
    mark(this.button, 'aria-label', label);
  }
}

/**
 * All pairs of some classes as a triangle: a button a pair where the row of its second class meets the column of its first, names on
 * the diagonal. One stop of the tab key; arrows go from pair to pair.
 */
export class Triangle {
  readonly element: HTMLElement;
  private cells: Cell[] = [];
  private places: { readonly p: number; readonly q: number }[] = [];
  private classes: readonly string[] = [];
  private chosen = 0;

  constructor(
    label: string,
    private readonly onChoose: (pair: number) => void,
  ) {
    this.element = h('div', { className: 'triangle', role: 'group', 'aria-label': label });
    this.element.addEventListener('keydown', (event) => this.move(event));
  }

  /** Builds the cells anew where the classes are others. */
  build(classes: readonly string[]): void {
    if (classes.join('\n') === this.classes.join('\n') && this.cells.length > 0) return;
    this.classes = classes;
    this.cells = [];
    this.places = [];
    this.element.style.setProperty('--classes', String(classes.length));
    const byRow: HTMLElement[][] = classes.map(() => []);
    for (let p = 0; p < classes.length; p++) {
      for (let q = p + 1; q < classes.length; q++) {
        const pair = this.cells.length;
        const button = h('button', {
          type: 'button',
          className: 'cell',
          onclick: () => this.choose(pair),
          tabIndex: pair === 0 ? 0 : -1,
        });
        button.style.gridColumn = String(p + 1);
        button.style.gridRow = String(q + 1);
        this.cells.push(new Cell(button));
        this.places.push({ p, q });
        byRow[q].push(button);
      }
    }
    const names = classes.map((name, c) => {
      const element = h('span', { className: 'name', title: name }, shortName(name));
      element.style.gridColumn = String(c + 1);
      element.style.gridRow = String(c + 1);
      return element;
    });
    this.element.replaceChildren(...classes.flatMap((_, c) => [...byRow[c], names[c]]));
    this.chosen = 0;
  }

  cell(pair: number): Cell | undefined {
    return this.cells[pair];
  }

  /** Places of the two classes of a pair. */
  place(pair: number): readonly [number, number] | undefined {
    const at = this.places[pair];
    return at === undefined ? undefined : [at.p, at.q];
  }

  /** Marks a pair as the one that is looked at. */
  mark(pair: number): void {
    for (const [at, { button }] of this.cells.entries()) {
      mark(button, 'aria-pressed', String(at === pair));
      mark(button, 'tabindex', at === pair ? '0' : '-1');
    }
    this.chosen = pair;
  }

  private choose(pair: number): void {
    this.mark(pair);
    this.onChoose(pair);
  }

  private move(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const at = this.places[this.chosen];
    if (step === undefined || at === undefined) return;
    const next = this.places.findIndex(({ p, q }) => p === at.p + step[0] && q === at.q + step[1]);
    event.preventDefault();
    if (next < 0) return;
    this.choose(next);
    this.cells[next].button.focus();
  }
}

/** Names of the diagonal have little room; the whole name is the title. */
export function shortName(name: string): string {
  return [...name].length <= 4 ? name : `${[...name].slice(0, 3).join('')}…`;
}

/** A pair's state in words. */
export function describePair({ classes, status, view }: PairState): string {
  const names = `${classes[0]} against ${classes[1]}`;
  if (status !== 'done' || view === undefined)
    return `${names}: ${status === 'waiting' ? 'waiting' : 'in training'}`;
  const proved = view.stages.every(({ stopReason }) => stopReason === 'proved');
  return `${names}: ${view.nonzero} of ${view.links} weights, ${proved ? 'proved to be best' : 'trained'}`;
}
